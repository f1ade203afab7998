// Exercise 5 ★★: stop, and go on as if nothing had happened.
#pragma once

#include <vector>

#include "08-optimizers/adam.h"

namespace ch08 {

// Adam that can be saved and loaded: as many numbers as you like, in any order.
class ResumableAdam : public Adam {
 public:
  using Adam::Adam;

  // All that the next step depends on, apart from the parameters themselves.
  std::vector<double> save() const {
    std::vector<double> saved = {static_cast<double>(t_), rate};
    for (const Memory& memory : memory_) {
      for (const Vector& array : memory) {
        saved.insert(saved.end(), array.begin(), array.end());
      }
    }
    return saved;
  }

  // Of an optimizer made with the same settings for parameters of the same shapes.
  void load(const std::vector<double>& saved) {
    t_ = static_cast<int>(saved[0]);
    rate = saved[1];
    auto from = saved.begin() + 2;
    for (Memory& memory : memory_) {
      for (Vector& array : memory) {
        for (double& x : array) x = *from++;
      }
    }
  }
};

}  // namespace ch08
