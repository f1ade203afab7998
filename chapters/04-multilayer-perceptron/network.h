// A network is a list of layers: forward runs down the list, backward up it.
#pragma once

#include <algorithm>
#include <cstddef>
#include <memory>
#include <stdexcept>
#include <string>
#include <utility>
#include <vector>

#include "04-multilayer-perceptron/layers.h"

namespace ch04 {

// ANCHOR: network
class Network {
 public:
  template <class LayerType, class... Arguments>
  Network& add(Arguments&&... arguments) {
    layers_.push_back(
        std::make_unique<LayerType>(std::forward<Arguments>(arguments)...));
    return *this;
  }

  Matrix forward(Matrix x) {
    for (auto& layer : layers_) x = layer->forward(x);
    return x;
  }

  // From dL/doutput, adds the gradient of every parameter.
  void backward(Matrix gradient) {
    for (std::size_t l = layers_.size(); l-- > 0;) {
      layers_[l]->accumulate(gradient);
      if (l == 0) break;  // below is the data
      gradient = layers_[l]->backward(gradient);
    }
  }
  // ANCHOR_END: network

  // ANCHOR: network_parameters
  std::vector<Parameter*> parameters() {
    std::vector<Parameter*> all;
    for (auto& layer : layers_) {
      for (Parameter* p : layer->parameters()) all.push_back(p);
    }
    return all;
  }

  void zero_gradients() {
    for (Parameter* p : parameters()) {
      std::fill(p->gradient.values.begin(), p->gradient.values.end(), 0.0);
    }
  }

  // One step of gradient descent.
  void step(double rate) {
    for (Parameter* p : parameters()) {
      for (std::size_t i = 0; i < p->value.values.size(); ++i) {
        p->value.values[i] -= rate * p->gradient.values[i];
      }
    }
  }
  // ANCHOR_END: network_parameters

  std::size_t size() const { return layers_.size(); }
  Layer& layer(std::size_t l) { return *layers_.at(l); }

 private:
  std::vector<std::unique_ptr<Layer>> layers_;
};

// ANCHOR: flat
// All parameters as one long list, the form that chapter 3's check works on.
inline std::vector<double> values(Network& network) {
  std::vector<double> flat;
  for (Parameter* p : network.parameters()) {
    flat.insert(flat.end(), p->value.values.begin(), p->value.values.end());
  }
  return flat;
}

inline std::vector<double> gradients(Network& network) {
  std::vector<double> flat;
  for (Parameter* p : network.parameters()) {
    flat.insert(flat.end(), p->gradient.values.begin(), p->gradient.values.end());
  }
  return flat;
}

inline void set_values(Network& network, const std::vector<double>& flat) {
  if (flat.size() != values(network).size()) {
    throw std::invalid_argument("set_values: " + std::to_string(flat.size()) +
                                " numbers for a network with " +
                                std::to_string(values(network).size()) + " parameters");
  }
  auto from = flat.begin();
  for (Parameter* p : network.parameters()) {
    const auto to = from + static_cast<std::ptrdiff_t>(p->value.values.size());
    std::copy(from, to, p->value.values.begin());
    from = to;
  }
}
// ANCHOR_END: flat

}  // namespace ch04
