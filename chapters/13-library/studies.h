// What the chapter counts, checks and trains.
#pragma once

#include <algorithm>
#include <cmath>
#include <cstdint>
#include <cstdio>
#include <functional>
#include <string>
#include <utility>
#include <vector>

#include "05-automatic-differentiation/costs.h"
#include "13-library/measures.h"
#include "13-library/registry.h"
#include "13-library/state.h"
#include "13-library/suspects.h"

namespace ch13 {

// ---- memory and threads

inline void steady(const Options& options, const Samples& batch, Report& report) {
  auto section = report.section("steady");
  Forms forms = three_forms(options.seed);
  std::printf("step   blocks asked for   from the system   numbers still held\n");
  for (int s = 1; s <= 4; ++s) {
    const std::size_t asked = pool().asked, fresh = pool().from_system;
    tensor_step(forms, batch);
    std::printf("%4d %18zu %17zu %20zu\n", s, pool().asked - asked,
                pool().from_system - fresh, pool().live);
    if (s == 4)
      report.number("blocks", static_cast<double>(pool().asked - asked), "%.0f");
  }
}

inline void rounding(const Options& options, Report& report) {
  auto section = report.section("rounding");
  Random random(options.seed);
  std::vector<double> x(100000);
  for (double& v : x) v = random.normal();
  const Tensor same({x.size()}, x);
  std::printf("threads   a part for each thread   parts by size alone\n");
  for (std::size_t threads : {1, 2, 3, 4}) {
    workers().resize(threads);
    std::printf("%7zu %24.13f %21.13f\n", threads, sum_by_threads(x, threads),
                sum_of(same));
  }
}

// ---- prove it

inline void prove(const Options& options, Report& report) {
  auto section = report.section("check");
  Random random(options.seed);
  double worst = 0;
  std::size_t cases = 0, slopes = 0, failed = 0;
  for (const Case& c : all_operations(random)) {
    const auto result = check(
        c.x, [&] { return c.f(c.x); }, random);
    if (!result.passed()) std::printf("%s FAILED\n", c.name);
    worst = std::max(worst, result.worst_relative_error);
    slopes += result.checked;
    failed += !result.passed();
    ++cases;
  }
  std::printf("%zu cases, %zu slopes, worst relative error %.1e, %zu failed\n", cases,
              slopes, worst, failed);
  report.number("cases", static_cast<double>(cases), "%.0f");
}

inline void versions(const Options& options, Report& report) {
  auto section = report.section("versions");
  Random random(options.seed);
  Suspect network = small_suspect(Fault::kInPlace, random);
  network.versions_counted = true;
  try {
    backward(softmax_cross_entropy(network(some({2, 7}, random)), {1, 2}));
  } catch (const std::logic_error& error) {
    std::string what = error.what();
    what.insert(what.find(';') + 1, "\n   ");
    std::printf("%s\n", what.c_str());
  }
}

// ---- train it

inline void side_by_side(const Options& options, const Samples& train, Report& report) {
  auto section = report.section("equal");
  Forms forms = three_forms(options.seed);
  const std::vector<std::size_t> order = ch04::in_order(train.count());
  double apart = 0;
  std::printf("step   chapter 4   chapter 5    tensors\n");
  for (std::size_t s = 0; s <= 100; ++s) {
    const std::size_t first = 32 * s % (train.count() - 32);
    const Samples batch = ch04::gather(train, order, first, first + 32);
    const double a = layers_step(forms, batch), b = graph_step(forms, batch, true);
    const double c = tensor_step(forms, batch);
    apart = std::max({apart, std::abs(a - c) / a, std::abs(b - c) / b});
    if (s % 25 == 0) std::printf("%4zu %11.8f %11.8f %10.8f\n", s, a, b, c);
  }
  const bool close = apart < 1e-11;
  std::printf("%s\n", close ? "never more than 1e-11 of their size apart" : "APART");
}

inline void twenty(const Options& options, const ch04::Data& data, Report& report) {
  auto section = report.section("twenty");
  Random random(options.seed);
  const Mlp network = image_network(32, random);
  const auto losses =
      train(network, ch04::first_of(data.train, 20), 20, 301, 0.3, random);
  for (std::size_t s : {0, 20, 100, 300}) {
    std::printf("step %3zu  loss %.5f\n", s, losses[s]);
  }
}

// ANCHOR: main_program
inline void train_it(const Options& options, const ch04::Data& data, Report& report) {
  auto section = report.section("train");
  Random random(options.seed);
  const Mlp network = image_network(128, random);
  const auto losses = train(network, data.train, 32, options.epochs, 0.1, random);
  save(network, options.out + "/network.bin");

  const Mlp again = image_network(128, random);  // other weights
  load(again, options.out + "/network.bin");
  std::printf("first loss %.4f, accuracy %.3f, saved and loaded %.3f\n", losses[0],
              accuracy(network, data.test), accuracy(again, data.test));
  // ANCHOR_END: main_program
  report.number("accuracy", 100 * accuracy(network, data.test), "%.0f");
  draw_learning({ch04::smoothed("batches of 32", losses, 10)})
      .save(report.figure_path("learning.svg"));
}

inline void what_is_saved(const Options& options, Report& report) {
  auto section = report.section("saved");
  Random random(options.seed);
  const Mlp network = image_network(128, random);
  for (const auto& [name, p] : network.parameters()) {
    std::printf("%-14s %s\n", name.c_str(), text(p.value.shape).c_str());
  }
  std::string bytes = write(network);
  std::printf("%zu bytes\n", bytes.size());
  bytes[bytes.size() / 2] ^= 1;  // one bit of 6.5 million
  try {
    read(network, bytes);
  } catch (const std::runtime_error& error) {
    std::printf("%s\n", error.what());
  }
}

// ---- break it

inline void break_it(const Options& options, const ch04::Data& data, Report& report) {
  auto section = report.section("broken");
  const std::pair<const char*, Fault> faults[] = {{"right", Fault::kNone},
                                                  {"no offset", Fault::kNoOffset},
                                                  {"mean", Fault::kMean},
                                                  {"no owner", Fault::kNoOwner},
                                                  {"by threads", Fault::kByThreads},
                                                  {"in place", Fault::kInPlace}};
  const Samples few = ch04::first_of(data.train, 2000);
  std::vector<Curve> curves;
  std::printf("%-11s %5s %6s %10s %9s %8s %6s\n", "", "loss", "test", "gradients",
              "poisoned", "threads", "view");
  for (const auto& [name, fault] : faults) {
    Random random(options.seed);
    const Suspect network(tensor(ch04::xavier(784, 32, random)), Tensor({10, 32}, 0.0),
                          fault);
    const auto losses = train(network, few, 32, 4, 0.1);
    const Variable logits = network(tensor(data.test.inputs));
    double last = 0;
    for (std::size_t i = losses.size() - 50; i < losses.size(); ++i) last += losses[i];
    std::printf("%-11s %5.2f %6.2f %10.0e %9.0e %8.0e %6.1g\n", name, last / 50,
                accuracy_of(logits.value, data.test.labels), off_in_gradients(fault),
                off_when_poisoned(fault), off_by_threads(fault), off_in_a_view(fault));
    curves.push_back(ch04::smoothed(name, losses, 20));
  }
  draw_bugs(curves).save(report.figure_path("broken.svg"));
}

// ---- look closer

// Twelve layers of tanh, 128 wide, on 128 samples: numbers held after the way up, and
// at most.
inline void what_is_held(Report& report) {
  auto section = report.section("held");
  Random random(7);
  std::vector<Matrix> weights;
  for (int l = 0; l < 12; ++l) weights.push_back(ch04::xavier(128, 128, random));
  const Matrix x = ch04::normal(128, 128, 1, random);

  ch05::Variable y = ch05::constant(x);
  const ch05::Variable b = ch05::parameter(Matrix(1, 128));
  for (const Matrix& w : weights) {
    y = ch05::tanh(fast_matmul(y, ch05::parameter(w)) + b);
  }
  const ch05::Size up = ch05::size_of(y);
  ch05::backward(y, Matrix(128, 128, 1.0));
  const ch05::Size both = ch05::size_of(y);
  std::printf("                     after the way up      at the most\n");
  std::printf("chapter 5 %27zu %16zu\n", up.values + up.gradients,
              both.values + both.gradients);

  const std::size_t before = pool().live;
  Variable z(tensor(x));
  const Variable row = parameter(Tensor({128}, 0.0));
  std::vector<Variable> all;
  for (const Matrix& w : weights) all.push_back(parameter(tensor(w)));
  for (const Variable& w : all) z = tanh(matmul(z, w) + row);
  const std::size_t held = pool().live - before;
  pool().peak = pool().live;
  backward(z, Tensor({128, 128}, 1.0));
  std::printf("here %32zu %16zu\n", held, pool().peak - before);
  const double share = static_cast<double>(pool().peak - before) /
                       static_cast<double>(both.values + both.gradients);
  report.number("held_share", 100 * share, "%.0f");
}

}  // namespace ch13
