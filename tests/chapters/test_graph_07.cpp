// Chapter 7 against chapter 5: the same cells written as expressions, whose slopes nobody
// derived, must give the same numbers.
#include <cstddef>
#include <vector>

#include "05-automatic-differentiation/operations.h"
#include "05-automatic-differentiation/variable.h"
#include "07-recurrent-networks/check.h"
#include "07-recurrent-networks/gru.h"
#include "07-recurrent-networks/lstm.h"
#include "tests/catch.h"

using namespace ch07;
using ch05::Variable;

namespace {

constexpr std::size_t kIn = 3, kWidth = 4, kSteps = 5, kRows = 2;

// The weights of one block of a cell.
struct Block {
  Variable wx, wh, bx, bh;

  Variable p(const Variable& x) const {
    return ch05::matmul(x, ch05::transpose(wx)) + bx;
  }
  Variable q(const Variable& h) const {
    return ch05::matmul(h, ch05::transpose(wh)) + bh;
  }
};

Matrix rows_of(const Matrix& m, std::size_t block) {
  Matrix part(kWidth, m.cols);
  const auto first =
      m.values.begin() + static_cast<std::ptrdiff_t>(block * kWidth * m.cols);
  part.values.assign(first, first + static_cast<std::ptrdiff_t>(kWidth * m.cols));
  return part;
}

Matrix columns_of(const Matrix& bias, std::size_t block) {
  Matrix part(1, kWidth);
  for (std::size_t j = 0; j < kWidth; ++j) part(0, j) = bias(0, block * kWidth + j);
  return part;
}

void check_close(const Matrix& a, const Matrix& b) {
  REQUIRE(a.values.size() == b.values.size());
  for (std::size_t i = 0; i < a.values.size(); ++i) {
    CHECK(a.values[i] == Approx(b.values[i]).epsilon(1e-10).margin(1e-13));
  }
}

// `cell` makes the next h and c out of x, h and c.
template <class Cell, class Expression>
void compare(const Expression& cell) {
  Random random(11);
  Recurrent<Cell> cells(kIn, kWidth, random);
  Sequence xs, dhs;
  for (std::size_t t = 0; t < kSteps; ++t) {
    xs.push_back(noise(kRows, kIn, random));
    dhs.push_back(noise(kRows, kWidth, random));
  }
  const State first{noise(kRows, kWidth, random), noise(kRows, kWidth, random)};
  State d = zero_state(kRows, kWidth);
  const Sequence dxs = cells.backward(cells.forward(xs, first), dhs, d);

  std::vector<Block> blocks;
  const auto p = cells.parameters();
  for (std::size_t b = 0; b < Cell::kBlocks; ++b) {
    blocks.push_back({ch05::parameter(rows_of(p[0]->value, b)),
                      ch05::parameter(rows_of(p[1]->value, b)),
                      ch05::parameter(columns_of(p[2]->value, b)),
                      ch05::parameter(columns_of(p[3]->value, b))});
  }
  const Variable h0 = ch05::parameter(first.h), c0 = ch05::parameter(first.c);
  Variable h = h0, c = c0, loss = 0;
  std::vector<Variable> inputs;
  for (std::size_t t = 0; t < kSteps; ++t) {
    inputs.push_back(ch05::parameter(xs[t]));
    cell(blocks, inputs.back(), h, c);
    loss = loss + ch05::sum(h * ch05::constant(dhs[t]));
  }
  ch05::backward(loss);
  check_close(d.h, h0->gradient);
  if (Cell::kBlocks == 4) check_close(d.c, c0->gradient);
  for (std::size_t t = 0; t < kSteps; ++t) check_close(dxs[t], inputs[t]->gradient);
  for (std::size_t b = 0; b < Cell::kBlocks; ++b) {
    check_close(rows_of(p[0]->gradient, b), blocks[b].wx->gradient);
    check_close(rows_of(p[1]->gradient, b), blocks[b].wh->gradient);
    check_close(columns_of(p[2]->gradient, b), blocks[b].bx->gradient);
    check_close(columns_of(p[3]->gradient, b), blocks[b].bh->gradient);
  }
}

using Blocks = std::vector<Block>;

}  // namespace

TEST_CASE("an RNN has the slopes of its expression") {
  compare<TanhCell>([](const Blocks& w, const Variable& x, Variable& h, Variable&) {
    h = ch05::tanh(w[0].p(x) + w[0].q(h));
  });
}

TEST_CASE("an LSTM has the slopes of its expression") {
  compare<LstmCell>([](const Blocks& w, const Variable& x, Variable& h, Variable& c) {
    const Variable i = ch05::sigmoid(w[0].p(x) + w[0].q(h));
    const Variable f = ch05::sigmoid(w[1].p(x) + w[1].q(h));
    const Variable g = ch05::tanh(w[2].p(x) + w[2].q(h));
    const Variable o = ch05::sigmoid(w[3].p(x) + w[3].q(h));
    c = f * c + i * g;
    h = o * ch05::tanh(c);
  });
}

TEST_CASE("a GRU has the slopes of its expression") {
  compare<GruCell>([](const Blocks& w, const Variable& x, Variable& h, Variable&) {
    const Variable r = ch05::sigmoid(w[0].p(x) + w[0].q(h));
    const Variable z = ch05::sigmoid(w[1].p(x) + w[1].q(h));
    const Variable n = ch05::tanh(w[2].p(x) + r * w[2].q(h));
    h = (1 - z) * n + z * h;
  });
}
