// Studies in two dimensions: how many steps a valley takes.
#pragma once

#include <algorithm>
#include <cmath>
#include <cstdio>
#include <string>
#include <utility>
#include <vector>

#include "08-optimizers/figures.h"
#include "08-optimizers/hand.h"
#include "08-optimizers/noise.h"
#include "08-optimizers/properties.h"
#include "08-optimizers/rare.h"
#include "08-optimizers/recipes.h"
#include "common/report.h"

namespace ch08 {

using common::Report;

// After how many steps a path is, for good, a thousand times nearer to the origin than
// where it began; 0 if that is not within `limit` steps.
inline std::size_t steps_down(const Function& f, const Vector& start, const Make& make,
                              double rate, std::size_t limit) {
  const auto path = walk(f, start, make, rate, limit);
  const double goal = 1e-3 * length(start);
  std::size_t settled = path.size();
  while (settled > 0 && length(path[settled - 1]) < goal) --settled;
  return settled == path.size() ? 0 : settled;
}

// The fewest steps over a row of rates, a tenth of a power of ten apart.
struct Fewest {
  std::size_t steps = 0;
  double rate = 0;
};

template <class Count>
Fewest over_rates(double lowest, double highest, const Count& count) {
  Fewest best;
  for (double rate = lowest; rate < highest; rate *= std::pow(10, 0.1)) {
    const std::size_t steps = count(rate);
    if (steps > 0 && (best.steps == 0 || steps < best.steps)) best = {steps, rate};
  }
  return best;
}

// ---- why plain descent is not enough, and what momentum does

inline void long_valleys(Report& report) {
  auto section = report.section("valleys");
  std::printf(
      "condition   descent: rate  predicted   steps   momentum: mu   rate"
      "   predicted   steps\n");
  Curve plain{"descent", {}, {}}, heavy{"momentum", {}, {}};
  for (double kappa : {10.0, 100.0, 1000.0, 10000.0}) {
    const Best a = best_descent(1, kappa), b = best_momentum(1, kappa);
    const Vector start = {1, 1};
    const auto n =
        steps_down(valley(1, kappa), start, recipe<Descent>(), a.rate, 50000);
    const auto m =
        steps_down(valley(1, kappa), start, recipe<Momentum>(b.mu), b.rate, 50000);
    std::printf("%9.0f %15.2e %10.0f %7zu %14.3f %8.4f %9.0f %7zu\n", kappa, a.rate,
                std::log(1e-3) / std::log(a.factor), n, b.mu, b.rate,
                std::log(1e-3) / std::log(b.factor), m);
    report.number("steps_" + std::to_string(static_cast<int>(kappa)),
                  static_cast<double>(n), "%.0f");
    report.number("momentum_" + std::to_string(static_cast<int>(kappa)),
                  static_cast<double>(m), "%.0f");
  }
  const Best a = best_descent(1, 40), b = best_momentum(1, 40);
  const Vector start = {-10, 0.5};
  draw_valley(
      {{"descent", walk(valley(1, 40), start, recipe<Descent>(), a.rate, 40)},
       {"momentum", walk(valley(1, 40), start, recipe<Momentum>(b.mu), b.rate, 40)}})
      .save(report.figure_path("valley.svg"));
}

// ---- by hand

inline void hand(Report& report) {
  auto section = report.section("by_hand");
  std::printf("start       (9.0000,  1.0000)\n");
  for (const Recipe& r : hand_recipes()) {
    const auto path = by_hand(r.make);
    std::printf("%-10s  (%.4f, %7.4f)  (%.4f, %7.4f)\n", r.name, path[1][0], path[1][1],
                path[2][0], path[2][1]);
  }
}

// ---- the mathematics

inline void noise(Report& report) {
  auto section = report.section("noise");
  Random random(8);
  std::printf("                    descent            momentum      Adam\n");
  std::printf("rate   batch   predicted  measured     measured  measured\n");
  for (double rate : {0.01, 0.1}) {
    for (double batch : {1.0, 4.0, 16.0}) {
      std::printf(
          "%-6g %5.0f %11.5f %9.5f %12.5f %9.5f\n", rate, batch,
          predicted_at_rest(rate, 1, batch),
          mean_square_at_rest(recipe<Descent>(), rate, 1, batch, random),
          mean_square_at_rest(recipe<Momentum>(0.9), rate / 10, 1, batch, random),
          mean_square_at_rest(recipe<Adam>(), rate, 1, batch, random));
    }
  }
}

// The length of Adam's steps on a slope that never changes, without the correction.
inline void first_steps(Report& report) {
  auto section = report.section("correction");
  const auto uncorrected = [](double t) {
    return (1 - std::pow(0.9, t)) / std::sqrt(1 - std::pow(0.999, t));
  };
  double most = 0;
  int at = 0;
  std::printf("step       ");
  for (int t : {1, 2, 5, 10, 20, 50, 200, 1000, 5000}) std::printf(" %6d", t);
  std::printf("\ncorrected  ");
  for (int i = 0; i < 9; ++i) std::printf(" %6.2f", 1.0);
  std::printf("\nuncorrected");
  for (int t : {1, 2, 5, 10, 20, 50, 200, 1000, 5000})
    std::printf(" %6.2f", uncorrected(t));
  std::printf("\n");
  for (int t = 1; t < 1000; ++t) {
    if (uncorrected(t) > most) most = uncorrected(t), at = t;
  }
  report.number("uncorrected_most", most, "%.1f");
  report.number("uncorrected_at", at, "%.0f");
}

// Slopes that are small beside epsilon.
inline void small_slopes(Report& report) {
  auto section = report.section("epsilon");
  const MakeW adam = [](Slots slots, double rate, double) {
    return std::make_unique<Adam>(std::move(slots), rate);
  };
  std::printf("loss times    farthest apart after 200 steps\n");
  for (double factor : {1e6, 1e3, 1e-3, 1e-6, 1e-9}) {
    std::printf("%10g    %.0e\n", factor, off_when_scaled(adam, factor));
  }
}

// The same valley along the axes and turned by 45 degrees.
inline void turned(Report& report) {
  auto section = report.section("turned");
  std::vector<Curve> curves = {{"descent", {}, {}},
                               {"momentum", {}, {}},
                               {"Adam, turned", {}, {}},
                               {"Adam, straight", {}, {}}};
  const double eighth = std::atan(1);
  const Vector straight = {1.3, 0.7};
  const Vector oblique = {(1.3 - 0.7) * std::cos(eighth),
                          (1.3 + 0.7) * std::cos(eighth)};
  std::printf(
      "condition   descent  momentum   AdaGrad   RMSProp      Adam   Adam, turned\n");
  for (double kappa : {10.0, 100.0, 1000.0, 10000.0}) {
    const Best a = best_descent(1, kappa), b = best_momentum(1, kappa);
    const auto fewest = [&](const Make& make, double angle) {
      return over_rates(1e-3, 3,
                        [&](double rate) {
                          return steps_down(valley(1, kappa, angle),
                                            angle == 0 ? straight : oblique, make, rate,
                                            5000);
                        })
          .steps;
    };
    const auto plain =
        steps_down(valley(1, kappa), straight, recipe<Descent>(), a.rate, 50000);
    const auto heavy =
        steps_down(valley(1, kappa), straight, recipe<Momentum>(b.mu), b.rate, 50000);
    const auto adagrad = fewest(recipe<AdaGrad>(), 0),
               rms = fewest(recipe<RmsProp>(), 0);
    const auto adam = fewest(recipe<Adam>(), 0),
               turned = fewest(recipe<Adam>(), eighth);
    std::printf("%9.0f %9zu %9zu %9zu %9zu %9zu %14zu\n", kappa, plain, heavy, adagrad,
                rms, adam, turned);
    const std::size_t counts[] = {plain, heavy, turned, adam};
    for (std::size_t c = 0; c < curves.size(); ++c) {
      curves[c].x.push_back(kappa);
      curves[c].y.push_back(static_cast<double>(counts[c]));
    }
    if (kappa == 10000) {
      report.number("turned_most", static_cast<double>(turned), "%.0f");
      report.number("momentum_turned", static_cast<double>(heavy), "%.0f");
    }
  }
  draw_condition(curves).save(report.figure_path("condition.svg"));
}

// ---- train it: a bent valley

inline void bent_valley(Report& report) {
  auto section = report.section("rosenbrock");
  const auto arrived = [](const Vector& w) { return rosenbrock(w, nullptr) < 1e-4; };
  std::vector<Path> paths;
  std::printf("            best rate    steps\n");
  for (const Recipe& r : recipes()) {
    const Fewest best = over_rates(1e-4, 4, [&](double rate) {
      const auto path = walk(rosenbrock, {-1.2, 1}, r.make, rate, 10000, arrived);
      return arrived(path.back()) ? path.size() - 1 : 0;
    });
    std::printf("%-10s %10.4f %8zu\n", r.name, best.rate, best.steps);
    report.number(std::string("bent_") + r.name, static_cast<double>(best.steps),
                  "%.0f");
    const std::string name = r.name;
    if (name != "descent" && name != "momentum" && name != "Adam") continue;
    paths.push_back(
        {name, walk(rosenbrock, {-1.2, 1}, r.make, best.rate, 200, arrived)});
  }
  draw_rosenbrock(paths).save(report.figure_path("rosenbrock.svg"));
}

// ---- weight decay

// The mean of many weights, 1 at first, after 60 steps in which the data says nothing
// (or nothing but noise) and only decay acts.
inline double decayed(const Make& make, double noise, double penalty) {
  const std::size_t count = 3000;
  Matrix w(1, count, 1.0), slope(1, count);
  const auto optimizer = make({{&w, &slope}}, 0.01);
  Random random(3);
  for (int t = 0; t < 60; ++t) {
    for (std::size_t i = 0; i < count; ++i) {
      slope.values[i] = noise * random.normal() + penalty * w.values[i];
    }
    optimizer->step();
  }
  double sum = 0;
  for (double x : w.values) sum += x;
  return sum / static_cast<double>(count);
}

inline void decay(Report& report) {
  auto section = report.section("decay");
  std::printf("noise  decay   descent, penalty   AdamW   Adam, penalty\n");
  const std::pair<double, double> runs[] = {
      {0, 0.1}, {0, 1}, {0.1, 1}, {1, 1}, {10, 1}};
  for (const auto& [noise, lambda] : runs) {
    std::printf("%5g %6g %18.3f %7.3f %15.3f\n", noise, lambda,
                decayed(recipe<Descent>(), noise, lambda),
                decayed(recipe<AdamW>(lambda), noise, 0),
                decayed(recipe<AdamWithPenalty>(lambda), noise, 0));
  }
}

// ---- where Adam fails

inline void rare(Report& report) {
  auto section = report.section("rare");
  const Recipe runs[] = {{"descent", recipe<Descent>()},
                         {"Adam", recipe<Adam>()},
                         {"AMSGrad", recipe<AmsGrad>()}};
  std::printf("rounds of 101     10    100    500   3000\n");
  for (const Recipe& r : runs) {
    const bool plain = std::string(r.name) == "descent";
    const auto x = rare_slopes(r.make, plain ? 1e-4 : 1e-2, 3000);
    std::printf("%-12s %7.3f %6.3f %6.3f %6.3f\n", r.name, x[9], x[99], x[499],
                x[2999]);
  }
}

}  // namespace ch08
