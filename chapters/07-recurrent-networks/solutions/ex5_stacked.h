// Exercise 5 ★★: one layer on top of another.
#pragma once

#include <cstddef>
#include <vector>

#include "07-recurrent-networks/recurrent.h"

namespace ch07 {

// Two layers: the states of the lower one are the inputs of the upper one.
template <class Cell>
class Stacked {
 public:
  Stacked(std::size_t in, std::size_t width, Random& random)
      : lower_(in, width, random), upper_(width, width, random) {}

  std::vector<Parameter*> parameters() {
    std::vector<Parameter*> all = lower_.parameters();
    for (Parameter* p : upper_.parameters()) all.push_back(p);
    return all;
  }

  // The states of the upper layer, from zeros. Keeps both runs.
  Sequence forward(const Sequence& xs) {
    lower_run_ = lower_.forward(xs, zeros(xs));
    upper_run_ = upper_.forward(states(lower_run_), zeros(xs));
    return states(upper_run_);
  }

  // From what arrives at the states of the upper layer, dL/dxs; adds to all gradients.
  Sequence backward(const Sequence& dhs) {
    State d = zeros(dhs);
    const Sequence between = upper_.backward(upper_run_, dhs, d);
    d = zeros(dhs);
    return lower_.backward(lower_run_, between, d);
  }

 private:
  State zeros(const Sequence& xs) const {
    return zero_state(xs.front().rows, lower_.width());
  }
  static Sequence states(const Run& run) {
    Sequence hs;
    for (const Step& s : run) hs.push_back(s.after.h);
    return hs;
  }

  Recurrent<Cell> lower_, upper_;
  Run lower_run_, upper_run_;
};

}  // namespace ch07
