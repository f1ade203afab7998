// Exercise 4 ★★: momentum that lets go when it is carried uphill.
#pragma once

#include <algorithm>

#include "08-optimizers/optimizer.h"

namespace ch08 {

// Nesterov's momentum with mu = t/(t + 3), where t counts the steps from 0: it grows
// towards 1, which suits a valley of unknown length, but carries the walker past the
// lowest point. So look at the velocity v before the step. Where it points uphill, that
// is where the product of v and g, over all numbers of the parameter, is below zero (v
// is subtracted), set v to zero and begin with t = 0 again.
class Restarted : public Optimizer {
 public:
  Restarted(Slots slots, double rate) : Optimizer(std::move(slots), rate, 1) {}

 protected:
  void update(Vector& w, const Vector& g, Memory& memory) override {
    Vector& v = memory[0];
    if (ch01::dot(v, g) < 0) {
      std::fill(v.begin(), v.end(), 0.0);
      since_ = 0;
    }
    const double t = since_++, mu = t / (t + 3);
    for (std::size_t i = 0; i < w.size(); ++i) {
      v[i] = mu * v[i] + g[i];
      w[i] -= rate * (g[i] + mu * v[i]);
    }
  }

 private:
  int since_ = 0;  // steps since the last start
};

}  // namespace ch08
