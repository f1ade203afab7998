// A convolution over small colour images, in the two versions that this chapter
// compares, and the little network around it:
//
//   image [C][rows][cols]  ->  F filters of 3 x 3 x C  ->  ReLU
//     ->  mean of each filter over all places [F]  ->  scores [K]  ->  softmax
#pragma once

#include <algorithm>
#include <cstddef>
#include <vector>

#include "01-linear-regression/matrix.h"
#include "02-logistic-regression/softmax.h"
#include "03-checking-gradients/data.h"
#include "03-checking-gradients/gradient_check.h"

namespace ch03 {

using ch01::Matrix;
using ch01::Vector;

// ANCHOR: filters
constexpr std::size_t kWindow = 3;  // the window is 3 x 3 pixels

struct Filters {
  std::size_t count = 0, channels = 0;
  Vector weights;  // [count][kWindow][kWindow][channels]

  std::size_t index(std::size_t f, std::size_t a, std::size_t b, std::size_t c) const {
    return ((f * kWindow + a) * kWindow + b) * channels + c;
  }
};

inline Filters make_filters(std::size_t count, std::size_t channels) {
  return {count, channels, Vector(count * kWindow * kWindow * channels)};
}
// ANCHOR_END: filters

// ANCHOR: convolve_published
inline Volume convolve_published(const Volume& image, const Filters& filters) {
  const std::size_t rows = image.size() - kWindow + 1;
  const std::size_t cols = image[0].size() - kWindow + 1;
  Volume output = make_volume(filters.count, rows, cols);
  for (std::size_t f = 0; f < filters.count; ++f)
    for (std::size_t i = 0; i < rows; ++i)
      for (std::size_t j = 0; j < cols; ++j)
        for (std::size_t a = 0; a < kWindow; ++a)
          for (std::size_t b = 0; b < kWindow; ++b)
            for (std::size_t c = 0; c < filters.channels; ++c)
              output[f][i][j] +=
                  filters.weights[filters.index(f, a, b, c)] * image[i + a][j + b][c];
  return output;
}
// ANCHOR_END: convolve_published

// ANCHOR: convolve
inline Volume convolve(const Volume& image, const Filters& filters) {
  const std::size_t rows = image[0].size() - kWindow + 1;
  const std::size_t cols = image[0][0].size() - kWindow + 1;
  Volume output = make_volume(filters.count, rows, cols);
  for (std::size_t f = 0; f < filters.count; ++f)
    for (std::size_t i = 0; i < rows; ++i)
      for (std::size_t j = 0; j < cols; ++j)
        for (std::size_t a = 0; a < kWindow; ++a)
          for (std::size_t b = 0; b < kWindow; ++b)
            for (std::size_t c = 0; c < filters.channels; ++c)
              output[f][i][j] +=
                  filters.weights[filters.index(f, a, b, c)] * image[c][i + a][j + b];
  return output;
}
// ANCHOR_END: convolve

// ANCHOR: turned
// The image with its axes in another order, so that [c][i][j] of the result is
// [i][j][c] of the image: what the published loop takes the image to be.
inline Volume turned(const Volume& image) {
  Volume result = make_volume(image[0][0].size(), image.size(), image[0].size());
  for (std::size_t c = 0; c < result.size(); ++c)
    for (std::size_t i = 0; i < result[c].size(); ++i)
      for (std::size_t j = 0; j < result[c][i].size(); ++j)
        result[c][i][j] = image[i][j][c];
  return result;
}
// ANCHOR_END: turned

// ANCHOR: filter_gradient
// Adds dL/dw to `gradient`. Each weight met one pixel at each place of the window.
inline void add_filter_gradient(const Volume& image, const Volume& d_output,
                                Filters& gradient) {
  for (std::size_t f = 0; f < gradient.count; ++f)
    for (std::size_t i = 0; i < d_output[f].size(); ++i)
      for (std::size_t j = 0; j < d_output[f][i].size(); ++j)
        for (std::size_t a = 0; a < kWindow; ++a)
          for (std::size_t b = 0; b < kWindow; ++b)
            for (std::size_t c = 0; c < gradient.channels; ++c)
              gradient.weights[gradient.index(f, a, b, c)] +=
                  d_output[f][i][j] * image[c][i + a][j + b];
}
// ANCHOR_END: filter_gradient

using Convolution = Volume (*)(const Volume& image, const Filters& filters);

struct ColourNetwork {
  Convolution convolution;
  Filters filters;  // F of them
  Matrix readout;   // [F x K] from the mean responses to the scores
};

inline ColourNetwork zero_network(Convolution convolution, std::size_t filters) {
  return {convolution, make_filters(filters, 3), Matrix(filters, 4)};
}

inline ColourNetwork random_network(Convolution convolution, std::size_t filters,
                                    ch01::Random& random) {
  ColourNetwork net = zero_network(convolution, filters);
  for (double& w : net.filters.weights) w = 0.3 * random.normal();
  for (double& w : net.readout.values) w = 0.3 * random.normal();
  return net;
}

// ANCHOR: colour_forward
struct Activity {   // what forward leaves for backward
  Volume response;  // [F][rows][cols] after the convolution
  Matrix mean;      // [1 x F] mean of the positive part of each response
  Matrix scores;    // [1 x K]
};

inline double places(const Table& plane) {
  return static_cast<double>(plane.size() * plane[0].size());
}

inline Activity forward(const ColourNetwork& net, const Volume& image) {
  Activity s;
  s.response = net.convolution(image, net.filters);
  s.mean = Matrix(1, net.filters.count);
  for (std::size_t f = 0; f < net.filters.count; ++f)
    for (const auto& row : s.response[f])
      for (double r : row) s.mean(0, f) += std::max(0.0, r) / places(s.response[f]);
  s.scores = ch01::multiply(s.mean, net.readout);
  return s;
}

inline double loss_of(const ColourNetwork& net, const ColourImage& image) {
  return ch02::softmax_cross_entropy(forward(net, image.pixels).scores, {image.label});
}
// ANCHOR_END: colour_forward

// ANCHOR: colour_backward
// Adds the gradient of one image's loss to `gradient`, and returns the loss.
inline double add_gradient(const ColourNetwork& net, const ColourImage& image,
                           ColourNetwork& gradient) {
  const Activity s = forward(net, image.pixels);
  Matrix d_scores;  // [1 x K]
  const double loss = ch02::softmax_cross_entropy(s.scores, {image.label}, &d_scores);
  Volume d_response = s.response;  // overwritten entry by entry
  for (std::size_t f = 0; f < net.filters.count; ++f) {
    double d_mean = 0;
    for (std::size_t k = 0; k < d_scores.cols; ++k) {
      d_mean += d_scores(0, k) * net.readout(f, k);
      gradient.readout(f, k) += d_scores(0, k) * s.mean(0, f);
    }
    for (auto& row : d_response[f])
      for (double& r : row) r = r > 0 ? d_mean / places(s.response[f]) : 0;
  }
  add_filter_gradient(image.pixels, d_response, gradient.filters);
  return loss;
}
// ANCHOR_END: colour_backward

// ANCHOR: influence
// How a random projection of all outputs changes with each pixel. A pixel that no
// output reads has influence 0.
inline Vector influence(Convolution convolution, const Volume& image,
                        const Filters& filters, ch01::Random& random) {
  const std::size_t outputs = flat(convolution(image, filters)).size();
  const Vector weights = random_projection(outputs, random);
  const Loss loss = [&](const Vector& pixels) {
    return project(weights, flat(convolution(with_entries(image, pixels), filters)));
  };
  return numeric_gradient(loss, flat(image));
}
// ANCHOR_END: influence

}  // namespace ch03
