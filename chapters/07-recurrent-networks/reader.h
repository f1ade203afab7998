// A network that reads letters and says which comes next.
#pragma once

#include <cstddef>
#include <string>
#include <utility>
#include <vector>

#include "02-logistic-regression/softmax.h"
#include "04-multilayer-perceptron/layers.h"
#include "07-recurrent-networks/batch.h"
#include "07-recurrent-networks/recurrent.h"

namespace ch07 {

// ANCHOR: reader
template <class Cell, template <class> class Layer = Recurrent>
class Reader {
 public:
  Reader(std::size_t width, Random& random)
      : cells_(kLetters.size(), width, random), out_(Matrix(kLetters.size(), width)) {}

  std::vector<Parameter*> parameters() {
    std::vector<Parameter*> all = cells_.parameters();
    for (Parameter* p : out_.parameters()) all.push_back(p);
    return all;
  }
  Layer<Cell>& cells() { return cells_; }
  State begin(std::size_t n) const { return zero_state(n, cells_.width()); }
  // ANCHOR_END: reader

  // A row of scores for each place, from the state there.
  Matrix logits(const Run& run, const std::vector<Place>& places) {
    Matrix h(places.size(), cells_.width());
    for (std::size_t i = 0; i < h.rows; ++i) {
      const Matrix& all = run[places[i].t].after.h;
      for (std::size_t j = 0; j < h.cols; ++j) h(i, j) = all(places[i].n, j);
    }
    return out_.forward(h);
  }

  double loss(const Batch& batch) {
    const Run run = cells_.forward(batch.inputs, begin(batch.count()));
    return ch02::softmax_cross_entropy(logits(run, batch.places), batch.labels);
  }

  // ANCHOR: add_gradients
  // The mean loss over the places of a batch; adds its gradients. Reading
  // begins in `state`, which becomes the state after the last step.
  double add_gradients(const Batch& batch, State& state) {
    const Run run = cells_.forward(batch.inputs, std::move(state));
    Matrix dz;  // [M × 7]
    const Matrix z = logits(run, batch.places);
    const double loss = ch02::softmax_cross_entropy(z, batch.labels, &dz);
    out_.accumulate(dz);
    const Matrix dh = out_.backward(dz);  // [M × H]
    Sequence dhs(run.size(), Matrix(batch.count(), dh.cols));
    for (std::size_t i = 0; i < dh.rows; ++i) {
      Matrix& there = dhs[batch.places[i].t];
      for (std::size_t j = 0; j < dh.cols; ++j) there(batch.places[i].n, j) = dh(i, j);
    }
    State d = begin(batch.count());  // nothing arrives from beyond the end
    cells_.backward(run, dhs, d);
    state = run.back().after;
    return loss;
  }
  // ANCHOR_END: add_gradients

  double add_gradients(const Batch& batch) {
    State state = begin(batch.count());
    return add_gradients(batch, state);
  }

 private:
  Layer<Cell> cells_;
  ch04::Dense out_;  // H to 7, and starts at zero
};

// ANCHOR: remember
// A gate that starts wide open: block 1 is the gate that keeps the old state,
// f of the LSTM and z of the GRU. The two biases are added, so one will do.
template <class Cell>
void start_by_remembering(Recurrent<Cell>& cells, double bias = 1) {
  const std::size_t width = cells.width();
  for (std::size_t j = width; Cell::kBlocks > 1 && j < 2 * width; ++j) {
    cells.parameters()[2]->value(0, j) = bias;  // bx
    cells.parameters()[3]->value(0, j) = 0;     // bh
  }
}
// ANCHOR_END: remember

}  // namespace ch07
