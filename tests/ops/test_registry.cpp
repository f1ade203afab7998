// No differentiable operation without a gradient check: the names under which the
// library's sources record are read from the sources and looked up in the registry.
#include <filesystem>
#include <fstream>
#include <regex>
#include <set>
#include <sstream>

#include <cairn/autograd/node.h>

#include "tests/catch.h"
#include "tests/ops/cases.h"

namespace cairn::test {
namespace {

std::string text_of(const std::filesystem::path& path) {
  std::ostringstream text;
  text << std::ifstream(path).rdbuf();
  return text.str();
}

// Functions that record under the name they are given; whoever adds one names it here.
const char* const kRecorders =
    "record|with_slope_of_input|with_slope_of_output|extremum|extreme|by_rows|"
    "pointwise|"
    "recurrent_layer";

std::set<std::string> names_in_sources() {
  std::set<std::string> names;
  const std::filesystem::path rooms = CAIRN_SOURCE_DIR "/src/cairn";
  const std::regex direct("\\b(?:" + std::string(kRecorders) + ")\\(\\s*\"(\\w+)\"");
  const std::regex copies("copy_into\\([^;]*\"(\\w+)\"\\)");
  for (const auto& entry : std::filesystem::recursive_directory_iterator(rooms)) {
    if (entry.path().extension() != ".cpp") continue;
    const std::string text = text_of(entry.path());
    for (const std::regex& pattern : {direct, copies}) {
      for (std::sregex_iterator it(text.begin(), text.end(), pattern), end; it != end;
           ++it) {
        names.insert((*it)[1]);
      }
    }
  }
  return names;
}

// How often the sources record under a name that is not written there.
int indirect_records() {
  int count = 0;
  const std::regex indirect("\\brecord(?:_several)?\\(\\s*(?!\")[a-z_.]+,");
  const std::filesystem::path rooms = CAIRN_SOURCE_DIR "/src/cairn";
  for (const auto& entry : std::filesystem::recursive_directory_iterator(rooms)) {
    if (entry.path().extension() != ".cpp") continue;
    const std::string text = text_of(entry.path());
    count += static_cast<int>(
        std::distance(std::sregex_iterator(text.begin(), text.end(), indirect),
                      std::sregex_iterator()));
  }
  return count;
}

TEST_CASE("every operation that the sources record is in the registry") {
  std::set<std::string> registered;
  for (const OpCase& c : differentiable_operations()) registered.insert(c.op);
  const std::set<std::string> names = names_in_sources();
  CHECK(names.size() >= 30);
  for (const std::string& name : names) {
    INFO("recorded as \"" << name << "\" but missing in tests/ops/cases.cpp");
    CHECK(registered.count(name) == 1);
  }
  // extremum, the two with_slope functions, copy_into, extreme, by_rows, pointwise,
  // recurrent_layer and autograd::apply; one more means that kRecorders above misses a function.
  CHECK(indirect_records() == 9);
}

TEST_CASE("each case of the registry records the operation it names") {
  for (const OpCase& c : differentiable_operations()) {
    INFO(c.op << ", " << c.what);
    std::set<std::string> on_tape;
    const Tensor y = c.f(c.inputs);  // keeps the graph alive
    std::vector<autograd::Node*> open{autograd::meta_of(y)->node.get()};
    while (!open.empty()) {
      autograd::Node* const node = open.back();
      open.pop_back();
      on_tape.insert(node->name());
      for (autograd::Node* next : node->parents()) open.push_back(next);
    }
    CHECK(on_tape.count(c.op) == 1);
  }
}

}  // namespace
}  // namespace cairn::test
