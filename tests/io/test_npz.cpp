#include <cairn/core/error.h>
#include <cairn/core/random.h>
#include <cairn/io/npz.h>

#include <sys/resource.h>
#include <zlib.h>

#include <cmath>
#include <map>

#include "tests/catch.h"
#include "tests/error_text.h"
#include "tests/mangle.h"
#include "tests/temporary_folder.h"

namespace cairn {
namespace {

using test::contains;
using test::TemporaryFolder;
using Whole = std::vector<std::int64_t>;

std::string by_numpy(const std::string& name) {
  return CAIRN_SOURCE_DIR "/tests/io/numpy_files/" + name;
}

std::map<std::string, Tensor> load(const std::string& path) {
  const io::NamedTensors tensors = io::load_npz(path);
  return {tensors.begin(), tensors.end()};
}

std::string le(std::uint64_t value, int bytes) {
  std::string out;
  for (int i = 0; i < bytes; ++i)
    out += static_cast<char>(i < 8 ? value >> (8 * i) & 0xFF : 0);
  return out;
}

std::string npy_of(const std::string& shape, const std::string& data) {
  const std::string dict =
      "{'descr': '|u1', 'fortran_order': False, 'shape': (" + shape + "), }\n";
  return std::string("\x93NUMPY\x01\x00", 8) + le(dict.size(), 2) + dict + data;
}

/// An archive of one file, of which everything can be told otherwise than it is.
struct Archive {
  std::string name = "x.npy", data = npy_of("2,", "\5\6");
  int method = 0, flags = 0;
  std::uint64_t size = data.size(), packed = data.size(), offset = 0, count = 1;
  std::uint32_t sum = static_cast<std::uint32_t>(crc32(
      0, reinterpret_cast<const Bytef*>(data.data()), static_cast<uInt>(data.size())));
  std::string extra, comment;

