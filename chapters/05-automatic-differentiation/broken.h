// Five bugs that still train. "Break it" shows their curves and what finds them.
#pragma once

#include <algorithm>
#include <functional>
#include <unordered_set>
#include <vector>

#include "04-multilayer-perceptron/train.h"
#include "05-automatic-differentiation/check.h"
#include "05-automatic-differentiation/networks.h"

namespace ch05 {

// What the training loop knows of a network.
struct Model {
  Parameters parameters;
  std::function<Variable(const Matrix& x)> logits;

  Variable loss(const Samples& batch) const {
    return softmax_cross_entropy(logits(batch.inputs), batch.labels);
  }
};

template <class Network>
Model model_of(const Network& network) {
  return {network.parameters(),
          [network](const Matrix& x) { return network.logits(x); }};
}

// A batch comes in two halves; of a single sample there is only one.
inline std::vector<Variable> half_losses(const Model& model, const Samples& batch) {
  const std::vector<std::size_t> order = ch04::in_order(batch.count());
  const std::size_t cuts[] = {0, (order.size() + 1) / 2, order.size()};
  std::vector<Variable> losses;
  for (std::size_t h = 0; h < 2; ++h) {
    if (cuts[h] == cuts[h + 1]) continue;
    const Samples half = ch04::gather(batch, order, cuts[h], cuts[h + 1]);
    const double share = static_cast<double>(half.count()) / batch.count();
    losses.push_back(model.loss(half) * share);
  }
  return losses;
}

using Backward = void (*)(const Variable& loss);
using Step = std::function<double(const Model&, const Samples&, double rate)>;

// A training step as it should be; `walk` is the backward pass it uses.
inline double take_step(const Model& model, const Samples& batch, double rate,
                        Backward walk = backward) {
  double total = 0;
  zero_gradients(model.parameters);
  for (const Variable& loss : half_losses(model, batch)) {
    walk(loss);
    total += number(loss);
  }
  step(model.parameters, rate);
  return total;
}

// = for +=: a part that arrives replaces what was there.
inline void backward_assigning(const Variable& loss) {
  loss->gradient = Matrix(1, 1, 1.0);
  for (Node* node : youngest_first(loss)) {
    if (!node->rule) continue;
    for (const auto& x : node->inputs) x->gradient = Matrix();
    node->rule(*node);
  }
}

// ANCHOR: depth_first
// Each node when the walk first comes to it, whether its gradient is complete or not.
inline void backward_depth_first(const Variable& loss) {
  for (Node* node : reachable(loss)) {
    if (node->rule) node->gradient = Matrix();
  }
  loss->gradient = Matrix(1, 1, 1.0);
  std::unordered_set<Node*> seen;
  std::vector<Node*> open = {loss.node().get()};
  while (!open.empty()) {
    Node* node = open.back();
    open.pop_back();
    if (!node->rule || !seen.insert(node).second) continue;
    node->rule(*node);
    for (std::size_t i = node->inputs.size(); i-- > 0;) {
      if (node->wants(i)) open.push_back(node->inputs[i].get());
    }
  }
}
// ANCHOR_END: depth_first

// a + b with a row b, and the gradient of the last row only for b.
inline Variable plus_row(const Variable& a, const Variable& b) {
  return record((a + b)->value, {a, b}, [](Node& y) {
    Matrix last(1, y.gradient.cols);
    for (std::size_t j = 0; j < last.cols; ++j) {
      last(0, j) = y.gradient(y.gradient.rows - 1, j);
    }
    y.add(0, y.gradient);
    y.add(1, last);
  });
}

// Both graphs are built before the first step, which then changes the weights that the
// second graph was computed with.
inline double step_between(const Model& model, const Samples& batch, double rate) {
  double total = 0;
  for (const Variable& loss : half_losses(model, batch)) {
    zero_gradients(model.parameters);
    backward(loss);
    step(model.parameters, rate);
    total += number(loss);
  }
  return total;
}

// The gradients of all earlier batches are still there.
inline double step_without_zeroing(const Model& model, const Samples& batch,
                                   double rate) {
  double total = 0;
  for (const Variable& loss : half_losses(model, batch)) {
    backward(loss);
    total += number(loss);
  }
  step(model.parameters, rate);
  return total;
}

// ANCHOR: check_step
// Checks what a training step does, not what a function says: how far it has moved each
// parameter, by the rate, against the slope of the loss.
inline ch03::CheckResult check_step(const Model& model, const Samples& batch,
                                    const Step& take, int steps_before) {
  const double rate = 0.02;
  for (int s = 0; s < steps_before; ++s) take(model, batch, rate);
  const Flat at = values(model.parameters);
  take(model, batch, rate);
  Flat moved = values(model.parameters);
  for (std::size_t i = 0; i < at.size(); ++i) moved[i] = (at[i] - moved[i]) / rate;
  const auto loss = [&](const Flat& here) {
    set_values(model.parameters, here);
    return number(model.loss(batch));
  };
  return ch03::check_gradient(loss, at, moved);
}
// ANCHOR_END: check_step

}  // namespace ch05
