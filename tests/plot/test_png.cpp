#include <cairn/plot/png.h>

#include <zlib.h>

#include "tests/catch.h"

using namespace cairn::plot;

namespace {

/// zlib's own reader is the judge; it checks the Adler sum, too.
std::string inflated(const std::string& stream, std::size_t expected) {
  std::string out(expected + 16, '\0');
  uLongf size = out.size();
  const int code =
      uncompress(reinterpret_cast<Bytef*>(&out[0]), &size,
                 reinterpret_cast<const Bytef*>(stream.data()), stream.size());
  REQUIRE(code == Z_OK);
  out.resize(size);
  return out;
}

std::uint32_t big_endian(const std::string& bytes, std::size_t at) {
  std::uint32_t value = 0;
  for (std::size_t i = 0; i < 4; ++i) {
    value = value << 8 | static_cast<std::uint8_t>(bytes[at + i]);
  }
  return value;
}

/// The data of the chunk of this type; every chunk's CRC is checked on the way.
std::string chunk(const std::string& png, const std::string& type) {
  std::string found;
  for (std::size_t at = 8; at < png.size();) {
    const std::uint32_t size = big_endian(png, at);
    const std::string body = png.substr(at + 4, 4 + size);
    const auto* bytes = reinterpret_cast<const Bytef*>(body.data());
    REQUIRE(big_endian(png, at + 8 + size) ==
            crc32(0, bytes, static_cast<uInt>(body.size())));
    if (body.compare(0, 4, type) == 0) found = body.substr(4);
    at += 12 + size;
  }
  return found;
}

}  // namespace

TEST_CASE("compressed data come back as they were", "[plot]") {
  std::vector<std::string> inputs = {"", "a", "ab", "abcabcabcabcabcabc",
                                     std::string(100000, 'x')};
  std::string noise, periodic;
  std::uint32_t state = 1;
  for (int i = 0; i < 70000; ++i) {
    state = state * 1664525u + 1013904223u;
    noise += static_cast<char>(state >> 24);
    periodic += static_cast<char>((i % 700) * (i % 13));
  }
  inputs.push_back(noise);
  inputs.push_back(periodic);
  inputs.push_back(noise + noise);  // matches far back, past the window
  for (const std::string& input : inputs) {
    CHECK(inflated(zlib_compress(input), input.size()) == input);
  }
  CHECK(zlib_compress(std::string(100000, 'x')).size() < 1000);
}

TEST_CASE("a grey PNG holds its pixels", "[plot]") {
  const std::vector<std::uint8_t> pixels = {0, 50, 100, 150, 200, 255};
  const std::string png = encode_png(pixels, 2, 3);
  CHECK(png.substr(0, 8) == "\x89PNG\r\n\x1A\n");
  const std::string header = chunk(png, "IHDR");
  CHECK(big_endian(header, 0) == 3);
  CHECK(big_endian(header, 4) == 2);
  CHECK(inflated(chunk(png, "IDAT"), 8) ==
        std::string("\0\x00\x32\x64\0\x96\xC8\xFF", 8));
  CHECK(chunk(png, "PLTE").empty());
}

TEST_CASE("a palette PNG carries colours and transparency", "[plot]") {
  const auto palette = diverging_palette();
  REQUIRE(palette.size() == 2 * kSteps + 1);
  CHECK(palette[kSteps].alpha == 0);
  CHECK(palette.front().alpha == 255);
  const std::string png = encode_png({0, 1, 2, 3}, 2, 2, palette);
  CHECK(chunk(png, "PLTE").size() == 3 * palette.size());
  CHECK(chunk(png, "tRNS").size() == palette.size());
}

TEST_CASE("levels of a diverging map", "[plot]") {
  CHECK(diverging_level(-1) == 0);
  CHECK(diverging_level(-9) == 0);
  CHECK(diverging_level(0) == kSteps);
  CHECK(diverging_level(1) == 2 * kSteps);
  CHECK(diverging_level(std::nan("")) == kSteps);
}

TEST_CASE("base64 ends are padded", "[plot]") {
  CHECK(png_data_uri("Man") == "data:image/png;base64,TWFu");
  CHECK(png_data_uri("Ma") == "data:image/png;base64,TWE=");
  CHECK(png_data_uri("M") == "data:image/png;base64,TQ==");
}
