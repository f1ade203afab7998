// The operations: chapter 5's rules, over tensors of any shape.
#pragma once

#include <cmath>
#include <cstddef>
#include <utility>
#include <vector>

#include "13-library/tape.h"

namespace ch13 {

// ANCHOR: plus_times
inline Variable operator+(const Variable& a, const Variable& b) {
  return record(add(a.value, b.value), {a, b}, [](Node& y) {
    y.add(0, y.gradient);
    y.add(1, y.gradient);
  });
}

inline Variable operator*(const Variable& a, const Variable& b) {
  const Saved x(a.value), z(b.value);
  return record(times(a.value, b.value), {a, b}, [=](Node& y) {
    if (y.wants(0)) y.add(0, times(y.gradient, z.get()));
    if (y.wants(1)) y.add(1, times(y.gradient, x.get()));
  });
}
// ANCHOR_END: plus_times

inline Variable operator*(const Variable& a, double factor) {
  return record(times(a.value, factor), {a},
                [=](Node& y) { y.add(0, times(y.gradient, factor)); });
}
inline Variable operator-(const Variable& a, const Variable& b) { return a + b * -1; }

// ANCHOR: relu
// Both tell their slope from their output.
inline Variable relu(const Variable& x) {
  const Tensor value = map(x.value, [](double v) { return v > 0 ? v : 0; });
  const Saved out(value);
  return record(value, {x}, [=](Node& y) {
    y.add(0, combine("relu", y.gradient, out.get(),
                     [](double dy, double v) { return v > 0 ? dy : 0; }));
  });
}

inline Variable tanh(const Variable& x) {
  const Tensor value = map(x.value, [](double v) { return std::tanh(v); });
  const Saved out(value);
  return record(value, {x}, [=](Node& y) {
    y.add(0, combine("tanh", y.gradient, out.get(),
                     [](double dy, double v) { return dy * (1 - v * v); }));
  });
}
// ANCHOR_END: relu

// ANCHOR: matmul
// Transposes are views: nothing is moved for any of the three products.
inline Variable matmul(const Variable& a, const Variable& b) {
  const Saved x(a.value), z(b.value);
  return record(multiply(a.value, b.value), {a, b}, [=](Node& y) {
    if (y.wants(0)) y.add(0, multiply(y.gradient, transpose(z.get())));
    if (y.wants(1)) y.add(1, multiply(transpose(x.get()), y.gradient));
  });
}
// ANCHOR_END: matmul

// ANCHOR: views
inline Variable transpose(const Variable& x) {
  return record(transpose(x.value), {x},
                [](Node& y) { y.add(0, transpose(y.gradient)); });
}

inline Variable reshape(const Variable& x, const Shape& shape) {
  return record(reshape(x.value, shape), {x}, [before = x.value.shape](Node& y) {
    y.add(0, reshape(y.gradient, before));
  });
}

// Numbers outside the slice have no part in the result, so their slope is 0.
inline Variable slice(const Variable& x, std::size_t axis, std::size_t first,
                      std::size_t last) {
  return record(slice(x.value, axis, first, last), {x},
                [=, whole = x.value.shape](Node& y) {
                  const Tensor dx(whole, 0.0);
                  add_to(slice(dx, axis, first, last), y.gradient);
                  y.add(0, dx);
                });
}
// ANCHOR_END: views

// ANCHOR: sum
// The sum of all numbers, and the sum over the axes that `shape` does not have.
inline Variable sum(const Variable& x) {
  return record(Tensor({}, sum_of(x.value)), {x}, [whole = x.value.shape](Node& y) {
    y.add(0, expand(y.gradient, whole));
  });
}

inline Variable sum(const Variable& x, const Shape& shape) {
  require(broadcast("sum", x.value.shape, shape) == x.value.shape, "sum", x.value.shape,
          shape);
  return record(sum_to(x.value, shape), {x}, [whole = x.value.shape](Node& y) {
    y.add(0, expand(y.gradient, whole));
  });
}
// ANCHOR_END: sum

inline Variable mean(const Variable& x) {
  return sum(x) * (1 / static_cast<double>(x.value.size()));
}

// Chapter 2's loss of one row of logits. Turns dz into the slopes P - Y.
inline double row_loss(std::size_t classes, std::size_t label, double* dz) {
  double largest = dz[0], total = 0;
  for (std::size_t j = 1; j < classes; ++j) largest = std::max(largest, dz[j]);
  for (std::size_t j = 0; j < classes; ++j) total += std::exp(dz[j] - largest);
  const double loss = std::log(total) + largest - dz[label];
  for (std::size_t j = 0; j < classes; ++j) dz[j] = std::exp(dz[j] - largest) / total;
  dz[label] -= 1;
  return loss;
}

inline Variable softmax_cross_entropy(const Variable& logits,
                                      const std::vector<int>& labels) {
  require(logits.value.shape.size() == 2 && logits.value.shape[0] == labels.size(),
          "softmax_cross_entropy", logits.value.shape, {labels.size()});
  const std::size_t n = labels.size(), classes = logits.value.shape[1];
  const Tensor slopes = copy(logits.value);
  double loss = 0;
  for (std::size_t i = 0; i < n; ++i) {
    const auto label = static_cast<std::size_t>(labels[i]);  // -1 becomes huge
    require(label < classes, "softmax_cross_entropy: label", {label}, {classes});
    loss += row_loss(classes, label, &slopes(i, 0));
  }
  const double share = 1 / static_cast<double>(n);
  return record(Tensor({}, loss * share), {logits},
                [=](Node& y) { y.add(0, times(slopes, share * number(y.gradient))); });
}

}  // namespace ch13
