// Gradients to check: six that are right, and ways to spoil them. A checker is worth
// something if it passes every one of the first and none of the second.
#pragma once

#include <algorithm>
#include <cmath>
#include <cstddef>
#include <functional>
#include <limits>
#include <string>
#include <vector>

#include "01-linear-regression/matrix.h"
#include "01-linear-regression/random.h"
#include "02-logistic-regression/softmax.h"
#include "03-checking-gradients/colour_network.h"
#include "03-checking-gradients/gradient_check.h"
#include "03-checking-gradients/sigmoid_network.h"

namespace ch03 {

struct Suspect {
  std::string name;
  Loss loss;
  Vector at;        // [n]
  Vector analytic;  // [n] the gradient of loss at `at`, as derived
};

// [n] numbers from a bell curve.
inline Vector normals(std::size_t n, ch01::Random& random) {
  Vector v(n);
  for (double& x : v) x = random.normal();
  return v;
}

// ANCHOR: softmax_rows
// Softmax of each row of z [rows x cols].
inline Vector softmax_rows(const Vector& z, std::size_t cols) {
  Vector p(z.size());
  for (std::size_t i = 0; i < z.size(); i += cols) ch02::softmax(&z[i], cols, &p[i]);
  return p;
}

// From g = dL/dp to dL/dz = p (g - g . p), row by row; all [rows x cols].
inline Vector softmax_backward(const Vector& p, const Vector& g, std::size_t cols) {
  Vector dz(p.size());
  for (std::size_t i = 0; i < p.size(); i += cols) {
    double mean = 0;  // of g, weighted by p
    for (std::size_t k = 0; k < cols; ++k) mean += g[i + k] * p[i + k];
    for (std::size_t k = 0; k < cols; ++k) dz[i + k] = p[i + k] * (g[i + k] - mean);
  }
  return dz;
}
// ANCHOR_END: softmax_rows

// ANCHOR: suspect_softmax
inline Suspect softmax_suspect(ch01::Random& random) {
  constexpr std::size_t kRows = 3, kCols = 5;
  const Vector z = normals(kRows * kCols, random);
  const Vector weights = random_projection(z.size(), random);
  const Loss loss = [weights](const Vector& at) {
    return project(weights, softmax_rows(at, kCols));
  };
  return {"softmax of rows", loss, z,
          softmax_backward(softmax_rows(z, kCols), weights, kCols)};
}
// ANCHOR_END: suspect_softmax

// Cross-entropy of chapter 2, by the scores [4 x 3].
inline Suspect cross_entropy_suspect(ch01::Random& random) {
  const std::vector<int> labels = {2, 0, 0, 1};
  Matrix scores(4, 3), gradient;
  scores.values = normals(12, random);
  ch02::softmax_cross_entropy(scores, labels, &gradient);
  const Loss loss = [labels](const Vector& at) {
    Matrix z(4, 3);
    z.values = at;
    return ch02::softmax_cross_entropy(z, labels);
  };
  return {"softmax cross-entropy", loss, scores.values, gradient.values};
}

// Y = X W with X [5 x 3] and W [3 x 2], by W: the gradient is X^T dY.
inline Suspect product_suspect(ch01::Random& random) {
  Matrix x(5, 3), w(3, 2), dy(5, 2);
  x.values = normals(15, random);
  w.values = normals(6, random);
  dy.values = random_projection(10, random);
  const Loss loss = [x, dy](const Vector& at) {
    Matrix weights(3, 2);
    weights.values = at;
    return project(dy.values, ch01::multiply(x, weights).values);
  };
  return {"matrix product", loss, w.values,
          ch01::multiply(ch01::transpose(x), dy).values};
}

// ReLU, with one input on the kink and one closer to it than the step.
inline Suspect relu_suspect(ch01::Random& random) {
  Vector x = normals(12, random);
  x[3] = 0;
  x[7] = 1e-6;
  const Vector weights = random_projection(x.size(), random);
  const Loss loss = [weights](const Vector& at) {
    Vector y = at;
    for (double& v : y) v = std::max(0.0, v);
    return project(weights, y);
  };
  Vector gradient = weights;
  for (std::size_t i = 0; i < x.size(); ++i) {
    if (x[i] <= 0) gradient[i] = 0;
  }
  return {"ReLU", loss, x, gradient};
}

inline Suspect network_suspect(ch01::Random& random) {
  const TableData data = three_slices(7, random);
  const SigmoidNetwork net = random_network(3, 4, 3, random);
  const Loss loss = [net, data](const Vector& at) {
    return squared_error(with_weights(net, at), data);
  };
  return {"sigmoid network", loss, flat(net), gradient_taken(net, data, times)};
}

// The convolution, by its filters.
inline Suspect convolution_suspect(ch01::Random& random) {
  const Volume image = draw_bar(2, random).pixels;
  Filters filters = make_filters(2, 3), gradient = make_filters(2, 3);
  filters.weights = normals(filters.weights.size(), random);
  const Volume output = convolve(image, filters);
  const Vector weights = random_projection(flat(output).size(), random);
  const Loss loss = [image, filters, weights](const Vector& at) {
    Filters tried = filters;
    tried.weights = at;
    return project(weights, flat(convolve(image, tried)));
  };
  add_filter_gradient(image, with_entries(output, weights), gradient);
  return {"convolution", loss, filters.weights, gradient.weights};
}

inline std::vector<Suspect> right_gradients(ch01::Random& random) {
  return {softmax_suspect(random), cross_entropy_suspect(random),
          product_suspect(random), relu_suspect(random),
          network_suspect(random), convolution_suspect(random)};
}

inline void scale(Vector& g, double factor) {
  for (double& v : g) v *= factor;
}

// The place of the gradient's largest entry.
inline std::size_t largest(const Vector& g) {
  const auto smaller = [](double a, double b) { return std::abs(a) < std::abs(b); };
  return static_cast<std::size_t>(std::max_element(g.begin(), g.end(), smaller) -
                                  g.begin());
}

// ANCHOR: planted_errors
struct PlantedError {
  std::string name;
  std::function<void(Vector& gradient)> plant;
};

inline std::vector<PlantedError> planted_errors() {
  return {
      {"everything doubled", [](Vector& g) { scale(g, 2); }},
      {"the sign turned", [](Vector& g) { scale(g, -1); }},
      {"one sign turned", [](Vector& g) { g[largest(g)] *= -1; }},
      {"one entry forgotten", [](Vector& g) { g[largest(g)] = 0; }},
      {"one entry off by 1/1000", [](Vector& g) { g[largest(g)] *= 1.001; }},
      {"shifted by one place",
       [](Vector& g) { std::rotate(g.begin(), g.begin() + 1, g.end()); }},
      {"two entries exchanged",
       [](Vector& g) { std::swap(g[largest(g)], g[(largest(g) + 1) % g.size()]); }},
      {"one entry not a number",
       [](Vector& g) { g[0] = std::numeric_limits<double>::quiet_NaN(); }},
  };
}
// ANCHOR_END: planted_errors

}  // namespace ch03
