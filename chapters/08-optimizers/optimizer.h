// What every optimizer has in common: the numbers it changes, their slopes, a rate, and
// a memory for each of them.
#pragma once

#include <cstddef>
#include <utility>
#include <vector>

#include "01-linear-regression/matrix.h"

namespace ch08 {

using ch01::Matrix;
using ch01::Vector;

// ANCHOR: slots
// Where the numbers of one parameter are that are to be changed, and where the loss's
// slopes by them will be.
struct Slot {
  Matrix* value;
  const Matrix* gradient;
};
using Slots = std::vector<Slot>;
// ANCHOR_END: slots

// ANCHOR: optimizer
class Optimizer {
 public:
  double rate;

  // Keeps as many numbers for each parameter as `arrays` says, all of them 0 at first.
  Optimizer(Slots slots, double rate, std::size_t arrays)
      : rate(rate), slots_(std::move(slots)) {
    for (const Slot& s : slots_) {
      memory_.emplace_back(arrays, Vector(s.value->values.size()));
    }
  }
  virtual ~Optimizer() = default;

  // One step against the slopes that are there now.
  void step() {
    ++t_;
    for (std::size_t s = 0; s < slots_.size(); ++s) {
      const Vector& g = slots_[s].gradient->values;
      if (!g.empty()) update(slots_[s].value->values, g, memory_[s]);
    }
  }

  std::size_t remembered() const;  // how many numbers it keeps

 protected:
  using Memory = std::vector<Vector>;  // of one parameter: an array or two like it

  virtual void update(Vector& w, const Vector& g, Memory& memory) = 0;

  int t_ = 0;  // the number of this step, from 1
  std::vector<Memory> memory_;

 private:
  Slots slots_;
};
// ANCHOR_END: optimizer

inline std::size_t Optimizer::remembered() const {
  std::size_t numbers = 0;
  for (const Memory& memory : memory_) {
    for (const Vector& array : memory) numbers += array.size();
  }
  return numbers;
}

}  // namespace ch08
