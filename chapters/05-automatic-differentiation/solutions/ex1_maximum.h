// Exercise 1 ★: an operation of your own.
#pragma once

#include <algorithm>

#include "05-automatic-differentiation/operations.h"

namespace ch05 {

// The larger of a and b, entry by entry; a row, a column or a number is stretched. Where
// both are equal, a has the whole gradient.
inline Variable maximum(const Variable& a, const Variable& b) {
  Matrix value = combine("maximum", a->value, b->value,
                         [](double p, double q) { return std::max(p, q); });
  return record(std::move(value), {a, b}, [](Node& y) {
    const auto a_taken = [](double p, double q) { return p >= q ? 1.0 : 0.0; };
    const auto b_taken = [](double p, double q) { return p >= q ? 0.0 : 1.0; };
    y.add(0, times(y.gradient, combine("maximum", y.in(0), y.in(1), a_taken)));
    y.add(1, times(y.gradient, combine("maximum", y.in(0), y.in(1), b_taken)));
  });
}

}  // namespace ch05
