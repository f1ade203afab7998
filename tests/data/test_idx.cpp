#include <cairn/core/error.h>
#include <cairn/data/idx.h>

#include <sys/resource.h>

#include <cstdint>
#include <limits>

#include "tests/catch.h"
#include "tests/data/files.h"
#include "tests/error_text.h"

using namespace cairn;
using cairn::data::read_idx;
using cairn::data::write_idx;
using cairn::test::TempFolder;

namespace {

/// An IDX header: type and sizes.
std::string header(int code, const std::vector<std::uint32_t>& sizes) {
  std::string out = {0, 0, static_cast<char>(code), static_cast<char>(sizes.size())};
  for (const std::uint32_t size : sizes) {
    for (int shift = 24; shift >= 0; shift -= 8)
      out += static_cast<char>(size >> shift);
  }
  return out;
}

std::string text_of(const std::string& path) {
  return test::error_text<FormatError>([&] { read_idx(path); });
}

}  // namespace

TEST_CASE("tensors of every dtype survive writing and reading", "[data]") {
  const TempFolder folder;
  const std::string path = folder.file("array");
  const Tensor bytes =
      Tensor::from_vector<std::uint8_t>({0, 1, 127, 128, 254, 255}, {2, 3});
  write_idx(path, bytes);
  CHECK(read_idx(path).shape() == Shape{2, 3});
  CHECK(read_idx(path).to_vector<std::uint8_t>() == bytes.to_vector<std::uint8_t>());

  const std::vector<std::int64_t> whole = {0, -1, 2147483647, -2147483648LL, 65536, 7};
  write_idx(path, Tensor::from_vector(whole, {3, 1, 2}));
  CHECK(read_idx(path).dtype() == i64);
  CHECK(read_idx(path).to_vector<std::int64_t>() == whole);

  const std::vector<float> single = {1.5F, -0.0F, 3.4e38F, 1e-45F};
  write_idx(path, Tensor::from_vector(single, {4}));
  CHECK(read_idx(path).to_vector<float>() == single);

  const std::vector<double> real = {1.0 / 3, -1e300, 5e-324};
  write_idx(path, Tensor::from_vector(real, {1, 3}));
  CHECK(read_idx(path).to_vector<double>() == real);
  // A view is written as what it shows.
  write_idx(path, bytes.t());
  CHECK(read_idx(path).to_vector<std::uint8_t>() ==
        std::vector<std::uint8_t>{0, 128, 1, 254, 127, 255});
}

TEST_CASE("signed bytes and 16-bit integers become i64", "[data]") {
  const TempFolder folder;
  const Tensor i8 = read_idx(folder.write("i8", header(0x09, {3}) + "\x01\xFF\x80"));
  CHECK(i8.to_vector<std::int64_t>() == std::vector<std::int64_t>{1, -1, -128});
  const std::string halves("\x01\x02\xFF\xFE\x80\x00", 6);
  const Tensor i16 = read_idx(folder.write("i16", header(0x0B, {3}) + halves));
  CHECK(i16.to_vector<std::int64_t>() == std::vector<std::int64_t>{258, -2, -32768});
}

TEST_CASE("packed files are unpacked", "[data]") {
  const TempFolder folder;
  std::string pixels;
  for (int i = 0; i < 5 * 1000 * 700; ++i) pixels += static_cast<char>(i * 7 / 3);
  const std::string whole = header(0x08, {5, 1000, 700}) + pixels;
  const Tensor plain = read_idx(folder.write("plain", whole));
  const Tensor packed = read_idx(folder.write_gz("packed.gz", whole));
  CHECK(packed.shape() == Shape{5, 1000, 700});
  CHECK(packed.to_vector<std::uint8_t>() == plain.to_vector<std::uint8_t>());
}

