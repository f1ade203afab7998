// Chapter 3's check of a single layer, and a second proof that needs no differences.
#pragma once

#include <algorithm>
#include <cstddef>
#include <numeric>
#include <vector>

#include "03-checking-gradients/gradient_check.h"
#include "04-multilayer-perceptron/layers.h"

namespace ch06 {

using ch04::Layer;
using ch04::Matrix;
using ch04::Parameter;
using Flat = std::vector<double>;

// ANCHOR: check_layer
// Checks what a layer hands down and what it adds to its parameters, under a random
// projection of its outputs.
inline ch03::CheckResult check_layer(Layer& layer, Matrix x, ch01::Random& random) {
  Matrix dy = layer.forward(x);
  dy.values = ch03::random_projection(dy.values.size(), random);
  std::vector<Flat*> inputs = {&x.values};
  Flat analytic = layer.backward(dy).values;
  layer.accumulate(dy);
  for (Parameter* p : layer.parameters()) {
    inputs.push_back(&p->value.values);
    const Flat& found = p->gradient.values;
    analytic.insert(analytic.end(), found.begin(), found.end());
  }
  Flat at;
  for (const Flat* part : inputs) at.insert(at.end(), part->begin(), part->end());
  const auto loss = [&](const Flat& moved) {
    auto from = moved.begin();
    for (Flat* part : inputs) {
      std::copy_n(from, part->size(), part->begin());
      from += static_cast<std::ptrdiff_t>(part->size());
    }
    return ch03::project(dy.values, layer.forward(x).values);
  };
  const ch03::CheckResult result = ch03::check_gradient(loss, at, analytic);
  loss(at);
  return result;
}
// ANCHOR_END: check_layer

inline double dot(const Matrix& a, const Matrix& b) {
  return std::inner_product(a.values.begin(), a.values.end(), b.values.begin(), 0.0);
}

// ANCHOR: two_products
// For a layer without bias y·dy must be x·dx. Returns by how much they differ, as a
// share of the larger.
inline double two_products(Layer& layer, const Matrix& x, ch01::Random& random) {
  Matrix dy = layer.forward(x);
  const Matrix y = dy;
  dy.values = ch03::random_projection(dy.values.size(), random);
  return ch03::relative_error(dot(y, dy), dot(x, layer.backward(dy)), 1e-300);
}
// ANCHOR_END: two_products

// Pixels of a few values only, so that many are equal.
inline Matrix few_values(std::size_t count, std::size_t width, ch01::Random& random) {
  Matrix x(count, width);
  for (double& v : x.values) v = static_cast<double>(random.below(3));
  return x;
}

}  // namespace ch06
