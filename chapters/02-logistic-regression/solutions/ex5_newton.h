// Exercise 5: logistic regression by Newton's method.
#pragma once

#include <cstddef>
#include <vector>

#include "01-linear-regression/solve.h"
#include "02-logistic-regression/logistic.h"

// `steps` steps of Newton's method from weights and bias at zero, for x [N, d] and
// labels 0 or 1. With A = [X 1] [N, d + 1] a step solves H s = g and subtracts s, where
//   g = Aᵀ(p - y) / N   and   H = Aᵀ diag(p(1 - p)) A / N.
inline ch02::LinearModel newton(const ch01::Matrix& x, const std::vector<int>& labels,
                                int steps) {
  const ch01::Matrix a = ch01::with_ones(x);
  ch01::Vector theta(a.cols);  // the weights, then the bias
  for (int step = 0; step < steps; ++step) {
    const ch01::Vector z = ch01::multiply(a, theta);
    ch01::Vector g(a.cols);
    ch01::Matrix h(a.cols, a.cols);
    // The 1/N of g and of H cancels in H s = g.
    for (std::size_t i = 0; i < a.rows; ++i) {
      const double p = ch02::sigmoid(z[i]);
      for (std::size_t j = 0; j < a.cols; ++j) {
        g[j] += (p - labels[i]) * a(i, j);
        for (std::size_t k = 0; k < a.cols; ++k)
          h(j, k) += p * (1 - p) * a(i, j) * a(i, k);
      }
    }
    const ch01::Matrix l = ch01::cholesky(h);
    const ch01::Vector s =
        ch01::solve_upper(ch01::transpose(l), ch01::solve_lower(l, g));
    for (std::size_t j = 0; j < theta.size(); ++j) theta[j] -= s[j];
  }
  return ch01::as_model(theta);
}
