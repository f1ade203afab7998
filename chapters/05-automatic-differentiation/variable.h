// Values that remember how they were computed, and the walk back that gives each of
// them the slope of a loss.
//
// Every value is a matrix; a single number is a matrix of one row and one column.
#pragma once

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <functional>
#include <memory>
#include <stdexcept>
#include <unordered_set>
#include <utility>
#include <vector>

#include "01-linear-regression/matrix.h"
#include "05-automatic-differentiation/stretch.h"

namespace ch05 {

// ANCHOR: node
// One value of a computation.
struct Node {
  Matrix value;
  Matrix gradient;        // dL/dvalue; empty until a part of it has arrived
  bool wanted = false;    // does anybody want the gradient?
  std::uint64_t age = 0;  // the number of nodes made before it
  std::vector<std::shared_ptr<Node>> inputs;  // what the value was computed from
  std::function<void(Node& y)> rule;          // hands y.gradient on to y.inputs

  Node(Matrix value, bool wanted);
  ~Node();

  const Matrix& in(std::size_t i) const { return inputs[i]->value; }
  bool wants(std::size_t i) const { return inputs[i]->wanted; }
  void add(std::size_t i, const Matrix& part);
};
// ANCHOR_END: node

inline Node::Node(Matrix value, bool wanted) : value(std::move(value)), wanted(wanted) {
  static std::uint64_t made = 0;
  age = made++;
}

// ANCHOR: add
// Adds `part` to the gradient of input i. Where the operation has stretched the
// input, all that its entry became counts: fold adds that up.
inline void Node::add(std::size_t i, const Matrix& part) {
  Node& x = *inputs[i];
  if (!x.wanted) return;
  if (x.gradient.values.empty()) x.gradient = Matrix(x.value.rows, x.value.cols);
  fold(part, x.gradient);
}
// ANCHOR_END: add

// ANCHOR: destructor
// A node's inputs die with it if nobody else uses them, then theirs, and so on. Left to
// itself that is a call within a call for every node of a chain; here it is a loop.
inline Node::~Node() {
  std::vector<std::shared_ptr<Node>> released = std::move(inputs);
  while (!released.empty()) {
    const std::shared_ptr<Node> node = std::move(released.back());
    released.pop_back();
    if (node.use_count() > 1) continue;  // somebody else holds it
    for (auto& input : node->inputs) released.push_back(std::move(input));
    node->inputs.clear();
  }
}
// ANCHOR_END: destructor

// ANCHOR: variable
// What a program holds and computes with: a handle to a node. Copies of it mean the
// same node.
class Variable {
 public:
  Variable() = default;
  Variable(double number) : Variable(Matrix(1, 1, number), false) {}
  Variable(Matrix value, bool wanted)
      : node_(std::make_shared<Node>(std::move(value), wanted)) {}

  Node* operator->() const { return node_.get(); }
  const std::shared_ptr<Node>& node() const { return node_; }

 private:
  std::shared_ptr<Node> node_;
};

inline Variable parameter(Matrix value) { return {std::move(value), true}; }
inline Variable parameter(double number) { return parameter(Matrix(1, 1, number)); }
inline Variable constant(Matrix value) { return {std::move(value), false}; }
// ANCHOR_END: variable

// The number of a variable that holds a single one.
inline double number(const Variable& x) {
  ch01::require_match(x->value.values.size() == 1, "number", x->value, Matrix(1, 1));
  return x->value.values[0];
}

// The same of its gradient: 0 where none has arrived.
inline double slope(const Variable& x) {
  number(x);
  return x->gradient.values.empty() ? 0 : x->gradient.values[0];
}

// ANCHOR: record
// The result of an operation: its value, what it was computed from, and the rule. If
// no input wants a gradient the result is a constant, and remembers nothing.
inline Variable record(Matrix value, const std::vector<Variable>& inputs,
                       std::function<void(Node& y)> rule) {
  Variable y = constant(std::move(value));
  for (const Variable& x : inputs) y->wanted = y->wanted || x->wanted;
  if (!y->wanted) return y;
  for (const Variable& x : inputs) y->inputs.push_back(x.node());
  y->rule = std::move(rule);
  return y;
}
// ANCHOR_END: record

// ANCHOR: order
// All that y was computed from and that wants a gradient, each node once, y first.
inline std::vector<Node*> reachable(const Variable& y) {
  std::vector<Node*> found = {y.node().get()};
  std::unordered_set<Node*> seen = {y.node().get()};
  for (std::size_t next = 0; next < found.size(); ++next) {
    for (const auto& x : found[next]->inputs) {
      if (x->wanted && seen.insert(x.get()).second) found.push_back(x.get());
    }
  }
  return found;
}

// The same, so that whatever uses a node comes before it.
inline std::vector<Node*> youngest_first(const Variable& y) {
  std::vector<Node*> nodes = reachable(y);
  std::sort(nodes.begin(), nodes.end(),
            [](const Node* a, const Node* b) { return a->age > b->age; });
  return nodes;
}
// ANCHOR_END: order

// ANCHOR: backward
// From dL/dy, adds dL/dp to the gradient of every parameter p behind y. The values in
// between get their gradients afresh.
inline void backward(const Variable& y, const Matrix& dy) {
  if (!y->wanted) throw std::invalid_argument("backward: there is no parameter behind");
  const bool fits = dy.rows == y->value.rows && dy.cols == y->value.cols;
  ch01::require_match(fits, "backward", dy, y->value);
  const std::vector<Node*> nodes = youngest_first(y);
  for (Node* node : nodes) {
    if (node->rule) node->gradient = Matrix();
  }
  if (y->gradient.values.empty()) y->gradient = Matrix(dy.rows, dy.cols);
  fold(dy, y->gradient);
  for (Node* node : nodes) {
    const bool arrived = !node->gradient.values.empty();
    if (node->rule && arrived) node->rule(*node);
  }
}

// For a loss, which is one number: dL/dL = 1.
inline void backward(const Variable& loss) { backward(loss, Matrix(1, 1, 1.0)); }
// ANCHOR_END: backward

// ANCHOR: parameters
using Parameters = std::vector<Variable>;

inline void zero_gradients(const Parameters& parameters) {
  for (const Variable& p : parameters) {
    p->gradient = Matrix(p->value.rows, p->value.cols);
  }
}

// One step of gradient descent.
inline void step(const Parameters& parameters, double rate) {
  for (const Variable& p : parameters) {
    for (std::size_t i = 0; i < p->gradient.values.size(); ++i) {
      p->value.values[i] -= rate * p->gradient.values[i];
    }
  }
}
// ANCHOR_END: parameters

}  // namespace ch05
