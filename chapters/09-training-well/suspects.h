// The planted bugs: their curves, what they claim, and what finds them.
#pragma once

#include <algorithm>
#include <cstdio>
#include <limits>
#include <string>
#include <vector>

#include "06-convolutional-networks/check.h"
#include "09-training-well/broken.h"
#include "09-training-well/data.h"
#include "09-training-well/figures.h"
#include "09-training-well/gaps.h"
#include "09-training-well/properties.h"
#include "09-training-well/training.h"
#include "common/report.h"

namespace ch09 {

// The test images in the order of their labels, twenty at a time.
inline double accuracy_in_order(Network& network, const Samples& test) {
  std::vector<std::size_t> order = ch04::in_order(test.count());
  std::stable_sort(order.begin(), order.end(), [&](std::size_t a, std::size_t b) {
    return test.labels[a] < test.labels[b];
  });
  double sum = 0;
  const std::size_t parts = test.count() / 20;
  for (std::size_t k = 0; k < parts; ++k) {
    const Samples twenty = ch04::gather(test, order, 20 * k, 20 * k + 20);
    sum += judge(network, twenty).accuracy / static_cast<double>(parts);
  }
  return sum;
}

inline void break_it(const Options& options, const Sets& sets, Report& report) {
  auto section = report.section("broken");
  std::printf("%-20s %5s %6s %6s %8s %8s %8s %8s\n", "", "loss", "mixed", "sorted",
              "gradient", "standard", "balance", "alone");
  std::vector<Curve> curves;
  const auto try_one = [&](const char* name, Bug bug) {
    Random random(options.seed);
    Network network = suspect(kPixels, 32, bug, random);
    Plan plan;
    plan.epochs = 12;
    const History history =
        fit(network, plan, part(sets.train, 0, 800), sets.held_back, random);
    curves.push_back(in_epochs(name, history.held_back));
    SuspectNorm for_check(5, bug), for_standard(5, bug), for_balance(5, bug);
    const ch03::CheckResult check =
        ch06::check_layer(for_check, ch04::normal(5, 7, 1, random), random);
    char gradient[16];
    std::snprintf(gradient, sizeof gradient, "%.0e", check.worst_relative_error);
    const double standard = off_standard(for_standard, 5, random);
    const double balance = off_balance(for_balance, 5, random);
    const Samples some = part(sets.test, 0, 1000);
    std::printf("%-20s %5.2f %5.1f%% %5.1f%% %8s %8.0e %8.0e %8.0e\n", name,
                history.held_back.back().loss, 100 * judge(network, some).accuracy,
                100 * accuracy_in_order(network, some),
                2 * check.kinks > check.checked ? "kinks" : gradient, standard, balance,
                off_alone(network, part(sets.test, 0, 10).inputs));
  };
  try_one("right", Bug::kNone);
  try_one("running in training", Bug::kRunningInTraining);
  try_one("batch in test", Bug::kBatchInTest);
  try_one("forgotten variance", Bug::kForgotten);
  try_one("noisy evaluation", Bug::kNoisy);
  draw_bugs(curves).save(report.figure_path("broken.svg"));
}

// ---- numbers that are too good

// Images from a camera with another exposure, standardised in two ways.
inline void leak(const Options& options, const Sets& raw, Report& report) {
  auto section = report.section("leak");
  Random random(options.seed);
  const Standard standard = measured_on(raw.train.inputs);
  const Sets sets = standardise(raw);
  Network network = shallow(kPixels, 32, Norm::kNone, 0, random);
  Plan plan;
  plan.epochs = 6;
  fit(network, plan, part(sets.train, 0, 2000), part(sets.held_back, 0, 10), random);
  std::printf("brightness of the test images     1    0.7    0.5    0.35\n");
  const auto tell = [&](const char* name, bool leaked) {
    std::printf("%-28s", name);
    for (double brightness : {1.0, 0.7, 0.5, 0.35}) {
      Samples dark = raw.test;
      for (double& v : dark.inputs.values) v *= brightness;
      const Standard by = leaked ? measured_on(dark.inputs) : standard;
      std::printf(" %5.1f%%", 100 * judge(network, standardised(dark, by)).accuracy);
    }
    std::printf("\n");
  };
  tell("by the training images", false);
  tell("by the test images", true);
}

// Training stopped where 100 images say: those of the test, or others.
inline void stopped_on_test(const Options& options, const Sets& sets, Report& report) {
  auto section = report.section("stopped");
  const Samples test = part(sets.test, 0, 100), others = part(sets.held_back, 0, 100);
  const Samples fresh = part(sets.test, 100, 1900);
  double told[2] = {0, 0}, true_[2] = {0, 0};
  const int runs = 6;
  for (int run = 0; run < runs; ++run) {
    Random random(options.seed + static_cast<std::uint64_t>(run));
    const Samples train = mislabelled(part(sets.train, 0, kFew), 0.3, 10, random);
    Network network = shallow(kPixels, 16, Norm::kNone, 0, random);
    ch08::AdamW optimizer(ch08::slots(network), 0.003, 0);
    Keeper by_test(100), by_others(100);
    std::vector<std::size_t> order = ch04::in_order(train.count());
    for (int epoch = 0; epoch < 24; ++epoch) {
      random.shuffle(order);
      for (std::size_t at = 0; at + 20 <= order.size(); at += 20) {
        ch04::loss_and_gradients(network, ch04::gather(train, order, at, at + 20));
        optimizer.step();
      }
      by_test.enough(network, -judge(network, test).accuracy);
      by_others.enough(network, -judge(network, others).accuracy);
    }
    for (int k = 0; k < 2; ++k) {
      (k == 0 ? by_test : by_others).restore(network);
      told[k] += judge(network, test).accuracy / runs;
      true_[k] += judge(network, fresh).accuracy / runs;
    }
  }
  std::printf("the epoch is chosen by     the test says   1900 fresh images\n");
  std::printf("100 test images           %13.1f%% %18.1f%%\n", 100 * told[0],
              100 * true_[0]);
  std::printf("100 held-back images      %13.1f%% %18.1f%%\n", 100 * told[1],
              100 * true_[1]);
}

}  // namespace ch09
