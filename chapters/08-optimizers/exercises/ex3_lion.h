// Exercise 3 ★★: an optimizer of your own, with half of Adam's memory.
#pragma once

#include "08-optimizers/optimizer.h"

namespace ch08 {

// Lion: the step has the length of the rate for every number, and only its sign is taken
// from a mean of the slopes:
//
//   w -= rate · (sign(0.9 m + 0.1 g) + decay · w),   then   m = 0.99 m + 0.01 g
//
// where sign(0) is 0. Note that m is changed after it was used.
class Lion : public Optimizer {
 public:
  explicit Lion(Slots slots, double rate = 1e-4, double decay = 0)
      : Optimizer(std::move(slots), rate, 1), decay_(decay) {}

 protected:
  void update(Vector& w, const Vector& g, Memory& memory) override {
    // Write: the three formulas for each number.
    (void)w, (void)g, (void)memory;
  }

 private:
  double decay_;
};

}  // namespace ch08
