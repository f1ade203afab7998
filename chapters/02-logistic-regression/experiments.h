// The chapter's experiments on small data, in the order of the text.
#pragma once

#include <algorithm>
#include <cmath>
#include <cstdint>
#include <cstdio>
#include <initializer_list>
#include <utility>
#include <vector>

#include "01-linear-regression/differences.h"
#include "01-linear-regression/features.h"
#include "01-linear-regression/random.h"
#include "01-linear-regression/solve.h"
#include "02-logistic-regression/broken.h"
#include "02-logistic-regression/figures.h"
#include "02-logistic-regression/logistic.h"
#include "02-logistic-regression/naive.h"
#include "02-logistic-regression/softmax_regression.h"
#include "02-logistic-regression/toys.h"
#include "common/report.h"

namespace ch02 {

using ch01::Random;
using common::Report;

inline bool one_of(int value, std::initializer_list<int> wanted) {
  return std::find(wanted.begin(), wanted.end(), value) != wanted.end();
}

// ---- Why the last chapter is not enough ----

// Where a model of one feature changes its mind: w x + b = level.
inline double threshold(const LinearModel& model, double level) {
  return (level - model.bias) / model.weights[0];
}

inline int mistakes(const Samples& days, double threshold) {
  int wrong = 0;
  for (std::size_t i = 0; i < days.labels.size(); ++i)
    wrong += (days.x(i, 0) > threshold) != (days.labels[i] == 1);
  return wrong;
}

// ANCHOR: line_fit
// Chapter 1's best line, with the labels 0 and 1 where the prices were.
inline LinearModel fit_line(const Samples& days) {
  const Vector y(days.labels.begin(), days.labels.end());
  return ch01::as_model(ch01::solve_qr(ch01::with_ones(days.x), y));
}

inline Samples with_storm(Samples days) {
  days.x.values.push_back(150);
  days.x.rows += 1;
  days.labels.push_back(1);
  return days;
}
// ANCHOR_END: line_fit

// ANCHOR: curve_fit
// Logistic regression on the same mornings, by chapter 1's descent with its scaling.
inline LinearModel fit_curve(const Samples& days) {
  const ch01::Scaler scaler = ch01::fit_scaler(days.x);
  LinearModel model{Vector(days.x.cols), 0};
  descend(model, scaler.apply(days.x), days.labels, 2.0, 50000);
  return ch01::unscaled({scaler, model});
}
// ANCHOR_END: curve_fit

inline void compare_line_and_curve(Report& report) {
  const auto section = report.section("storm");
  const Samples before = snow_days(), after = with_storm(before);
  const LinearModel line = fit_line(before), bent = fit_line(after);
  const LinearModel curve = fit_curve(before), same = fit_curve(after);
  const auto show = [](const char* what, const Samples& days, double at) {
    std::printf("%-34s %8.1f cm   %d of %zu\n", what, at, mistakes(days, at),
                days.labels.size());
  };
  std::printf("%-34s %11s   wrong\n", "", "threshold");
  show("line, fourteen mornings", before, threshold(line, 0.5));
  show("line, and the storm", after, threshold(bent, 0.5));
  show("logistic curve, fourteen mornings", before, threshold(curve, 0));
  show("logistic curve, and the storm", after, threshold(same, 0));
  report.number("line_at_storm", ch01::predict(line, after.x).back(), "%.1f");
  report.number("line_before", threshold(line, 0.5), "%.1f");
  report.number("line_after", threshold(bent, 0.5), "%.1f");
  draw_storm(after, line, bent, same, report.figure_path("storm.svg"));
}

// ---- The wrong loss ----

inline void show_slopes(Report& report) {
  const auto section = report.section("slopes");
  std::printf("                         cross-entropy        squared error\n");
  std::printf("score  probability      loss     slope      loss     slope\n");
  for (double z : {4.0, 0.0, -4.0, -10.0, -20.0}) {
    const ScoreLoss entropy = cross_entropy(z, 1), square = squared_error(z, 1);
    std::printf("%5.0f %12.1e %9.4f %9.4f %9.4f %9.1e\n", z, sigmoid(z), entropy.value,
                entropy.slope, square.value, square.slope);
  }
  draw_losses(report.figure_path("losses.svg"));
}

// ANCHOR: stall
// Descends from a weight that is confidently wrong. Returns the mean squared error
// before each step, whichever loss was descended.
inline Vector descend_from_wrong(const Samples& days,
                                 ScoreLoss (*loss_of)(double, int)) {
  const Matrix x = ch01::fit_scaler(days.x).apply(days.x);
  LinearModel model{{-10.0}, 0}, gradient;
  Vector errors;
  for (int step = 0; step <= 100000; ++step) {
    errors.push_back(mean_loss(model, x, days.labels, squared_error));
    mean_loss(model, x, days.labels, loss_of, &gradient);
    if (one_of(step, {0, 10, 100, 1000, 10000, 100000}))
      std::printf("%6d %12.4f %12.5f %9.1f %%\n", step, errors.back(),
                  std::abs(gradient.weights[0]), 100 * accuracy(model, x, days.labels));
    ch01::step(model, gradient, 1.0);
  }
  return errors;
}
// ANCHOR_END: stall

inline void compare_descents(Report& report) {
  const auto section = report.section("stall");
  std::printf("  step  mean sq. error    |dL/dw|   accuracy\n");
  std::printf("descending the cross-entropy\n");
  const Vector entropy = descend_from_wrong(snow_days(), cross_entropy);
  std::printf("descending the squared error\n");
  const Vector square = descend_from_wrong(snow_days(), squared_error);
  report.number("stall_error", square[10000], "%.4f");
  draw_stall(entropy, square, report.figure_path("stall.svg"));
}

// ---- Numbers that overflow ----

// Without the sign that some machines print before a zero or a "nan".
inline double unsigned_value(double x) {
  return x == 0 || std::isnan(x) ? std::abs(x) : x;
}

inline void show_overflow(const Report& report) {
  const auto section = report.section("overflow");
  std::printf("%-28s %12s %12s\n", "binary cross-entropy", "as typed", "rewritten");
  const std::pair<double, int> cases[] = {{2, 0}, {34, 0}, {40, 0}, {-800, 1}, {40, 1}};
  for (const auto& [z, y] : cases)
    std::printf("  score %6.0f, label %d %14.6g %12.6g\n", z, y,
                unsigned_value(naive_binary_cross_entropy(z, y)),
                binary_cross_entropy(z, y));
  const auto show = [](const char* name, const Vector& z,
                       void (*f)(const double*, std::size_t, double*)) {
    Vector p(3);
    f(z.data(), 3, p.data());
    std::printf("  %-32s", name);
    for (double share : p) std::printf(" %7.4f", unsigned_value(share));
    std::printf("\n");
  };
  std::printf("softmax\n");
  show("(0, 1, 2), as typed", {0, 1, 2}, naive_softmax);
  show("(0, 1, 2), rewritten", {0, 1, 2}, softmax);
  show("(1000, 1001, 1002), as typed", {1000, 1001, 1002}, naive_softmax);
  show("(1000, 1001, 1002), rewritten", {1000, 1001, 1002}, softmax);
}

// ---- Prove it ----

using Backward = SoftmaxModel (*)(const Matrix&, const Matrix&);

// ANCHOR: check
// The largest relative difference between the gradient of the loss as derived and as
// chapter 1's central difference finds it, over all weights and biases.
inline double check_gradient(SoftmaxModel model, const Samples& samples,
                             Backward backward) {
  Matrix g;  // [N, K]
  softmax_cross_entropy(logits(model, samples.x), samples.labels, &g);
  const SoftmaxModel gradient = backward(samples.x, g);
  double worst = 0;
  const auto check = [&](Vector& numbers, const Vector& derived) {
    const Vector kept = numbers;
    const auto loss = [&](const Vector& moved) {
      numbers = moved;
      return softmax_cross_entropy(logits(model, samples.x), samples.labels);
    };
    for (std::size_t j = 0; j < kept.size(); ++j) {
      const double found = ch01::central_difference(loss, kept, j, 1e-5);
      worst = std::max(worst, std::abs(derived[j] - found) / std::abs(found));
    }
    numbers = kept;
  };
  check(model.weights.values, gradient.weights.values);
  check(model.bias, gradient.bias);
  return worst;
}
// ANCHOR_END: check

// Rounding differs between compilers, its size hardly does.
inline double power_of_ten_above(double x) {
  return std::pow(10, std::ceil(std::log10(x)));
}

inline void prove_gradient(std::uint64_t seed, Report& report) {
  const auto section = report.section("gradient");
  Random random(seed);
  Samples samples{Matrix(7, 3), {0, 3, 1, 4, 4, 2, 0}};
  SoftmaxModel model(5, 3);
  for (Vector* numbers : {&samples.x.values, &model.weights.values, &model.bias})
    for (double& v : *numbers) v = random.normal();
  const double right = check_gradient(model, samples, backward);
  const double wrong = check_gradient(model, samples, broken::bias_sign);
  std::printf("20 slopes, 7 samples: largest relative difference\n");
  std::printf("  as derived                        below %.0e\n",
              power_of_ten_above(right));
  std::printf("  with the sign of the bias turned  %11.1f\n", wrong);
}

// ---- Train it ----

// ANCHOR: train_clouds
inline SoftmaxModel train_on_clouds(const Samples& samples) {
  SoftmaxModel model(3, 2);
  std::printf("step     loss   accuracy\n");
  for (int step = 0; step <= 200; ++step) {
    const double right = accuracy(model, samples.x, samples.labels);
    const double loss = train_step(model, samples.x, samples.labels, 0.5);
    if (one_of(step, {0, 1, 10, 50, 200}))
      std::printf("%4d  %7.4f    %5.1f %%\n", step, loss, 100 * right);
  }
  return model;
}
// ANCHOR_END: train_clouds

inline void sort_three_clouds(std::uint64_t seed, const Report& report) {
  const auto section = report.section("clouds");
  Random random(seed);
  const Samples samples = clouds({{-2, -1}, {2, -1}, {0, 2}}, 80, 0.9, random);
  const SoftmaxModel model = train_on_clouds(samples);
  for (std::size_t k = 0; k < 3; ++k)
    std::printf("score of class %zu = %5.2f x1 %+5.2f x2 %+5.2f\n", k,
                model.weights(k, 0), model.weights(k, 1), model.bias[k]);
  const plot::Grid grid{-5, 5, -4, 5, 250, 225};
  Matrix centres(grid.size(), 2);
  for (std::size_t i = 0; i < grid.size(); ++i) {
    centres(i, 0) = grid.x(i % grid.columns);
    centres(i, 1) = grid.y(i / grid.columns);
  }
  draw_regions(samples, grid, predict(model, centres),
               report.figure_path("regions.svg"));
}

// ---- Look closer ----

// ANCHOR: separable
inline void grow_weights(std::uint64_t seed, const Report& report) {
  const auto section = report.section("separable");
  Random random(seed);
  const Samples two = clouds({{-1.5, 0}, {1.5, 0}}, 10, 0.6, random);
  for (double lambda : {0.0, 0.01}) {
    std::printf("weight decay %.2f\n   steps  length of w      loss   accuracy\n",
                lambda);
    LinearModel model{{0, 0}, 0};
    int done = 0;
    for (int steps : {10, 100, 1000, 10000, 100000}) {
      descend(model, two.x, two.labels, 1.0, steps - done, cross_entropy, lambda);
      done = steps;
      std::printf("%8d %12.2f %9.1e %8.0f %%\n", steps,
                  std::sqrt(ch01::dot(model.weights, model.weights)),
                  mean_loss(model, two.x, two.labels, cross_entropy),
                  100 * accuracy(model, two.x, two.labels));
    }
  }
}
// ANCHOR_END: separable

}  // namespace ch02
