// Two steps of each optimizer on ½(a² + 9b²), from (9, 1), as the page works them out.
#pragma once

#include <vector>

#include "08-optimizers/adam.h"
#include "08-optimizers/adaptive.h"
#include "08-optimizers/momentum.h"
#include "08-optimizers/recipes.h"

namespace ch08 {

// ANCHOR: hand
inline std::vector<Vector> by_hand(const Make& make) {
  return walk(valley(1, 9), {9, 1}, make, 0.1, 2);
}

inline std::vector<Recipe> hand_recipes() {
  return {{"descent", recipe<Descent>()},
          {"momentum", recipe<Momentum>(0.9)},
          {"Nesterov", recipe<Momentum>(0.9, true)},
          {"AdaGrad", recipe<AdaGrad>()},
          {"RMSProp", recipe<RmsProp>(0.9)},
          {"Adam", recipe<Adam>()}};
}
// ANCHOR_END: hand

}  // namespace ch08
