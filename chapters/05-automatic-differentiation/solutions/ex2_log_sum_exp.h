// Exercise 2 ★★: one operation in place of many.
#pragma once

#include <cstddef>

#include "02-logistic-regression/softmax.h"
#include "05-automatic-differentiation/operations.h"

namespace ch05 {

// z [N × K] → [N × 1]: the logarithm of the sum of the exponentials of each row, for
// scores of any size.
inline Variable log_sum_exp(const Variable& z) {
  const std::size_t k = z->value.cols;
  Matrix value(z->value.rows, 1);
  for (std::size_t i = 0; i < value.rows; ++i) {
    value(i, 0) = ch02::log_sum_exp(&z->value.values[i * k], k);
  }
  return record(std::move(value), {z}, [k](Node& y) {
    Matrix p = y.in(0);
    for (std::size_t i = 0; i < p.rows; ++i) {
      ch02::softmax(&p.values[i * k], k, &p.values[i * k]);
    }
    y.add(0, times(p, y.gradient));
  });
}

}  // namespace ch05
