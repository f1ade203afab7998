// A two-layer sigmoid network, written the way it is found all over the web: a table
// is a vector of vectors, all samples are trained at once, and the loss is never
// written down. The one operation in question is an argument of `train_step`.
#pragma once

#include <cmath>
#include <cstddef>
#include <vector>

#include "01-linear-regression/random.h"
#include "03-checking-gradients/data.h"

namespace ch03 {

// ANCHOR: dot
// a [n x m] and b [m x k] give [n x k]. As usual in such programs, nothing makes sure
// that b has as many rows as a has columns.
inline Table dot(const Table& a, const Table& b) {
  Table product(a.size(), std::vector<double>(b[0].size()));
  for (std::size_t i = 0; i < a.size(); ++i) {
    for (std::size_t k = 0; k < a[0].size(); ++k) {
      for (std::size_t j = 0; j < b[0].size(); ++j) product[i][j] += a[i][k] * b[k][j];
    }
  }
  return product;
}
// ANCHOR_END: dot

// Entry by entry: a [n x k] and b [n x k] give [n x k].
inline Table times(const Table& a, const Table& b) {
  Table product = a;
  for (std::size_t i = 0; i < a.size(); ++i) {
    for (std::size_t j = 0; j < a[i].size(); ++j) product[i][j] *= b[i][j];
  }
  return product;
}

// a -= scale b
inline void subtract(Table& a, const Table& b, double scale = 1) {
  for (std::size_t i = 0; i < a.size(); ++i) {
    for (std::size_t j = 0; j < a[i].size(); ++j) a[i][j] -= scale * b[i][j];
  }
}

inline Table transposed(const Table& a) {
  Table result(a[0].size(), std::vector<double>(a.size()));
  for (std::size_t i = 0; i < a.size(); ++i) {
    for (std::size_t j = 0; j < a[i].size(); ++j) result[j][i] = a[i][j];
  }
  return result;
}

inline Table sigmoid(Table a) {
  for (auto& row : a) {
    for (double& v : row) v = 1 / (1 + std::exp(-v));
  }
  return a;
}

// The slope of the sigmoid, from its value s.
inline Table sigmoid_slope(Table s) {
  for (auto& row : s) {
    for (double& v : row) v = v * (1 - v);
  }
  return s;
}

// ANCHOR: sigmoid_network
struct SigmoidNetwork {
  Table w1;  // [D x H] from the inputs to the hidden units
  Table w2;  // [H x K] from the hidden units to the outputs
};

inline Table predict(const SigmoidNetwork& net, const Table& x) {  // [N x D] -> [N x K]
  return sigmoid(dot(sigmoid(dot(x, net.w1)), net.w2));
}
// ANCHOR_END: sigmoid_network

inline SigmoidNetwork random_network(std::size_t d, std::size_t h, std::size_t k,
                                     ch01::Random& random) {
  SigmoidNetwork net{Table(d, std::vector<double>(h)),
                     Table(h, std::vector<double>(k))};
  for (Table* table : {&net.w1, &net.w2}) {
    for (auto& row : *table) {
      for (double& w : row) w = random.uniform(-1, 1);
    }
  }
  return net;
}

// ANCHOR: train_step
using Rule = Table (*)(const Table&, const Table&);
using Slope = Table (*)(Table);

// One step of gradient descent. `rule` and `slope` are arguments so that this chapter
// can try wrong ones.
inline void train_step(SigmoidNetwork& net, const TableData& data, double rate,
                       Rule rule, Slope slope = sigmoid_slope) {
  const Table hidden = sigmoid(dot(data.x, net.w1));  // [N x H]
  const Table output = sigmoid(dot(hidden, net.w2));  // [N x K]
  Table error = output;                               // [N x K]
  subtract(error, data.target);
  const Table output_delta = rule(error, slope(output));
  const Table hidden_delta =
      times(dot(output_delta, transposed(net.w2)), slope(hidden));  // [N x H]
  subtract(net.w2, dot(transposed(hidden), output_delta), rate);    // [H x K]
  subtract(net.w1, dot(transposed(data.x), hidden_delta), rate);    // [D x H]
}
// ANCHOR_END: train_step

// The loss that the program descends and never mentions: half the sum of squares.
inline double squared_error(const SigmoidNetwork& net, const TableData& data) {
  Table error = predict(net, data.x);
  subtract(error, data.target);
  double loss = 0;
  for (const auto& row : error) {
    for (double e : row) loss += e * e / 2;
  }
  return loss;
}

// All weights in one row, w1 first, as a gradient check wants them; and back.
inline std::vector<double> flat(const SigmoidNetwork& net) {
  std::vector<double> all;
  for (const Table* table : {&net.w1, &net.w2}) {
    for (const auto& row : *table) all.insert(all.end(), row.begin(), row.end());
  }
  return all;
}

inline SigmoidNetwork with_weights(SigmoidNetwork net, const std::vector<double>& all) {
  std::size_t next = 0;
  for (Table* table : {&net.w1, &net.w2}) {
    for (auto& row : *table) {
      for (double& w : row) w = all[next++];
    }
  }
  return net;
}

// ANCHOR: gradient_taken
// The gradient that a training step used, read off from what it did to the weights.
// Nothing inside the step needs to be touched.
inline std::vector<double> gradient_taken(const SigmoidNetwork& net,
                                          const TableData& data, Rule rule,
                                          Slope slope = sigmoid_slope) {
  SigmoidNetwork after = net;
  train_step(after, data, 1.0, rule, slope);
  std::vector<double> gradient = flat(net);
  const std::vector<double> moved_to = flat(after);
  for (std::size_t i = 0; i < gradient.size(); ++i) gradient[i] -= moved_to[i];
  return gradient;
}
// ANCHOR_END: gradient_taken

}  // namespace ch03