  std::string common(std::size_t extra_size) const {
    return le(20, 2) + le(flags, 2) + le(method, 2) + le(0, 4) + le(sum, 4) +
           le(packed, 4) + le(size, 4) + le(name.size(), 2) + le(extra_size, 2);
  }
  std::string files() const { return "PK\3\4" + common(0) + name + data; }
  std::string directory() const {
    return "PK\1\2" + le(20, 2) + common(extra.size()) + le(0, 10) + le(offset, 4) +
           name + extra;
  }
  std::string end(std::uint64_t begin, std::uint64_t length) const {
    return "PK\5\6" + le(0, 4) + le(count, 2) + le(count, 2) + le(length, 4) +
           le(begin, 4) + le(comment.size(), 2) + comment;
  }
  std::string bytes() const {
    return files() + directory() + end(files().size(), directory().size());
  }
};

TEST_CASE("tensors come back from an archive stored or packed") {
  const TemporaryFolder folder;
  const io::NamedTensors tensors{{"a", randn({40, 30})},
                                 {"layers/0.weight \xc3\xa9", arange(0, 5, 1, i64)},
                                 {"view", arange(0, 6).reshape({2, 3}).t()},
                                 {"number", scalar(7, f64)},
                                 {"nothing", zeros({0, 3}, u8)},
                                 {"zeros", zeros({300, 2000})}};
  for (const auto packing : {io::NpzPacking::kStored, io::NpzPacking::kDeflated}) {
    io::save_npz(folder.file("w.npz"), tensors, packing);
    const io::NamedTensors back = io::load_npz(folder.file("w.npz"));
    REQUIRE(back.size() == tensors.size());
    for (std::size_t i = 0; i < back.size(); ++i) {
      CHECK(back[i].first == tensors[i].first);
      CHECK(back[i].second.dtype() == tensors[i].second.dtype());
      CHECK(back[i].second.shape() == tensors[i].second.shape());
      CHECK(back[i].second.to(f64).to_vector<double>() ==
            tensors[i].second.to(f64).to_vector<double>());
    }
    const std::size_t size = folder.read("w.npz").size();
    CHECK((packing == io::NpzPacking::kStored ? size > 2'400'000 : size < 20'000));
  }
  io::save_npz(folder.file("none.npz"), {});
  CHECK(io::load_npz(folder.file("none.npz")).empty());
}

TEST_CASE("archives that NumPy wrote are read") {
  const auto t = load(by_numpy("stored.npz"));
  REQUIRE(t.size() == 11);
  const std::vector<float> half = t.at("half").to_vector<float>();
  CHECK(t.at("half").dtype() == f32);
  CHECK(std::vector<float>(half.begin(), half.begin() + 3) ==
        std::vector<float>{1, -0.5F, 65504});
  CHECK(half[3] == std::ldexp(1.0F, -24));
  CHECK((half[4] == INFINITY && half[5] == -INFINITY && std::isnan(half[6])));
  CHECK(half[7] == 0.0999755859375F);
  CHECK(t.at("truth").to_vector<std::uint8_t>() ==
        std::vector<std::uint8_t>{1, 0, 0, 1});
  CHECK(t.at("i1").to_vector<std::int64_t>() == Whole{-128, 127});
  CHECK(t.at("i2").to_vector<std::int64_t>() == Whole{-32768, 300});
  CHECK(t.at("i4").to_vector<std::int64_t>() == Whole{-2147483648LL, 70000});
  CHECK(t.at("u2").to_vector<std::int64_t>() == Whole{65535, 1});
  CHECK(t.at("u4").to_vector<std::int64_t>() == Whole{4294967295, 1});
  CHECK(t.at("u8").to_vector<std::int64_t>() == Whole{INT64_MAX, 1});
  CHECK(t.at("big-f8").to_vector<double>() == std::vector<double>{1.5, -1e300});
  CHECK(t.at("big-i2").to_vector<std::int64_t>() == Whole{1, -2});
  const Tensor fortran = t.at("fortran");
  CHECK(fortran.shape() == Shape{2, 3, 4});
  CHECK(fortran.is_contiguous());
  CHECK(fortran.to_vector<std::int64_t>() ==
        arange(0, 24, 1, i64).to_vector<std::int64_t>());

  const auto packed = load(by_numpy("packed.npz"));
  REQUIRE(packed.size() == 6);
  CHECK(packed.at("zeros").shape() == Shape{100, 7});
  CHECK(packed.at("f8").item<double>() == 1.0 / 3);
  CHECK(packed.at("i8").to_vector<std::int64_t>() ==
        Whole{0, -1, 1LL << 62, INT64_MIN, 7});
  CHECK_ERROR(FormatError, io::load_npz(by_numpy("odd.npz")),
              "odd.npz', array 'complex', holds elements of the type '<c16'");
}

TEST_CASE("an archive may have a comment and 64-bit sizes") {
  const TemporaryFolder folder;
  Archive plain;
  plain.comment = "PK\5\6 is how an end record begins, and this is none";
  CHECK(load(folder.write("x", plain.bytes())).at("x").to_vector<std::uint8_t>() ==
        std::vector<std::uint8_t>{5, 6});
  // All sizes in the extra field, and the directory's place in a record of its own.
  Archive wide;
  const std::uint64_t size = wide.size;
  const std::string files = wide.files();
  wide.size = wide.packed = wide.offset = 0xFFFFFFFF;
  wide.extra = le(0x5455, 2) + le(1, 2) + "?" + le(1, 2) + le(24, 2) + le(size, 8) +
               le(size, 8) + le(0, 8);
  const std::string directory = wide.directory();
  const std::uint64_t record = files.size() + directory.size();
  const std::string wide_end = "PK\6\6" + le(44, 8) + le(45, 2) + le(45, 2) + le(0, 8) +
                               le(1, 8) + le(1, 8) + le(directory.size(), 8) +
                               le(files.size(), 8);
  const std::string locator = "PK\6\7" + le(0, 4) + le(record, 8) + le(1, 4);
  wide.count = 0xFFFF;
  const std::string whole =
      files + directory + wide_end + locator + wide.end(0xFFFFFFFF, 0xFFFFFFFF);
  CHECK(load(folder.write("x", whole)).at("x").to_vector<std::uint8_t>() ==
        std::vector<std::uint8_t>{5, 6});
  const test::Mangled result = test::mangle(
      whole, [&](const std::string& bytes) { io::load_npz(folder.write("x", bytes)); });
  CHECK(result.worse.empty());
}

TEST_CASE("hostile archives are refused with a reason") {
  const TemporaryFolder folder;
  const auto text = [&](const std::string& bytes) {
    return test::error_text<FormatError>(
        [&] { io::load_npz(folder.write("x.npz", bytes)); });
  };
  const auto with = [&](auto&& change) {
    Archive archive;
    change(archive);
    return text(archive.bytes());
  };
  CHECK(text("PK") == "load_npz: '" + folder.file("x.npz") +
                          "' is no whole zip archive: it has 2 bytes; fetch it anew");
  CHECK(contains(text(std::string(100, 'x')), "no directory at its end"));
  CHECK(contains(with([](Archive& a) { a.count = 2; }), "2 files in"));
  CHECK(contains(with([](Archive& a) { a.count = 0; }), "goes on after its last file"));
  CHECK(
      contains(with([](Archive& a) { a.count = 0xFFFF; }), "64-bit sizes is missing"));
  CHECK(contains(with([](Archive& a) { a.flags = 1; }), "'x.npy' encrypted"));
  CHECK(contains(with([](Archive& a) { a.method = 12; }), "packed by method 12"));
  CHECK(contains(with([](Archive& a) { a.offset = 1; }), "is not at byte 1"));
  CHECK(contains(with([](Archive& a) { a.offset = 1 << 30; }), "is not at byte"));
  CHECK(contains(with([](Archive& a) { a.sum ^= 1; }), "checksum"));
  CHECK(contains(with([](Archive& a) { a.size += 1; }), "cannot be"));
  CHECK(contains(with([](Archive& a) { a.size = a.packed = 1 << 20; }),
                 "is said to take 1048576 bytes"));
  CHECK(contains(with([](Archive& a) { a.method = 8; }), "are damaged"));
  CHECK(contains(with([](Archive& a) { a.name = "data.pkl"; }),
                 "holds 'data.pkl', which is no array"));
  CHECK(contains(with([](Archive& a) { a.name = ".npy"; }), "which is no array"));
}

TEST_CASE("arrays that share bytes or a name are refused") {
  const TemporaryFolder folder;
  const Archive one;
  const std::string twice = one.directory() + one.directory();
  Archive end;
  end.count = 2;
  CHECK_ERROR(
      FormatError,
      io::load_npz(folder.write(
          "x", one.files() + twice + end.end(one.files().size(), twice.size()))),
      "share the byte 0");
  Archive second;
  second.offset = one.files().size();
  const std::string both = one.directory() + second.directory();
  CHECK_ERROR(
      FormatError,
      io::load_npz(folder.write("x", one.files() + one.files() + both +
                                         end.end(2 * one.files().size(), both.size()))),
      "holds 'x' twice");
}

TEST_CASE("memory follows what an archive holds and not what it promises") {
  const TemporaryFolder folder;
  // 100 MB of zeros packed behind a header that tells of ten, and a size of 4 GB.
  const std::string zeros(100 << 20, '\0');
  std::string packed(compressBound(zeros.size()), '\0');
  z_stream stream{};
  deflateInit2(&stream, 9, Z_DEFLATED, -MAX_WBITS, 8, Z_DEFAULT_STRATEGY);
  stream.next_in = reinterpret_cast<Bytef*>(const_cast<char*>(zeros.data()));
  stream.avail_in = static_cast<uInt>(zeros.size());
  stream.next_out = reinterpret_cast<Bytef*>(packed.data());
  stream.avail_out = static_cast<uInt>(packed.size());
  deflate(&stream, Z_FINISH);
  packed.resize(stream.total_out);
  deflateEnd(&stream);
  Archive bomb;
  bomb.method = 8;
  bomb.data = packed;
  bomb.packed = packed.size();
  bomb.size = 10;
  Archive liar;
  liar.method = 8;
  liar.size = 0xFFFFFFFE;
  rusage before{}, after{};
  getrusage(RUSAGE_SELF, &before);
  CHECK_ERROR(FormatError, io::load_npz(folder.write("x", bomb.bytes())), "damaged");
  CHECK_ERROR(FormatError, io::load_npz(folder.write("x", liar.bytes())),
              "cannot be 4294967294 bytes in");
  getrusage(RUSAGE_SELF, &after);
  CHECK(after.ru_maxrss - before.ru_maxrss < 16 * 1024);  // kilobytes
}

TEST_CASE("an archive with any byte changed or cut anywhere is read or refused") {
  const TemporaryFolder folder;
  const auto read = [&](const std::string& bytes) {
    io::load_npz(folder.write("x.npz", bytes));
  };
  for (const auto packing : {io::NpzPacking::kStored, io::NpzPacking::kDeflated}) {
    io::save_npz(folder.file("w.npz"), {{"x", ones({3})}, {"y", ones({2}, i64)}},
                 packing);
    const std::string valid = folder.read("w.npz");
    const test::Mangled result = test::mangle(valid, read);
    CHECK(result.worse.empty());
    // Every cut is noticed, and all that a checksum covers.
    CHECK(result.refused > static_cast<int>(valid.size()) * 3);
  }
}

TEST_CASE("names that an archive cannot keep are not saved") {
  const TemporaryFolder folder;
  const Tensor x = ones({1});
  CHECK_ERROR(ValueError, (io::save_npz(folder.file("w"), {{"x", x}, {"x", x}}), 0),
              "two tensors are named x");
  CHECK_ERROR(ValueError, (io::save_npz(folder.file("w"), {{"", x}}), 0),
              "a name of 0 bytes");
  CHECK_ERROR(ValueError,
              (io::save_npz(folder.file("w"), {{std::string(70'000, 'n'), x}}), 0),
              "a name of 70000 bytes");
  CHECK(folder.count() == 0);
}

}  // namespace
}  // namespace cairn
