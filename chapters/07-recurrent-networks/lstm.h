// The cell of the LSTM: a state c that is added to, and three gates around it.
#pragma once

#include <cmath>
#include <cstddef>

#include "02-logistic-regression/softmax.h"
#include "07-recurrent-networks/cells.h"

namespace ch07 {

struct LstmCell {
  static constexpr std::size_t kBlocks = 4;

  // ANCHOR: lstm_forward
  // Blocks of H columns, in PyTorch's order: i, f, g, o.
  static void forward(const Matrix& p, Step& s) {
    const std::size_t width = s.before.h.cols;
    for (std::size_t n = 0; n < p.rows; ++n) {
      for (std::size_t j = 0; j < width; ++j) {
        const auto sum = [&](std::size_t block) {
          return p(n, block * width + j) + s.q(n, block * width + j);
        };
        const double i = ch02::sigmoid(sum(0)), f = ch02::sigmoid(sum(1));
        const double g = std::tanh(sum(2)), o = ch02::sigmoid(sum(3));
        const double c = f * s.before.c(n, j) + i * g;
        s.gates(n, j) = i;
        s.gates(n, width + j) = f;
        s.gates(n, 2 * width + j) = g;
        s.gates(n, 3 * width + j) = o;
        s.after.c(n, j) = c;
        s.after.h(n, j) = o * std::tanh(c);
      }
    }
  }
  // ANCHOR_END: lstm_forward

  // ANCHOR: lstm_backward
  static void backward(const Step& s, State& d, Matrix& dp, Matrix& dq) {
    const std::size_t width = s.before.h.cols;
    for (std::size_t n = 0; n < dp.rows; ++n) {
      for (std::size_t j = 0; j < width; ++j) {
        const double i = s.gates(n, j), f = s.gates(n, width + j);
        const double g = s.gates(n, 2 * width + j), o = s.gates(n, 3 * width + j);
        const double tanh_c = std::tanh(s.after.c(n, j)), dh = d.h(n, j);
        const double dc = d.c(n, j) + dh * o * (1 - tanh_c * tanh_c);
        dp(n, j) = dc * g * i * (1 - i);
        dp(n, width + j) = dc * s.before.c(n, j) * f * (1 - f);
        dp(n, 2 * width + j) = dc * i * (1 - g * g);
        dp(n, 3 * width + j) = dh * tanh_c * o * (1 - o);
        d.c(n, j) = dc * f;  // what the cell before it gets
        d.h(n, j) = 0;       // h reaches the next step through q only
      }
    }
    dq = dp;
  }
  // ANCHOR_END: lstm_backward
};

}  // namespace ch07
