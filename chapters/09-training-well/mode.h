// Layers that do one thing while a network learns and another afterwards.
#pragma once

#include <cstddef>
#include <vector>

#include "01-linear-regression/matrix.h"
#include "04-multilayer-perceptron/network.h"

namespace ch09 {

using ch01::Matrix;
using ch01::Vector;
using ch04::Network;
using ch04::Parameter;

// ANCHOR: moded
class ModedLayer : public ch04::Layer {
 public:
  bool training = true;

  // What the layer keeps besides its parameters: no step changes it.
  virtual std::vector<Matrix*> buffers() { return {}; }
};

template <class Use>
void each_moded(Network& network, Use use) {
  for (std::size_t l = 0; l < network.size(); ++l) {
    if (auto* layer = dynamic_cast<ModedLayer*>(&network.layer(l))) use(*layer);
  }
}
// ANCHOR_END: moded

inline void set_training(Network& network, bool on) {
  each_moded(network, [on](ModedLayer& layer) { layer.training = on; });
}

// ANCHOR: evaluating
// As long as it lives, the network is in evaluation; then it is in training again.
class Evaluating {
 public:
  explicit Evaluating(Network& network) : network_(network) {
    set_training(network_, false);
  }
  ~Evaluating() { set_training(network_, true); }
  Evaluating(const Evaluating&) = delete;
  Evaluating& operator=(const Evaluating&) = delete;

 private:
  Network& network_;
};
// ANCHOR_END: evaluating

// ANCHOR: state
// All that a trained network is: its parameters and its buffers.
inline std::vector<Matrix*> state(Network& network) {
  std::vector<Matrix*> all;
  for (Parameter* p : network.parameters()) all.push_back(&p->value);
  each_moded(network, [&](ModedLayer& layer) {
    for (Matrix* buffer : layer.buffers()) all.push_back(buffer);
  });
  return all;
}
// ANCHOR_END: state

}  // namespace ch09
