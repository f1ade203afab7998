// Training, and what comes of it on digits that are moved.
#pragma once

#include <cstdint>
#include <cstdio>
#include <string>
#include <utility>
#include <vector>

#include "04-multilayer-perceptron/program.h"
#include "04-multilayer-perceptron/train.h"
#include "06-convolutional-networks/figures.h"
#include "06-convolutional-networks/network.h"
#include "06-convolutional-networks/shift.h"
#include "common/report.h"

namespace ch06 {

using ch04::accuracy;
using ch04::Data;
using ch04::first_of;
using ch04::Samples;
using ch04::seconds;
using common::Report;

struct Options {
  std::string out = "chapter-06-out";
  std::uint64_t seed = 6;
  int images = 2000, epochs = 5;
  bool clothes = false, marks = false;
};

constexpr Shape kImage{1, 28, 28};

inline Data load(const Options& options) {
  Data data;
  if (options.clothes) {
    ch04::Options earlier;
    earlier.seed = options.seed;
    earlier.images = options.images;
    data = ch04::load(earlier);
    data.test = first_of(data.test, 1000);
    return data;
  }
  Random random(options.seed);
  const auto count = static_cast<std::size_t>(options.images);
  data.train = ch04::from_images(ch02::draw_digits(count, random));
  data.test = ch04::from_images(ch02::draw_digits(1000, random));
  return data;
}

// ---- training

struct Learned {
  std::string name;
  Network network;
  int epochs;
  int most = 0;             // every batch is moved by up to so many pixels
  double milliseconds = 0;  // of training, for each image seen
};

// ANCHOR: learn
inline Matrix moved_at_random(const Matrix& x, int most, Random& random) {
  const auto draw = [&] {
    return static_cast<int>(random.below(static_cast<std::size_t>(2 * most + 1))) -
           most;
  };
  const int down = draw(), right = draw();
  return shifted(x, kImage, down, right);
}

inline void learn(Learned& run, const Samples& train, std::uint64_t seed) {
  Random random(seed);
  std::vector<std::size_t> order = ch04::in_order(train.count());
  const double start = seconds();
  for (int epoch = 1; epoch <= run.epochs; ++epoch) {
    const bool late = epoch > run.epochs - run.epochs / 4;
    random.shuffle(order);
    for (std::size_t first = 0; first + 16 <= order.size(); first += 16) {
      Samples batch = ch04::gather(train, order, first, first + 16);
      if (run.most > 0) batch.inputs = moved_at_random(batch.inputs, run.most, random);
      ch04::loss_and_gradients(run.network, batch);
      run.network.step(late ? 0.01 : 0.1);
    }
  }
  run.milliseconds =
      1e3 * (seconds() - start) / static_cast<double>(train.count()) / run.epochs;
}
// ANCHOR_END: learn

// ANCHOR: by_shift
// The share of right answers on images moved by 0, 1, ... 6 pixels, half of them to the
// left and half to the right.
inline std::vector<double> accuracy_by_shift(Network& network, const Samples& test) {
  std::vector<double> shares;
  for (int by = 0; by <= 6; ++by) {
    const Samples left{shifted(test.inputs, kImage, 0, -by), test.labels};
    const Samples right{shifted(test.inputs, kImage, 0, by), test.labels};
    shares.push_back((accuracy(network, left) + accuracy(network, right)) / 2);
  }
  return shares;
}
// ANCHOR_END: by_shift

inline void print_shares(const std::string& name, const std::vector<double>& shares) {
  std::printf("%-30s", name.c_str());
  for (double share : shares) std::printf(" %6.3f", share);
  std::printf("\n");
}

// ---- why the last chapter is not enough

// Chapter 4's network on digits that are moved. Returns its curve for the figure.
inline Curve mlp_fails(const Options& options, const Data& data, Learned& mlp,
                       Report& report) {
  auto section = report.section("moved");
  learn(mlp, data.train, options.seed);
  const Samples test = first_of(data.test, 300);
  const std::vector<double> shares = accuracy_by_shift(mlp.network, test);
  std::printf(
      "pixels moved                       0      1      2      3      4      5"
      "      6\n");
  print_shares(mlp.name, shares);
  report.number("images", options.images, "%.0f");
  report.number("mlp_epochs", mlp.epochs, "%.0f");
  report.number("mlp_parameters", static_cast<double>(ch04::values(mlp.network).size()),
                "%.0f");
  report.number("mlp_0", 100 * shares[0], "%.1f");
  report.number("mlp_2", 100 * shares[2], "%.1f");
  report.number("mlp_4", 100 * shares[4], "%.1f");
  report.number("mlp_6", 100 * shares[6], "%.1f");
  // A digit that is right where it stands, soon is not, and has room at its right.
  const std::vector<int> before = ch04::predict(mlp.network.forward(test.inputs));
  const std::vector<int> later =
      ch04::predict(mlp.network.forward(shifted(test.inputs, kImage, 0, 3)));
  const auto has_room = [&](std::size_t k) {
    for (std::size_t i = 0; i < 28; ++i)
      for (std::size_t j = 22; j < 28; ++j)
        if (test.inputs(k, 28 * i + j) > 0.7) return false;
    return true;
  };
  std::size_t chosen = 0;
  while (chosen + 1 < test.count() &&
         (before[chosen] != test.labels[chosen] || later[chosen] == before[chosen] ||
          !has_room(chosen))) {
    ++chosen;
  }
  const Matrix digit = ch04::gather(test, {chosen}, 0, 1).inputs;
  std::vector<Matrix> images;
  std::vector<int> guesses;
  for (int by = 0; by <= 6; ++by) {
    images.push_back(shifted(digit, kImage, 0, by));
    guesses.push_back(ch04::predict(mlp.network.forward(images.back()))[0]);
  }
  draw_moved(images, guesses, test.labels[chosen])
      .save(report.figure_path("moved.svg"));
  return {mlp.name, {0, 1, 2, 3, 4, 5, 6}, shares};
}

// ---- train it

inline void twenty(const Options& options, const Data& data, Report& report) {
  auto section = report.section("twenty");
  Random random(options.seed);
  Network network = lenet(kImage, random);
  const auto losses = ch04::descend(network, first_of(data.train, 20), 100, 0.1);
  for (std::size_t s : {0, 10, 50, 99}) {
    std::printf("step %3zu  loss %.6f\n", s, losses[s]);
  }
  report.number("first_loss", losses[0], "%.6f");
  report.number("twenty_loss", losses.back(), "%.4f");
}

inline void draw_learned(Network& network, const Samples& test, Report& report) {
  const Matrix digit = first_of(test, 1).inputs;
  std::vector<Matrix> maps;
  for (int by : {0, 5}) {
    const Matrix x = shifted(digit, kImage, 0, by);
    maps.push_back(network.layer(1).forward(network.layer(0).forward(x)));
  }
  draw_filters(network.parameters()[0]->value, maps)
      .save(report.figure_path("filters.svg"));
}

inline void compare(const Options& options, const Data& data, Learned& mlp,
                    std::vector<Curve> curves, Report& report) {
  auto section = report.section("compare");
  Random random(options.seed);
  std::vector<Learned> runs;
  runs.push_back(
      {"5 hidden units", ch04::image_network(784, 5, random), options.epochs});
  runs.push_back({"filters, dense end", lenet(kImage, random), options.epochs});
  runs.push_back(
      {"filters, largest anywhere", anywhere(kImage, random), options.epochs + 3});
  runs.push_back({"128 hidden units, moved", ch04::image_network(784, 128, random),
                  4 * options.epochs, 6});
  const auto print = [&](Learned& run) {
    std::printf("%-26s %10zu %7d %9.3f %8.3f\n", run.name.c_str(),
                ch04::values(run.network).size(), run.epochs,
                accuracy(run.network, first_of(data.train, 1000)),
                accuracy(run.network, data.test));
  };
  std::printf("%-26s %10s %7s %9s %8s\n", "", "parameters", "epochs", "training",
              "test");
  print(mlp);
  for (Learned& run : runs) {
    learn(run, data.train, options.seed);
    print(run);
  }
  std::printf(
      "(time) milliseconds of training an image: %.3f, %.3f, %.3f, %.3f, "
      "%.3f\n",
      mlp.milliseconds, runs[0].milliseconds, runs[1].milliseconds,
      runs[2].milliseconds, runs[3].milliseconds);
  std::printf(
      "\npixels moved                       0      1      2      3      4      5"
      "      6\n");
  const Samples test = first_of(data.test, 300);
  print_shares(curves[0].name, curves[0].y);
  for (Learned& run : runs) {
    curves.push_back(
        {run.name, {0, 1, 2, 3, 4, 5, 6}, accuracy_by_shift(run.network, test)});
    print_shares(run.name, curves.back().y);
  }
  const auto tell = [&](const char* name, std::size_t run) {
    const std::string begin = name;
    Network& network = runs[run].network;
    report.number(begin + "_parameters",
                  static_cast<double>(ch04::values(network).size()), "%.0f");
    report.number(begin + "_test", 100 * accuracy(network, data.test), "%.1f");
    report.number(begin + "_2", 100 * curves[run + 1].y[2], "%.1f");
    report.number(begin + "_4", 100 * curves[run + 1].y[4], "%.1f");
    report.number(begin + "_6", 100 * curves[run + 1].y[6], "%.1f");
    report.number("time_" + begin, runs[run].milliseconds, "%.2f");
  };
  report.number("mlp_test", 100 * accuracy(mlp.network, data.test), "%.1f");
  report.number("time_mlp", mlp.milliseconds, "%.2f");
  report.number("time_more", runs[1].milliseconds / mlp.milliseconds, "%.1f");
  tell("small", 0);
  tell("lenet", 1);
  tell("anywhere", 2);
  tell("taught", 3);
  report.number("taught_epochs", runs[3].epochs, "%.0f");
  draw_shifts(curves).save(report.figure_path("shifts.svg"));
  draw_learned(runs[1].network, data.test, report);
}

}  // namespace ch06
