// The parameters of chapter 4's networks and of chapter 5's expressions, as optimizers
// want them.
#pragma once

#include "04-multilayer-perceptron/network.h"
#include "05-automatic-differentiation/variable.h"
#include "08-optimizers/optimizer.h"

namespace ch08 {

// ANCHOR: adapters
inline Slots slots(ch04::Network& network) {
  Slots all;
  for (ch04::Parameter* p : network.parameters()) {
    all.push_back({&p->value, &p->gradient});
  }
  return all;
}

inline Slots slots(const ch05::Parameters& parameters) {
  Slots all;
  for (const ch05::Variable& p : parameters) all.push_back({&p->value, &p->gradient});
  return all;
}
// ANCHOR_END: adapters

}  // namespace ch08
