// The two simplest cells: one that only adds, and the RNN's with its tanh.
//
// A cell is the arithmetic of one step. What it is given, and what it keeps:
//   p = x Wxᵀ + bx   [N × G·H]  from this step's input
//   q = h Whᵀ + bh   [N × G·H]  from the state before
// N sequences are read side by side, H is the width of the state, and G says how many
// blocks of H columns the cell wants.
#pragma once

#include <cmath>
#include <cstddef>
#include <vector>

#include "01-linear-regression/matrix.h"

namespace ch07 {

using ch01::Matrix;

// ANCHOR: step
// What is carried from step to step; or, on the way back, the slopes by it.
struct State {
  Matrix h, c;  // [N × H] each; of the cells below only the LSTM uses c
};

inline State zero_state(std::size_t n, std::size_t width) {
  return {Matrix(n, width), Matrix(n, width)};
}

// What one step has seen. Every step has its own, so that a cell may be used
// as often as there are steps.
struct Step {
  Matrix x;      // [N × d]
  State before;  // the state it began with
  State after;   // and the one it left; a cell without c leaves that as it was
  Matrix gates;  // [N × G·H] what the cell has computed in between
  Matrix q;      // [N × G·H] kept for the GRU, which needs it again
};
// ANCHOR_END: step

// ANCHOR: add_cell
// h = p + q: no more than a sum. For the example on paper.
struct AddCell {
  static constexpr std::size_t kBlocks = 1;

  static void forward(const Matrix& p, Step& s) {
    for (std::size_t i = 0; i < p.values.size(); ++i) {
      s.after.h.values[i] = p.values[i] + s.q.values[i];
    }
  }

  // d comes in as the slopes by the state after the step. It leaves as the
  // part of the slopes by the state before that does not go through q.
  static void backward(const Step&, State& d, Matrix& dp, Matrix& dq) {
    dp = dq = d.h;
    d.h = Matrix(d.h.rows, d.h.cols);
  }
};
// ANCHOR_END: add_cell

// ANCHOR: tanh_cell
// h = tanh(p + q).
struct TanhCell {
  static constexpr std::size_t kBlocks = 1;

  static void forward(const Matrix& p, Step& s) {
    for (std::size_t i = 0; i < p.values.size(); ++i) {
      s.after.h.values[i] = std::tanh(p.values[i] + s.q.values[i]);
    }
  }

  static void backward(const Step& s, State& d, Matrix& dp, Matrix& dq) {
    for (std::size_t i = 0; i < dp.values.size(); ++i) {
      const double h = s.after.h.values[i];
      dp.values[i] = dq.values[i] = d.h.values[i] * (1 - h * h);
      d.h.values[i] = 0;
    }
  }
};
// ANCHOR_END: tanh_cell

}  // namespace ch07
