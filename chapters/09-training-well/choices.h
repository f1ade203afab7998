// Studies of choosing: schedules, rates, and what a test set is worth after that.
#pragma once

#include <algorithm>
#include <cmath>
#include <cstdio>
#include <string>
#include <utility>
#include <vector>

#include "09-training-well/checkup.h"
#include "09-training-well/data.h"
#include "09-training-well/figures.h"
#include "09-training-well/search.h"
#include "09-training-well/training.h"
#include "common/report.h"

namespace ch09 {

using common::Report;

inline void schedules(const Options& options, const Sets& sets, Report& report) {
  auto section = report.section("schedules");
  const Samples train = part(sets.train, 0, 1280);
  const int epochs = 6, steps = 40 * epochs, few = steps / 10;
  const std::vector<std::pair<std::string, Schedule>> all = {
      {"constant", constant()},
      {"stairs", stairs(steps * 2 / 5, 0.1)},
      {"cosine", cosine(steps)},
      {"warm-up, cosine", warmed_up(few, cosine(steps - few))}};
  std::printf("                   rate 0.003        rate 0.01         rate 0.03\n");
  std::printf(
      "                  train  held-back  train  held-back  train  held-back\n");
  for (const auto& [name, schedule] : all) {
    std::printf("%-16s", name.c_str());
    for (double rate : {0.003, 0.01, 0.03}) {
      Random random(options.seed);
      Network network = shallow(kPixels, 32, Norm::kNone, 0, random);
      Plan plan;
      plan.epochs = epochs;
      plan.rate = rate;
      plan.schedule = schedule;
      fit(network, plan, train, part(sets.held_back, 0, 10), random);
      std::printf(" %6.3f %10.3f", judge(network, train).loss,
                  judge(network, sets.held_back).loss);
    }
    std::printf("\n");
  }
  draw_schedules(all, steps).save(report.figure_path("schedules.svg"));
}

// ---- where to look

struct Outcome {
  Trial trial;
  Score held_back, small_test, fresh;
};

inline Outcome try_out(const Trial& trial, const Options& options, const Sets& sets) {
  Random random(options.seed);
  Network network = shallow(kPixels, 16, Norm::kNone, 0, random);
  Plan plan;
  plan.epochs = 3;
  plan.rate = trial.rate;
  plan.decay = trial.decay;
  fit(network, plan, part(sets.train, 0, 600), part(sets.held_back, 0, 10), random);
  return {trial, judge(network, sets.held_back),
          judge(network, part(sets.test, 0, 200)),
          judge(network, part(sets.test, 200, 1800))};
}

inline bool less_loss(const Outcome& a, const Outcome& b) {
  return a.held_back.loss < b.held_back.loss;
}

inline void search(const Options& options, const Sets& sets, Report& report) {
  auto section = report.section("search");
  const Range rate{1e-4, 1}, decay{1e-4, 1};
  Random random(options.seed);
  std::vector<Curve> points;
  std::vector<Outcome> all;
  std::printf("           best rate   decay   held-back loss\n");
  const auto look = [&](const char* name, const std::vector<Trial>& trials) {
    std::vector<Outcome> outcomes;
    Curve curve{name, {}, {}};
    for (const Trial& trial : trials) {
      outcomes.push_back(try_out(trial, options, sets));
      curve.x.push_back(trial.rate);
      curve.y.push_back(std::min(outcomes.back().held_back.loss, 2.5));
    }
    const Outcome& best =
        *std::min_element(outcomes.begin(), outcomes.end(), less_loss);
    std::printf("%-10s %9.4f %7.4f %16.3f\n", name, best.trial.rate, best.trial.decay,
                best.held_back.loss);
    points.push_back(curve);
    all.insert(all.end(), outcomes.begin(), outcomes.end());
  };
  look("grid", grid(rate, decay, 4));
  look("at random", at_random(rate, decay, 16, random));
  draw_search(points).save(report.figure_path("search.svg"));
  const Outcome& by_held = *std::min_element(all.begin(), all.end(), less_loss);
  const Outcome& by_test =
      *std::max_element(all.begin(), all.end(), [](const Outcome& a, const Outcome& b) {
        return a.small_test.accuracy < b.small_test.accuracy;
      });
  report.number("by_held_test", 100 * by_held.small_test.accuracy, "%.1f");
  report.number("by_held_fresh", 100 * by_held.fresh.accuracy, "%.1f");
  report.number("by_test_test", 100 * by_test.small_test.accuracy, "%.1f");
  report.number("by_test_fresh", 100 * by_test.fresh.accuracy, "%.1f");
}

// In how many of many searches does one of 16 trials fall into the right tenth?
inline void chances(const Options& options, Report& report) {
  auto section = report.section("chances");
  Random random(options.seed);
  const int searches = 4000;
  int by_grid = 0, by_random = 0;
  for (int s = 0; s < searches; ++s) {
    const double low = 0.9 * random.uniform();  // of the share of the way that is good
    const auto good = [&](const Trial& t) {
      return t.rate > low && t.rate < low + 0.1;
    };
    const auto hit = [&](const std::vector<Trial>& trials) {
      return std::any_of(trials.begin(), trials.end(), good);
    };
    // On this scale a rate is its share of the way.
    std::vector<Trial> regular, random_ones;
    for (int i = 0; i < 16; ++i) {
      regular.push_back({(i % 4 + 0.5) / 4, 0});
      random_ones.push_back({random.uniform(), 0});
    }
    by_grid += hit(regular);
    by_random += hit(random_ones);
  }
  std::printf("grid of 4 by 4    %.2f\n16 at random      %.2f   1 - 0.9^16 = %.2f\n",
              1.0 * by_grid / searches, 1.0 * by_random / searches,
              1 - std::pow(0.9, 16));
}

inline void worn_out(const Options& options, Report& report) {
  auto section = report.section("worn");
  Random random(options.seed);
  const double truth = 0.75, count = 400;
  const double sigma = std::sqrt(truth * (1 - truth) / count);
  std::printf("models tried   the best seems   at most\n");
  for (std::size_t choices : {1, 10, 100, 1000}) {
    double mean = 0;
    const int repeats = choices > 100 ? 20 : 200;
    for (int r = 0; r < repeats; ++r)
      mean += best_by_chance(truth, 400, choices, random) / repeats;
    const double most =
        truth + sigma * std::sqrt(2 * std::log(static_cast<double>(choices)));
    std::printf("%12zu %15.1f%% %8.1f%%\n", choices, 100 * mean, 100 * most);
    if (choices == 100) report.number("worn_100", 100 * mean, "%.0f");
  }
}

// ---- the recipe

inline void check_ups(const Options& options, const Sets& sets, Report& report) {
  auto section = report.section("checkup");
  std::printf("%-18s %10s %10s %9s %8s %7s\n", "", "first loss", "twenty", "gradient",
              "silent", "step");
  const auto tell = [&](const char* name, double factor, double rate) {
    const auto make = [&] {
      Random random(options.seed);
      return deep(kPixels, 5, 32, factor, Norm::kNone, random);
    };
    const CheckUp found = check_up(make, rate, sets.train);
    std::printf("%-18s %10.4f %10.4f %9.2f %7.0f%% %7.0e\n", name, found.first_loss,
                found.twenty_loss, found.gradient_ratio, 100 * found.dead,
                found.update_ratio);
  };
  tell("healthy", 1, 0.003);
  tell("start too small", 0.1, 0.003);
  tell("rate too small", 1, 0.00001);
  tell("rate too large", 1, 0.1);
}

}  // namespace ch09
