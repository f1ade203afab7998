#include <cairn/cairn.h>

#include <cstdint>

#include "tests/catch.h"
#include "tests/error_text.h"
#include "tests/temporary_folder.h"

namespace cairn {
namespace {

using test::TemporaryFolder;

std::string length_of(std::uint64_t n) {
  std::string bytes(8, '\0');
  for (int i = 0; i < 8; ++i)
    bytes[static_cast<std::size_t>(i)] = static_cast<char>(n >> (8 * i));
  return bytes;
}

std::string file_of(const std::string& header, const std::string& data) {
  return length_of(header.size()) + header + data;
}

TEST_CASE("tensors come back as they went") {
  const TemporaryFolder folder;
  const io::NamedTensors tensors{
      {"a", randn({2, 3})},
      {"quoted \"name\" \\ \n é", arange(0, 5, 1, i64)},
      {"c", randn({4}, f64)},
      {"view", arange(0, 6).reshape({2, 3}).t()},
      {"bytes", Tensor::from_vector<std::uint8_t>({1, 2, 3})},
      {"number", scalar(7)},
      {"nothing", zeros({0, 3})}};
  const std::string path = folder.file("w.safetensors");
  io::save_safetensors(path, tensors);
  const io::NamedTensors back = io::load_safetensors(path);
  REQUIRE(back.size() == tensors.size());
  for (std::size_t i = 0; i < back.size(); ++i) {
    CHECK(back[i].first == tensors[i].first);
    CHECK(back[i].second.dtype() == tensors[i].second.dtype());
    CHECK(back[i].second.shape() == tensors[i].second.shape());
    CHECK(eq(back[i].second, tensors[i].second).sum().item<std::int64_t>() ==
          tensors[i].second.numel());
  }
}

TEST_CASE("the bytes are those of the format") {
  const TemporaryFolder folder;
  io::save_safetensors(folder.file("w"),
                       {{"x", Tensor::from_vector<std::uint8_t>({5, 6})}});
  const std::string header =
      "{\"x\":{\"dtype\":\"U8\",\"shape\":[2],\"data_offsets\":[0,2]}}   ";
  CHECK(header.size() % 8 == 0);
  CHECK(folder.read("w") == file_of(header, "\5\6"));
}

TEST_CASE("files by others are read: metadata spaces any order of members") {
  const TemporaryFolder folder;
  const std::string path = folder.write(
      "w",
      file_of("{ \"__metadata__\" : {\"format\":\"pt\"},\n \"b\":{\"shape\":[1],"
              "\"data_offsets\":[1,2],\"dtype\":\"U8\"}, \"\\u00e9\":{\"dtype\":\"U8\","
              "\"shape\":[],\"data_offsets\":[0,1]}}",
              "\7\10"));
  const io::NamedTensors tensors = io::load_safetensors(path);
  CHECK(tensors[0].first == "b");
  CHECK(tensors[0].second.item<int>() == 8);
  CHECK(tensors[1].first == "\xc3\xa9");
  CHECK(tensors[1].second.item<int>() == 7);
}

TEST_CASE("hostile files are refused with a reason") {
  const TemporaryFolder folder;
  const auto load = [&](const std::string& content) {
    return test::error_text<FormatError>(
        [&] { io::load_safetensors(folder.write("w", content)); });
  };
  const auto entry = [](const std::string& dtype, const std::string& shape,
                        const std::string& offsets) {
    return "{\"x\":{\"dtype\":\"" + dtype + "\",\"shape\":[" + shape +
           "],\"data_offsets\":[" + offsets + "]}}";
  };
  using test::contains;
  CHECK(contains(load(""), "0 bytes, too few"));
  CHECK(
      contains(load(length_of(1ULL << 60) + "{}"), "claims 1152921504606846976 bytes"));
  CHECK(contains(load(length_of(3) + "{}"), "claims 3 bytes, the file has 2"));
  CHECK(contains(load(file_of("{", "")), "ends too early"));
  CHECK(contains(load(file_of("[]", "")), "not a JSON object"));
  CHECK(contains(load(file_of("{} x", "")), "something follows"));
  CHECK(contains(load(file_of(std::string(100, '['), "")), "nested too deeply"));
  CHECK(
      contains(load(file_of(entry("F32", "2", "0,4"), "abcd")), "cannot fill 4 bytes"));
  CHECK(contains(load(file_of(entry("F32", "1", "0,8"), "abcd")), "there are 4"));
  CHECK(contains(load(file_of(entry("F32", "1", "8,4"), "abcdefgh")), "bytes 8 to 4"));
  CHECK(contains(load(file_of(entry("F32", "4294967296,4294967296,4", "0,4"), "abcd")),
                 "cannot fill"));
  CHECK(contains(load(file_of(entry("F32", "1,1,1,1,1,1,1,1,1", "0,4"), "abcd")),
                 "at most 8 dimensions"));
  CHECK(contains(load(file_of(entry("BF16", "2", "0,4"), "abcd")), "dtype BF16"));
  CHECK(contains(load(file_of(entry("F32", "-1", "0,4"), "abcd")), "expected"));
  CHECK(contains(load(file_of(entry("F32", "99999999999999999999", "0,4"), "abcd")),
                 "too large"));
  CHECK(contains(load(file_of(entry("F32", "1", "0,4"), "abcdefgh")),
                 "the data at byte 8"));
  CHECK(contains(
      load(file_of("{\"a\":{\"dtype\":\"U8\",\"shape\":[2],\"data_offsets\":[0,2]},"
                   "\"b\":{\"dtype\":\"U8\",\"shape\":[2],\"data_offsets\":[1,3]}}",
                   "abc")),
      "overlap"));
  CHECK(contains(load(file_of("{\"a\":{},\"a\":{}}", "")), "stands twice"));
  CHECK(contains(load(file_of("{\"a\\ud800\":{}}", "")), "surrogate"));
}

TEST_CASE("every truncation of a good file is noticed") {
  const TemporaryFolder folder;
  io::save_safetensors(folder.file("w"), {{"x", ones({3})}, {"y", ones({2}, f64)}});
  const std::string whole = folder.read("w");
  for (std::size_t n = 0; n < whole.size(); ++n) {
    const std::string path = folder.write("cut", whole.substr(0, n));
    CHECK_THROWS_AS(io::load_safetensors(path), FormatError);
  }
}

TEST_CASE("a name given twice is not saved") {
  const TemporaryFolder folder;
  CHECK_ERROR(
      ValueError,
      (io::save_safetensors(folder.file("w"), {{"x", ones({1})}, {"x", ones({1})}}), 0),
      "two tensors are named x");
  CHECK(folder.count() == 0);
}

}  // namespace
}  // namespace cairn
