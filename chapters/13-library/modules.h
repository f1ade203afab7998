// Parts of networks, and their parameters by name.
#pragma once

#include <cstddef>
#include <string>
#include <utility>
#include <vector>

#include "13-library/operations.h"

namespace ch13 {

// ANCHOR: module
// Something with parameters. It keeps handles: a copy of a module has the same
// parameters, and so has whoever asks for them.
class Module {
 public:
  using Named = std::vector<std::pair<std::string, Variable>>;

  const Named& parameters() const { return parameters_; }

  void zero_gradients() const {
    for (const auto& [name, p] : parameters_) p.node->gradient = Tensor();
  }

 protected:
  Variable own(const std::string& name, Tensor initial) {
    parameters_.emplace_back(name, parameter(std::move(initial)));
    return parameters_.back().second;
  }

  // A part's parameters get the part's name in front.
  template <class Part>
  Part own(const std::string& name, Part part) {
    for (const auto& [inner, p] : part.parameters()) {
      parameters_.emplace_back(name + "." + inner, p);
    }
    return part;
  }

 private:
  Named parameters_;
};
// ANCHOR_END: module

// ANCHOR: linear
// y = x Wᵀ + b, with W [out × in].
class Linear : public Module {
 public:
  explicit Linear(Tensor weights)
      : weight_(own("weight", std::move(weights))),
        bias_(own("bias", Tensor({weight_.value.shape[0]}, 0.0))) {}

  Variable operator()(const Variable& x) const {
    return matmul(x, transpose(weight_)) + bias_;
  }

 private:
  Variable weight_, bias_;
};

class Mlp : public Module {
 public:
  Mlp(Tensor first, Tensor second)
      : hidden_(own("hidden", Linear(std::move(first)))),
        out_(own("out", Linear(std::move(second)))) {}

  Variable operator()(const Variable& x) const { return out_(relu(hidden_(x))); }

 private:
  Linear hidden_, out_;
};
// ANCHOR_END: linear

// One step of gradient descent, in place: whoever holds a parameter sees it.
inline void descend(const Module& module, double rate) {
  for (const auto& [name, p] : module.parameters()) {
    if (!p.gradient().empty()) add_to(p.value, p.gradient(), -rate);
  }
}

}  // namespace ch13
