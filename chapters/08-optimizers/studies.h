// Studies with networks: rates, training, noise, planted bugs, costs.
#pragma once

#include <algorithm>
#include <cmath>
#include <cstdint>
#include <cstdio>
#include <string>
#include <utility>
#include <vector>

#include "04-multilayer-perceptron/depth.h"
#include "08-optimizers/broken.h"
#include "08-optimizers/training.h"
#include "08-optimizers/walks.h"

namespace ch08 {

using ch04::seconds;

struct Options {
  std::string out = "chapter-08-out";
  std::uint64_t seed = 8;
  int images = 4000, epochs = 4;
  bool digits = false, marks = false;
};

// Images for the long runs, a few of them for the short ones, and images of their own
// on which rates are chosen.
struct Sets {
  Samples train, few, held_back, test;
};

inline Sets load(const Options& options) {
  ch04::Options earlier;
  earlier.seed = options.seed;
  earlier.digits = options.digits;
  earlier.images = options.images + 1000;
  const Data data = ch04::load(earlier);
  const auto all = ch04::in_order(data.train.count());
  const auto split = static_cast<std::size_t>(options.images);
  const Samples train = ch04::gather(data.train, all, 0, split);
  return {train, ch04::first_of(train, 2000),
          ch04::gather(data.train, all, split, split + 600),
          ch04::first_of(data.test, 3000)};
}

// ---- noise of mini-batches

inline void batch_noise(const Options& options, const Sets& sets, Report& report) {
  auto section = report.section("batch_noise");
  Random random(options.seed);
  Network network = ch04::image_network(784, 16, random);
  Descent optimizer(slots(network), 0.1);
  train(network, optimizer, sets.few, 32, 1, random);
  std::printf("batch   noise of the gradient   times the root of the batch\n");
  for (std::size_t batch : {1, 4, 16, 64, 256}) {
    const double noise = gradient_noise(network, sets.few, batch, 40, random);
    std::printf("%5zu %23.2f %29.2f\n", batch, noise,
                noise * std::sqrt(static_cast<double>(batch)));
  }
}

inline void rate_and_batch(const Options& options, const Sets& sets, Report& report) {
  auto section = report.section("ratio");
  std::printf("rate   batch   steps   training loss\n");
  const std::pair<double, std::size_t> runs[] = {
      {0.02, 8}, {0.04, 16}, {0.08, 32}, {0.16, 64}, {0.02, 64}};
  for (const auto& [rate, batch] : runs) {
    Random random(options.seed);
    Network network = ch04::image_network(784, 16, random);
    Descent optimizer(slots(network), rate);
    const auto losses = train(network, optimizer, sets.few, batch, 3, random);
    std::printf("%-6g %5zu %7zu %15.3f\n", rate, batch, losses.size(),
                loss_of(network, sets.few));
  }
}

// ---- train it

inline void twenty(const Options& options, const Sets& sets, Report& report) {
  auto section = report.section("twenty");
  Random random(options.seed);
  Network network = ch04::image_network(784, 32, random);
  Adam adam(slots(network), 0.003);
  const auto losses =
      train(network, adam, ch04::first_of(sets.train, 20), 20, 201, random);
  for (std::size_t s : {0, 10, 50, 200}) {
    std::printf("step %3zu  loss %.6f\n", s, losses[s]);
  }
  report.number("first_loss", losses[0], "%.6f");
}

// The rate that leaves the least loss on the images held back, after a short run.
inline double best_rate(const Recipe& r, const Options& options, const Sets& sets,
                        Curve& curve) {
  double best = 0, least = 1e9;
  int below_1 = 0;
  std::printf("%-9s", r.name);
  for (double rate : {0.0003, 0.001, 0.003, 0.01, 0.03, 0.1, 0.3, 1.0}) {
    Random random(options.seed);
    Network network = ch04::image_network(784, 32, random);
    const auto optimizer = r.make(slots(network), rate);
    train(network, *optimizer, sets.few, 32, 2, random);
    const double loss = loss_of(network, sets.held_back);
    std::printf(" %6.2f", loss);
    below_1 += loss < 1;
    curve.x.push_back(rate);
    curve.y.push_back(std::min(loss, 2.6));
    if (loss < least) best = rate, least = loss;
  }
  std::printf(" %8d\n", below_1);
  return best;
}

inline std::vector<double> sweep(const Options& options, const Sets& sets,
                                 Report& report) {
  auto section = report.section("sweep");
  std::printf(
      "rate      0.0003  0.001  0.003   0.01   0.03    0.1    0.3      1  below "
      "1\n");
  std::vector<Curve> curves;
  std::vector<double> best;
  for (const Recipe& r : recipes()) {
    curves.push_back({r.name, {}, {}});
    best.push_back(best_rate(r, options, sets, curves.back()));
  }
  draw_rates(curves).save(report.figure_path("rates.svg"));
  return best;
}

inline void images(const Options& options, const Sets& sets,
                   const std::vector<double>& rates, Report& report) {
  auto section = report.section("images");
  std::printf(
      "                   first   last     at the best rate   then a tenth of it\n");
  std::printf(
      "           rate     loss   loss   test loss  accuracy  test loss  accuracy\n");
  std::vector<Curve> curves;
  for (std::size_t i = 0; i < rates.size(); ++i) {
    const Recipe r = recipes()[i];
    Random random(options.seed);
    Network network = ch04::image_network(784, 32, random);
    const auto optimizer = r.make(slots(network), rates[i]);
    const auto losses =
        train(network, *optimizer, sets.train, 32, options.epochs, random);
    const auto [loss, accuracy] = judge(network, sets.test);
    optimizer->rate /= 10;
    train(network, *optimizer, sets.train, 32, 1, random);
    const auto [settled_loss, settled] = judge(network, sets.test);
    std::printf("%-9s %5g %8.4f %6.3f %11.3f %9.3f %10.3f %9.3f\n", r.name, rates[i],
                losses[0], at_the_end(losses, 50), loss, accuracy, settled_loss,
                settled);
    report.number(std::string("rate_") + r.name, rates[i]);
    report.number(std::string("accuracy_") + r.name, 100 * accuracy, "%.1f");
    report.number(std::string("settled_") + r.name, 100 * settled, "%.1f");
    curves.push_back(ch04::smoothed(r.name, losses, 25));
  }
  draw_learning(curves).save(report.figure_path("learning.svg"));
}

// Chapter 4's ten layers of sigmoids: losses around steps 125, 250 and 375.
inline void train_deep(const char* name, const Make& make, double rate,
                       const Options& options, const Sets& sets, Report& report) {
  Random random(options.seed);
  Network network = ch04::deep<ch04::Sigmoid>(false, random);
  const auto optimizer = make(slots(network), rate);
  const auto losses = train(network, *optimizer, sets.few, 16, 3, random);
  const auto mean = [&](std::ptrdiff_t to) {
    return at_the_end(std::vector<double>(losses.begin(), losses.begin() + to), 30);
  };
  std::printf("%-15s %7g %10.3f %6.3f %6.3f\n", name, rate, mean(125), mean(250),
              mean(375));
  report.number(std::string("deep_") + name, mean(375), "%.2f");
}

inline void deep(const Options& options, const Sets& sets, Report& report) {
  auto section = report.section("deep");
  std::printf("                   rate   step 125    250    375\n");
  train_deep("descent", recipe<Descent>(), 0.1, options, sets, report);
  train_deep("momentum", recipe<Momentum>(0.9), 0.1, options, sets, report);
  train_deep("Adam", recipe<Adam>(), 0.003, options, sets, report);
}

// ---- break it

inline void break_it(const Options& options, const Sets& sets, Report& report) {
  auto section = report.section("broken");
  const std::pair<const char*, Bug> bugs[] = {{"right", Bug::kNone},
                                              {"uncorrected", Bug::kUncorrected},
                                              {"inside the root", Bug::kInsideRoot},
                                              {"stopped clock", Bug::kStoppedClock},
                                              {"many ticks", Bug::kManyTicks},
                                              {"one memory", Bug::kOneMemory},
                                              {"penalty", Bug::kPenalty}};
  std::vector<Curve> curves;
  std::printf("%-16s %6s %7s %10s %9s %9s %9s\n", "", "loss", "test", "constant",
              "scale", "apart", "decay");
  for (const auto& [name, bug] : bugs) {
    Random random(options.seed);
    Network network = ch04::image_network(784, 32, random);
    const MakeW make = suspect(bug);
    const auto optimizer = make(slots(network), 0.003, 0.01);
    const auto losses = train(network, *optimizer, sets.few, 32, 4, random);
    std::printf("%-16s %6.3f %7.3f %10.0e %9.0e %9.0e %9.0e\n", name,
                at_the_end(losses, 50), ch04::accuracy(network, sets.test),
                off_on_a_slope(make), off_when_scaled(make, 1e-6), off_together(make),
                off_in_decay(make));
    curves.push_back(ch04::smoothed(name, losses, 25));
  }
  draw_bugs(curves).save(report.figure_path("broken.svg"));
  std::printf("ten layers of sigmoids, as on the first page:\n");
  train_deep("inside the root", without_decay(suspect(Bug::kInsideRoot)), 0.003,
             options, sets, report);
}

// ---- look closer

// Nanoseconds that a step takes for each number, the best of nine runs.
inline double time_of_step(Optimizer& optimizer, std::size_t numbers, int steps) {
  double best = 1e9;
  for (int i = 0; i < 9; ++i) {
    const double start = seconds();
    for (int s = 0; s < steps; ++s) optimizer.step();
    best = std::min(best, seconds() - start);
  }
  return 1e9 * best / steps / static_cast<double>(numbers);
}

inline void costs(Report& report) {
  auto section = report.section("costs");
  const std::size_t n = 100000;
  Random random(4);
  Matrix w(1, n, 1.0), slope(1, n);
  for (double& g : slope.values) g = random.normal();
  std::vector<Recipe> all = recipes();
  all.push_back({"AdamW", recipe<AdamW>(0.01)});
  all.push_back({"AMSGrad", recipe<AmsGrad>()});
  std::printf("           kept for each number   passes over memory\n");
  for (const Recipe& r : all) {
    const auto optimizer = r.make({{&w, &slope}}, 1e-6);
    const std::size_t kept = optimizer->remembered() / n;
    // Reads g; reads and writes w and what is kept; AdamW goes over w once more.
    const std::size_t passes = 3 + 2 * kept + (std::string(r.name) == "AdamW" ? 2 : 0);
    std::printf("%-9s %22zu %20zu\n", r.name, kept, passes);
    report.number(std::string("time_") + r.name, time_of_step(*optimizer, n, 20),
                  "%.1f");
  }
}

// Moments of weights whose slope has become zero.
inline void at_rest(Report& report) {
  auto section = report.section("subnormal");
  double m = 1;
  int until_subnormal = 0, t = 0;
  for (double before = 2; m != before; ++t) {
    before = m;
    m *= 0.9;
    if (m >= 2.2250738585072014e-308) until_subnormal = t + 1;
  }
  std::printf(
      "0.9 to the power t is subnormal after step %d and stays at %.0e from step %d\n",
      until_subnormal, m, t);
  report.number("subnormal_from", until_subnormal, "%.0f");
  const std::size_t n = 4000;
  Matrix w(1, n, 1.0), slope(1, n, 1.0);
  Adam adam(Slots{{&w, &slope}});
  const double usual = time_of_step(adam, n, 100);
  slope = Matrix(1, n);
  for (int s = 0; s < until_subnormal + 500; ++s) adam.step();
  const double slow = time_of_step(adam, n, 100);
  report.number("time_moving", usual, "%.0f");
  report.number("time_subnormal", slow, "%.0f");
  report.number("time_subnormal_ratio", slow / usual, "%.1f");
}

}  // namespace ch08
