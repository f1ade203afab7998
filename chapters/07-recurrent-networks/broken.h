// Five mistakes that still train. Each is the right program with one thing changed.
#pragma once

#include <cstddef>
#include <string>
#include <utility>
#include <vector>

#include "07-recurrent-networks/lstm.h"
#include "07-recurrent-networks/train.h"

namespace ch07 {

// ANCHOR: replaced
// = for +=: what arrives from above replaces what the next step has sent back.
template <class Cell>
struct ReplacingLayer : Recurrent<Cell> {
  using Recurrent<Cell>::Recurrent;
  Sequence backward(const Run& run, const Sequence& dhs, State& d) {
    Sequence dxs(run.size());
    for (std::size_t t = run.size(); t-- > 0;) {
      d.h = dhs[t];
      const Sequence nothing{Matrix(d.h.rows, d.h.cols)};
      dxs[t] = Recurrent<Cell>::backward({run[t]}, nothing, d)[0];
    }
    return dxs;
  }
};
// ANCHOR_END: replaced

// The slopes of Wh by the state after the step in place of the one before.
template <class Cell>
struct LateLayer : Recurrent<Cell> {
  using Recurrent<Cell>::Recurrent;
  Sequence backward(Run run, const Sequence& dhs, State& d) {
    for (Step& s : run) s.before.h = s.after.h;
    return Recurrent<Cell>::backward(run, dhs, d);
  }
};

// ANCHOR: lost
// The slopes by c end where they are used: nothing goes back through f.
struct LostCell : LstmCell {
  static void backward(const Step& s, State& d, Matrix& dp, Matrix& dq) {
    LstmCell::backward(s, d, dp, dq);
    d.c = Matrix(d.c.rows, d.c.cols);
  }
};
// ANCHOR_END: lost

// Padding counts: after the end of a string a B is to be predicted.
inline Batch pack_with_padding(const Texts& texts) {
  Batch batch = pack(texts);
  for (std::size_t n = 0; n < texts.size(); ++n) {
    for (std::size_t t = texts[n].size() - 1; t < batch.inputs.size(); ++t) {
      batch.places.push_back({t, n});
      batch.labels.push_back(static_cast<int>(letter('B')));
    }
  }
  return batch;
}

// A way to train that may have something wrong with it.
template <class Cell, template <class> class Layer = Recurrent>
class Suspect {
 public:
  Suspect(std::size_t width, bool keeps_state, bool counts_padding, Random& random)
      : model_(width, random), keeps_(keeps_state), counts_(counts_padding) {}

  Reader<Cell, Layer>& model() { return model_; }

  Batch prepare(const Texts& texts) const {
    return counts_ ? pack_with_padding(texts) : pack(texts);
  }

  // The loss of a batch, as the training loop sees it, and its gradients.
  double learn(const Texts& texts) {
    if (!keeps_ || state_.h.rows != texts.size()) state_ = model_.begin(texts.size());
    zero_gradients(model_.parameters());
    return model_.add_gradients(prepare(texts), state_);
  }

 private:
  Reader<Cell, Layer> model_;
  bool keeps_, counts_;
  State state_;
};

// ANCHOR: alone
// How far the loss of a batch is from that of its strings one by one, in the
// second step of training.
template <class S>
double against_alone(S& suspect, const Texts& texts) {
  suspect.learn(texts);
  const double together = suspect.learn(texts);
  double sum = 0, letters = 0;
  for (const std::string& text : texts) {
    const double count = static_cast<double>(text.size()) - 1;
    sum += count * suspect.model().loss(pack({text}));
    letters += count;
  }
  return std::abs(together - sum / letters);
}
// ANCHOR_END: alone

}  // namespace ch07
