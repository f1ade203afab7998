// The chapter's longer runs: training, planted bugs, costs.
#pragma once

#include <algorithm>
#include <cmath>
#include <cstdio>
#include <string>
#include <utility>
#include <vector>

#include "04-multilayer-perceptron/check.h"
#include "04-multilayer-perceptron/program.h"
#include "04-multilayer-perceptron/train.h"
#include "05-automatic-differentiation/ball.h"
#include "05-automatic-differentiation/broken.h"
#include "05-automatic-differentiation/costs.h"
#include "05-automatic-differentiation/figures.h"
#include "05-automatic-differentiation/networks.h"
#include "common/report.h"

namespace ch05 {

using ch01::Random;
using ch04::Data;
using ch04::seconds;
using common::Report;

struct Options {
  std::string out = "chapter-05-out";
  std::uint64_t seed = 5;
  double x = 20, y = 5, drag = 0.02;
  bool digits = false, marks = false;
};

inline Data load(const Options& options, int images) {
  ch04::Options earlier;
  earlier.seed = options.seed;
  earlier.digits = options.digits;
  earlier.images = images;
  return ch04::load(earlier);
}

// ---- train it

// Chapter 4's network and the same as an expression, step by step.
inline void side_by_side(const Options& options, const Data& data, Report& report) {
  auto section = report.section("equal");
  Random random(options.seed);
  ch04::Network network = ch04::image_network(data.train.inputs.cols, 128, random);
  // ANCHOR: train_mlp
  const auto layers = network.parameters();
  const Mlp mlp(layers[0]->value, layers[2]->value);
  const auto learn = [&](const Samples& batch) {
    const Variable loss = softmax_cross_entropy(mlp.logits(batch.inputs), batch.labels);
    zero_gradients(mlp.parameters());
    backward(loss);
    step(mlp.parameters(), 0.1);
    return number(loss);
  };
  // ANCHOR_END: train_mlp
  std::vector<std::size_t> order = ch04::in_order(data.train.count());
  random.shuffle(order);
  double worst = 0, by_list = 1e9, by_graph = 1e9;
  std::size_t steps = 0;
  for (std::size_t first = 0; first + 32 <= order.size(); first += 32, ++steps) {
    const Samples batch = ch04::gather(data.train, order, first, first + 32);
    const double start = seconds();
    const double theirs = ch04::loss_and_gradients(network, batch);
    network.step(0.1);
    const double middle = seconds();
    const double ours = learn(batch);
    by_list = std::min(by_list, middle - start);
    by_graph = std::min(by_graph, seconds() - middle);
    worst = std::max(worst, std::abs(ours - theirs));
    if (steps == 0 || steps == 1 || steps == 10 || steps == 90) {
      std::printf("step %2zu   layers %.15f   graph %.15f\n", steps, theirs, ours);
    }
  }
  std::printf("largest difference in %zu steps: %.0e\n", steps, worst);
  report.number("equal_steps", static_cast<double>(steps), "%.0f");
  report.number("equal_worst", worst, "%.0e");
  report.number("time_list", 1e3 * by_list, "%.1f");
  report.number("time_graph", 1e3 * by_graph, "%.1f");
}

inline void twenty(const Options& options, const Data& data, Report& report) {
  auto section = report.section("twenty");
  Random random(options.seed);
  const Samples few = ch04::first_of(data.train, 20);
  const Knot knot(few.inputs.cols, 32, 10, random);
  for (int s = 0; s <= 300; ++s) {
    const double loss = take_step(model_of(knot), few, 0.1);
    if (s % 100 == 0) std::printf("step %3d  loss %.4f\n", s, loss);
    if (s == 300) report.number("twenty_loss", loss, "%.4f");
  }
}

// ---- train it: a throw

inline void aim(const Options& options, Report& report) {
  auto section = report.section("aim");
  const Position<double> target{options.x, options.y};
  std::vector<Throw> throws = {{0.5, 15}};
  std::printf("throw  angle (deg)  speed (m/s)      ends at (m)     off by (m)\n");
  for (int i = 0; i < 6; ++i) {
    const Throw now = throws.back();
    const Position<double> end = fly<double>(now.angle, now.speed, options.drag).back();
    const double off = std::hypot(end.x - target.x, end.y - target.y);
    std::printf("%5d %12.3f %12.3f %9.3f %7.3f %14.1e\n", i + 1,
                now.angle * 180 / 3.141592653589793, now.speed, end.x, end.y, off);
    if (off < 1e-9) break;
    throws.push_back(aim_better(now, target, options.drag));
  }
  const Variable angle = parameter(0.5), speed = parameter(15);
  const Variable end = fly<Variable>(angle, speed, options.drag).back().x;
  report.number("throw_nodes", static_cast<double>(size_of(end).nodes), "%.0f");
  report.number("throws", static_cast<double>(throws.size()), "%.0f");
  draw_throws(throws, target, options.drag).save(report.figure_path("throws.svg"));
}

// ---- break it

struct Suspect {
  const char* name;
  Step take;
  bool last_row = false;
};

inline double accuracy(const Model& model, const Samples& samples) {
  const auto guesses = ch04::predict(model.logits(samples.inputs)->value);
  double right = 0;
  for (std::size_t i = 0; i < guesses.size(); ++i) {
    right += guesses[i] == samples.labels[i];
  }
  return right / static_cast<double>(guesses.size());
}

// The knot, or a list of layers, with the right sum or the broken one.
inline Model knot_of(const Suspect& suspect, std::size_t in, std::size_t hidden,
                     std::size_t out, Random& random) {
  const Knot k(in, hidden, out, random);
  if (!suspect.last_row) return model_of(k);
  return {k.parameters(), [k](const Matrix& x) {
            Variable h = relu(plus_row(matmul(constant(x), k.w_in), k.b_in));
            for (int use = 0; use < 2; ++use) {
              h = h + tanh(plus_row(matmul(h, k.w), k.b));
            }
            return plus_row(matmul(h, k.w_out), k.b_out);
          }};
}

inline Model list_of(const Suspect& suspect, Random& random) {
  const Mlp m(ch04::he(5, 4, random), ch04::xavier(4, 3, random));
  const auto plus = suspect.last_row ? plus_row : operator+;
  return {m.parameters(), [m, plus](const Matrix& x) {
            const Variable h = relu(plus(matmul(constant(x), transpose(m.w1)), m.b1));
            return plus(matmul(h, transpose(m.w2)), m.b2);
          }};
}

inline std::vector<Suspect> suspects() {
  const auto with = [](Backward walk) {
    return [walk](const Model& m, const Samples& batch, double rate) {
      return take_step(m, batch, rate, walk);
    };
  };
  return {{"right", with(backward)},
          {"= for +=", with(backward_assigning)},
          {"depth first", with(backward_depth_first)},
          {"last row's bias", with(backward), true},
          {"step between", step_between},
          {"never zeroed", step_without_zeroing}};
}

// Check 1: a list of layers, one sample, the first step. Check 2: the knot, eleven
// samples in two halves, the second step.
inline double verdict(const Suspect& suspect, int check) {
  Random random(9);
  const bool lazy = check == 1;
  const std::size_t in = lazy ? 5 : 7;
  const Samples batch = ch04::random_batch(lazy ? 1 : 11, in, 3, random);
  const Model model =
      lazy ? list_of(suspect, random) : knot_of(suspect, in, 5, 3, random);
  return check_step(model, batch, suspect.take, lazy ? 0 : 1).worst_relative_error;
}

inline Curve try_out(const Suspect& suspect, const Options& options, const Data& data,
                     double rate) {
  const Samples train = ch04::first_of(data.train, 3000);
  const Samples test = ch04::first_of(data.test, 2000);
  Random random(options.seed), weights(options.seed);
  const Model model = knot_of(suspect, train.inputs.cols, 24, 10, weights);
  std::vector<std::size_t> order = ch04::in_order(train.count());
  std::vector<double> losses;
  for (int epoch = 0; epoch < 6; ++epoch) {
    random.shuffle(order);
    for (std::size_t first = 0; first + 30 <= order.size(); first += 30) {
      const Samples batch = ch04::gather(train, order, first, first + 30);
      losses.push_back(suspect.take(model, batch, rate));
    }
  }
  const Curve curve = ch04::smoothed(suspect.name, losses, 30);
  std::printf("%-18s %8.3f %8.3f %10.0e %10.0e\n", suspect.name, curve.y.back(),
              accuracy(model, test), verdict(suspect, 1), verdict(suspect, 2));
  return curve;
}

inline void break_it(const Options& options, const Data& data, Report& report) {
  auto section = report.section("broken");
  std::vector<Curve> curves;
  std::printf("%-18s %8s %8s %10s %10s\n", "", "loss", "test", "check 1", "check 2");
  for (const Suspect& suspect : suspects()) {
    curves.push_back(try_out(suspect, options, data, 0.01));
  }
  std::printf("with a hundredth of the rate:\n");
  try_out(suspects().front(), options, data, 0.0001);
  try_out(suspects().back(), options, data, 0.0001);
  curves.pop_back();
  draw_bugs(curves).save(report.figure_path("broken.svg"));
}

// ---- look closer

template <class Run>
double best_time(Run run) {
  double best = 1e9;
  for (int i = 0; i < 5; ++i) {
    const double start = seconds();
    run();
    best = std::min(best, seconds() - start);
  }
  return best;
}

// Slopes of many inputs and of many outputs, in both modes.
inline void modes(Report& report) {
  auto section = report.section("modes");
  Random random(3);
  std::printf("inputs  outputs  passes forward  passes reverse\n");
  const std::size_t sizes[][2] = {{4096, 1}, {64, 64}, {1, 4096}};
  for (const auto& [n, m] : sizes) {
    const Matrix w = ch04::normal(n, m, 0.1, random);
    const Flat at = ch04::normal(n, 1, 1, random).values;
    const Matrix a = jacobian_forward(w, at), b = jacobian_reverse(w, at);
    double worst = 0;
    for (std::size_t i = 0; i < a.values.size(); ++i) {
      worst = std::max(worst, std::abs(a.values[i] - b.values[i]));
    }
    std::printf("%6zu %8zu %15zu %15zu   slopes differ by at most %.0e\n", n, m, n, m,
                worst);
    const double forward = 1e3 * best_time([&] { jacobian_forward(w, at); });
    const double reverse = 1e3 * best_time([&] { jacobian_reverse(w, at); });
    std::printf("   (time) forward %.2f ms, reverse %.2f ms\n", forward, reverse);
    const std::string name = "time_" + std::to_string(n) + "_" + std::to_string(m);
    report.number(name + "_forward", forward, "%.2g");
    report.number(name + "_reverse", reverse, "%.2g");
  }
}

// The same sum of products from single numbers and from matrices.
inline void overhead(Report& report) {
  const std::size_t n = 100000;
  Random random(2);
  const Matrix row = ch04::normal(n, 1, 1, random),
               other = ch04::normal(n, 1, 1, random);
  const double by_matrices =
      best_time([&] { backward(sum(parameter(row) * constant(other))); });
  const double by_numbers = best_time([&] {
    Variable total = 0;
    for (std::size_t k = 0; k < n; ++k) {
      total = total + parameter(row.values[k]) * other.values[k];
    }
    backward(total);
  });
  const double each = 1e9 / static_cast<double>(n);
  report.number("time_by_number", by_numbers * each, "%.0f");
  report.number("time_by_matrix", by_matrices * each, "%.1f");
  report.number("time_by_ratio", by_numbers / by_matrices, "%.0f");
}

inline void long_chain(Report& report) {
  auto section = report.section("chain");
  const int length = 1000000;
  const Variable x = parameter(1);
  const double start = seconds();
  {
    const Variable y = chain(x, length);
    backward(y);
    std::printf("a million products: value %.6f, slope %.6f\n", number(y), slope(x));
  }
  report.number("time_chain", seconds() - start, "%.1f");
  const double walk = stack_of_walk(2000), death = stack_of_death(2000);
  report.number("stack_walk", walk, "%.0f");
  report.number("stack_death", death, "%.0f");
  report.number("stack_walk_limit", 8.0 * 1024 * 1024 / walk / 1000, "%.0f");
  report.number("stack_death_limit", 8.0 * 1024 * 1024 / death / 1000, "%.0f");
  Variable doubled = parameter(1);
  for (int i = 0; i < 20; ++i) doubled = doubled + doubled;
  std::printf("20 doublings: %zu nodes, %llu visits path by path\n",
              size_of(doubled).nodes,
              static_cast<unsigned long long>(visits_by_path(*doubled.node())));
}

// Memory and time of one step of the image network.
inline void step_costs(const Options& options, const Data& data, Report& report) {
  auto section = report.section("step");
  Random random(options.seed);
  const Mlp mlp(ch04::he(784, 128, random), ch04::xavier(128, 10, random));
  const Samples batch = ch04::first_of(data.train, 32);
  double forward = 1e9, both = 1e9;
  Size size;
  for (int i = 0; i < 10; ++i) {
    zero_gradients(mlp.parameters());
    const double start = seconds();
    const Variable loss = softmax_cross_entropy(mlp.logits(batch.inputs), batch.labels);
    const double middle = seconds();
    backward(loss);
    forward = std::min(forward, middle - start);
    both = std::min(both, seconds() - start);
    size = size_of(loss);
  }
  std::printf("%zu nodes, %zu numbers in values, %zu in gradients\n", size.nodes,
              size.values, size.gradients);
  report.number("time_step_forward", 1e3 * forward, "%.1f");
  report.number("time_step_backward", 1e3 * (both - forward), "%.1f");
  report.number("time_step_ratio", (both - forward) / forward, "%.1f");
  report.number("time_step_both", 1e3 * both, "%.1f");
  // The same network with weights [in × out].
  const Variable w1 = parameter(ch01::transpose(mlp.w1->value));
  const Variable w2 = parameter(ch01::transpose(mlp.w2->value));
  double untransposed = 1e9;
  for (int i = 0; i < 10; ++i) {
    zero_gradients({w1, mlp.b1, w2, mlp.b2});
    const double start = seconds();
    const Variable h = relu(matmul(constant(batch.inputs), w1) + mlp.b1);
    backward(softmax_cross_entropy(matmul(h, w2) + mlp.b2, batch.labels));
    untransposed = std::min(untransposed, seconds() - start);
  }
  report.number("time_step_untransposed", 1e3 * untransposed, "%.1f");
  report.number("node_bytes", sizeof(Node), "%.0f");
}

}  // namespace ch05
