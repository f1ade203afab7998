// Chapter 5's graph over tensors. A node knows the operations that its inputs came from
// and keeps no value: what a rule reads, the rule itself has kept.
#pragma once

#include <cstddef>
#include <cstdint>
#include <functional>
#include <map>
#include <memory>
#include <stdexcept>
#include <utility>
#include <vector>

#include "13-library/arithmetic.h"

namespace ch13 {

// ANCHOR: node
struct Node {
  Shape shape;                                // of the value that it made
  std::uint64_t age = 0;                      // the number of nodes made before it
  Tensor gradient;                            // what has arrived so far
  std::vector<std::shared_ptr<Node>> inputs;  // null where no gradient is wanted
  std::function<void(Node& y)> rule;          // hands y.gradient on; a leaf has none
  bool spent = false;                         // has handed on, and forgotten how

  explicit Node(Shape shape) : shape(std::move(shape)) {
    static std::uint64_t made = 0;
    age = made++;
  }
  ~Node();

  bool wants(std::size_t i) const { return inputs[i] != nullptr; }
  void add(std::size_t i, const Tensor& part);
};
// ANCHOR_END: node

// ANCHOR: add
// Where the operation has stretched its input, all that a number became counts. The
// first part is kept as it came and may be shared, so it is never added to in place.
inline void receive(Node& x, const Tensor& part) {
  const Tensor folded = sum_to(part, x.shape);
  x.gradient = x.gradient.empty() ? folded : ch13::add(x.gradient, folded);
}

inline void Node::add(std::size_t i, const Tensor& part) {
  if (wants(i)) receive(*inputs[i], part);
}
// ANCHOR_END: add

// Takes a chain apart in a loop, as chapter 5 does.
inline Node::~Node() {
  std::vector<std::shared_ptr<Node>> released = std::move(inputs);
  while (!released.empty()) {
    const std::shared_ptr<Node> node = std::move(released.back());
    released.pop_back();
    if (node == nullptr || node.use_count() > 1) continue;
    for (auto& input : node->inputs) released.push_back(std::move(input));
    node->inputs.clear();
  }
}

// ANCHOR: saved
// A tensor that a rule will read. If its numbers are changed before that, the slopes
// would be those of something that was never computed.
class Saved {
 public:
  explicit Saved(Tensor x) : x_(std::move(x)), version_(x_.storage->version) {}

  const Tensor& get() const {
    if (x_.storage->version == version_) return x_;
    throw std::logic_error("backward: a tensor of shape " + text(x_.shape) +
                           " was changed in place after it had been used; work on a "
                           "copy, or change it after backward");
  }

 private:
  Tensor x_;
  std::uint64_t version_;
};
// ANCHOR_END: saved

// ANCHOR: variable
// A value, and where it came from. A constant came from nowhere.
struct Variable {
  Tensor value;
  std::shared_ptr<Node> node;

  Variable() = default;
  Variable(Tensor value) : value(std::move(value)) {}
  const Tensor& gradient() const { return node->gradient; }
};

inline Variable parameter(Tensor value) {
  Variable p(std::move(value));
  p.node = std::make_shared<Node>(p.value.shape);
  return p;
}

using Rule = std::function<void(Node& y)>;

// The result of an operation.
inline Variable record(Tensor value, const std::vector<Variable>& inputs, Rule rule) {
  Variable y(std::move(value));
  bool wanted = false;
  for (const Variable& x : inputs) wanted = wanted || x.node != nullptr;
  if (!wanted) return y;
  y.node = std::make_shared<Node>(y.value.shape);
  for (const Variable& x : inputs) y.node->inputs.push_back(x.node);
  y.node->rule = std::move(rule);
  return y;
}
// ANCHOR_END: variable

// ANCHOR: backward
// From dL/dy, adds dL/dp to the gradient of every parameter p behind y. On its way it
// frees what it has used: gradients that were handed on, and what the rules kept.
inline void backward(const Variable& y, const Tensor& dy) {
  if (y.node == nullptr) throw std::logic_error("backward: there is no parameter");
  require(dy.shape == y.value.shape, "backward", dy.shape, y.value.shape);
  receive(*y.node, dy);
  std::map<std::uint64_t, std::shared_ptr<Node>> open = {{y.node->age, y.node}};
  while (!open.empty()) {
    const auto youngest = std::prev(open.end());
    const std::shared_ptr<Node> node = youngest->second;
    open.erase(youngest);
    if (node->spent) throw std::logic_error("backward: already gone through");
    if (!node->rule) continue;
    node->rule(*node);
    for (const auto& x : node->inputs) {
      if (x != nullptr && !x->gradient.empty()) open.emplace(x->age, x);
    }
    node->gradient = Tensor();
    node->rule = nullptr;
    node->spent = true;
  }
}

inline void backward(const Variable& loss) {
  backward(loss, Tensor(loss.value.shape, 1.0));
}
// ANCHOR_END: backward

}  // namespace ch13