TEST_CASE("no dimensions and sizes of zero are shapes too", "[data]") {
  const TempFolder folder;
  const Tensor scalar = read_idx(folder.write("scalar", header(0x08, {}) + "\x2A"));
  CHECK(scalar.dim() == 0);
  CHECK(scalar.item<int>() == 42);
  const Tensor none = read_idx(folder.write("none", header(0x0E, {0, 28, 28})));
  CHECK(none.shape() == Shape{0, 28, 28});
  const Tensor eight =
      read_idx(folder.write("eight", header(0x08, {1, 1, 1, 1, 1, 1, 1, 2}) + "ab"));
  CHECK(eight.dim() == 8);
}

TEST_CASE("a file that is no IDX file is told from a damaged one", "[data]") {
  const TempFolder folder;
  const std::string empty = folder.write("empty", "");
  CHECK(text_of(empty) ==
        "read_idx: '" + empty +
            "' holds 0 bytes; an IDX file begins with 4 that say what "
            "it is");
  const std::string html = folder.write("page", "<html>not found</html>");
  CHECK(
      text_of(html) ==
      "read_idx: '" + html +
          "' begins with the bytes 3c 68 74 6d; an IDX file begins with 00 00, a type "
          "(08, 09, 0b, 0c, 0d or 0e) and the number of dimensions. Is it another kind "
          "of file?");
  CHECK_ERROR(FormatError, read_idx(folder.write("t", header(0x0A, {1}) + "a")),
              "00 00 0a 01");
}

TEST_CASE("lying headers are refused before memory is asked for", "[data]") {
  const TempFolder folder;
  const std::string nine =
      folder.write("nine", header(0x08, {1, 1, 1, 1, 1, 1, 1, 1, 1}) + "a");
  CHECK(text_of(nine) == "read_idx: '" + nine +
                             "' claims 9 dimensions; at most 8 are supported. Is the "
                             "file damaged?");
  const std::uint32_t most = 0xFFFFFFFF;
  const std::string huge = folder.write("huge", header(0x0E, {most, most, most}));
  CHECK(
      text_of(huge) ==
      "read_idx: '" + huge +
          "' claims the shape (4294967295, 4294967295, 4294967295), more elements than "
          "can be counted. Is the file damaged?");
  // A zero after the sizes that run over must not make the product look small.
  CHECK_ERROR(FormatError,
              read_idx(folder.write("z", header(0x08, {most, most, most, 0}))),
              "more elements than can be counted");
  const std::string cut = folder.write("cut", header(0x08, {2, 3}).substr(0, 10));
  CHECK(text_of(cut) == "read_idx: '" + cut +
                            "' ends inside its header: 2 sizes are promised, 1 are "
                            "there. Fetch the file anew");
}

TEST_CASE("truncated and overlong files say how much is there", "[data]") {
  const TempFolder folder;
  const std::string cut = folder.write("short", header(0x0D, {2, 3}) + "1234567");
  CHECK(text_of(cut) ==
        "read_idx: '" + cut +
            "' promises 6 elements of shape (2, 3) (24 bytes) but holds "
            "7 bytes after its header. Fetch the file anew");
  const std::string longer = folder.write("long", header(0x08, {2, 3}) + "1234567");
  CHECK(text_of(longer) ==
        "read_idx: '" + longer +
            "' promises 6 elements of shape (2, 3) (6 bytes) but goes "
            "on after them. Is the header damaged?");
  CHECK_ERROR(FormatError,
              read_idx(folder.write_gz("short.gz", header(0x08, {1000}) + "abc")),
              "holds 3 bytes after its header");
  CHECK_ERROR(FormatError,
              read_idx(folder.write_gz("one.gz", header(0x08, {4}) + "abc")),
              "promises 4 elements of shape (4,) (4 bytes) but holds 3 bytes");
  CHECK_ERROR(FormatError,
              read_idx(folder.write_gz("long.gz", header(0x08, {2}) + "abc")),
              "goes on after them");
}

