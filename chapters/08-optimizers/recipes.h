// The six optimizers under comparison, with the settings that are the custom.
#pragma once

#include <memory>
#include <vector>

#include "08-optimizers/adam.h"
#include "08-optimizers/adaptive.h"
#include "08-optimizers/momentum.h"
#include "08-optimizers/valleys.h"

namespace ch08 {

struct Recipe {
  const char* name;
  Make make;
};

template <class Type, class... Settings>
Make recipe(Settings... settings) {
  return [=](Slots slots, double rate) {
    return std::make_unique<Type>(std::move(slots), rate, settings...);
  };
}

// ANCHOR: recipes
inline std::vector<Recipe> recipes() {
  return {{"descent", recipe<Descent>()},
          {"momentum", recipe<Momentum>(0.9)},
          {"Nesterov", recipe<Momentum>(0.9, true)},
          {"AdaGrad", recipe<AdaGrad>()},
          {"RMSProp", recipe<RmsProp>()},
          {"Adam", recipe<Adam>()}};
}
// ANCHOR_END: recipes

}  // namespace ch08
