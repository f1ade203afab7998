// The cell of the GRU: two gates, and no second state.
#pragma once

#include <cmath>
#include <cstddef>

#include "02-logistic-regression/softmax.h"
#include "07-recurrent-networks/cells.h"

namespace ch07 {

struct GruCell {
  static constexpr std::size_t kBlocks = 3;

  // ANCHOR: gru_forward
  // Blocks of H columns, in PyTorch's order: r, z, n.
  static void forward(const Matrix& p, Step& s) {
    const std::size_t width = s.before.h.cols;
    for (std::size_t row = 0; row < p.rows; ++row) {
      for (std::size_t j = 0; j < width; ++j) {
        const std::size_t at_z = width + j, at_n = 2 * width + j;
        const double r = ch02::sigmoid(p(row, j) + s.q(row, j));
        const double z = ch02::sigmoid(p(row, at_z) + s.q(row, at_z));
        const double n = std::tanh(p(row, at_n) + r * s.q(row, at_n));
        s.gates(row, j) = r;
        s.gates(row, at_z) = z;
        s.gates(row, at_n) = n;
        s.after.h(row, j) = (1 - z) * n + z * s.before.h(row, j);
      }
    }
  }
  // ANCHOR_END: gru_forward

  // ANCHOR: gru_backward
  static void backward(const Step& s, State& d, Matrix& dp, Matrix& dq) {
    const std::size_t width = s.before.h.cols;
    for (std::size_t row = 0; row < dp.rows; ++row) {
      for (std::size_t j = 0; j < width; ++j) {
        const std::size_t at_z = width + j, at_n = 2 * width + j;
        const double r = s.gates(row, j), z = s.gates(row, at_z);
        const double n = s.gates(row, at_n), dh = d.h(row, j);
        const double dn = dh * (1 - z) * (1 - n * n);  // by what is inside tanh
        const double dz = dh * (s.before.h(row, j) - n) * z * (1 - z);
        const double dr = dn * s.q(row, at_n) * r * (1 - r);
        dp(row, j) = dq(row, j) = dr;
        dp(row, at_z) = dq(row, at_z) = dz;
        dp(row, at_n) = dn;
        dq(row, at_n) = dn * r;  // q passes through the gate r, p does not
        d.h(row, j) = dh * z;    // the way past the step
      }
    }
  }
  // ANCHOR_END: gru_backward
};

}  // namespace ch07
