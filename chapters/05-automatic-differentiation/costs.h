// What a graph costs: walks, stack, memory, time.
#pragma once

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <unordered_set>
#include <vector>

#include "05-automatic-differentiation/dual.h"
#include "05-automatic-differentiation/operations.h"

namespace ch05 {

// A walk that hands each part on at once, path by path: how many visits does it make?
inline std::uint64_t visits_by_path(const Node& y) {
  std::uint64_t visits = 1;
  for (const auto& x : y.inputs) visits += visits_by_path(*x);
  return visits;
}

inline void note_stack(std::uintptr_t& lowest) {
  volatile char here = 0;
  lowest = std::min(lowest, reinterpret_cast<std::uintptr_t>(&here));
  (void)here;
}

// The walk back as one would write it first: a call within a call for every node.
inline void walk_down(const Node& y, std::uintptr_t& lowest) {
  note_stack(lowest);
  for (const auto& x : y.inputs) walk_down(*x, lowest);
}

// A node without a destructor of its own, but for a note of where the stack is.
struct PlainNode {
  std::shared_ptr<PlainNode> input;
  std::uintptr_t* lowest;
  ~PlainNode() { note_stack(*lowest); }
};

inline Variable chain(const Variable& x, int length) {
  const Variable factor = 1 + 1e-6;
  Variable y = x;
  for (int i = 0; i < length; ++i) y = y * factor;
  return y;
}

// Bytes of stack for each node of a chain that is walked by calls within calls.
inline double stack_of_walk(int length) {
  const Variable y = chain(parameter(1), length);
  std::uintptr_t top = UINTPTR_MAX;
  note_stack(top);
  std::uintptr_t lowest = top;
  walk_down(*y.node(), lowest);
  return static_cast<double>(top - lowest) / length;
}

// The same for a chain that dies.
inline double stack_of_death(int length) {
  std::uintptr_t top = UINTPTR_MAX;
  note_stack(top);
  std::uintptr_t lowest = top;
  auto node = std::make_shared<PlainNode>(PlainNode{nullptr, &lowest});
  for (int i = 0; i < length; ++i) {
    auto next = std::make_shared<PlainNode>();
    next->input = std::move(node);
    next->lowest = &lowest;
    node = std::move(next);
  }
  node.reset();
  return static_cast<double>(top - lowest) / length;
}

struct Size {
  std::size_t nodes = 0, values = 0, gradients = 0;  // the last two in numbers
};

// Everything that y keeps alive, constants too.
inline Size size_of(const Variable& y) {
  Size size;
  std::unordered_set<const Node*> counted;
  const auto count = [&](const Node& node) {
    if (!counted.insert(&node).second) return;
    ++size.nodes;
    size.values += node.value.values.size();
    size.gradients += node.gradient.values.size();
  };
  for (const Node* node : reachable(y)) {
    count(*node);
    for (const auto& x : node->inputs) count(*x);
  }
  return size;
}

// m outputs of n inputs, number by number: y_j = tanh(sum of w_ji x_i).
template <class Number>
std::vector<Number> mix(const Matrix& w, const std::vector<Number>& x) {
  using std::tanh;
  std::vector<Number> y;
  for (std::size_t j = 0; j < w.rows; ++j) {
    Number z(0);
    for (std::size_t i = 0; i < w.cols; ++i) z = z + Number(w(j, i)) * x[i];
    y.push_back(tanh(z));
  }
  return y;
}

// All slopes [m × n], a column a pass.
inline Matrix jacobian_forward(const Matrix& w, const std::vector<double>& at) {
  Matrix slopes(w.rows, w.cols);
  for (std::size_t i = 0; i < w.cols; ++i) {
    std::vector<Dual<double>> x(at.begin(), at.end());
    x[i].slope = 1;
    const std::vector<Dual<double>> y = mix(w, x);
    for (std::size_t j = 0; j < w.rows; ++j) slopes(j, i) = y[j].slope;
  }
  return slopes;
}

// The same, a row a pass.
inline Matrix jacobian_reverse(const Matrix& w, const std::vector<double>& at) {
  Parameters x;
  for (double v : at) x.push_back(parameter(v));
  const std::vector<Variable> y = mix(w, x);
  Matrix slopes(w.rows, w.cols);
  for (std::size_t j = 0; j < w.rows; ++j) {
    zero_gradients(x);
    backward(y[j]);
    for (std::size_t i = 0; i < w.cols; ++i) slopes(j, i) = slope(x[i]);
  }
  return slopes;
}

}  // namespace ch05
