#include <cairn/core/error.h>
#include <cairn/core/random.h>
#include <cairn/io/npy.h>

#include <cmath>
#include <fstream>
#include <iterator>
#include <limits>

#include "tests/catch.h"
#include "tests/error_text.h"
#include "tests/mangle.h"
#include "tests/temporary_folder.h"

namespace cairn {
namespace {

using test::TemporaryFolder;

std::string by_numpy(const std::string& name) {
  return CAIRN_SOURCE_DIR "/tests/io/numpy_files/" + name;
}

std::string content(const std::string& path) {
  std::ifstream in(path, std::ios::binary);
  return {std::istreambuf_iterator<char>(in), std::istreambuf_iterator<char>()};
}

/// A .npy file of version 1.0 with this dictionary.
std::string file_of(const std::string& dict, const std::string& data) {
  const std::string length = {static_cast<char>(dict.size() & 0xFF),
                              static_cast<char>(dict.size() >> 8)};
  return std::string("\x93NUMPY\x01\x00", 8) + length + dict + data;
}

std::string dict(const std::string& descr, const std::string& shape) {
  return "{'descr': '" + descr + "', 'fortran_order': False, 'shape': (" + shape +
         "), }";
}

/// The arrays of make_numpy_files.py that have a tensor's dtype.
std::vector<std::pair<std::string, Tensor>> same() {
  const float inf = std::numeric_limits<float>::infinity();
  return {{"f4", Tensor::from_vector<float>({1.5F, -2.25F, 0.1F, 1e-38F, -0.0F, inf},
                                            {2, 3})},
          {"f8", scalar(1.0 / 3, f64)},
          {"i8", Tensor::from_vector<std::int64_t>({0, -1, 1LL << 62, INT64_MIN, 7})},
          {"u1", arange(0, 12, 1, u8).reshape({2, 1, 6})},
          {"none", zeros({2, 0, 3}, f64)}};
}

TEST_CASE("what is written is byte for byte what NumPy writes") {
  const TemporaryFolder folder;
  for (const auto& [name, tensor] : same()) {
    INFO(name);
    io::save_npy(folder.file("x.npy"), tensor);
    CHECK(folder.read("x.npy") == content(by_numpy("same-" + name + ".npy")));
  }
  // A view is written as what it shows.
  io::save_npy(folder.file("a.npy"), arange(0, 6).reshape({2, 3}).t());
  CHECK(io::load_npy(folder.file("a.npy")).to_vector<float>() ==
        std::vector<float>{0, 3, 1, 4, 2, 5});
}

TEST_CASE("arrays that NumPy wrote are read") {
  for (const auto& [name, tensor] : same()) {
    INFO(name);
    const Tensor read = io::load_npy(by_numpy("same-" + name + ".npy"));
    CHECK(read.dtype() == tensor.dtype());
    CHECK(read.shape() == tensor.shape());
    CHECK(read.to(f64).to_vector<double>() == tensor.to(f64).to_vector<double>());
  }
  for (const char* version : {"version-2.npy", "version-3.npy"}) {
    CHECK(io::load_npy(by_numpy(version)).to_vector<float>() ==
          same()[0].second.to_vector<float>());
  }
}

TEST_CASE("keys may come in any order and sizes as Python 2 wrote them") {
  const TemporaryFolder folder;
  const std::string path = folder.write(
      "x", file_of("{\"shape\":(2L,),'fortran_order':False, 'descr':'|u1'}\n", "\5\6"));
  CHECK(io::load_npy(path).to_vector<std::uint8_t>() ==
        std::vector<std::uint8_t>{5, 6});
}

TEST_CASE("arrays that no tensor can hold are refused by name") {
  CHECK_ERROR(FormatError, io::load_npy(by_numpy("too-large.npy")),
              "holds the number 9223372036854775808, which is too large for an i64");
  CHECK_ERROR(FormatError, io::load_npy(by_numpy("text.npy")),
              "holds elements of the type '<U3'; Cairn reads bool, (u)int8 to 64");
  CHECK_ERROR(FormatError, io::load_npy(by_numpy("records.npy")),
              "records of several fields");
  CHECK_ERROR(FormatError, io::load_npy(by_numpy("objects.npy")), "type '|O'");
}

TEST_CASE("lying npy headers are refused with a reason") {
  const TemporaryFolder folder;
  const auto load = [&](const std::string& bytes) {
    return test::error_text<FormatError>(
        [&] { io::load_npy(folder.write("x.npy", bytes)); });
  };
  const std::string place = "load_npy: '" + folder.file("x.npy") + "'";
  CHECK(load("") == place +
                        " has 0 bytes and does not begin as a .npy file does, with 93, "
                        "NUMPY, a version and a length; is it another kind of file?");
  using test::contains;
  CHECK(contains(load(std::string("\x93NUMPY\x04\x00\x00\x00", 10)), "version 4.0"));
  CHECK(contains(load(std::string("\x93NUMPY\x02\x00\xFF\xFF\xFF\xFF", 12)),
                 "promises a header of 4294967295 bytes and ends before them"));
  CHECK(contains(load(std::string("\x93NUMPY\x02\x00\x01\x00", 10)), "ends before"));
  CHECK(contains(load(file_of(dict("<f4", "4"), "abc")),
                 "promises elements of shape (4,) (16 bytes) and holds 3 bytes"));
  CHECK(contains(load(file_of(dict("<f4", ""), "abcdefgh")), "(4 bytes) and holds 8"));
  CHECK(contains(load(file_of(dict("<f8", "4294967296, 4294967296, 4"), "abcd")),
                 "more elements than can be counted"));
  CHECK(contains(load(file_of(dict("<f8", "4294967296, 4294967296, 0"), "")),
                 "more elements than can be counted"));
  CHECK(contains(load(file_of(dict("<f4", "99999999999999999999"), "")), "too large"));
  CHECK(contains(load(file_of(dict("<f4", "-1"), "")), "a size was expected"));
  CHECK(contains(load(file_of(dict("<f4", "1,1,1,1,1,1,1,1,1"), "abcd")),
                 "more than 8 dimensions"));
  CHECK(contains(load(file_of("{'descr': '<f4'}", "")), "it lacks"));
  CHECK(contains(load(file_of("{'descr': '<f4', 'descr': '<f4'}", "")), "twice"));
  CHECK(contains(load(file_of("{'evil': __import__('os')}", "")), "is none of"));
  CHECK(contains(load(file_of("{'shape': (1", "")), "')' was expected"));
  CHECK(contains(load(file_of(dict("<f4", "") + "x", "abcd")), "follows"));
  CHECK(contains(load(file_of("{'descr", "")), "never closed"));
}

TEST_CASE("an npy file with any byte changed or cut anywhere is read or refused") {
  const TemporaryFolder folder;
  const auto read = [&](const std::string& bytes) {
    io::load_npy(folder.write("x.npy", bytes));
  };
  const std::string valid = content(by_numpy("same-f4.npy"));
  const test::Mangled result = test::mangle(valid, read);
  CHECK(result.worse.empty());
  CHECK(result.refused > static_cast<int>(valid.size()));
  CHECK(result.read > 24);  // any change of an element is a valid file
  const test::Mangled fortran = test::mangle(
      file_of("{'descr': '>i2', 'fortran_order': True, 'shape': (1, 2)}", "abcd"),
      read);
  CHECK(fortran.worse.empty());
}

TEST_CASE("npy files that cannot be opened or written are named") {
  CHECK_ERROR(IoError, io::load_npy("/no/such.npy"), "/no/such.npy");
  CHECK_ERROR(IoError, (io::save_npy("/no/such/x.npy", ones({1})), 0), "/no/such/x");
}

}  // namespace
}  // namespace cairn
