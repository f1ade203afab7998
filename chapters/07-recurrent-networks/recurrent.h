// A cell with its weights, run along a sequence and back.
#pragma once

#include <cmath>
#include <cstddef>
#include <utility>
#include <vector>

#include "01-linear-regression/matrix.h"
#include "01-linear-regression/random.h"
#include "04-multilayer-perceptron/layers.h"
#include "04-multilayer-perceptron/products.h"
#include "07-recurrent-networks/cells.h"

namespace ch07 {

using ch01::Random;
using ch04::Parameter;

// ANCHOR: sequence
// One matrix for each step: [T] of [N × d].
using Sequence = std::vector<Matrix>;

// What the steps of one pass have seen, first to last.
using Run = std::vector<Step>;
// ANCHOR_END: sequence

inline void add_to(Matrix& sum, const Matrix& part) {
  ch01::require_match(sum.values.size() == part.values.size(), "add_to", sum, part);
  for (std::size_t i = 0; i < sum.values.size(); ++i) sum.values[i] += part.values[i];
}

// ANCHOR: weights
template <class Cell>
class Recurrent {
 public:
  // Uniform between plus and minus one over the root of H, as PyTorch has it.
  Recurrent(std::size_t in, std::size_t width, Random& random)
      : wx_(Matrix(Cell::kBlocks * width, in)),
        wh_(Matrix(Cell::kBlocks * width, width)),
        bx_(Matrix(1, Cell::kBlocks * width)),
        bh_(Matrix(1, Cell::kBlocks * width)) {
    const double reach = 1 / std::sqrt(static_cast<double>(width));
    for (Parameter* p : parameters()) {
      for (double& v : p->value.values) v = random.uniform(-reach, reach);
    }
  }

  std::vector<Parameter*> parameters() { return {&wx_, &wh_, &bx_, &bh_}; }
  std::size_t width() const { return wh_.value.cols; }
  // ANCHOR_END: weights

  // ANCHOR: forward
  // xs [T] of [N × d], from the state `first` [N × H].
  Run forward(const Sequence& xs, State first) const {
    const Matrix wx_t = ch01::transpose(wx_.value);
    const Matrix wh_t = ch01::transpose(wh_.value);
    Run run;
    for (const Matrix& x : xs) {
      Step s{x, first, first, Matrix(x.rows, wx_t.cols), {}};
      const Matrix p = with_bias(ch01::multiply(x, wx_t), bx_);
      s.q = with_bias(ch01::multiply(s.before.h, wh_t), bh_);
      Cell::forward(p, s);
      first = s.after;
      run.push_back(std::move(s));
    }
    return run;
  }
  // ANCHOR_END: forward

  // ANCHOR: backward
  // dhs [T] of [N × H]: what arrives at each h from above. d: what arrives at
  // the last state from beyond the end; it leaves as dL/dfirst. Adds to the
  // gradients of the weights and returns dL/dxs.
  Sequence backward(const Run& run, const Sequence& dhs, State& d) {
    Sequence dxs(run.size());
    for (std::size_t t = run.size(); t-- > 0;) {
      const Step& s = run[t];
      add_to(d.h, dhs[t]);  // from above and from the step after it
      Matrix dp(s.gates.rows, s.gates.cols), dq = dp;
      Cell::backward(s, d, dp, dq);
      ch04::add_transposed_product(dp, s.x, wx_.gradient);
      ch04::add_transposed_product(dq, s.before.h, wh_.gradient);
      add_rows(dp, bx_.gradient);
      add_rows(dq, bh_.gradient);
      dxs[t] = ch01::multiply(dp, wx_.value);
      add_to(d.h, ch01::multiply(dq, wh_.value));
    }
    return dxs;
  }
  // ANCHOR_END: backward

 private:
  static Matrix with_bias(Matrix m, const Parameter& bias) {
    for (std::size_t i = 0; i < m.rows; ++i) {
      for (std::size_t j = 0; j < m.cols; ++j) m(i, j) += bias.value(0, j);
    }
    return m;
  }

  static void add_rows(const Matrix& m, Matrix& sum) {
    for (std::size_t i = 0; i < m.rows; ++i) {
      for (std::size_t j = 0; j < m.cols; ++j) sum(0, j) += m(i, j);
    }
  }

  Parameter wx_, wh_;  // [G·H × d], [G·H × H]
  Parameter bx_, bh_;  // [1 × G·H] each
};

}  // namespace ch07
