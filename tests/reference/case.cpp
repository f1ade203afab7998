#include "tests/reference/case.h"

#include <cstdlib>
#include <sstream>

namespace cairn::test {

Settings::Settings(const std::string& words) {
  std::istringstream stream(words);
  for (std::string word; stream >> word;) {
    const std::size_t at = word.find('=');
    if (at != std::string::npos) words_[word.substr(0, at)] = word.substr(at + 1);
  }
}

std::string Settings::word(const std::string& key) const {
  const auto found = words_.find(key);
  if (found == words_.end()) throw Error("a reference case names no " + key);
  return found->second;
}

std::vector<double> Settings::numbers(const std::string& key) const {
  std::istringstream stream(word(key));
  std::vector<double> values;
  for (std::string part; std::getline(stream, part, ',');) {
    values.push_back(std::strtod(part.c_str(), nullptr));
  }
  return values;
}

double Settings::number(const std::string& key, double otherwise) const {
  return words_.count(key) == 0 ? otherwise : number(key);
}

Shape Settings::shape(const std::string& key) const {
  Shape shape;
  for (const double v : numbers(key)) shape.push_back(static_cast<std::int64_t>(v));
  return shape;
}

namespace {

void put(ReferenceCase& c, const std::string& part, const Tensor& value) {
  if (part == "y") c.y = value;
  else if (part == "dy") c.dy = value;
  else if (part[0] == 'x') c.inputs[std::stoi(part.substr(1))] = value;
  else c.gradients[std::stoi(part.substr(2))] = value;
}

}  // namespace

std::vector<ReferenceCase> reference_cases() {
  std::map<std::string, ReferenceCase> by_name;
  const std::string here = CAIRN_SOURCE_DIR "/tests/reference/";
  for (const char* const file : {"reference.safetensors", "attention.safetensors",
                                 "training.safetensors", "losses.safetensors"}) {
    for (const auto& [name, value] : io::load_safetensors(here + file)) {
      const std::size_t slash = name.find('/');
      ReferenceCase& c = by_name[name.substr(0, slash)];
      put(c, name.substr(slash + 1), value);
    }
  }
  std::vector<ReferenceCase> cases;
  for (auto& [name, c] : by_name) {
    c.name = name;
    c.operation = name.substr(0, name.find(' '));
    c.settings = Settings(name);
    cases.push_back(std::move(c));
  }
  return cases;
}

}  // namespace cairn::test
