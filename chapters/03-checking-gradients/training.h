// How the chapter's two networks are trained and judged: steps over all samples for the
// sigmoid network, mini-batches for the colour network.
#pragma once

#include <algorithm>
#include <cstddef>
#include <vector>

#include "01-linear-regression/matrix.h"
#include "03-checking-gradients/colour_network.h"
#include "03-checking-gradients/data.h"
#include "03-checking-gradients/gradient_check.h"
#include "03-checking-gradients/sigmoid_network.h"

namespace ch03 {

// The share of samples whose largest output (or, with one output, whose side of a
// half) is the target's.
inline double accuracy(const SigmoidNetwork& net, const TableData& data) {
  const auto chosen = [](const std::vector<double>& row) {
    if (row.size() == 1) return row[0] > 0.5 ? std::size_t{1} : std::size_t{0};
    std::size_t best = 0;
    for (std::size_t k = 1; k < row.size(); ++k) {
      if (row[k] > row[best]) best = k;
    }
    return best;
  };
  const Table output = predict(net, data.x);
  double right = 0;
  for (std::size_t i = 0; i < output.size(); ++i) {
    right += chosen(output[i]) == chosen(data.target[i]) ? 1 : 0;
  }
  return right / static_cast<double>(output.size());
}

// ANCHOR: check_step
// Checks the gradient that a training step takes against the loss it should descend.
inline CheckResult check_step(const SigmoidNetwork& net, const TableData& data,
                              Rule rule, Slope slope = sigmoid_slope) {
  const Loss loss = [&](const Vector& at) {
    return squared_error(with_weights(net, at), data);
  };
  return check_gradient(loss, flat(net), gradient_taken(net, data, rule, slope));
}
// ANCHOR_END: check_step

// What training a network with one rule gives.
struct Run {
  std::vector<double> losses;  // of a sample, at the start and after every 10 steps
  double accuracy = 0;
};

inline Run train(SigmoidNetwork net, const TableData& data, double rate, Rule rule,
                 int steps, Slope slope = sigmoid_slope) {
  Run run;
  const double n = static_cast<double>(data.x.size());
  for (int i = 0; i <= steps; ++i) {
    if (i % 10 == 0) run.losses.push_back(squared_error(net, data) / n);
    train_step(net, data, rate, rule, slope);
  }
  run.accuracy = accuracy(net, data);
  return run;
}

// Checks the gradient by the filters on the first few images.
inline CheckResult check_filters(const ColourNetwork& net,
                                 const std::vector<ColourImage>& images,
                                 std::size_t count) {
  ColourNetwork gradient = zero_network(net.convolution, net.filters.count);
  for (std::size_t i = 0; i < count; ++i) add_gradient(net, images[i], gradient);
  const Loss loss = [&](const Vector& at) {
    ColourNetwork tried = net;
    tried.filters.weights = at;
    double sum = 0;
    for (std::size_t i = 0; i < count; ++i) sum += loss_of(tried, images[i]);
    return sum;
  };
  return check_gradient(loss, net.filters.weights, gradient.filters.weights);
}

// One pass over the images in batches of 20, by gradient descent.
inline void train_epoch(ColourNetwork& net, const std::vector<ColourImage>& images,
                        double rate) {
  constexpr std::size_t kBatch = 20;
  for (std::size_t start = 0; start < images.size(); start += kBatch) {
    const std::size_t end = std::min(images.size(), start + kBatch);
    ColourNetwork gradient = zero_network(net.convolution, net.filters.count);
    for (std::size_t i = start; i < end; ++i) add_gradient(net, images[i], gradient);
    const double step = rate / static_cast<double>(end - start);
    for (std::size_t i = 0; i < net.filters.weights.size(); ++i)
      net.filters.weights[i] -= step * gradient.filters.weights[i];
    for (std::size_t i = 0; i < net.readout.values.size(); ++i)
      net.readout.values[i] -= step * gradient.readout.values[i];
  }
}

// Mean loss and share of right answers.
struct Score {
  double loss = 0, accuracy = 0;
};

inline Score score(const ColourNetwork& net, const std::vector<ColourImage>& images) {
  Score total;
  const double n = static_cast<double>(images.size());
  for (const ColourImage& image : images) {
    const Vector scores = forward(net, image.pixels).scores.values;
    const auto best = std::max_element(scores.begin(), scores.end()) - scores.begin();
    total.loss += loss_of(net, image) / n;
    total.accuracy += best == image.label ? 1 / n : 0;
  }
  return total;
}

}  // namespace ch03
