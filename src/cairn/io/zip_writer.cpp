#include <cairn/io/zip.h>

#include <zlib.h>

#include <algorithm>
#include <utility>

#include <cairn/core/error.h>
#include <cairn/core/text.h>

namespace cairn::io {
namespace {

using detail::concat;

constexpr std::uint64_t kLimit = 0xFFFFFFFF;

void put(std::string& out, std::uint64_t value, int bytes) {
  for (int i = 0; i < bytes; ++i) out += static_cast<char>(value >> (8 * i) & 0xFF);
}

/// zlib's state, which is let go of whatever happens.
struct Deflater {
  z_stream stream{};
  Deflater() {
    if (deflateInit2(&stream, Z_DEFAULT_COMPRESSION, Z_DEFLATED, -MAX_WBITS, 8,
                     Z_DEFAULT_STRATEGY) != Z_OK) {
      throw IoError("zlib has no memory to pack with");
    }
  }
  ~Deflater() { deflateEnd(&stream); }
  Deflater(const Deflater&) = delete;
  Deflater& operator=(const Deflater&) = delete;
};

void pack(Deflater& deflater, std::string_view bytes, int flush, std::string& out) {
  z_stream& stream = deflater.stream;
  stream.next_in = reinterpret_cast<Bytef*>(const_cast<char*>(bytes.data()));
  stream.avail_in = static_cast<uInt>(bytes.size());
  char buffer[16384];
  do {
    stream.next_out = reinterpret_cast<Bytef*>(buffer);
    stream.avail_out = sizeof buffer;
    deflate(&stream, flush);
    out.append(buffer, sizeof buffer - stream.avail_out);
  } while (stream.avail_out == 0);
}

}  // namespace

void ZipWriter::add(const std::string& name, std::string_view head,
                    std::string_view body, bool packed) {
  const std::uint64_t size = head.size() + body.size(), begin = out_.size();
  const auto require = [&](bool fits) {
    if (fits) return;
    throw ValueError(concat("'", name, "' of ", size, " bytes is file ", count_ + 1,
                            " and would make the archive larger than a zip file can "
                            "be; write several, or a safetensors file"));
  };
  require(count_ < 0xFFFE && size < kLimit);
  std::string deflated;
  if (packed) {
    Deflater deflater;
    pack(deflater, head, Z_NO_FLUSH, deflated);
    pack(deflater, body, Z_FINISH, deflated);
  }
  const std::uint64_t stored = packed ? deflated.size() : size;
  require(begin + stored + directory_.size() + 2 * name.size() + 200 < kLimit);
  uLong sum = crc32_z(0, reinterpret_cast<const Bytef*>(head.data()), head.size());
  sum = crc32_z(sum, reinterpret_cast<const Bytef*>(body.data()), body.size());
  const bool ascii = std::all_of(name.begin(), name.end(), [](char c) {
    return static_cast<unsigned char>(c) < 0x80;
  });
  // What stands in the file's header and in the directory alike.
  std::string common;
  put(common, 20, 2);                   // version 2.0 can read it
  put(common, ascii ? 0 : 1 << 11, 2);  // whether the name is UTF-8
  put(common, packed ? 8 : 0, 2);
  put(common, 0, 2);     // the time, midnight
  put(common, 0x21, 2);  // the date, 1980-01-01: the same tensors, the same bytes
  put(common, sum, 4);
  put(common, stored, 4);
  put(common, size, 4);
  put(common, name.size(), 2);
  put(common, 0, 2);  // no extra field

  put(out_, 0x04034B50, 4);
  out_ += common + name;
  if (packed) {
    out_ += deflated;
  } else {
    out_.append(head).append(body);
  }
  put(directory_, 0x02014B50, 4);
  put(directory_, 0x0314, 2);  // made by version 2.0 on Unix
  directory_ += common;
  put(directory_, 0, 6);                             // no comment, first disk, not text
  put(directory_, std::uint64_t{0100644} << 16, 4);  // an ordinary file
  put(directory_, begin, 4);
  directory_ += name;
  ++count_;
}

std::string ZipWriter::finish() && {
  const std::uint64_t begin = out_.size();
  out_ += directory_;
  put(out_, 0x06054B50, 4);
  put(out_, 0, 4);  // one disk
  put(out_, count_, 2);
  put(out_, count_, 2);
  put(out_, directory_.size(), 4);
  put(out_, begin, 4);
  put(out_, 0, 2);  // no comment
  return std::move(out_);
}

}  // namespace cairn::io
