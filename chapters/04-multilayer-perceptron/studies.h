// The chapter's measurements: batch sizes, planted bugs, vanishing gradients, time.
#pragma once

#include <algorithm>
#include <cmath>
#include <cstdio>
#include <stdexcept>
#include <string>
#include <type_traits>
#include <utility>
#include <vector>

#include "04-multilayer-perceptron/broken.h"
#include "04-multilayer-perceptron/check.h"
#include "04-multilayer-perceptron/depth.h"
#include "04-multilayer-perceptron/figures.h"
#include "04-multilayer-perceptron/program.h"
#include "common/report.h"

namespace ch04 {

using common::Report;

// ---- batches

inline void batch_sizes(const Options& options, const Data& data, Report& report) {
  auto section = report.section("batches");
  const Samples train = first_of(data.train, 4000), test = first_of(data.test, 2000);
  const auto run = [&](std::vector<std::size_t> order, bool shuffled,
                       std::size_t size) {
    Random random(options.seed);
    Network network = image_network(train.inputs.cols, 32, random);
    const double start = seconds();
    std::size_t steps = 0;
    for (int epoch = 0; epoch < 4; ++epoch) {
      if (shuffled) random.shuffle(order);
      steps += train_epoch(network, train, order, size, 0.1).size();
    }
    if (shuffled && size <= 64) {
      report.number("time_batch_" + std::to_string(size),
                    1e6 * (seconds() - start) / (4.0 * train.count()), "%.0f");
    }
    const double loss = loss_and_gradients(network, train);
    const double right = accuracy(network, test);
    std::printf("%5zu %9s %7zu %15.4f %15.3f\n", size, shuffled ? "yes" : "no", steps,
                loss, right);
    return right;
  };
  std::vector<std::size_t> order = in_order(train.count());
  std::printf("batch  shuffled   steps   training loss   test accuracy\n");
  for (std::size_t size : {1, 8, 64, 512, 4000}) run(order, true, size);
  std::stable_sort(order.begin(), order.end(), [&](std::size_t a, std::size_t b) {
    return train.labels[a] < train.labels[b];
  });
  report.number("sorted_accuracy", 100 * run(order, false, 8), "%.2f");
}

// ---- break it

// Two hidden layers of suspicious parts. The output layer is one too if it can be: a
// product with a needless transpose would not fit it.
template <class DenseType, class ReLUType, class... Extra>
Network suspect(std::size_t in, std::size_t hidden1, std::size_t hidden2,
                std::size_t out, std::uint64_t seed, Extra... extra) {
  Random random(seed);
  Network network;
  network.add<DenseType>(he(in, hidden1, random), extra...).template add<ReLUType>();
  network.add<DenseType>(he(hidden1, hidden2, random), extra...)
      .template add<ReLUType>();
  using Last =
      std::conditional_t<std::is_same_v<DenseType, DenseTransposed>, Dense, DenseType>;
  network.add<Last>(he(hidden2, out, random), extra...);
  return network;
}

inline std::string verdict(Network network, std::size_t batch, std::size_t width,
                           std::uint64_t seed) {
  Random random(seed + 1);
  try {
    const auto result = check(network, random_batch(batch, width, 3, random));
    char text[32];
    std::snprintf(text, sizeof text, "%.0e", result.worst_relative_error);
    return text;
  } catch (const std::invalid_argument&) {
    return "shapes";
  }
}

template <class DenseType, class ReLUType, class... Extra>
Curve try_out(const char* name, const Options& options, const Data& data, double rate,
              Extra... extra) {
  const std::uint64_t seed = options.seed;
  const Samples train = first_of(data.train, 3000), test = first_of(data.test, 2000);
  const auto make = [&](std::size_t in, std::size_t hidden1, std::size_t hidden2,
                        std::size_t out) {
    return suspect<DenseType, ReLUType>(in, hidden1, hidden2, out, seed, extra...);
  };
  Network network = make(train.inputs.cols, 32, 32, 10);
  Random random(seed);
  std::vector<std::size_t> order = in_order(train.count());
  std::vector<double> losses;
  for (int epoch = 0; epoch < 8; ++epoch) {
    random.shuffle(order);
    for (std::size_t first = 0; first + 30 <= order.size(); first += 30) {
      losses.push_back(add_in_halves(network, gather(train, order, first, first + 30)));
      if (sizeof...(extra) == 0) network.step(rate);  // haste has stepped already
    }
  }
  const Curve curve = smoothed(name, losses, 50);
  std::printf("%-24s %8.3f %9.3f %12s %12s\n", name, std::abs(curve.y.back()),
              accuracy(network, test), verdict(make(5, 5, 5, 3), 1, 5, seed).c_str(),
              verdict(make(7, 5, 6, 3), 11, 7, seed).c_str());
  return curve;
}

inline void break_it(const Options& options, const Data& data, Report& report) {
  auto section = report.section("broken");
  std::printf("%-24s %8s %9s %12s %12s\n", "", "loss", "test", "check 1", "check 2");
  std::vector<Curve> curves = {
      try_out<Dense, ReLU>("right", options, data, 0.01),
      try_out<DenseTransposed, ReLU>("transposed", options, data, 0.01),
      try_out<DenseAssigning, ReLU>("= for +=", options, data, 0.01),
      try_out<DenseWithLastBias, ReLU>("last sample's bias", options, data, 0.01),
      try_out<Dense, OpenReLU>("mask from the output", options, data, 0.01),
      try_out<DenseInHaste, ReLU>("stepped in haste", options, data, 0.01, 0.01)};
  draw_broken(curves).save(report.figure_path("broken.svg"));
  std::printf("with twice the rate:\n");
  try_out<Dense, ReLU>("right", options, data, 0.02);
  try_out<DenseInHaste, ReLU>("stepped in haste", options, data, 0.02, 0.02);
}

// ---- look closer

inline void vanishing(const Options& options, const Data& data, Report& report) {
  auto section = report.section("vanishing");
  const Samples batch = first_of(data.train, 256);
  std::vector<Curve> curves;
  std::printf("           layer 1   layer 5  layer 10   a layer   loss\n");
  const auto run = [&](const char* name, Network network,
                       std::vector<std::size_t> order) {
    const std::vector<double> sizes = delta_sizes(network, batch);
    const double factor = std::pow(sizes[0] / sizes[8], 1.0 / 8);
    order.resize(std::min<std::size_t>(order.size(), 400 * 32));
    std::vector<double> losses = train_epoch(network, data.train, order, 32, 0.05);
    losses.erase(losses.begin(), losses.end() - 40);
    std::printf("%-8s %9.1e %9.1e %9.1e %9.2f %6.3f\n", name, sizes[0], sizes[4],
                sizes[9], factor, mean(losses));
    report.number(std::string("factor_") + name, factor, "%.2f");
    curves.push_back({name, {1, 2, 3, 4, 5, 6, 7, 8, 9, 10}, sizes});
  };
  Random random(options.seed);
  std::vector<std::size_t> order = in_order(data.train.count());
  random.shuffle(order);
  run("sigmoid", deep<Sigmoid>(false, random), order);
  run("tanh", deep<Tanh>(false, random), order);
  run("ReLU", deep<ReLU>(true, random), order);
  draw_vanishing(curves).save(report.figure_path("vanishing.svg"));
}

struct Times {
  double forward = 1e9, backward = 1e9;  // milliseconds, the best of five
};

inline Times time_both_ways(Network network, std::size_t in) {
  Random random(1);
  const Samples batch = random_batch(128, in, 10, random);
  Times best;
  for (int i = 0; i < 5; ++i) {
    const double start = seconds();
    const Matrix logits = network.forward(batch.inputs);
    const double middle = seconds();
    network.backward(logits);
    best.forward = std::min(best.forward, 1e3 * (middle - start));
    best.backward = std::min(best.backward, 1e3 * (seconds() - middle));
  }
  return best;
}

inline void cost(const Options& options, Report& report) {
  Random random(options.seed);
  Network square;
  for (int l = 0; l < 8; ++l) square.add<Dense>(he(256, 256, random)).add<ReLU>();
  const Times deep = time_both_ways(std::move(square), 256);
  report.number("time_forward", deep.forward, "%.0f");
  report.number("time_backward", deep.backward, "%.0f");
  report.number("time_ratio", deep.backward / deep.forward, "%.1f");
  const Times image = time_both_ways(image_network(784, 128, random), 784);
  report.number("time_ratio_image", image.backward / image.forward, "%.1f");
}

}  // namespace ch04
