// What writing and depth cost: multiplications, numbers kept, slopes.
#pragma once

#include <cmath>
#include <cstddef>
#include <cstdint>
#include <vector>

#include "04-multilayer-perceptron/program.h"
#include "10-attention/generate.h"
#include "10-attention/properties.h"

namespace ch10 {

// A text of so many symbols, written with a memory and without.
struct Writing {
  double again, kept;  // millions of multiplications
  double time_again, time_kept;
  std::size_t numbers;  // in the memory, at the end
};

inline Writing write_both_ways(std::size_t length, std::uint64_t seed) {
  Random random(seed);
  const Sizes s{kSymbols.size(), length};
  Transformer<> model(s, random);
  const double d = static_cast<double>(s.width), f = static_cast<double>(s.inner);
  const double blocks = static_cast<double>(s.blocks),
               v = static_cast<double>(s.symbols);
  const double dense = blocks * d * (4 * d + 2 * f) + d * v;  // for each symbol read
  Writing w{};
  for (std::size_t t = 1; t <= length; ++t) {
    const double n = static_cast<double>(t);
    w.again += (n * dense + blocks * 2 * n * n * d) / 1e6;
    w.kept += (dense + blocks * 2 * n * d) / 1e6;
  }
  w.numbers = s.blocks * 2 * length * s.width;
  std::vector<int> text;
  double start = ch04::seconds();
  for (std::size_t t = 0; t < length; ++t) {
    text.push_back(static_cast<int>(t % s.symbols));
    model.forward(text, text.size());
  }
  w.time_again = ch04::seconds() - start;
  start = ch04::seconds();
  Reader<> reader(model);
  for (int id : text) reader.read(id);
  w.time_kept = ch04::seconds() - start;
  return w;
}

// The mean cosine of the angle between two rows of x.
inline double likeness(const Matrix& x) {
  const Matrix products = ch01::multiply(x, ch01::transpose(x));
  double sum = 0, count = 0;
  for (std::size_t i = 0; i < x.rows; ++i) {
    for (std::size_t j = 0; j < i; ++j) {
      sum += products(i, j) / std::sqrt(products(i, i) * products(j, j));
      ++count;
    }
  }
  return sum / count;
}

// How alike 12 random rows are at first and after each of `depth` blocks, with the
// additions and without.
inline std::vector<double> alike_by_depth(bool past, std::size_t depth,
                                          Random& random) {
  Matrix x = noise(12, 32, random);
  std::vector<double> cosines = {likeness(x)};
  for (std::size_t i = 0; i < depth; ++i) {
    Block<> b(32, 4, 64, false, random);
    x = past ? b.forward(x, x.rows)
             : b.feed.forward(
                   b.norm2.forward(b.attention.forward(b.norm1.forward(x), x.rows)));
    cosines.push_back(likeness(x));
  }
  return cosines;
}

}  // namespace ch10
