// Random numbers that are the same on every machine. The standard library fixes its
// generators but not its distributions: std::normal_distribution differs between
// compilers, and then so would every number in this book.
#pragma once

#include <cmath>
#include <cstddef>
#include <cstdint>
#include <stdexcept>
#include <utility>
#include <vector>

namespace ch01 {

// ANCHOR: random
class Random {
 public:
  explicit Random(std::uint64_t seed) : state_(seed) {}

  // Uniform in [0, 1): the upper 53 bits, as many as a double holds.
  double uniform() { return static_cast<double>(next() >> 11) * 0x1.0p-53; }
  double uniform(double lo, double hi) { return lo + (hi - lo) * uniform(); }

  // Mean 0 and variance 1, by the method of Box and Muller (1958).
  double normal() {
    const double radius = std::sqrt(-2 * std::log(1 - uniform()));
    return radius * std::cos(6.283185307179586 * uniform());
  }
  // ANCHOR_END: random

  // Uniform in {0, ..., n - 1}. The lowest 2^64 mod n values are thrown away, so that
  // every remainder is equally likely.
  std::size_t below(std::size_t n) {
    if (n == 0) throw std::invalid_argument("Random::below: n must be at least 1");
    const std::uint64_t rejected = (0 - static_cast<std::uint64_t>(n)) % n;
    std::uint64_t bits = next();
    while (bits < rejected) bits = next();
    return static_cast<std::size_t>(bits % n);
  }

  // Every order equally likely (Fisher and Yates).
  template <typename T>
  void shuffle(std::vector<T>& items) {
    for (std::size_t i = items.size(); i > 1; --i) {
      std::swap(items[i - 1], items[below(i)]);
    }
  }

 private:
  // SplitMix64 (Steele, Lea and Flood, 2014): a counter, and a function that mixes
  // its bits thoroughly.
  std::uint64_t next() {
    std::uint64_t z = (state_ += 0x9e3779b97f4a7c15u);
    z = (z ^ (z >> 30)) * 0xbf58476d1ce4e5b9u;
    z = (z ^ (z >> 27)) * 0x94d049bb133111ebu;
    return z ^ (z >> 31);
  }

  std::uint64_t state_;
};

}  // namespace ch01
