// What the chapter times: none of these numbers is the same on two machines.
#pragma once

#include <algorithm>
#include <cstdint>
#include <cstdio>
#include <string>
#include <vector>

#include "04-multilayer-perceptron/program.h"
#include "13-library/costs.h"
#include "13-library/figures.h"
#include "common/report.h"

namespace ch13 {

using common::Report;

struct Options {
  std::string out = "chapter-13-out";
  std::uint64_t seed = 13;
  int images = 4000, epochs = 4;
  bool digits = false, marks = false;
};

inline ch04::Data load(const Options& options) {
  ch04::Options earlier;
  earlier.seed = options.seed;
  earlier.digits = options.digits;
  earlier.images = options.images;
  ch04::Data data = ch04::load(earlier);
  data.test = ch04::first_of(data.test, 2000);
  return data;
}

// The image network of chapter 4 in its three forms, from the same weights.
struct Forms {
  ch04::Network layers;
  ch05::Mlp graph;
  Mlp tensors;
};

inline Forms three_forms(std::uint64_t seed) {
  Random random(seed);
  const Matrix first = ch04::he(784, 128, random), second(10, 128);
  Forms forms{{}, ch05::Mlp(first, second), Mlp(tensor(first), tensor(second))};
  forms.layers.add<ch04::Dense>(first).add<ch04::ReLU>();
  forms.layers.add<ch04::Dense>(second);
  return forms;
}

inline double layers_step(Forms& forms, const Samples& batch) {
  const double loss = ch04::loss_and_gradients(forms.layers, batch);
  forms.layers.step(0.1);
  return loss;
}

inline double graph_step(Forms& forms, const Samples& batch, bool fast) {
  const ch05::Variable logits =
      fast ? fast_logits(forms.graph, batch.inputs) : forms.graph.logits(batch.inputs);
  const ch05::Variable loss = ch05::softmax_cross_entropy(logits, batch.labels);
  ch05::zero_gradients(forms.graph.parameters());
  ch05::backward(loss);
  ch05::step(forms.graph.parameters(), 0.1);
  return ch05::number(loss);
}

inline double tensor_step(Forms& forms, const Samples& batch) {
  const Variable logits = forms.tensors(tensor(batch.inputs));
  const Variable loss = softmax_cross_entropy(logits, batch.labels);
  forms.tensors.zero_gradients();
  backward(loss);
  descend(forms.tensors, 0.1);
  return number(loss.value);
}

// ---- why the last chapter is not enough

inline void where_the_time_goes(const Options& options, const Samples& batch,
                                Report& report) {
  auto section = report.section("time_where");
  Forms forms = three_forms(options.seed);
  const double slow = fastest(5, [&] { graph_step(forms, batch, false); });
  const double fast = fastest(30, [&] { graph_step(forms, batch, true); });
  const Matrix& w = forms.graph.w1->value;
  const Matrix x = batch.inputs, dz(x.rows, w.rows, 0.5);
  Matrix z(x.rows, w.rows), dw(w.cols, w.rows);
  const double products = fastest(30, [&] {
    ch11::multiply_add(x.rows, w.rows, w.cols, view_of(x), view_of(w).transposed(),
                       z.values.data(), w.rows);
    ch11::multiply_add(x.cols, dz.cols, x.rows, view_of(x).transposed(), view_of(dz),
                       dw.values.data(), dw.cols);
  });
  const double copies = fastest(30, [&] {
    const Matrix there = ch01::transpose(w), back = ch01::transpose(there);
  });
  std::printf("a step of chapter 5's graph                 %7.2f ms\n", slow);
  std::printf("the same with the products of chapter 11    %7.2f ms\n", fast);
  std::printf("    its two large products                  %7.2f ms\n", products);
  std::printf("    a weight matrix transposed, there and back %4.2f ms\n", copies);
  std::printf("    all the rest                            %7.2f ms\n",
              fast - products - copies);
  report.number("time_graph", slow, "%.1f");
  report.number("time_graph_fast", fast, "%.1f");
  report.number("time_products", products, "%.2f");
  report.number("time_copies", copies, "%.2f");
  report.number("time_products_share", 100 * products / fast, "%.0f");
  draw_where({100 * products / fast, 100 * copies / fast,
              100 * (fast - products - copies) / fast})
      .save(report.figure_path("where.svg"));
}

// ---- memory

inline void memory(Report& report) {
  auto section = report.section("time_memory");
  std::printf("               fresh from the system      from the pool\n");
  std::printf("megabytes        ms   page faults       ms   page faults\n");
  Curve ratio;
  for (std::size_t megabytes : {1, 4, 16, 64}) {
    const std::size_t count = megabytes * 125000;
    const MemoryCost fresh = cost_of_malloc(count, 3), pooled = cost_of_pool(count, 3);
    std::printf("%9zu %9.2f %13.0f %8.2f %13.0f\n", megabytes, fresh.milliseconds,
                fresh.faults, pooled.milliseconds, pooled.faults);
    ratio.x.push_back(static_cast<double>(megabytes));
    ratio.y.push_back(std::min(10.0, fresh.milliseconds / pooled.milliseconds));
    if (megabytes < 64) continue;
    report.number("time_fresh", fresh.milliseconds, "%.1f");
    report.number("time_pooled", pooled.milliseconds, "%.1f");
    report.number("time_faults", fresh.faults, "%.0f");
    report.number("time_memory_ratio", fresh.milliseconds / pooled.milliseconds,
                  "%.1f");
  }
  draw_memory(ratio).save(report.figure_path("memory.svg"));
}

// ---- threads

inline void threads(Report& report) {
  auto section = report.section("time_threads");
  const std::size_t most = std::max(2u, std::thread::hardware_concurrency());
  workers().resize(2);
  const double start = microseconds_to_start(), wake = microseconds_to_wake();
  std::printf("to start a thread and wait for its end %6.1f microseconds\n", start);
  std::printf("to wake one that waits                 %6.1f microseconds\n", wake);
  std::printf("\nn      n x n times n x n, 1 thread    %zu threads\n", most);
  Curve gain;
  for (std::size_t n : {64, 128, 256, 512, 768}) {
    const Tensor a({n, n}, 0.5);
    double ms[2];
    for (std::size_t run = 0; run < 2; ++run) {
      workers().resize(run == 0 ? 1 : most);
      ms[run] = fastest(10, [&] { multiply(a, a); });
    }
    std::printf("%-6zu %24.3f ms %12.3f ms\n", n, ms[0], ms[1]);
    gain.x.push_back(static_cast<double>(n));
    gain.y.push_back(std::min(4.0, ms[0] / ms[1]));
  }
  draw_threads(gain).save(report.figure_path("threads.svg"));
  report.number("time_start", start, "%.0f");
  report.number("time_wake", wake, "%.0f");
  report.number("time_most", static_cast<double>(most), "%.0f");
  report.number("time_speedup", gain.y.back(), "%.1f");
}

// ---- train it

inline void speed(const Options& options, const Samples& train, Report& report) {
  auto section = report.section("time_speed");
  const std::vector<std::size_t> order = ch04::in_order(train.count());
  std::printf("milliseconds for a step       batch of 32   batch of 256\n");
  double ms[5][2];
  for (std::size_t column = 0; column < 2; ++column) {
    const Samples batch = ch04::gather(train, order, 0, column == 0 ? 32 : 256);
    const int runs = column == 0 ? 30 : 6;
    Forms forms = three_forms(options.seed);
    ms[0][column] = fastest(runs / 3, [&] { layers_step(forms, batch); });
    ms[1][column] = fastest(runs / 3, [&] { graph_step(forms, batch, false); });
    ms[2][column] = fastest(runs, [&] { graph_step(forms, batch, true); });
    workers().resize(1);
    ms[3][column] = fastest(runs, [&] { tensor_step(forms, batch); });
    workers().resize(2);
    ms[4][column] = fastest(runs, [&] { tensor_step(forms, batch); });
  }
  const char* names[] = {"chapter 4, layers", "chapter 5, graph",
                         "the graph, fast products", "tensors, one thread",
                         "tensors, two threads"};
  for (std::size_t i = 0; i < 5; ++i) {
    std::printf("%-26s %14.2f %14.2f\n", names[i], ms[i][0], ms[i][1]);
  }
  report.number("time_times_small", ms[1][0] / ms[3][0], "%.0f");
  report.number("time_times_large", ms[1][1] / ms[4][1], "%.0f");
  report.number("time_step", ms[3][0], "%.2f");
  report.number("time_over_graph", ms[2][0] / ms[3][0], "%.1f");
}

// ---- look closer

inline void node_cost(Report& report) {
  const auto nanoseconds = [](const auto& one, const auto& f) {
    const int count = 2000;
    return 1e6 / count * fastest(5, [&] {
             auto y = one;
             for (int i = 0; i < count; ++i) y = f(y);
           });
  };
  const Variable number = parameter(Tensor({}, 1.0));
  const double ours = nanoseconds(number, [](const Variable& y) { return y * 0.5; });
  const ch05::Variable half = ch05::constant(Matrix(1, 1, 0.5));
  const double theirs = nanoseconds(ch05::parameter(1),
                                    [&](const ch05::Variable& y) { return y * half; });
  report.number("time_node", ours, "%.0f");
  report.number("time_node_5", theirs, "%.0f");
}

}  // namespace ch13
