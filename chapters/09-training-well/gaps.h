// Studies of the gap between the samples a network learns from and those it does not.
#pragma once

#include <cmath>
#include <cstdio>
#include <string>
#include <utility>
#include <vector>

#include "09-training-well/data.h"
#include "09-training-well/deep.h"
#include "09-training-well/figures.h"
#include "09-training-well/training.h"
#include "common/report.h"

namespace ch09 {

using common::Report;

// What there is to be learned from in most of these studies.
constexpr std::size_t kFew = 400;

struct Remedy {
  const char* name;
  Plan plan;
  Norm norm = Norm::kNone;
  double dropout = 0;
};

inline std::vector<Remedy> remedies(int epochs) {
  Plan plain, decay, stop, mirror;
  for (Plan* plan : {&plain, &decay, &stop, &mirror}) {
    plan->epochs = epochs;
    plan->rate = 0.006;
  }
  decay.decay = 1;
  stop.patience = 8;
  mirror.change = mirror_some;
  return {{"nothing", plain},
          {"weight decay 1", decay},
          {"dropout 0.5", plain, Norm::kNone, 0.5},
          {"early stopping", stop},
          {"mirrored at random", mirror},
          {"batch norm", plain, Norm::kBatch}};
}

inline Curve in_epochs(std::string name, const std::vector<Score>& scores) {
  Curve curve{std::move(name), {}, {}};
  for (std::size_t e = 0; e < scores.size(); ++e) {
    curve.x.push_back(static_cast<double>(e + 1));
    curve.y.push_back(scores[e].loss);
  }
  return curve;
}

// All remedies on one set of samples; the curves of the first are kept.
inline void table_of_remedies(const Options& options, const Sets& sets,
                              const Samples& train, const std::string& kind,
                              std::vector<Curve>& curves, Report& report) {
  std::printf("%-20s %9s %7s %9s %9s %7s\n", kind.c_str(), "train", "", "held-back",
              "test", "");
  for (const Remedy& remedy : remedies(options.epochs)) {
    Random random(options.seed);
    Network network = shallow(kPixels, 32, remedy.norm, remedy.dropout, random);
    const History history = fit(network, remedy.plan, train, sets.held_back, random);
    const Score a = judge(network, train), b = judge(network, sets.held_back),
                c = judge(network, sets.test);
    std::printf("%-20s %9.3f %6.1f%% %9.3f %9.3f %6.1f%%\n", remedy.name, a.loss,
                100 * a.accuracy, b.loss, c.loss, 100 * c.accuracy);
    const std::string name = remedy.name;
    if (name == "early stopping")
      report.number(kind + "_stopped", history.best_epoch, "%.0f");
    if (name == "batch norm") continue;
    report.number(kind + "_" + name.substr(0, name.find(' ')), 100 * c.accuracy,
                  "%.1f");
    if (name != "nothing") continue;
    report.number(kind + "_train", 100 * a.accuracy, "%.1f");
    report.number(kind + "_held_loss", b.loss, "%.2f");
    curves.push_back(in_epochs("training, " + kind, history.train));
    curves.push_back(in_epochs("held-back, " + kind, history.held_back));
  }
}

inline void remedies(const Options& options, const Sets& sets, Report& report) {
  std::vector<Curve> curves;
  const Samples clean = part(sets.train, 0, kFew);
  {
    auto section = report.section("remedies");
    table_of_remedies(options, sets, clean, "clean", curves, report);
  }
  Random random(options.seed);
  const Samples wrong = mislabelled(clean, 0.3, 10, random);
  {
    auto section = report.section("mislabelled");
    table_of_remedies(options, sets, wrong, "mislabelled", curves, report);
  }
  draw_gap(curves).save(report.figure_path("gap.svg"));
}

inline void widths(const Options& options, const Sets& sets, Report& report) {
  auto section = report.section("widths");
  const Samples train = part(sets.train, 0, kFew);
  std::printf("hidden units   parameters   train loss          test loss\n");
  for (std::size_t hidden : {1, 2, 4, 8, 16, 32, 64}) {
    Random random(options.seed);
    Network network = shallow(kPixels, hidden, Norm::kNone, 0, random);
    Plan plan;
    plan.epochs = 25;
    fit(network, plan, train, part(sets.held_back, 0, 10), random);
    const Score a = judge(network, train), b = judge(network, sets.test);
    std::printf("%12zu %12zu %12.3f %5.1f%% %11.3f %5.1f%%\n", hidden,
                ch04::values(network).size(), a.loss, 100 * a.accuracy, b.loss,
                100 * b.accuracy);
  }
}

inline void numbers_of_samples(const Options& options, const Sets& sets,
                               Report& report) {
  auto section = report.section("samples");
  Curve train_curve{"training", {}, {}}, test_curve{"test", {}, {}};
  std::printf("images   epochs   train loss          test loss\n");
  for (std::size_t count : {50, 100, 200, 400, 800, 1600, 3200}) {
    Random random(options.seed);
    Network network = shallow(kPixels, 32, Norm::kNone, 0, random);
    const Samples train = part(sets.train, 0, count);
    Plan plan;
    plan.batch = 25;
    plan.epochs = static_cast<int>(9600 / count);
    fit(network, plan, train, part(sets.held_back, 0, 10), random);
    const Score a = judge(network, train), b = judge(network, sets.test);
    std::printf("%6zu %8d %12.3f %5.1f%% %11.3f %5.1f%%\n", count, plan.epochs, a.loss,
                100 * a.accuracy, b.loss, 100 * b.accuracy);
    train_curve.x.push_back(static_cast<double>(count));
    train_curve.y.push_back(a.loss);
    test_curve.x.push_back(static_cast<double>(count));
    test_curve.y.push_back(b.loss);
  }
  draw_samples({train_curve, test_curve}).save(report.figure_path("samples.svg"));
}

}  // namespace ch09
