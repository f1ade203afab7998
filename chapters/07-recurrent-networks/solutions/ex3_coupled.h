// Exercise 3 ★★: a cell of your own.
#pragma once

#include <cmath>
#include <cstddef>

#include "02-logistic-regression/softmax.h"
#include "07-recurrent-networks/cells.h"

namespace ch07 {

// An LSTM with one gate less: what is let in is what is let go, i = 1 - f. Blocks of
// H columns in the order f, g, o:
//   c = f c_before + (1 - f) g,   h = o tanh(c)
struct CoupledCell {
  static constexpr std::size_t kBlocks = 3;

  static void forward(const Matrix& p, Step& s) {
    const std::size_t width = s.before.h.cols;
    for (std::size_t n = 0; n < p.rows; ++n) {
      for (std::size_t j = 0; j < width; ++j) {
        const auto sum = [&](std::size_t block) {
          return p(n, block * width + j) + s.q(n, block * width + j);
        };
        const double f = ch02::sigmoid(sum(0)), g = std::tanh(sum(1));
        const double o = ch02::sigmoid(sum(2));
        const double c = f * s.before.c(n, j) + (1 - f) * g;
        s.gates(n, j) = f;
        s.gates(n, width + j) = g;
        s.gates(n, 2 * width + j) = o;
        s.after.c(n, j) = c;
        s.after.h(n, j) = o * std::tanh(c);
      }
    }
  }

  static void backward(const Step& s, State& d, Matrix& dp, Matrix& dq) {
    const std::size_t width = s.before.h.cols;
    for (std::size_t n = 0; n < dp.rows; ++n) {
      for (std::size_t j = 0; j < width; ++j) {
        const double f = s.gates(n, j), g = s.gates(n, width + j);
        const double o = s.gates(n, 2 * width + j), dh = d.h(n, j);
        const double tanh_c = std::tanh(s.after.c(n, j));
        const double dc = d.c(n, j) + dh * o * (1 - tanh_c * tanh_c);
        dp(n, j) = dc * (s.before.c(n, j) - g) * f * (1 - f);
        dp(n, width + j) = dc * (1 - f) * (1 - g * g);
        dp(n, 2 * width + j) = dh * tanh_c * o * (1 - o);
        d.c(n, j) = dc * f;
        d.h(n, j) = 0;
      }
    }
    dq = dp;
  }
};

}  // namespace ch07
