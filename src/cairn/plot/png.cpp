#include <cairn/plot/canvas.h>
#include <cairn/plot/png.h>

#include <algorithm>
#include <array>
#include <cmath>

namespace cairn::plot {
namespace {

using Bytes = std::string;

/// Bits of a deflate stream, least significant first (RFC 1951, 3.1.1).
class BitWriter {
 public:
  explicit BitWriter(Bytes& out) : out_(out) {}

  void put(std::uint32_t bits, int count) {
    held_ |= bits << used_;
    used_ += count;
    for (; used_ >= 8; used_ -= 8, held_ >>= 8) out_ += static_cast<char>(held_ & 0xFF);
  }
  /// Huffman codes go out with their most significant bit first.
  void put_code(std::uint32_t code, int count) {
    for (int i = count - 1; i >= 0; --i) put(code >> i & 1, 1);
  }
  void flush() {
    if (used_ > 0) put(0, 8 - used_);
  }

 private:
  Bytes& out_;
  std::uint32_t held_ = 0;
  int used_ = 0;
};

/// The fixed code of literals and lengths (RFC 1951, 3.2.6).
void put_symbol(BitWriter& bits, unsigned symbol) {
  if (symbol < 144) {
    bits.put_code(0x30 + symbol, 8);
  } else if (symbol < 256) {
    bits.put_code(0x190 + symbol - 144, 9);
  } else if (symbol < 280) {
    bits.put_code(symbol - 256, 7);
  } else {
    bits.put_code(0xC0 + symbol - 280, 8);
  }
}

void put_match(BitWriter& bits, unsigned length, unsigned distance) {
  static const unsigned kLength[] = {3,  4,  5,  6,   7,   8,   9,   10,  11, 13,
                                     15, 17, 19, 23,  27,  31,  35,  43,  51, 59,
                                     67, 83, 99, 115, 131, 163, 195, 227, 258};
  static const int kLengthBits[] = {0, 0, 0, 0, 0, 0, 0, 0, 1, 1, 1, 1, 2, 2, 2,
                                    2, 3, 3, 3, 3, 4, 4, 4, 4, 5, 5, 5, 5, 0};
  static const unsigned kDistance[] = {1,    2,    3,    4,     5,     7,    9,    13,
                                       17,   25,   33,   49,    65,    97,   129,  193,
                                       257,  385,  513,  769,   1025,  1537, 2049, 3073,
                                       4097, 6145, 8193, 12289, 16385, 24577};
  const auto code_of = [](const unsigned* first, const unsigned* last, unsigned value) {
    return static_cast<unsigned>(std::upper_bound(first, last, value) - first) - 1;
  };
  const unsigned l = code_of(std::begin(kLength), std::end(kLength), length);
  put_symbol(bits, 257 + l);
  bits.put(length - kLength[l], kLengthBits[l]);
  const unsigned d = code_of(std::begin(kDistance), std::end(kDistance), distance);
  bits.put_code(d, 5);
  bits.put(distance - kDistance[d], d < 2 ? 0 : static_cast<int>(d / 2 - 1));
}

void put_big_endian(Bytes& out, std::uint32_t value) {
  for (int shift = 24; shift >= 0; shift -= 8) out += static_cast<char>(value >> shift);
}

std::uint32_t adler32(const Bytes& data) {
  std::uint32_t a = 1, b = 0;
  for (const char c : data) {
    a = (a + static_cast<std::uint8_t>(c)) % 65521;
    b = (b + a) % 65521;
  }
  return b << 16 | a;
}

std::uint32_t crc32(const Bytes& data) {
  std::uint32_t crc = 0xFFFFFFFF;
  for (const char c : data) {
    crc ^= static_cast<std::uint8_t>(c);
    for (int bit = 0; bit < 8; ++bit) crc = crc >> 1 ^ (crc & 1 ? 0xEDB88320 : 0);
  }
  return ~crc;
}

void put_chunk(Bytes& out, const char* type, const Bytes& data) {
  put_big_endian(out, static_cast<std::uint32_t>(data.size()));
  const Bytes body = type + data;
  out += body;
  put_big_endian(out, crc32(body));
}

}  // namespace

std::string zlib_compress(const std::string& data) {
  Bytes out("\x78\x01", 2);
  BitWriter bits(out);
  bits.put(1, 1);  // the last block
  bits.put(1, 2);  // of the fixed code
  constexpr std::size_t kWindow = 32768, kLongest = 258, kTries = 32;
  // For each hash of three bytes the last place it was seen, and before that, and so
  // on.
  std::vector<int> head(1 << 13, -1), previous(data.size(), -1);
  const auto hash = [&](std::size_t at) {
    const auto byte = [&](std::size_t i) { return static_cast<std::uint8_t>(data[i]); };
    const std::uint32_t three = byte(at) | byte(at + 1) << 8 | byte(at + 2) << 16;
    return three * 2654435761u >> 19;
  };
  const auto remember = [&](std::size_t at) {
    if (at + 3 > data.size()) return;
    previous[at] = head[hash(at)];
    head[hash(at)] = static_cast<int>(at);
  };
  for (std::size_t at = 0; at < data.size();) {
    std::size_t best = 0, distance = 0;
    const std::size_t limit = std::min(kLongest, data.size() - at);
    int candidate = at + 3 <= data.size() ? head[hash(at)] : -1;
    for (std::size_t tries = 0; candidate >= 0 && tries < kTries; ++tries) {
      const auto from = static_cast<std::size_t>(candidate);
      if (at - from > kWindow) break;
      std::size_t length = 0;
      while (length < limit && data[from + length] == data[at + length]) ++length;
      if (length > best) best = length, distance = at - from;
      candidate = previous[from];
    }
    if (best < 3) {
      put_symbol(bits, static_cast<std::uint8_t>(data[at]));
      best = 1;
    } else {
      put_match(bits, static_cast<unsigned>(best), static_cast<unsigned>(distance));
    }
    for (const std::size_t end = at + best; at < end; ++at) remember(at);
  }
  put_symbol(bits, 256);  // end of block
  bits.flush();
  put_big_endian(out, adler32(data));
  return out;
}

std::string encode_png(const std::vector<std::uint8_t>& pixels, std::size_t height,
                       std::size_t width, const std::vector<PaletteEntry>& palette) {
  Bytes out("\x89PNG\r\n\x1A\n", 8);
  Bytes header;
  put_big_endian(header, static_cast<std::uint32_t>(width));
  put_big_endian(header, static_cast<std::uint32_t>(height));
  header += '\x08';                           // bits a sample
  header += palette.empty() ? '\0' : '\x03';  // grey, or an index into the palette
  header.append(3, '\0');                     // deflate, standard filters, no interlace
  put_chunk(out, "IHDR", header);
  if (!palette.empty()) {
    Bytes colours, alphas;
    for (const PaletteEntry& entry : palette) {
      for (const std::uint8_t part : {entry.red, entry.green, entry.blue}) {
        colours += static_cast<char>(part);
      }
      alphas += static_cast<char>(entry.alpha);
    }
    put_chunk(out, "PLTE", colours);
    put_chunk(out, "tRNS", alphas);
  }
  Bytes rows;
  for (std::size_t row = 0; row < height; ++row) {
    rows += '\0';  // this row is not filtered
    rows.append(reinterpret_cast<const char*>(pixels.data()) + row * width, width);
  }
  put_chunk(out, "IDAT", zlib_compress(rows));
  put_chunk(out, "IEND", "");
  return out;
}

std::string png_data_uri(const std::string& png) {
  static const char kDigits[] =
      "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
  std::string out = "data:image/png;base64,";
  for (std::size_t at = 0; at < png.size(); at += 3) {
    const std::size_t count = std::min<std::size_t>(3, png.size() - at);
    std::uint32_t bits = 0;
    for (std::size_t i = 0; i < 3; ++i) {
      bits = bits << 8 | (i < count ? static_cast<std::uint8_t>(png[at + i]) : 0u);
    }
    for (std::size_t i = 0; i < 4; ++i) {
      out += i <= count ? kDigits[bits >> (18 - 6 * i) & 63] : '=';
    }
  }
  return out;
}

std::vector<PaletteEntry> diverging_palette() {
  std::vector<PaletteEntry> palette;
  for (int level = -kSteps; level <= kSteps; ++level) {
    const Rgb hue = level < 0 ? kBelowZero : kAboveZero;
    const int alpha = std::abs(level) * 255 / kSteps;
    palette.push_back({hue.red, hue.green, hue.blue, static_cast<std::uint8_t>(alpha)});
  }
  return palette;
}

std::uint8_t diverging_level(double value) {
  if (std::isnan(value)) value = 0;
  const double clamped = std::max(-1.0, std::min(1.0, value));
  return static_cast<std::uint8_t>(kSteps + std::lround(clamped * kSteps));
}

}  // namespace cairn::plot