TEST_CASE("damaged gzip data are found", "[data]") {
  const TempFolder folder;
  std::string pixels;
  std::uint32_t state = 7;  // noise, so that the packed data are long
  for (int i = 0; i < 50000; ++i) {
    state = state * 1664525u + 1013904223u;
    pixels += static_cast<char>(state >> 24);
  }
  folder.write_gz("whole.gz", header(0x08, {50000}) + pixels);
  const std::string whole = folder.read("whole.gz");
  std::string wrong_sum = whole;
  wrong_sum[wrong_sum.size() - 6] ^= 0x10;
  CHECK_ERROR(FormatError, read_idx(folder.write("sum.gz", wrong_sum)),
              "is damaged: gzip reports");
  std::string wrong_size = whole;
  wrong_size[wrong_size.size() - 1] ^= 0x10;
  CHECK_ERROR(FormatError, read_idx(folder.write("size.gz", wrong_size)),
              "is damaged: gzip reports");
  CHECK_ERROR(FormatError,
              read_idx(folder.write("cut.gz", whole.substr(0, whole.size() / 2))),
              "ends in the middle of its gzip data");
  CHECK_ERROR(FormatError,
              read_idx(folder.write("tail.gz", whole.substr(0, whole.size() - 3))),
              "fetch the file anew");
  std::string flipped = whole;
  for (std::size_t i = 2000; i < 2100; ++i) flipped[i] ^= 0x55;
  CHECK_ERROR(FormatError, read_idx(folder.write("flip.gz", flipped)), "flip.gz");
}

TEST_CASE("memory follows the data and not the promise", "[data]") {
  const TempFolder folder;
  // 64 GB are promised by a packed file of a few bytes; and 64 MB of zeros stand behind
  // a header that asks for ten bytes.
  const std::string liar =
      folder.write_gz("liar.gz", header(0x0E, {0x10000, 0x20000}) + "abc");
  const std::string bomb =
      folder.write_gz("bomb.gz", header(0x08, {10}) + std::string(64 << 20, '\0'));
  rusage before{}, after{};
  getrusage(RUSAGE_SELF, &before);
  CHECK_ERROR(FormatError, read_idx(liar), "68719476736 bytes) but holds 3 bytes");
  CHECK_ERROR(FormatError, read_idx(bomb), "goes on after them");
  getrusage(RUSAGE_SELF, &after);
  CHECK(after.ru_maxrss - before.ru_maxrss < 16 * 1024);  // kilobytes
}

TEST_CASE("files that cannot be opened or written are named", "[data]") {
  const TempFolder folder;
  CHECK_ERROR(IoError, read_idx(folder.file("missing")),
              "read_idx: cannot open '" + folder.file("missing") +
                  "': No such file or directory");
  CHECK_ERROR(IoError, read_idx(folder.path()), "is a folder");
  CHECK_ERROR(IoError, write_idx("/no/such/folder/x", zeros({2}, u8)),
              "write_idx: cannot write '/no/such/folder/x'");
  CHECK_ERROR(
      ValueError,
      write_idx(folder.file("x"), Tensor::from_vector<std::int64_t>({1LL << 40})),
      "1099511627776 does not fit 32 bits");
}

TEST_CASE("randomly damaged files are read or refused and never worse", "[data]") {
  const TempFolder folder;
  folder.write_gz("whole.gz", header(0x0D, {3, 5}) + std::string(60, '\x3F'));
  const std::string plain = header(0x0D, {3, 5}) + std::string(60, '\x3F');
  const std::string packed = folder.read("whole.gz");
  std::uint32_t state = 12345;
  const auto random = [&](std::size_t n) {
    state = state * 1664525u + 1013904223u;
    return static_cast<std::size_t>(state >> 8) % n;
  };
  int refused = 0;
  for (int i = 0; i < 600; ++i) {
    std::string bytes = i % 2 == 0 ? plain : packed;
    for (std::size_t k = 0; k <= random(3); ++k) {
      bytes[random(i % 3 == 0 ? 16 : bytes.size())] = static_cast<char>(random(256));
    }
    if (random(4) == 0) bytes.resize(random(bytes.size()));
    try {
      read_idx(folder.write("damaged", bytes));
    } catch (const FormatError&) {
      ++refused;
    }
  }
  CHECK(refused > 200);
}
