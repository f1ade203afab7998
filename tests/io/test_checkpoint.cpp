// Checkpoints: files that are believed only when they are whole.
#include <cairn/cairn.h>

#include "tests/catch.h"
#include "tests/error_text.h"
#include "tests/temporary_folder.h"

namespace cairn {
namespace {

using test::TemporaryFolder;

StateDict example() {
  Generator generator(2);
  return {{"model/0.weight", randn({3, 5}, generator)},
          {"optimizer/learning_rate", scalar(0.1, f64)},
          {"bytes", Tensor::from_vector<std::uint8_t>({1, 2, 3})},
          {"optimizer/0.step", Tensor::from_vector<std::int64_t>({7}, {})},
          {"turned", randn({2, 3}, generator).t()},
          {"nothing", zeros({0, 4})}};
}

bool same(const StateDict& a, const StateDict& b) {
  if (a.size() != b.size()) return false;
  for (std::size_t i = 0; i < a.size(); ++i) {
    const Tensor &x = a[i].second, &y = b[i].second;
    if (a[i].first != b[i].first || x.dtype() != y.dtype()) return false;
    if (x.shape() != y.shape()) return false;
    if (x.to(f64).to_vector<double>() != y.to(f64).to_vector<double>()) return false;
  }
  return true;
}

TEST_CASE("a checkpoint comes back as it went") {
  const TemporaryFolder folder;
  io::save_checkpoint(folder.file("c"), example());
  CHECK(same(io::load_checkpoint(folder.file("c")), example()));
  CHECK(same(io::load_safetensors(folder.file("c")), example()));
  CHECK(folder.count() == 1);
}

TEST_CASE("elements in a file lie where their size wants them") {
  const TemporaryFolder folder;
  io::save_safetensors(folder.file("w"), {{"bytes", zeros({3}, u8)},
                                          {"floats", zeros({3})},
                                          {"doubles", zeros({2}, f64)}});
  const std::string file = folder.read("w");
  CHECK(test::contains(file,
                       "\"bytes\":{\"dtype\":\"U8\",\"shape\":[3],"
                       "\"data_offsets\":[28,31]}"));
  CHECK(test::contains(file, "\"data_offsets\":[16,28]}"));
  CHECK(test::contains(file, "\"data_offsets\":[0,16]}"));
}

TEST_CASE("every truncation of a checkpoint is noticed") {
  const TemporaryFolder folder;
  io::save_checkpoint(folder.file("c"), example());
  const std::string whole = folder.read("c");
  for (std::size_t n = 0; n < whole.size(); ++n) {
    const std::string path = folder.write("cut", whole.substr(0, n));
    CHECK_THROWS_AS(io::load_checkpoint(path), FormatError);
  }
  CHECK_THROWS_AS(io::load_checkpoint(folder.write("more", whole + "x")), FormatError);
  CHECK_THROWS_AS(io::load_checkpoint(folder.file("none")), IoError);
}

// A change is an error or, in what the format does not look at, no change at all.
TEST_CASE("every changed byte of a checkpoint is noticed") {
  const TemporaryFolder folder;
  io::save_checkpoint(folder.file("c"), example());
  const std::string whole = folder.read("c");
  const StateDict wanted = example();
  std::size_t refused = 0;
  for (std::size_t i = 0; i < whole.size(); ++i) {
    for (const int change : {0x01, 0xD0}) {
      std::string mangled = whole;
      mangled[i] = static_cast<char>(mangled[i] ^ change);
      const std::string path = folder.write("m", mangled);
      try {
        if (!same(io::load_checkpoint(path), wanted)) {
          FAIL("byte " << i << " changed by " << change << " went unnoticed");
        }
      } catch (const FormatError&) {
        ++refused;
      }
    }
  }
  CHECK(refused > whole.size() * 2 - 50);
}

TEST_CASE("pieces of a checkpoint in another order or twice are noticed") {
  const TemporaryFolder folder;
  io::save_checkpoint(folder.file("c"), example());
  const std::string whole = folder.read("c");
  const StateDict wanted = example();
  int refused = 0;
  Generator generator(11);
  for (int attempt = 0; attempt < 2000; ++attempt) {
    const auto place = [&] {
      return static_cast<std::size_t>(
          generator.below(static_cast<std::int64_t>(whole.size())));
    };
    const std::size_t from = place(), to = place(), length = place() % 40 + 1;
    std::string mangled = whole;
    if (attempt % 3 == 0) mangled.erase(from, length);
    else if (attempt % 3 == 1) mangled.insert(to, whole.substr(from, length));
    else mangled.replace(to, length, whole.substr(from, length));
    if (mangled == whole) continue;
    const std::string path = folder.write("m", mangled);
    bool harmless = true;
    try {
      harmless = same(io::load_checkpoint(path), wanted);
    } catch (const FormatError&) {
      ++refused;
    }
    CHECK(harmless);
  }
  CHECK(refused > 1900);
}

TEST_CASE("what is no checkpoint is told from a damaged one") {
  const TemporaryFolder folder;
  const auto load = [&](const char* name) {
    return test::error_text<FormatError>(
        [&] { io::load_checkpoint(folder.file(name)); });
  };
  io::save_safetensors(folder.file("w"), example());
  CHECK(test::contains(load("w"), "a safetensors file, but no checkpoint"));
  io::save_safetensors(folder.file("v"), example(), {{"cairn.checkpoint", "2"}});
  CHECK(test::contains(load("v"), "a checkpoint of version 2; this library reads"));
  io::save_safetensors(folder.file("s"), example(),
                       {{"cairn.checkpoint", "1"}, {"cairn.crc32", "12"}});
  CHECK(test::contains(load("s"), "changed after it was written"));
}

TEST_CASE("metadata is kept and only strings are taken") {
  const TemporaryFolder folder;
  const io::Metadata wanted{{"a \"b\"", "c\n"}, {"format", "pt"}};
  io::save_safetensors(folder.file("w"), {{"x", ones({2})}}, wanted);
  io::Metadata found{{"old", "old"}};
  CHECK(io::load_safetensors(folder.file("w"), found).size() == 1);
  CHECK(found == wanted);
  CHECK_ERROR(
      ValueError,
      (io::save_safetensors(folder.file("w"), {{"__metadata__", ones({1})}}), 0),
      "no tensor may be named __metadata__");
  std::string file = folder.read("w");
  file.replace(file.find("\"pt\""), 4, "1234");
  CHECK_ERROR(FormatError, io::load_safetensors(folder.write("m", file)),
              "more than strings");
}

}  // namespace
}  // namespace cairn
