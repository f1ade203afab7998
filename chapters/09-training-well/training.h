// Training with an eye on images that nothing is learned from.
#pragma once

#include <cstddef>
#include <functional>
#include <limits>
#include <utility>
#include <vector>

#include "01-linear-regression/random.h"
#include "04-multilayer-perceptron/train.h"
#include "08-optimizers/adam.h"
#include "08-optimizers/slots.h"
#include "09-training-well/mode.h"
#include "09-training-well/schedules.h"

namespace ch09 {

using ch01::Random;
using ch04::Samples;

struct Score {
  double loss, accuracy;
};

// ANCHOR: judge
// Loss and accuracy of a network that is not learning.
inline Score judge(Network& network, const Samples& samples) {
  const Evaluating guard(network);
  const Matrix logits = network.forward(samples.inputs);
  const std::vector<int> guesses = ch04::predict(logits);
  double right = 0;
  for (std::size_t i = 0; i < guesses.size(); ++i) {
    right += guesses[i] == samples.labels[i];
  }
  return {ch02::softmax_cross_entropy(logits, samples.labels),
          right / static_cast<double>(guesses.size())};
}
// ANCHOR_END: judge

// ANCHOR: keeper
// Keeps the network of the lowest held-back loss, and says when to give up.
class Keeper {
 public:
  explicit Keeper(int patience) : patience_(patience) {}

  // After an epoch. True if the last `patience` of them have brought nothing.
  bool enough(Network& network, double held_back_loss) {
    ++epoch_;
    if (held_back_loss < least_) {
      least_ = held_back_loss;
      best_epoch_ = epoch_;
      best_.clear();
      for (const Matrix* m : state(network)) best_.push_back(*m);
    }
    return epoch_ - best_epoch_ >= patience_;
  }

  void restore(Network& network) const {
    const std::vector<Matrix*> now = state(network);
    for (std::size_t k = 0; k < now.size(); ++k) *now[k] = best_.at(k);
  }

  int best_epoch() const { return best_epoch_; }

 private:
  int patience_, epoch_ = 0, best_epoch_ = 0;
  double least_ = std::numeric_limits<double>::infinity();
  std::vector<Matrix> best_;
};
// ANCHOR_END: keeper

// ANCHOR: plan
struct Plan {
  int epochs = 20;
  std::size_t batch = 32;
  double rate = 0.003, decay = 0;
  Schedule schedule = constant();
  std::function<void(Matrix&, Random&)> change = {};  // what is done to each batch
  int patience = 0;                                   // 0: to the last epoch
};

// After every epoch, and the loss before every step.
struct History {
  std::vector<Score> train, held_back;
  Vector losses;
  int best_epoch = 0;
};
// ANCHOR_END: plan

// ANCHOR: fit
inline History fit(Network& network, const Plan& plan, const Samples& samples,
                   const Samples& held_back, Random& random) {
  ch08::AdamW optimizer(ch08::slots(network), plan.rate, plan.decay);
  Keeper keeper(plan.patience);
  History history;
  std::vector<std::size_t> order = ch04::in_order(samples.count());
  for (int epoch = 0, step = 0; epoch < plan.epochs; ++epoch) {
    random.shuffle(order);
    for (std::size_t at = 0; at + plan.batch <= order.size(); at += plan.batch) {
      Samples batch = ch04::gather(samples, order, at, at + plan.batch);
      if (plan.change) plan.change(batch.inputs, random);
      history.losses.push_back(ch04::loss_and_gradients(network, batch));
      optimizer.rate = plan.rate * plan.schedule(step++);
      optimizer.step();
    }
    history.train.push_back(judge(network, samples));
    history.held_back.push_back(judge(network, held_back));
    if (plan.patience == 0) continue;
    if (keeper.enough(network, history.held_back.back().loss)) break;
  }
  if (plan.patience > 0) keeper.restore(network);
  history.best_epoch = keeper.best_epoch();
  return history;
}
// ANCHOR_END: fit

}  // namespace ch09
