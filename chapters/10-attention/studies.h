// The chapter's shorter studies: recall, scale, order, checks, sizes, costs.
#pragma once

#include <algorithm>
#include <cmath>
#include <cstdint>
#include <cstdio>
#include <string>
#include <utility>
#include <vector>

#include "04-multilayer-perceptron/program.h"
#include "10-attention/costs.h"
#include "10-attention/figures.h"
#include "10-attention/properties.h"
#include "10-attention/recall.h"
#include "common/report.h"

namespace ch10 {

using ch04::seconds;
using common::Report;

struct Options {
  std::string out = "chapter-10-out";
  std::uint64_t seed = 10;
  int steps = 510, texts = 16;
  double rate = 0.007;
  bool marks = false;
};

// ---- why the last chapter is not enough

inline void recall_pairs(const Options& options, Report& report) {
  auto section = report.section("recall");
  Random random(options.seed), judge(options.seed + 1);
  LookUp look(random);
  train_recall(look, 3, 200, random);
  std::printf("                                  pairs:     2      4      8     16\n");
  std::printf("LSTM, trained with as many pairs        ");
  for (std::size_t pairs : {2, 4, 8}) {
    Remember lstm(32, random);
    train_recall(lstm, pairs, 200, random);
    const double right = recall(lstm, pairs, judge);
    std::printf(" %6.3f", right);
    report.number("lstm_" + std::to_string(pairs), 100 * right, "%.0f");
    if (pairs > 2) continue;
    const auto numbers = ch07::values(lstm.parameters());
    report.number("lstm_numbers", static_cast<double>(numbers.size()), "%.0f");
  }
  std::printf("      -\none head of attention, trained with three");
  for (std::size_t pairs : {2, 4, 8, 16}) {
    const double right = recall(look, pairs, judge);
    std::printf(pairs == 2 ? " %.3f" : " %6.3f", right);
    report.number("look_" + std::to_string(pairs), 100 * right, "%.0f");
  }
  std::printf("\n");
  const std::vector<std::size_t> keys = {2, 10, 0, 7, 13, 4},
                                 values = {5, 1, 5, 0, 7, 2};
  const std::vector<std::size_t> asked = {0, 2, 4, 7, 10, 13};
  draw_recall(weights_of_questions(look, keys, values, asked),
              {"a ?", "c ?", "e ?", "h ?", "k ?", "n ?"},
              {"c 5", "k 1", "a 5", "h 0", "n 7", "e 2"})
      .save(report.figure_path("recall.svg"));
  const auto numbers = ch07::values(look.parameters());
  report.number("look_numbers", static_cast<double>(numbers.size()), "%.0f");
}

// ---- the mathematics

inline void hand(Report& report) {
  auto section = report.section("by_hand");
  const Hand<> hand;
  const auto print = [](const char* name, const Matrix& m) {
    std::printf("%-8s", name);
    for (double v : m.values) std::printf(" %7.4f", v == 0 ? 0.0 : v);
    std::printf("\n");
  };
  print("weights", hand.head.p);
  print("found", hand.found);
  print("dL/dv", hand.d.v);
  print("dL/dq", hand.d.q);
  print("dL/dk_2", cut(hand.d.k, 1, 1, 0, 4));
}

// Queries and 16 keys of random numbers, compared as they are and over the root of d.
inline void scale(const Options& options, Report& report) {
  auto section = report.section("scale");
  Random random(options.seed);
  std::printf("          variance of        largest weight          slope left\n");
  std::printf("    d     q k  q k/root       q k  q k/root       q k  q k/root\n");
  for (std::size_t d : {4, 16, 64, 256, 1024}) {
    const Matrix q = noise(200, d, random), k = noise(16, d, random);
    const Matrix s = ch01::multiply(q, ch01::transpose(k));
    double row[6] = {};
    for (int scaled = 0; scaled < 2; ++scaled) {
      const double by = scaled ? 1 / std::sqrt(static_cast<double>(d)) : 1;
      for (std::size_t i = 0; i < s.rows; ++i) {
        std::vector<double> p(s.cols);
        for (std::size_t j = 0; j < s.cols; ++j) {
          p[j] = by * s(i, j);
          row[scaled] += p[j] * p[j] / static_cast<double>(s.values.size());
        }
        ch02::softmax(p.data(), p.size(), p.data());
        row[2 + scaled] += *std::max_element(p.begin(), p.end()) / 200;
        for (double w : p) row[4 + scaled] += w * (1 - w) / 200;
      }
    }
    std::printf("%5zu %7.1f %9.2f %9.2f %9.2f %9.3f %9.3f\n", d, row[0], row[1], row[2],
                row[3], row[4], row[5]);
    report.number("slope_" + std::to_string(d), row[4], "%.2f");
    report.number("largest_" + std::to_string(d), row[2], "%.2f");
  }
}

// Two letters exchanged, without positions and with them.
inline void blind(const Options& options, Report& report) {
  auto section = report.section("blind");
  Random random(options.seed);
  const double without = moved_by_order(false, random),
               with = moved_by_order(true, random);
  std::printf("two letters exchanged, without positions: scores change by %.0e\n",
              without);
  std::printf("two letters exchanged, with positions:    scores change by %.2f\n",
              with);
  report.number("blind_without", without, "%.0e");
  report.number("blind_with", with, "%.2f");
}

// ---- prove it

inline void prove(const Options& options, Report& report) {
  auto section = report.section("check");
  Random random(options.seed);
  double all = 0;
  const auto show = [&](const char* name, const ch03::CheckResult& r) {
    std::printf("%-30s %4zu slopes, worst relative error %.0e: %s\n", name, r.checked,
                r.worst_relative_error, r.passed() ? "passed" : "FAILED");
    all += static_cast<double>(r.checked);
  };
  BareHead<> open{3, 5, false, {}}, causal{3, 5, true, {}};
  show("one head", check_part(open, noise(13, 4, random), random));
  show("one head, causal", check_part(causal, noise(13, 4, random), random));
  Sequences<Heads<>> heads{Heads<>(6, 3, true, random), 4};
  show("three heads, two sequences", check_part(heads, noise(8, 6, random), random));
  LayerNorm norm(5);
  Gelu gelu;
  AsPart as_norm{&norm}, as_gelu{&gelu};
  show("layer normalisation", check_part(as_norm, noise(3, 5, random), random));
  show("GELU", check_part(as_gelu, noise(3, 5, random), random));
  Sequences<Block<>> block{Block<>(4, 2, 7, true, random), 3};
  show("a block", check_part(block, noise(6, 4, random), random));
  Sequences<Block<>> after{Block<>(4, 2, 7, true, random, Norm::kAfter), 3};
  show("a block, normalised after", check_part(after, noise(6, 4, random), random));
  show("the whole, by every parameter", check_whole<>(random));
  report.number("check_slopes", all, "%.0f");
}

inline void properties(const Options& options, Report& report) {
  auto section = report.section("properties");
  Random random(options.seed);
  std::printf("%-52s off by %.0e\n", "what is said does not depend on what comes after",
              off_in_prefix<>(random));
  std::printf("%-52s off by %.0e\n", "the example on paper", off_by_hand<>());
  std::printf("%-52s off by %.0e\n", "with kept keys and values: the same scores",
              off_when_kept(random));
  std::printf("%-52s off by %.0e\n", "one key at a time: the same as all at once",
              off_online(random));
}

// ---- the parts together

// Where the numbers of a Transformer are.
inline void parameters(Report& report) {
  auto section = report.section("parameters");
  const Sizes s{kSymbols.size(), kText};
  Random random(1);
  Transformer<> model(s, random);
  std::size_t total = 0;
  const auto row = [&](const char* what, const char* shape, std::size_t numbers) {
    std::printf("%-26s %-12s %7zu\n", what, shape, numbers);
  };
  const auto count = [](const Parameters& all) { return ch07::values(all).size(); };
  const std::size_t d = s.width, f = s.inner, v = s.symbols;
  row("symbols", "V x D", v * d);
  row("positions", "T x D", s.longest * d);
  row("block 1: LayerNorm", "2 x D", 2 * d);
  row("  queries", "D x D + D", d * d + d);
  row("  keys", "D x D + D", d * d + d);
  row("  values", "D x D + D", d * d + d);
  row("  what the heads found", "D x D + D", d * d + d);
  row("  LayerNorm", "2 x D", 2 * d);
  row("  up", "F x D + F", f * d + f);
  row("  down", "D x F + D", d * f + d);
  row("block 2: the same", "", count(model.blocks[1].parameters()));
  row("last LayerNorm", "2 x D", 2 * d);
  row("scores", "V x D + V", v * d + v);
  total = count(model.parameters());
  std::printf("V = %zu, D = %zu, F = %zu, T = %zu: in all %zu\n", v, d, f, s.longest,
              total);
  report.number("parameters_all", static_cast<double>(total), "%.0f");
  report.number("parameters_block",
                static_cast<double>(count(model.blocks[0].parameters())), "%.0f");
}

// How alike the rows of a text become on their way up, at random weights.
inline void alike(const Options& options, Report& report) {
  auto section = report.section("alike");
  std::printf("after block           0       1       4      12\n");
  for (bool past : {true, false}) {
    Random random(options.seed);
    const std::vector<double> cosines = alike_by_depth(past, 12, random);
    std::printf("%-15s", past ? "with a way past" : "without");
    for (std::size_t b : {0, 1, 4, 12}) std::printf(" %7.3f", cosines[b]);
    std::printf("\n");
    report.number(past ? "alike_past" : "alike_without", cosines[12], "%.3f");
  }
}

// Twelve blocks learn eight texts by heart, normalised before and after the additions.
inline void deep(const Options& options, Report& report) {
  auto section = report.section("deep");
  std::printf("step                    0      10      20      40\n");
  for (Norm norm : {Norm::kBefore, Norm::kAfter}) {
    Random random(options.seed);
    Sizes sizes{kSymbols.size(), kText, 16, 2, 32, 12, true, norm};
    Transformer<> model(sizes, random);
    const Batch batch = pack(draw_texts(8, random));
    const Parameters all = model.parameters();
    ch08::Adam adam(slots(all), 0.01);
    std::printf("%-17s",
                norm == Norm::kBefore ? "normalised before" : "normalised after");
    for (int s = 0; s <= 40; ++s) {
      ch07::zero_gradients(all);
      const double loss = add_gradients(model, batch);
      if (s == 0 || s == 10 || s == 20 || s == 40) std::printf(" %7.3f", loss);
      if (s == 40)
        report.number(norm == Norm::kBefore ? "deep_before" : "deep_after", loss,
                      "%.2f");
      adam.step();
    }
    std::printf("\n");
  }
}

// ---- look closer

inline void cache(const Options& options, Report& report) {
  auto section = report.section("cache");
  std::printf("symbols written     multiplications, millions     kept numbers\n");
  std::printf("                read again   keys and values kept\n");
  for (std::size_t length : {16, 32, 64, 128}) {
    const Writing w = write_both_ways(length, options.seed);
    std::printf("%15zu %10.1f %22.1f %16zu\n", length, w.again, w.kept, w.numbers);
    const std::string n = std::to_string(length);
    report.number("time_again_" + n, 1e3 * w.time_again, "%.0f");
    report.number("time_kept_" + n, 1e3 * w.time_kept, "%.1f");
    report.number("time_gain_" + n, w.time_again / w.time_kept, "%.0f");
  }
}

inline void costs(const Options& options, Report& report) {
  auto section = report.section("costs");
  Random random(options.seed);
  const Sizes s{kSymbols.size(), kText};
  Curve dense{"dense layers", {}, {}}, pairs{"attention", {}, {}};
  for (std::size_t t = 16; t <= 2048; t *= 2) {
    const double length = static_cast<double>(t), d = static_cast<double>(s.width);
    dense.x.push_back(length);
    dense.y.push_back(length * d * (4 * d + 2 * static_cast<double>(s.inner)));
    pairs.x.push_back(length);
    pairs.y.push_back(2 * length * length * d);
  }
  draw_costs({dense, pairs}).save(report.figure_path("costs.svg"));
  std::printf("           numbers held for one head\n");
  std::printf("symbols    all weights   one by one   largest difference\n");
  for (std::size_t t : {64, 256, 1024}) {
    Head head{noise(t, 8, random), noise(t, 8, random), noise(t, 8, random), true, {}};
    double start = seconds();
    const Matrix all = Attention::forward(head);
    const double time_all = seconds() - start;
    start = seconds();
    const Matrix one = attend_online(head);
    const double time_one = seconds() - start;
    std::printf("%7zu %14zu %12d %20.0e\n", t, t * t, 8 + 2,
                largest_difference(all, one));
    report.number("time_all_at_once_" + std::to_string(t), 1e3 * time_all, "%.2f");
    report.number("time_one_by_one_" + std::to_string(t), 1e3 * time_one, "%.2f");
  }
}

}  // namespace ch10
