// What the tests of operations share: tensors of one shape in every awkward layout, and
// a comparison with a plain formula, element by element. Nothing here uses an operation
// of the library but views, so that a wrong one cannot agree with itself.
#pragma once

#include <cmath>
#include <cstdint>
#include <limits>
#include <sstream>
#include <string>
#include <utility>
#include <vector>

#include <cairn/cairn.h>

#include "tests/catch.h"

namespace cairn::test {

using Index = std::vector<std::int64_t>;

/// Calls f(index) for every element of `shape`, the last dimension fastest.
template <class F>
void each_index(const Shape& shape, F f) {
  if (shape.numel() == 0) return;
  Index at(static_cast<std::size_t>(shape.dim()), 0);
  while (true) {
    f(const_cast<const Index&>(at));
    int d = shape.dim() - 1;
    while (d >= 0 && ++at[static_cast<std::size_t>(d)] == shape[d]) {
      at[static_cast<std::size_t>(d--)] = 0;
    }
    if (d < 0) return;
  }
}

inline std::int64_t offset_of(const Tensor& t, const Index& at) {
  std::int64_t offset = 0;
  for (int d = 0; d < t.dim(); ++d)
    offset += at[static_cast<std::size_t>(d)] * t.strides()[d];
  return offset;
}

/// The element of `t` that stands at `at` of the shape t broadcasts to.
template <class T>
T& element(const Tensor& t, const Index& at) {
  Index own(at.end() - t.dim(), at.end());
  for (int d = 0; d < t.dim(); ++d) {
    if (t.shape()[d] == 1) own[static_cast<std::size_t>(d)] = 0;
  }
  return t.data<T>()[offset_of(t, own)];
}

inline double real(const Tensor& t, const Index& at) {
  return t.dtype() == f32 ? static_cast<double>(element<float>(t, at))
                          : element<double>(t, at);
}

/// A tensor of `shape` whose every element is draw().
template <class T, class Draw>
Tensor filled(const Shape& shape, Draw draw) {
  const Tensor t = empty(shape, detail::dtype_of<T>());
  each_index(shape,
             [&](const Index& at) { element<T>(t, at) = static_cast<T>(draw()); });
  return t;
}

/// Tensors of `shape` that lie row by row, column by column, with gaps, and repeated.
template <class T, class Draw>
std::vector<Tensor> layouts(const Shape& shape, Draw draw) {
  const int dims = shape.dim();
  std::vector<Tensor> made{filled<T>(shape, draw)};
  if (dims == 0) return made;
  Shape reversed, order, wide = shape, narrow = shape;
  for (int d = dims - 1; d >= 0; --d) {
    reversed.push_back(shape[d]);
    order.push_back(d);
    wide[d] = 2 * shape[d] + 1;
  }
  made.push_back(filled<T>(reversed, draw).permute(order));
  Tensor gaps = filled<T>(wide, draw);
  for (int d = 0; d < dims; ++d) gaps = gaps.slice(d, 1, 1 + 2 * shape[d], 2);
  made.push_back(gaps);
  narrow[dims / 2] = 1;
  made.push_back(filled<T>(narrow, draw).expand(shape));
  return made;
}

inline std::string text_of(const Index& at) {
  std::ostringstream text;
  for (const std::int64_t i : at) text << i << ' ';
  return text.str();
}

/// Checks shape and elements of y against expected(index): equal, both NaN, or closer
/// than `tolerance` · max(floor, |expected|).
template <class T, class Expected>
void check_elements(const Tensor& y, const Shape& shape, double tolerance,
                    Expected expected, double floor = 0) {
  REQUIRE(y.dtype() == detail::dtype_of<T>());
  REQUIRE(y.shape() == shape);
  std::string wrong;
  each_index(shape, [&](const Index& at) {
    if (!wrong.empty()) return;
    const T found = element<T>(y, at);
    const auto wanted = expected(at);
    if (found == wanted || (found != found && wanted != wanted)) return;
    const double f = static_cast<double>(found), w = static_cast<double>(wanted);
    if (std::abs(f - w) <= tolerance * std::max(std::abs(w), floor)) return;
    std::ostringstream text;
    text.precision(17);
    text << "at " << text_of(at) << "of " << shape.to_string() << ": " << f
         << " instead of " << w;
    wrong = text.str();
  });
  CHECK(wrong == "");
}

/// Random numbers, one in four a special one: zeros of both signs, infinities, NaN,
/// ties.
template <class T>
struct Draw {
  Generator& generator;
  bool specials = true;

  T operator()() const {
    if constexpr (std::is_same_v<T, std::uint8_t>) {
      return static_cast<T>(generator.below(256));
    } else if constexpr (std::is_same_v<T, std::int64_t>) {
      return generator.below(101) - 50;
    } else {
      constexpr T kInfinity = std::numeric_limits<T>::infinity();
      const T special[] = {T(0),
                           T(-0.0),
                           T(1),
                           T(-1),
                           kInfinity,
                           -kInfinity,
                           std::numeric_limits<T>::quiet_NaN()};
      if (specials && generator.below(4) == 0) return special[generator.below(7)];
      return static_cast<T>(3 * generator.normal());
    }
  }
};

}  // namespace cairn::test
