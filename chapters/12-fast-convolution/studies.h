// Counts, agreement with the loops, errors, and training. Nothing here is timed but (time).
#pragma once

#include <algorithm>
#include <cstdio>
#include <string>
#include <vector>

#include "06-convolutional-networks/check.h"
#include "06-convolutional-networks/studies.h"
#include "12-fast-convolution/errors.h"
#include "12-fast-convolution/measures.h"
#include "12-fast-convolution/suspects.h"

namespace ch12 {

// ---- what is copied and what is counted

inline double megabytes(std::size_t numbers) {
  return 8e-6 * static_cast<double>(numbers);
}

inline void memory(Report& report) {
  auto section = report.section("memory");
  const Task& t = kMain;
  Flat strip, all;
  columns(t, Flat(t.images * t.frame().size()), 0, t.rows(), all);
  columns(t, Flat(t.images * t.frame().size()), 0, 1, strip);
  const std::size_t tiles = TileGrid<F4>(t).tiles();
  std::printf("images %.2f MB, in their frame %.2f MB\n",
              megabytes(t.images * t.in.size()),
              megabytes(t.images * t.frame().size()));
  std::printf("columns of all %.2f MB, of one row %.2f MB\n", megabytes(all.size()),
              megabytes(strip.size()));
  std::printf("filters %.2f MB, Winograd's F(4 x 4) of them %.2f MB\n",
              megabytes(t.depth() * t.filters), megabytes(36 * 64 * 64));
  std::printf("tiles of one image, in and out %.2f MB\n", megabytes(36 * tiles * 128));
  report.number("columns_mb", megabytes(all.size()), "%.1f");
  report.number("image_mb", megabytes(t.images * t.in.size()), "%.1f");
  report.number("strip_kb", 8e-3 * static_cast<double>(strip.size()), "%.0f");
  report.number("u_mb", megabytes(36 * 64 * 64), "%.2f");
}

inline void counts(Report& report) {
  auto section = report.section("counts");
  std::printf("%-10s %8s %14s %15s %7s\n", "", "tile of", "", "", "times");
  std::printf("%-10s %8s %14s %15s %7s\n", "", "pixels", "its products",
              "the definition's", "fewer");
  for (std::size_t m : {1, 2, 4, 6}) {
    const std::size_t n = m + 2;
    std::printf("F(%zu x %zu)   %3zu x %zu %14zu %15zu %8.2f\n", m, m, n, n, n * n,
                9 * m * m,
                9.0 * static_cast<double>(m * m) / static_cast<double>(n * n));
  }
}

// ---- prove it

inline void agree(Report& report) {
  auto section = report.section("agree");
  Random random(11);
  std::vector<double> worst(ways().size());
  std::size_t count = 0, layers = 0;
  double layer = 0;
  for (std::size_t channels : {1, 3, 7, 17})
    for (std::size_t filters : {1, 5, 16, 19})
      for (const Window& w :
           {Window{3, 1, 1}, Window{3}, Window{5, 1, 2}, Window{1}, Window{1, 2},
            Window{3, 2, 1}, Window{2, 3}, Window{5, 2, 1}}) {
        const Task t{2, {channels, 7, 12}, w, filters};
        Trial trial(t, random);
        const Flat expected =
            to_pixels(trial.loops().forward(trial.images), t.out(), 0);
        for (std::size_t k = 0; k < worst.size(); ++k) {
          if (!ways()[k].takes(t)) continue;
          const Flat y = ways()[k].convolve(t, trial.x, trial.w);
          worst[k] = std::max(worst[k], apart(y, expected));
          ++count;
        }
        layer =
            std::max(layer, against_loops<FastConv>(t.in, w, filters, 2, random).all);
        ++layers;
      }
  for (std::size_t k = 0; k < worst.size(); ++k)
    std::printf("%-32s differ by at most %.0e\n", ways()[k].name.c_str(), worst[k]);
  std::printf("%-32s differ by at most %.0e\n", "the layer, all three passes", layer);
  report.number("agree_count", static_cast<double>(count), "%.0f");
  report.number("agree_layers", static_cast<double>(layers), "%.0f");
}

inline void prove(Report& report) {
  auto section = report.section("check");
  Random random(12);
  std::size_t slopes = 0;
  const auto tell = [&](const char* name, const Shape& in, const Window& w,
                        std::size_t filters) {
    FastConv layer(in, w, ch04::he(in.channels * w.size * w.size, filters, random));
    const auto result =
        ch06::check_layer(layer, ch04::normal(in.size(), 2, 1, random), random);
    std::printf("%-34s %4zu slopes, worst %.0e: %s\n", name, result.checked,
                result.worst_relative_error, result.passed() ? "passed" : "FAILED");
    slopes += result.checked;
  };
  tell("list: 3 to 5, window 5, framed", {3, 6, 7}, {5, 1, 2}, 5);
  tell("phases: 8 to 3, window 3, stride 2", {8, 5, 8}, {3, 2, 1}, 3);
  tell("phases: 2 to 4, window 2, stride 3", {2, 7, 8}, {2, 3}, 4);
  tell("Winograd: 17 to 16, framed", {17, 6, 7}, {3, 1, 1}, 16);
  report.number("check_slopes", static_cast<double>(slopes), "%.0f");
}

// ---- errors

inline void precision(Report& report) {
  auto section = report.section("errors");
  std::vector<Bar> bars;
  std::printf("%-36s %9s %9s %9s\n", "32 channels, in float", "direct", "Winograd",
              "times");
  const auto tell = [&](const char* name, const char* mark, const auto& f) {
    const Errors e = errors(f, 32, 40);
    std::printf("%-36s %9.1e %9.1e %9.1f\n", name, e.direct, e.winograd,
                e.winograd / e.direct);
    bars.push_back({mark, e.winograd / e.direct});
  };
  const double h = 0.5, a = 2.0 / 3, b = 1.5;
  tell("F(2 x 2)  0, 1, -1", "F(2)", F2::kAll);
  tell("F(4 x 4)  0, 1, -1, 2, -2", "F(4) ±1 ±2", F4::kAll);
  tell("F(4 x 4)  0, 1, -1, 1/2, -1/2", "±1 ±½", toom_cook<4, 3>({0, 1, -1, h, -h}));
  tell("F(4 x 4)  0, 2/3, -2/3, 3/2, -3/2", "±⅔ ±3/2",
       toom_cook<4, 3>({0, a, -a, b, -b}));
  tell("F(4 x 4)  0, 1, 2, 3, 4", "0 to 4", toom_cook<4, 3>({0, 1, 2, 3, 4}));
  tell("F(6 x 6)  0, 1, -1, 2, -2, 1/2, -1/2", "F(6)",
       toom_cook<6, 3>({0, 1, -1, 2, -2, h, -h}));
  tell("F(8 x 8)  the same and 3, -3", "F(8)",
       toom_cook<8, 3>({0, 1, -1, 2, -2, h, -h, 3, -3}));
  draw_errors(bars).save(report.figure_path("errors.svg"));
}

// ---- train it
// Chapter 6's network, with convolutions of either kind.
template <class Convolution>
ch04::Network lenet(Random& random, std::size_t few, std::size_t more) {
  const Window five{5}, three{3}, half{2, 2};
  const Shape image = ch06::kImage, maps = after(image, five, few);
  const Shape pooled = after(maps, half, few), maps2 = after(pooled, three, more);
  ch04::Network net;
  net.add<Convolution>(image, five, ch04::he(25, few, random));
  net.add<ch04::ReLU>().add<ch06::MaxPool>(maps, half);
  net.add<Convolution>(pooled, three, ch04::he(few * 9, more, random));
  net.add<ch04::ReLU>().add<ch06::MaxPool>(maps2, half);
  net.add<ch04::Dense>(Matrix(10, after(maps2, half, more).size()));
  return net;
}

struct Course {
  std::vector<double> losses;
  double milliseconds, accuracy;
};

template <class Convolution>
Course course(const ch04::Data& data, std::size_t few, std::size_t more, int epochs) {
  Random random(6), order_random(6);
  ch04::Network net = lenet<Convolution>(random, few, more);
  std::vector<std::size_t> order = ch04::in_order(data.train.count());
  Course result;
  const double start = ch04::seconds();
  for (int epoch = 0; epoch < epochs; ++epoch) {
    order_random.shuffle(order);
    const auto more_losses = ch04::train_epoch(net, data.train, order, 16, 0.1);
    result.losses.insert(result.losses.end(), more_losses.begin(), more_losses.end());
  }
  result.milliseconds = 1e3 * (ch04::seconds() - start) /
                        static_cast<double>(data.train.count()) / epochs;
  result.accuracy = ch04::accuracy(net, data.test);
  return result;
}

inline void train(const ch04::Data& data, Report& report) {
  auto section = report.section("train");
  ch04::Data some = data;
  some.train = ch04::first_of(data.train, 1000);
  const Course loops = course<ch06::Conv2d>(some, 6, 12, 1);
  const Course fast = course<FastConv>(some, 6, 12, 1);
  std::printf("step        loops          here\n");
  for (std::size_t s : {0, 1, 10, 30, 60})
    std::printf("%4zu  %11.8f   %11.8f\n", s, loops.losses[s], fast.losses[s]);
  const Course wide_loops = course<ch06::Conv2d>(
      {ch04::first_of(data.train, 200), ch04::first_of(data.test, 10), {}}, 32, 64, 1);
  const Course wide = course<FastConv>(some, 32, 64, 1);
  std::printf("(time) ms an image,  6 and 12 filters: %6.3f and %6.3f\n",
              loops.milliseconds, fast.milliseconds);
  std::printf("(time) ms an image, 32 and 64 filters: %6.3f and %6.3f\n",
              wide_loops.milliseconds, wide.milliseconds);
  report.number("time_narrow", loops.milliseconds / fast.milliseconds, "%.1f");
  report.number("time_wide", wide_loops.milliseconds / wide.milliseconds, "%.0f");
  report.number("time_wide_ms", wide.milliseconds, "%.2f");
  report.number("time_narrow_ms", loops.milliseconds, "%.2f");
  report.number("narrow_test", 100 * loops.accuracy, "%.1f");
  report.number("wide_test", 100 * wide.accuracy, "%.1f");
  report.number("first_loss", fast.losses[0], "%.6f");
}

inline void twenty(const ch04::Data& data, Report& report) {
  auto section = report.section("twenty");
  Random random(6);
  ch04::Network net = lenet<FastConv>(random, 16, 16);
  const auto losses = ch04::descend(net, ch04::first_of(data.train, 20), 60, 0.1);
  for (std::size_t s : {0, 10, 30, 59})
    std::printf("step %2zu  loss %.6f\n", s, losses[s]);
}

// ---- break it

inline void break_it(const ch06::Options& options, const ch04::Data& data,
                     Report& report) {
  auto section = report.section("broken");
  std::printf("%-20s %6s %6s %9s %9s %9s %9s\n", "", "", "", "two", "check,", "loops,",
              "loops,");
  std::printf("%-20s %6s %6s %9s %9s %9s %9s\n", "", "loss", "test", "products",
              "small", "forward", "all");
  const std::vector<ch06::Curve> curves = {
      try_out<FastConv>("right", options, data),
      try_out<ConvNeighbour>("neighbour's row", options, data),
      try_out<FastConvNotTurned>("not turned", options, data),
      try_out<ConvWrongSign>("one wrong sign", options, data),
      try_out<ConvBorderTwice>("borders twice", options, data),
      try_out<ConvShiftedPhases>("phases exchanged", options, data)};
  draw_bugs(curves).save(report.figure_path("broken.svg"));
}

}  // namespace ch12
