// Chapter 4's network as an expression, and one that is not a list of layers.
#pragma once

#include <cstddef>
#include <utility>

#include "04-multilayer-perceptron/init.h"
#include "04-multilayer-perceptron/samples.h"
#include "05-automatic-differentiation/operations.h"

namespace ch05 {

using ch04::Samples;

// ANCHOR: mlp
// Chapter 4's network for images: dense, ReLU, dense.
struct Mlp {
  Variable w1, b1, w2, b2;

  Mlp(Matrix first, Matrix second)
      : w1(parameter(std::move(first))),
        b1(parameter(Matrix(1, w1->value.rows))),
        w2(parameter(std::move(second))),
        b2(parameter(Matrix(1, w2->value.rows))) {}

  Variable logits(const Matrix& x) const {
    const Variable h = relu(matmul(constant(x), transpose(w1)) + b1);
    return matmul(h, transpose(w2)) + b2;
  }
  Parameters parameters() const { return {w1, b1, w2, b2}; }
};
// ANCHOR_END: mlp

// ANCHOR: knot
// No list of layers: the layer (w, b) is used twice, and each time what came in goes
// past it as well. Weights are stored [in × out] here, so that nothing is transposed.
struct Knot {
  Variable w_in, b_in, w, b, w_out, b_out;

  Knot(std::size_t in, std::size_t hidden, std::size_t out, ch01::Random& random)
      : w_in(parameter(ch01::transpose(ch04::he(in, hidden, random)))),
        b_in(parameter(Matrix(1, hidden))),
        w(parameter(ch04::xavier(hidden, hidden, random))),
        b(parameter(Matrix(1, hidden))),
        w_out(parameter(ch01::transpose(ch04::xavier(hidden, out, random)))),
        b_out(parameter(Matrix(1, out))) {}

  Variable logits(const Matrix& x) const {
    Variable h = relu(matmul(constant(x), w_in) + b_in);
    for (int use = 0; use < 2; ++use) h = h + tanh(matmul(h, w) + b);
    return matmul(h, w_out) + b_out;
  }
  Parameters parameters() const { return {w_in, b_in, w, b, w_out, b_out}; }
};
// ANCHOR_END: knot

}  // namespace ch05
