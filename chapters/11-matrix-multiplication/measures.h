// A closer look: what helps and what does not, products with few rows, floats, threads,
// benchmarks that say nothing; and chapter 4's network on top of it all.
#pragma once

#include <algorithm>
#include <chrono>
#include <cmath>
#include <cstdio>
#include <functional>
#include <string>
#include <vector>

#include "04-multilayer-perceptron/check.h"
#include "11-matrix-multiplication/broken.h"
#include "11-matrix-multiplication/layers.h"
#include "11-matrix-multiplication/studies.h"
#include "11-matrix-multiplication/threads.h"

namespace ch11 {

// ---- train it

// ANCHOR: fast_network
// Chapter 4's network for images, with other products in its dense layers.
inline ch04::Network fast_network(std::size_t in, std::size_t hidden, Random& random,
                                  MultiplyAdd multiply = fast) {
  ch04::Network network;
  network.add<FastDense>(ch04::he(in, hidden, random), multiply).add<ch04::ReLU>();
  network.add<FastDense>(Matrix(10, hidden), multiply);
  return network;
}
// ANCHOR_END: fast_network

struct Trained {
  std::vector<double> losses;
  double milliseconds = 0;  // of a step
  double accuracy = 0;
};

inline Trained train(ch04::Network& network, const Digits& digits, int epochs,
                     std::size_t batch) {
  const ch04::Samples& data = digits.train;
  Trained run;
  Random random(4);
  std::vector<std::size_t> order = ch04::in_order(data.count());
  const double start = now();
  for (int e = 0; e < epochs; ++e) {
    random.shuffle(order);
    const auto losses = ch04::train_epoch(network, data, order, batch, 0.1);
    run.losses.insert(run.losses.end(), losses.begin(), losses.end());
  }
  run.milliseconds = 1e3 * (now() - start) / static_cast<double>(run.losses.size());
  run.accuracy = ch04::accuracy(network, digits.test);
  return run;
}

inline void train_both(const Options& options, const Digits& digits, Report& report) {
  std::vector<Trained> runs;
  double times[2][2];
  for (int large = 0; large < 2; ++large) {
    const std::size_t hidden = large ? 512 : 128, batch = large ? 128 : 32;
    for (int quick = 0; quick < 2; ++quick) {
      Random random(options.seed);
      ch04::Network network = quick ? fast_network(784, hidden, random)
                                    : ch04::image_network(784, hidden, random);
      runs.push_back(train(network, digits, large ? 1 : 2, batch));
      times[large][quick] = runs.back().milliseconds;
    }
  }
  {
    auto section = report.section("training");
    double worst = 0;
    for (std::size_t i = 0; i < runs[0].losses.size(); ++i) {
      worst = std::max(worst, std::abs(runs[0].losses[i] - runs[1].losses[i]));
    }
    std::printf("step   chapter 4's loops   this chapter's product\n");
    for (std::size_t s : {0, 10, 99}) {
      std::printf("%4zu  %18.6f  %22.6f\n", s, runs[0].losses[s], runs[1].losses[s]);
    }
    std::printf("%s\n",
                worst < 1e-9 ? "no two losses differ by 1e-9" : "the losses DIFFER");
  }
  auto section = report.section("time_training");
  std::printf("hidden   batch   ms a step, before   after   times as fast\n");
  for (int large = 0; large < 2; ++large) {
    const double gain = times[large][0] / times[large][1];
    std::printf("%6d  %6d  %18.2f  %6.2f  %14.1f\n", large ? 512 : 128,
                large ? 128 : 32, times[large][0], times[large][1], gain);
    report.number(large ? "time_gain_large" : "time_gain_small", gain, "%.1f");
  }
}

// ---- break it

inline double share_after(MultiplyAdd multiply, std::size_t m, std::size_t n,
                          std::size_t k) {
  Random random(9);
  const auto a = noise(m * k, random), b = noise(k * n, random);
  std::vector<double> c(m * n, 0.5);
  const std::vector<double> before = c;
  multiply(m, n, k, by_rows(a.data(), k), by_rows(b.data(), n), c.data(), n);
  return share_of_bound({m, n, k, a.data(), k, b.data(), n, c.data(), n},
                        before.data());
}

inline void break_it(const Options& options, const Digits& digits, Report& report) {
  auto section = report.section("broken");
  std::printf("                     loss    test   check 1   check 2   check 3\n");
  const auto try_it = [&](const char* name, MultiplyAdd multiply) {
    Random random(options.seed);
    ch04::Network small = fast_network(12, 8, random, multiply);
    const ch04::Samples batch = ch04::random_batch(8, 12, 8, random);
    const double gradients = ch04::check(small, batch).worst_relative_error;
    ch04::Network network = fast_network(784, 64, random, multiply);
    const Trained run = train(network, digits, 4, 32);
    double loss = 0;
    for (std::size_t i = run.losses.size() - 50; i < run.losses.size(); ++i) {
      loss += run.losses[i] / 50;
    }
    const auto verdict = [](double share) { return share <= 1 ? "passed" : "caught"; };
    std::printf("%-18s %6.3f  %6.3f  %8s  %8s  %8s\n", name, loss, run.accuracy,
                gradients < 1e-5 ? "passed" : "caught",
                verdict(share_after(multiply, 64, 64, 64)),
                verdict(share_after(multiply, 31, 17, 1009)));
  };
  try_it("right", fast);
  try_it("overwritten", multiply_overwritten);
  try_it("old numbers", multiply_stale);
  try_it("over the edge", multiply_over_edge);
}

inline void race(const Options& options, Report& report) {
  Random random(options.seed);
  const std::size_t n = 256, k = 16;
  const auto a = noise(n * k, random), b = noise(k * n, random);
  int wrong = 0;
  const int runs = 100;
  std::vector<double> right(n * n);
  gemm(n, n, k, a.data(), k, b.data(), n, right.data(), n);
  for (int run = 0; run < runs; ++run) {
    std::vector<double> c(n * n);
    multiply_racing(n, n, k, by_rows(a.data(), k), by_rows(b.data(), n), c.data(), n);
    double worst = 0;
    for (std::size_t i = 0; i < c.size(); ++i)
      worst = std::max(worst, std::abs(c[i] - right[i]));
    wrong += worst > 1e-9;
  }
  std::printf("(time) two threads on one C: wrong in %d of %d runs\n", wrong, runs);
  report.number("time_race_wrong", wrong, "%.0f");
  report.number("time_race_runs", runs, "%.0f");
}

// ---- benchmarks that measure something else

// ANCHOR: nothing
// The sum is never asked for, so the compiler leaves the loop out.
inline void nobody_asks(const std::vector<double>& x) {
  double sum = 0;
  for (std::size_t i = 0; i < x.size(); ++i) sum += x[i];
  (void)sum;
}
// ANCHOR_END: nothing

inline void false_benchmarks(const Options& options, Report& report) {
  Random random(options.seed);
  const std::vector<double> x(1 << 20, 1.0);
  const double start = now();
  for (int run = 0; run < 1000; ++run) nobody_asks(x);
  const double bytes = 1000.0 * 8 * (1 << 20);
  const double took = std::max(now() - start, 1e-6);
  {
    auto section = report.section("nothing");
    std::printf("8 MiB read a thousand times: %s\n",
                bytes / took > 1e12 ? "faster than 1000 GB/s, which no core can"
                                    : "a speed that is possible");
  }
  // The weights of a layer, used again and again, or one after the other of many.
  const std::size_t m = 4, n = 256, k = 784, layers = 48;
  const std::vector<double> a = noise(m * k, random), b(layers * k * n, 0.5);
  std::vector<double> c(m * n);
  std::size_t next = 0;
  const auto run = [&](bool cold) {
    const double* weights = &b[cold ? next++ % layers * k * n : 0];
    gemm(m, n, k, a.data(), k, weights, n, c.data(), n);
  };
  auto section = report.section("time_warm");
  const double warm = 1e6 * best_time([&] { run(false); }, 0.1);
  const double cold = 1e6 * best_time([&] { run(true); }, 0.2);
  std::printf(
      "4 x 256 x 784, the same weights each time: %.0f us, others each time: %.0f "
      "us\n",
      warm, cold);
  report.number("time_warm", warm, "%.0f");
  report.number("time_cold", cold, "%.0f");
  report.number("time_cold_ratio", cold / warm, "%.1f");
}

// ---- what helps

// Two ways of doing the same thing, A B B A, and how much faster the second is, in
// percent: the middle one of five such pairs.
template <class First, class Second>
double gain(First first, Second second) {
  std::vector<double> gains;
  const auto time = [](auto run) {
    const double start = now();
    run();
    return now() - start;
  };
  for (int pair = 0; pair < 5; ++pair) {
    const double a = time(first), b = time(second), c = time(second), d = time(first);
    gains.push_back(100 * ((a + d) / (b + c) - 1));
  }
  std::sort(gains.begin(), gains.end());
  return gains[2];
}

inline void what_helps(Report& report) {
  auto section = report.section("time_helps");
  Random random(7);
  Square square(511, random);
  const Product x = square.product(square.n);
  const Kernels<double> kernel = kernels<double>();
  const Blocks block = choose_blocks(kernel, caches());
  const auto with = [&](const Kernels<double>& k, const Blocks& b) {
    multiply_add(x.m, x.n, x.k, by_rows(x.a, x.a_row), by_rows(x.b, x.b_row), x.c,
                 x.c_row, k, b);
  };
  Kernels<double> bare = kernel, asks = kernel;
  bare.fast = kernel.packed;
  asks.fast = kernel.asking;
  const auto tell = [&](const char* name, const char* number, double percent) {
    std::printf("%-44s %+5.0f %%\n", name, percent);
    report.number(std::string("time_helps_") + number, percent, "%+.0f");
  };
  const auto other = [&](const Blocks& b) {
    return gain([&] { with(kernel, block); }, [&] { with(kernel, b); });
  };
  tell("asking for the tile of C before its sums", "ask",
       gain([&] { with(bare, block); }, [&] { with(asks, block); }));
  tell("and four steps of the depth in a turn", "four",
       gain([&] { with(asks, block); }, [&] { with(kernel, block); }));
  tell("a depth kc half as large", "half",
       other({2 * block.mc, block.kc / 2, block.nc}));
  tell("a depth kc twice as large", "twice",
       other({round_down(block.mc / 2, kernel.rows), 2 * block.kc, block.nc}));
  tell("blocks of A an eighth as high", "low",
       other({round_down(block.mc / 8, kernel.rows), block.kc, block.nc}));
  tell("blocks of A as high as A", "high",
       other({round_up(x.m, kernel.rows), block.kc, block.nc}));
}

// ---- few rows

inline void few_rows(const Options& options, const Machine& machine, Report& report) {
  auto section = report.section("time_few");
  Random random(options.seed);
  Square square(500, random);
  const Kernels<double> kernel = kernels<double>();
  const Blocks block = choose_blocks(kernel, caches());
  Curve copied{"B copied", {}, {}}, lying{"B where it lies", {}, {}};
  std::printf("rows of A   copied   where it lies, GFLOP/s\n");
  for (std::size_t m : {1, 4, 16, 32, 64, 128, 500}) {
    const Product x = square.product(m);
    double rate[2];
    for (std::size_t copy = 0; copy < 2; ++copy) {
      const double took = best_time(
          [&] {
            multiply_add(x.m, x.n, x.k, by_rows(x.a, x.a_row), by_rows(x.b, x.b_row),
                         x.c, x.c_row, kernel, block, copy ? 0 : 1000);
          },
          0.03);
      rate[copy] = operations(x) / took / 1e9;
      Curve& curve = copy ? copied : lying;
      curve.x.push_back(static_cast<double>(m));
      curve.y.push_back(100 * rate[copy] / machine.peak);
    }
    std::printf("%9zu  %7.1f  %14.1f\n", m, rate[1], rate[0]);
    const std::string name = "time_few_" + std::to_string(m);
    report.number(name + "_copied", rate[1], "%.1f");
    report.number(name + "_lying", rate[0], "%.1f");
  }
  draw_few({copied, lying}).save(report.figure_path("few.svg"));
}

// ---- floats, and two threads

inline void floats(const Machine& machine, Report& report) {
  auto section = report.section("time_floats");
  Random random(8);
  const std::size_t n = 768;
  const auto a = noise(n * n, random), b = noise(n * n, random);
  std::vector<double> c(n * n);
  const std::vector<float> fa(a.begin(), a.end()), fb(b.begin(), b.end());
  std::vector<float> fc(n * n);
  const double doubles =
      best_time([&] { gemm(n, n, n, a.data(), n, b.data(), n, c.data(), n); }, 0.14);
  const double singles =
      best_time([&] { gemm(n, n, n, fa.data(), n, fb.data(), n, fc.data(), n); }, 0.14);
  const double flops = 2.0 * n * n * n, peak = peak_gflops<float>();
  std::printf("double  %6.1f GFLOP/s, %3.0f %% of the peak\n", flops / doubles / 1e9,
              100 * flops / doubles / 1e9 / machine.peak);
  std::printf("float   %6.1f GFLOP/s, %3.0f %% of theirs\n", flops / singles / 1e9,
              100 * flops / singles / 1e9 / peak);
  report.number("time_float", flops / singles / 1e9, "%.0f");
  report.number("time_double", flops / doubles / 1e9, "%.0f");
  report.number("time_float_gain", doubles / singles, "%.1f");
  report.number("time_float_share", 100 * flops / singles / 1e9 / peak, "%.0f");
}

// Of the clock on the wall: two threads use two processors' time.
template <class Run>
double best_wall_time(Run run, int runs) {
  using Clock = std::chrono::steady_clock;
  double best = 1e30;
  for (int i = 0; i < runs; ++i) {
    const auto start = Clock::now();
    run();
    best = std::min(best, std::chrono::duration<double>(Clock::now() - start).count());
  }
  return best;
}

inline void two_threads(const Options& options, Report& report) {
  Random random(options.seed);
  Square one(640, random);
  Square two = one;
  const std::size_t n = one.n;
  const auto run = [&](std::size_t threads, std::vector<double>& c) {
    multiply_add_on(threads, n, n, n, by_rows(one.a.data(), n),
                    by_rows(one.b.data(), n), c.data(), n);
  };
  run(1, one.c);
  run(2, two.c);
  {
    auto section = report.section("threads");
    std::printf("one thread and two: %s\n",
                one.c == two.c ? "the same bits" : "DIFFERENT numbers");
  }
  const double alone = best_wall_time([&] { run(1, one.c); }, 5);
  const double both = best_wall_time([&] { run(2, two.c); }, 5);
  std::printf("(time) 640: %.1f ms on one thread, %.1f ms on two\n", 1e3 * alone,
              1e3 * both);
  report.number("time_threads_gain", alone / both, "%.1f");
}

}  // namespace ch11
