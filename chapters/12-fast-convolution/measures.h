// How fast everything is. Plumbing.
#pragma once

#include <algorithm>
#include <cstdio>
#include <string>
#include <vector>

#include "06-convolutional-networks/network.h"
#include "06-convolutional-networks/studies.h"
#include "12-fast-convolution/compare.h"
#include "12-fast-convolution/depthwise.h"
#include "12-fast-convolution/figures.h"
#include "12-fast-convolution/layer.h"
#include "12-fast-convolution/probe.h"
#include "12-fast-convolution/ways.h"

namespace ch12 {

using common::Report;

// A convolution with random numbers, in both orders.
struct Trial {
  Task task;
  Matrix filters, images, slopes;
  Flat x, w;

  Trial(const Task& t, Random& random)
      : task(t),
        filters(ch04::he(t.depth(), t.filters, random)),
        images(ch04::normal(t.in.size(), t.images, 1, random)),
        slopes(ch04::normal(t.out().size(), t.images, 1, random)),
        x(to_pixels(images, t.in, t.window.padding)),
        w(by_tap(filters, t.in.channels)) {}
  ch06::Conv2d loops() const { return {task.in, task.window, filters}; }
};

inline std::string text(const Task& t) {
  const auto n = [](std::size_t v) { return std::to_string(v); };
  std::string result = n(t.in.channels) + " to " + n(t.filters) + " channels, " +
                       n(t.in.height) + " x " + n(t.in.width) + ", window " +
                       n(t.window.size);
  if (t.window.stride > 1) result += ", stride " + n(t.window.stride);
  return result;
}

const Task kMain{4, {64, 28, 28}, {3, 1, 1}, 64};

// ---- why chapter 6's loops are not enough

// Where the time of a step of chapter 6's network goes, in seconds.
struct Shares {
  double convolution = 0, all = 0;
};

inline Shares shares(ch04::Network& net, const ch04::Samples& batch) {
  Shares s;
  const auto timed = [&](std::size_t layer, auto run) {
    const double time = ch11::best_time(run, 0.02);
    s.all += time;
    if (layer == 0 || layer == 3) s.convolution += time;
  };
  std::vector<Matrix> x = {batch.inputs};
  for (std::size_t l = 0; l < net.size(); ++l) {
    timed(l, [&] { net.layer(l).forward(x[l]); });
    x.push_back(net.layer(l).forward(x[l]));
  }
  Matrix d;
  ch02::softmax_cross_entropy(x.back(), batch.labels, &d);
  for (std::size_t l = net.size(); l-- > 0;) {
    timed(l, [&] { net.layer(l).accumulate(d); });
    if (l == 0) break;
    timed(l, [&] { net.layer(l).backward(d); });
    d = net.layer(l).backward(d);
  }
  net.zero_gradients();
  return s;
}

inline double too_slow(const ch04::Data& data, Report& report) {
  auto section = report.section("time_share");
  Random random(6);
  ch04::Network net = ch06::lenet(ch06::kImage, random);
  const ch04::Samples batch = ch04::first_of(data.train, 64);
  for (int s = 0; s < 10; ++s) {
    ch04::loss_and_gradients(net, batch);
    net.step(0.1);
  }
  const Shares s = shares(net, batch);
  const double peak = ch11::peak_gflops<double>();
  Trial trial(kMain, random);
  ch06::Conv2d loops = trial.loops();
  const double rate = gflops(
      kMain, [&] { loops.forward(trial.images); }, 0.2);
  std::printf("a training step of chapter 6's network: %.2f ms for each image\n",
              1e3 * s.all / 64);
  std::printf("of which convolution:                   %.0f %%\n",
              100 * s.convolution / s.all);
  std::printf("%s: %.1f GFLOP/s of %.1f\n", text(kMain).c_str(), rate, peak);
  report.number("time_share_conv", 100 * s.convolution / s.all, "%.0f");
  report.number("time_peak", peak, "%.0f");
  report.number("time_loops", rate, "%.1f");
  report.number("time_part", peak / rate, "%.0f");
  return peak;
}

// ---- the steps

inline void steps(double peak, Report& report) {
  auto section = report.section("time_steps");
  Random random(2);
  Trial trial(kMain, random);
  std::printf("%-32s %9s %8s %10s\n", "", "GFLOP/s", "of peak", "of loops");
  std::vector<Bar> bars;
  double loops_rate = 0;
  const auto tell = [&](const std::string& name, const std::string& mark, double rate) {
    if (bars.empty()) loops_rate = rate;
    std::printf("%-32s %9.1f %6.0f %% %8.1f x\n", name.c_str(), rate, 100 * rate / peak,
                rate / loops_rate);
    bars.push_back({mark, 100 * rate / peak});
  };
  ch06::Conv2d loops = trial.loops();
  tell("chapter 6's loops", "loops",
       gflops(
           kMain, [&] { loops.forward(trial.images); }, 0.2));
  for (const Way& way : ways())
    if (way.mark != "list")
      tell(way.name, way.mark,
           gflops(
               kMain, [&] { way.convolve(kMain, trial.x, trial.w); }, 0.08));
  const double change = ch11::best_time(
      [&] { to_pixels(trial.images, kMain.in, kMain.window.padding); }, 0.02);
  std::printf(
      "to channels last and into a frame: %.2f ms, as long as %.0f %% of the "
      "fastest\n",
      1e3 * change,
      100 * change * bars.back().height * peak / 100 / (1e-9 * operations(kMain)));
  report.number("time_times", bars.back().height * peak / 100 / loops_rate, "%.0f");
  report.number("time_tiles_share", bars[5].height, "%.0f");
  for (std::size_t count : {3, 6, 8})
    draw_steps(bars, count)
        .save(report.figure_path("steps-" + std::to_string(count) + ".svg"));
}

// ---- few channels

inline void first_layers(double peak, Report& report) {
  auto section = report.section("time_first");
  Random random(3);
  const std::vector<Task> tasks = {{16, {1, 28, 28}, {5}, 6},
                                   {16, {1, 28, 28}, {5}, 32},
                                   {8, {3, 32, 32}, {3, 1, 1}, 32}};
  std::printf("%% of peak%22s %8s %8s %8s %8s\n", "", "strips", "runs", "tiles",
              "list");
  for (const Task& t : tasks) {
    Trial trial(t, random);
    std::printf("%zu to %2zu channels, window %zu x %zu   ", t.in.channels, t.filters,
                t.window.size, t.window.size);
    for (const Way& way : ways())
      if (way.mark == "strips" || way.mark == "runs" || way.mark == "tiles" ||
          way.mark == "list")
        std::printf(" %8.0f",
                    100 / peak *
                        gflops(
                            t, [&] { way.convolve(t, trial.x, trial.w); }, 0.03));
    std::printf("\n");
  }
}

// ---- backward

inline void backward_rates(Report& report) {
  auto section = report.section("time_backward");
  Random random(4);
  std::printf("%-28s %7s %7s\n", "GFLOP/s", "loops", "here");
  const auto row = [&](const Task& t, const char* name, double loops, double here) {
    std::printf("stride %zu, gradient of %-8s %5.1f %7.1f %6.0f x\n", t.window.stride,
                name, loops, here, here / loops);
    report.number("time_back_" + std::to_string(t.window.stride) + name[0], here,
                  "%.0f");
  };
  for (const Task& t : {kMain, Task{4, {64, 28, 28}, {3, 2, 1}, 64}}) {
    Trial trial(t, random);
    ch06::Conv2d loops = trial.loops();
    loops.forward(trial.images);
    const Flat slopes = to_pixels(trial.slopes, t.out(), 0);
    const auto rate = [&](auto run) { return gflops(t, run, 0.05); };
    if (t.window.stride == 1) {
      const Task back = turned_task(t);
      const Flat framed = to_pixels(trial.slopes, t.out(), back.window.padding);
      row(t, "inputs", rate([&] { loops.backward(trial.slopes); }),
          rate([&] { convolve(back, framed, turned(t, trial.w)); }));
    } else {
      const Flat framed = to_pixels(trial.slopes, t.out(), phase_frame(t));
      row(t, "inputs", rate([&] { loops.backward(trial.slopes); }),
          rate([&] { by_phases(t, framed, trial.w); }));
    }
    row(t, "weights", rate([&] { loops.accumulate(trial.slopes); }),
        rate([&] { weight_gradient(t, trial.x, slopes); }));
  }
}

// ---- where Winograd's way pays

inline void pays(Report& report) {
  auto section = report.section("time_pays");
  Random random(5);
  std::printf("Winograd's F(4 x 4), times as fast as tiles\n%-12s", "channels");
  const std::vector<std::size_t> channels = {4, 8, 16, 32, 64};
  for (std::size_t c : channels) std::printf(" %7zu", c);
  std::printf("\n");
  for (std::size_t side : {6, 14, 28}) {
    std::printf("%2zu x %2zu     ", side, side);
    for (std::size_t c : channels) {
      const Task t{4, {c, side, side}, {3, 1, 1}, c};
      Trial trial(t, random);
      const double tiles = gflops(
          t, [&] { by_tiles(t, trial.x, trial.w); }, 0.02);
      const double fast = gflops(
          t, [&] { by_winograd<F4>(t, trial.x, trial.w); }, 0.02);
      std::printf(" %7.2f", fast / tiles);
      if (side == 28 && (c == 8 || c == 64))
        report.number("time_pays_" + std::to_string(c), fast / tiles, "%.1f");
    }
    std::printf("\n");
  }
}

// ---- the roofline

inline void roofline(double peak, Report& report) {
  auto section = report.section("time_roofline");
  Random random(7);
  const double wide = bandwidth();
  std::vector<RoofPoint> points;
  std::printf("memory %.1f GB/s, so the ridge is at %.1f operations a byte\n", wide,
              peak / wide);
  std::printf("%-36s %12s %9s %9s\n", "", "for a byte", "roof", "GFLOP/s");
  const auto tell = [&](const char* name, double each, double rate) {
    const double roof = std::min(peak, each * wide);
    std::printf("%-36s %12.2f %9.1f %9.1f\n", name, each, roof, rate);
    points.push_back({name, each * wide / peak, rate / peak});
  };
  for (std::size_t side : {16, 224}) {
    const Task t{1, {64, side, side}, {3, 1, 1}, 64};
    const Flat x(t.frame().size(), 1.0), w(9 * 64, 0.5);
    Flat y(t.places() * 64);
    const double work = 18.0 * static_cast<double>(y.size());
    const double rate =
        1e-9 * work / ch11::best_time([&] { depthwise(t, x, w, y); }, 0.1);
    const double bytes = 8.0 * static_cast<double>(2 * y.size() + w.size());
    if (side == 224) report.number("deep_each", work / bytes, "%.1f");
    tell(side == 16 ? "depthwise 3 x 3, 16 x 16, in cache"
                    : "depthwise 3 x 3, 224 x 224",
         work / bytes, rate);
  }
  const Task one{4, {64, 28, 28}, {1}, 64};
  for (const Task& t : {one, kMain}) {
    Trial trial(t, random);
    const double bytes = 8.0 * static_cast<double>(trial.images.values.size() +
                                                   t.places() * 64 + trial.w.size());
    tell(t.window.size == 1 ? "1 x 1, 64 to 64 channels" : "3 x 3, 64 to 64 channels",
         operations(t) / bytes,
         gflops(
             t, [&] { by_tiles(t, trial.x, trial.w); }, 0.05));
  }
  report.number("time_bandwidth", wide, "%.0f");
  report.number("time_ridge", peak / wide, "%.1f");
  draw_roofline(points).save(report.figure_path("roofline.svg"));
}

// ---- bias and ReLU

inline void fused(Report& report) {
  auto section = report.section("time_fused");
  Random random(8);
  for (const Task& t : {Task{4, {64, 28, 28}, {1}, 64}, kMain}) {
    Trial trial(t, random);
    const Flat bias(t.filters, 0.1);
    const double with = ch11::best_time(
        [&] {
          by_tiles(t, trial.x, trial.w, {bias.data(), true});
        },
        0.05);
    const double after = ch11::best_time(
        [&] {
          Flat y = by_tiles(t, trial.x, trial.w);
          for (std::size_t k = 0; k < y.size(); ++k) y[k] += bias[k % t.filters];
          Flat z(y.size());
          for (std::size_t k = 0; k < y.size(); ++k) z[k] = std::max(0.0, y[k]);
        },
        0.05);
    std::printf(
        "%zu x %zu: bias and ReLU in the tile %5.2f ms, as layers of their own "
        "%5.2f ms\n",
        t.window.size, t.window.size, 1e3 * with, 1e3 * after);
    report.number("time_fused_" + std::to_string(t.window.size),
                  100 * (after / with - 1), "%.0f");
  }
}

}  // namespace ch12
