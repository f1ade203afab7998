// Shapes: how many numbers there are along each axis, and how far apart they lie.
#pragma once

#include <algorithm>
#include <cstddef>
#include <stdexcept>
#include <string>
#include <vector>

namespace ch13 {

using Shape = std::vector<std::size_t>;
using Strides = std::vector<std::size_t>;

inline std::string text(const Shape& shape) {
  std::string all;
  for (std::size_t n : shape) all += (all.empty() ? "" : ", ") + std::to_string(n);
  return "[" + all + "]";
}

inline void require(bool fits, const char* operation, const Shape& a, const Shape& b) {
  if (fits) return;
  throw std::invalid_argument(std::string(operation) + ": shapes " + text(a) + " and " +
                              text(b) + " do not fit");
}

inline std::size_t count_of(const Shape& shape) {
  std::size_t count = 1;
  for (std::size_t n : shape) count *= n;
  return count;
}

// Strides of numbers that lie in order, the last axis without gaps.
inline Strides row_major(const Shape& shape) {
  Strides strides(shape.size());
  std::size_t stride = 1;
  for (std::size_t k = shape.size(); k-- > 0;) {
    strides[k] = stride;
    stride *= shape[k];
  }
  return strides;
}

// ANCHOR: broadcast
// The shape that both can be stretched to. Axes are matched from the last one; where
// one of the two has no axis, or one of length 1, the other's length counts.
inline Shape broadcast(const char* operation, const Shape& a, const Shape& b) {
  Shape both(std::max(a.size(), b.size()), 1);
  for (std::size_t k = 1; k <= both.size(); ++k) {
    const std::size_t n = k <= a.size() ? a[a.size() - k] : 1;
    const std::size_t m = k <= b.size() ? b[b.size() - k] : 1;
    require(n == m || n == 1 || m == 1, operation, a, b);
    both[both.size() - k] = n == 1 ? m : n;
  }
  return both;
}
// ANCHOR_END: broadcast

}  // namespace ch13
