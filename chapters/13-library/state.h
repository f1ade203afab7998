// A module's parameters in a file, each by its name, with a check sum at the end.
#pragma once

#include <cstdint>
#include <cstring>
#include <fstream>
#include <iterator>
#include <map>
#include <stdexcept>
#include <string>

#include "13-library/modules.h"

namespace ch13 {

// FNV-1a: every byte goes into all that follows.
inline std::uint64_t check_sum(const std::string& bytes) {
  std::uint64_t sum = 0xcbf29ce484222325u;
  for (unsigned char byte : bytes) sum = (sum ^ byte) * 0x100000001b3u;
  return sum;
}

inline void put(std::string& bytes, std::uint64_t x) {
  for (int shift = 0; shift < 64; shift += 8) {
    bytes += static_cast<char>(x >> shift & 255);
  }
}

inline std::string write(const Module& module) {
  std::string bytes = "CAIRN-13";
  put(bytes, module.parameters().size());
  for (const auto& [name, p] : module.parameters()) {
    put(bytes, name.size());
    bytes += name;
    put(bytes, p.value.shape.size());
    for (std::size_t n : p.value.shape) put(bytes, n);
    const Tensor values = copy(p.value);
    for (std::size_t i = 0; i < values.size(); ++i) {
      std::uint64_t bits = 0;
      std::memcpy(&bits, values.data() + i, sizeof bits);
      put(bytes, bits);
    }
  }
  put(bytes, check_sum(bytes));
  return bytes;
}

// ANCHOR: reader
// Takes a file apart, and believes nothing that it has not seen.
class Reader {
 public:
  explicit Reader(const std::string& bytes) : bytes_(bytes), left_(bytes.size()) {}

  std::string text(std::uint64_t length) {
    if (length > left_) throw std::runtime_error("load: the file ends too early");
    left_ -= length;
    return bytes_.substr(bytes_.size() - left_ - length, length);
  }
  std::uint64_t whole() {
    std::uint64_t x = 0;
    const std::string eight = text(8);
    for (int i = 7; i >= 0; --i) x = x << 8 | static_cast<unsigned char>(eight[i]);
    return x;
  }
  // Room is made only for numbers that are there.
  Tensor tensor() {
    Shape shape;
    std::uint64_t count = 1;
    for (std::uint64_t rank = whole(); rank > 0; --rank) {
      shape.push_back(whole());
      if (shape.back() > left_ / 8) throw std::runtime_error("load: a wrong shape");
      count *= shape.back();  // both below 2^32 in any file of less than 32 GiB
      if (count > left_ / 8) throw std::runtime_error("load: a wrong shape");
    }
    Tensor x(shape);
    for (std::uint64_t i = 0; i < count; ++i) {
      const std::uint64_t bits = whole();
      std::memcpy(x.data() + i, &bits, sizeof bits);
    }
    return x;
  }

 private:
  const std::string& bytes_;
  std::uint64_t left_;
};
// ANCHOR_END: reader

// ANCHOR: load
// All is read and compared before the first number is changed.
inline void read(const Module& module, const std::string& bytes) {
  const std::string body = bytes.substr(0, bytes.size() < 8 ? 0 : bytes.size() - 8);
  Reader reader(bytes);
  if (reader.text(8) != "CAIRN-13") throw std::runtime_error("load: no such file");
  Reader end(bytes);
  end.text(body.size());
  if (end.whole() != check_sum(body)) {
    throw std::runtime_error("load: the file is damaged, its check sum is wrong");
  }
  std::map<std::string, Tensor> found;
  for (std::uint64_t count = reader.whole(); count > 0; --count) {
    const std::string name = reader.text(reader.whole());
    found.emplace(name, reader.tensor());
  }
  for (const auto& [name, p] : module.parameters()) {
    const auto at = found.find(name);
    if (at == found.end()) throw std::runtime_error("load: there is no " + name);
    require(at->second.shape == p.value.shape, ("load: " + name).c_str(), p.value.shape,
            at->second.shape);
  }
  if (found.size() != module.parameters().size()) {
    throw std::runtime_error("load: the file has parameters that the module has not");
  }
  for (const auto& [name, p] : module.parameters()) assign(p.value, found.at(name));
}
// ANCHOR_END: load

inline void save(const Module& module, const std::string& path) {
  std::ofstream out(path, std::ios::binary);
  out << write(module);
  out.close();
  if (!out) throw std::runtime_error("save: cannot write " + path);
}

inline void load(const Module& module, const std::string& path) {
  std::ifstream in(path, std::ios::binary);
  if (!in) throw std::runtime_error("load: cannot open " + path);
  read(module, {std::istreambuf_iterator<char>(in), std::istreambuf_iterator<char>()});
}

}  // namespace ch13
