// The operations: each computes a value and says how a gradient passes back through it.
// In every rule y.gradient is dL/dy, y.in(i) the value of input i, and y.add(i, part)
// hands a part of dL/dinput to it.
#pragma once

#include <cmath>
#include <cstddef>
#include <functional>
#include <utility>
#include <vector>

#include "02-logistic-regression/softmax.h"
#include "04-multilayer-perceptron/layers.h"
#include "04-multilayer-perceptron/products.h"
#include "05-automatic-differentiation/variable.h"

namespace ch05 {

// ANCHOR: plus_times
inline Variable operator+(const Variable& a, const Variable& b) {
  return record(combine("+", a->value, b->value, std::plus<double>()), {a, b},
                [](Node& y) {
                  y.add(0, y.gradient);
                  y.add(1, y.gradient);
                });
}

inline Variable operator*(const Variable& a, const Variable& b) {
  return record(combine("*", a->value, b->value, std::multiplies<double>()), {a, b},
                [](Node& y) {
                  y.add(0, times(y.gradient, y.in(1)));
                  y.add(1, times(y.gradient, y.in(0)));
                });
}
// ANCHOR_END: plus_times

inline Variable operator-(const Variable& a) { return Variable(-1) * a; }
inline Variable operator-(const Variable& a, const Variable& b) { return a + -b; }

// ANCHOR: quotient
// y = a / b: dy/da = 1/b, and dy/db = -a/b² = -y/b.
inline Variable operator/(const Variable& a, const Variable& b) {
  return record(combine("/", a->value, b->value, std::divides<double>()), {a, b},
                [](Node& y) {
                  const Matrix by_a = over(y.gradient, y.in(1));
                  y.add(0, by_a);
                  y.add(1, times(times(by_a, y.value), Matrix(1, 1, -1.0)));
                });
}
// ANCHOR_END: quotient

// ANCHOR: elementwise
// A function of one number, applied to every entry: chapter 4's, as they are.
template <class Function>
Variable elementwise(const Variable& x) {
  Matrix value = x->value;
  for (double& v : value.values) v = Function::value(v);
  return record(std::move(value), {x}, [](Node& y) {
    Matrix part = y.gradient;
    for (std::size_t i = 0; i < part.values.size(); ++i) {
      part.values[i] *= Function::slope(y.in(0).values[i], y.value.values[i]);
    }
    y.add(0, part);
  });
}

inline Variable sigmoid(const Variable& x) {
  return elementwise<ch04::SigmoidFunction>(x);
}
inline Variable tanh(const Variable& x) { return elementwise<ch04::TanhFunction>(x); }
inline Variable relu(const Variable& x) { return elementwise<ch04::ReLUFunction>(x); }
// ANCHOR_END: elementwise

struct ExpFunction {
  static double value(double x) { return std::exp(x); }
  static double slope(double, double y) { return y; }
};

struct LogFunction {
  static double value(double x) { return std::log(x); }
  static double slope(double x, double) { return 1 / x; }
};

struct SqrtFunction {
  static double value(double x) { return std::sqrt(x); }
  static double slope(double, double y) { return 1 / (2 * y); }
};

struct SinFunction {
  static double value(double x) { return std::sin(x); }
  static double slope(double x, double) { return std::cos(x); }
};

struct CosFunction {
  static double value(double x) { return std::cos(x); }
  static double slope(double x, double) { return -std::sin(x); }
};

inline Variable exp(const Variable& x) { return elementwise<ExpFunction>(x); }
inline Variable log(const Variable& x) { return elementwise<LogFunction>(x); }
inline Variable sqrt(const Variable& x) { return elementwise<SqrtFunction>(x); }
inline Variable sin(const Variable& x) { return elementwise<SinFunction>(x); }
inline Variable cos(const Variable& x) { return elementwise<CosFunction>(x); }

// ANCHOR: matmul
// Y = A B: dL/dA = dY Bᵀ and dL/dB = Aᵀ dY. A product that nobody wants is saved.
inline Variable matmul(const Variable& a, const Variable& b) {
  return record(ch01::multiply(a->value, b->value), {a, b}, [](Node& y) {
    if (y.wants(0)) y.add(0, ch01::multiply(y.gradient, ch01::transpose(y.in(1))));
    if (!y.wants(1)) return;
    Matrix by_b(y.in(1).rows, y.in(1).cols);
    ch04::add_transposed_product(y.in(0), y.gradient, by_b);
    y.add(1, by_b);
  });
}

inline Variable transpose(const Variable& x) {
  return record(ch01::transpose(x->value), {x},
                [](Node& y) { y.add(0, ch01::transpose(y.gradient)); });
}
// ANCHOR_END: matmul

// ANCHOR: sum
// Every entry has slope 1 in the sum, so the one number dL/dy goes to all of them.
inline Variable sum(const Variable& x) {
  Matrix total(1, 1);
  fold(x->value, total);
  return record(std::move(total), {x}, [](Node& y) {
    const Matrix& all = y.in(0);
    y.add(0, Matrix(all.rows, all.cols, y.gradient(0, 0)));
  });
}

inline Variable mean(const Variable& x) {
  return sum(x) / static_cast<double>(x->value.values.size());
}
// ANCHOR_END: sum

// ANCHOR: cross_entropy
// Chapter 2's loss of logits [N × K] as one operation: its slopes are (P - Y)/N.
inline Variable softmax_cross_entropy(const Variable& logits,
                                      const std::vector<int>& labels) {
  Matrix slopes;  // [N × K]
  const double loss = ch02::softmax_cross_entropy(logits->value, labels, &slopes);
  return record(Matrix(1, 1, loss), {logits}, [slopes = std::move(slopes)](Node& y) {
    y.add(0, times(slopes, y.gradient));
  });
}
// ANCHOR_END: cross_entropy

}  // namespace ch05
