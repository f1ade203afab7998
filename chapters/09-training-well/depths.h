// Studies of deep networks: the size of signals, and whether training starts at all.
#pragma once

#include <cmath>
#include <cstdio>
#include <string>
#include <vector>

#include "08-optimizers/momentum.h"
#include "09-training-well/data.h"
#include "09-training-well/deep.h"
#include "09-training-well/figures.h"
#include "09-training-well/signals.h"
#include "09-training-well/training.h"
#include "common/report.h"

namespace ch09 {

using ch04::seconds;
using common::Report;

// ---- why the last chapter is not enough

// The loss before every step of five epochs.
inline Vector descend_deep(const Options& options, const Samples& train, double factor,
                           Norm norm, double* accuracy, const Samples& held_back) {
  Random random(options.seed);
  Network network = deep(kPixels, 12, 32, factor, norm, random);
  ch08::Momentum optimizer(ch08::slots(network), 0.02, 0.9);
  std::vector<std::size_t> order = ch04::in_order(train.count());
  Vector losses;
  for (int epoch = 0; epoch < 5; ++epoch) {
    random.shuffle(order);
    for (std::size_t at = 0; at + 32 <= order.size(); at += 32) {
      const Samples batch = ch04::gather(train, order, at, at + 32);
      losses.push_back(ch04::loss_and_gradients(network, batch));
      optimizer.step();
    }
  }
  if (accuracy) *accuracy = judge(network, held_back).accuracy;
  return losses;
}

// The mean of the last 20 losses, as text: there may be no such number.
inline std::string last_loss(const Vector& losses) {
  double sum = 0;
  for (std::size_t i = losses.size() - 20; i < losses.size(); ++i) sum += losses[i];
  char text[32];
  std::snprintf(text, sizeof text, "%.2f", sum / 20);
  return std::isfinite(sum) ? text : "lost";
}

inline void deep_starts(const Options& options, const Sets& sets, Report& report) {
  auto section = report.section("deep");
  const Samples train = part(sets.train, 0, 640);
  std::vector<Curve> curves;
  std::printf("deviation      as it is    batch norm    layer norm\n");
  for (double factor : {0.1, 0.5, 1.0, 2.0}) {
    std::printf("%3g of He's ", factor);
    for (Norm norm : {Norm::kNone, Norm::kBatch, Norm::kLayer}) {
      double accuracy = 0;
      const Vector losses =
          descend_deep(options, train, factor, norm, &accuracy, sets.held_back);
      std::printf(" %6s %5.1f%%", last_loss(losses).c_str(), 100 * accuracy);
      const bool drawn = factor == 0.5 || factor == 1;
      if (!drawn || norm == Norm::kLayer) continue;
      std::string name = factor == 1 ? "He" : "half He";
      if (norm == Norm::kBatch) name += ", batch norm";
      curves.push_back(smoothed(name, losses, 5));
    }
    std::printf("\n");
  }
  draw_deep(curves).save(report.figure_path("deep.svg"));
}

// ---- the mathematics: signals

inline void signals(const Options& options, Report& report) {
  auto section = report.section("signals");
  Random random(options.seed);
  const int depth = 30;
  std::vector<Curve> curves;
  std::printf("             m s2      layer 1   layer 10   layer 30   back at 0\n");
  const auto tell = [&](const char* name, double factor, const Sizes& found,
                        auto predicted, double back) {
    std::printf("%-10s %6.2f measured %8.2g %10.2g %10.2g %11.2g\n", name, factor,
                found.forward[1], found.forward[10], found.forward[30],
                found.backward[0]);
    std::printf("%-17s predicted%8.2g %10.2g %10.2g", "", predicted(1), predicted(10),
                predicted(30));
    back > 0 ? std::printf(" %11.2g\n", back) : std::printf("           -\n");
    Curve curve{name, {}, found.forward};
    for (int l = 0; l <= depth; ++l) curve.x.push_back(l);
    curves.push_back(curve);
  };
  const auto relu = [&](const char* name, double factor) {
    const auto predicted = [factor](int l) { return std::pow(factor / 2, l); };
    tell(name, factor, sizes<ReLU>(depth, 64, factor, 10, random), predicted,
         predicted(depth));
  };
  relu("He", 2);
  relu("Glorot", 1);
  relu("usual", 1.0 / 3);
  const auto half = [](int l) { return 1.0 / (2 * l); };
  tell("tanh", 1, sizes<ch04::Tanh>(depth, 64, 1, 10, random), half, 0);
  draw_signals(curves).save(report.figure_path("signals.svg"));
  report.number("usual_thirty", std::pow(1.0 / 6, 30), "%.0e");
}

}  // namespace ch09
