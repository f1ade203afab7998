// AdamW with a planted bug: each of them trains.
#pragma once

#include <algorithm>
#include <cmath>
#include <memory>
#include <vector>

#include "08-optimizers/adam.h"
#include "08-optimizers/properties.h"

namespace ch08 {

enum class Bug {
  kNone,
  kUncorrected,   // the running means are used as they are
  kInsideRoot,    // epsilon is added before the root is taken
  kStoppedClock,  // nobody counts t
  kManyTicks,     // t is counted once for each parameter
  kOneMemory,     // all parameters share one m and one v
  kPenalty        // what is called decay is added to the slope
};

class Suspect : public Optimizer {
 public:
  Suspect(Slots slots, double rate, double decay, Bug bug)
      : Optimizer(std::move(slots), rate, 2), decay_(decay), bug_(bug) {}

 protected:
  // ANCHOR: suspect
  void update(Vector& w, const Vector& slope, Memory& memory) override {
    const bool shared = bug_ == Bug::kOneMemory;
    Vector &m = shared ? m_ : memory[0], &v = shared ? v_ : memory[1];
    m.resize(std::max(m.size(), w.size()));
    v.resize(m.size());
    const double t = bug_ == Bug::kStoppedClock ? 1
                     : bug_ == Bug::kManyTicks  ? ++ticks_
                                                : t_;
    const bool corrected = bug_ != Bug::kUncorrected;
    const double share1 = corrected ? 1 - std::pow(0.9, t) : 1;
    const double share2 = corrected ? 1 - std::pow(0.999, t) : 1;
    for (std::size_t i = 0; i < w.size(); ++i) {
      const double penalty = bug_ == Bug::kPenalty ? decay_ * w[i] : 0;
      const double g = slope[i] + penalty;
      m[i] = 0.9 * m[i] + (1 - 0.9) * g;
      v[i] = 0.999 * v[i] + (1 - 0.999) * g * g;
      const double size = bug_ == Bug::kInsideRoot ? std::sqrt(v[i] / share2 + 1e-8)
                                                   : std::sqrt(v[i] / share2) + 1e-8;
      if (bug_ != Bug::kPenalty) w[i] -= rate * decay_ * w[i];
      w[i] -= rate * (m[i] / share1) / size;
    }
  }
  // ANCHOR_END: suspect

 private:
  double decay_;
  Bug bug_;
  int ticks_ = 0;
  Vector m_, v_;
};

inline MakeW suspect(Bug bug) {
  return [bug](Slots slots, double rate, double decay) {
    return std::make_unique<Suspect>(std::move(slots), rate, decay, bug);
  };
}

}  // namespace ch08
