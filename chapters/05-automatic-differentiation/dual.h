// Forward mode: a number that carries its slope along.
#pragma once

#include <cmath>

namespace ch05 {

// ANCHOR: dual
// A value and its slope by one chosen input. Number is double, or anything else that
// computes.
template <class Number>
struct Dual {
  Number value, slope;

  Dual(Number value, Number slope = 0) : value(value), slope(slope) {}

  friend Dual operator+(const Dual& a, const Dual& b) {
    return {a.value + b.value, a.slope + b.slope};
  }
  friend Dual operator-(const Dual& a, const Dual& b) {
    return {a.value - b.value, a.slope - b.slope};
  }
  friend Dual operator*(const Dual& a, const Dual& b) {
    return {a.value * b.value, a.slope * b.value + a.value * b.slope};
  }
  friend Dual operator/(const Dual& a, const Dual& b) {
    const Number y = a.value / b.value;
    return {y, (a.slope - y * b.slope) / b.value};
  }
};
// ANCHOR_END: dual

// ANCHOR: dual_functions
template <class Number>
Dual<Number> sqrt(const Dual<Number>& x) {
  using std::sqrt;
  const Number y = sqrt(x.value);
  return {y, x.slope / (Number(2) * y)};
}

template <class Number>
Dual<Number> sin(const Dual<Number>& x) {
  using std::cos, std::sin;
  return {sin(x.value), cos(x.value) * x.slope};
}

template <class Number>
Dual<Number> cos(const Dual<Number>& x) {
  using std::cos, std::sin;
  return {cos(x.value), Number(-1) * sin(x.value) * x.slope};
}
// ANCHOR_END: dual_functions

template <class Number>
Dual<Number> tanh(const Dual<Number>& x) {
  using std::tanh;
  const Number y = tanh(x.value);
  return {y, (Number(1) - y * y) * x.slope};
}

}  // namespace ch05
