// The chapter's longer runs: windows, distances, training, clipping, chunks.
#pragma once

#include <algorithm>
#include <cmath>
#include <cstdint>
#include <cstdio>
#include <string>
#include <utility>
#include <vector>

#include "04-multilayer-perceptron/program.h"
#include "07-recurrent-networks/check.h"
#include "07-recurrent-networks/distance.h"
#include "07-recurrent-networks/figures.h"
#include "07-recurrent-networks/gru.h"
#include "07-recurrent-networks/lstm.h"
#include "07-recurrent-networks/stream.h"
#include "07-recurrent-networks/windows.h"
#include "common/report.h"

namespace ch07 {

using ch04::seconds;
using common::Report;

struct Options {
  std::string out = "chapter-07-out";
  std::uint64_t seed = 7;
  int width = 16, parts = 3, steps = 800;
  double rate = 0.1;
  bool marks = false;
};

inline double mean_of_last(const std::vector<double>& values, std::size_t count) {
  return ch04::mean({values.end() - static_cast<std::ptrdiff_t>(count), values.end()});
}

// ---- why the last chapter is not enough

inline void fixed_inputs(const Options& options, Report& report) {
  auto section = report.section("windows");
  std::printf("string  window  parameters     loss   recall\n");
  for (int parts : {1, options.parts}) {
    Random random(options.seed);
    const int count = parts == 1 ? 1600 : 800;
    const Texts train = draw_texts(count, parts, random);
    const Texts test = draw_texts(1000, parts, random);
    const std::vector<std::size_t> widths =
        parts == 1 ? std::vector<std::size_t>{4, 8, 12} : std::vector<std::size_t>{12};
    for (std::size_t width : widths) {
      const WindowResult r = try_window(width, train, test, random);
      std::printf("%-8s%6zu %11zu %8.3f %8.3f\n", parts == 1 ? "short" : "long", width,
                  r.parameters, r.loss, r.recall);
      report.number("window_" + std::to_string(parts) + "_" + std::to_string(width),
                    100 * r.recall, "%.0f");
    }
  }
}

// ---- the mathematics: how much of a slope is left

inline void distances(const Options& options, Report& report) {
  auto section = report.section("distance");
  Random random(options.seed);
  const Batch batch = pack(draw_texts(8, 6, random));
  const Sequence xs(batch.inputs.begin(), batch.inputs.begin() + 41);
  const Matrix dh = noise(8, 16, random);
  std::vector<Curve> curves;
  std::printf(
      "                          after 1        10        20        40  steps\n");
  const auto measure = [&](const char* name, const auto& cells) {
    std::vector<double> sizes =
        slope_sizes(cells, cells.forward(xs, zero_state(8, 16)), dh);
    for (double& s : sizes) s /= std::sqrt(8 * 16.0);
    std::vector<double> x;
    for (std::size_t k = 0; k < sizes.size(); ++k) {
      x.push_back(static_cast<double>(k));
    }
    for (double& s : sizes) s /= sizes.front();
    std::printf("%-22s %10.1e %9.1e %9.1e %9.1e\n", name, sizes[1], sizes[10],
                sizes[20], sizes[40]);
    curves.push_back({name, x, sizes});
    return std::pow(sizes[40] / sizes[10], 1.0 / 30);
  };
  const auto scaled = [&](auto cells, double radius) {
    Matrix& wh = cells.parameters()[1]->value;
    for (double& w : wh.values) w = random.normal();
    const double factor = radius / spectral_radius(wh);
    for (double& w : wh.values) w *= factor;
    return cells;
  };
  const auto cell = [&](auto cells, double bias) {
    start_by_remembering(cells, bias);
    return cells;
  };
  const Recurrent<AddCell> sum(7, 16, random);
  const Recurrent<TanhCell> rnn(7, 16, random);
  const Recurrent<LstmCell> lstm(7, 16, random);
  measure("sum, radius 1.2", scaled(sum, 1.2));
  report.number("factor_sum", measure("sum, radius 0.8", scaled(sum, 0.8)), "%.2f");
  measure("RNN, radius 1.2", scaled(rnn, 1.2));
  measure("RNN, radius 0.8", scaled(rnn, 0.8));
  for (double bias : {0, 1, 4}) {
    const std::string name = "LSTM, bias " + std::to_string(static_cast<int>(bias));
    const double factor = measure(name.c_str(), cell(lstm, bias));
    report.number("factor_lstm_" + std::to_string(static_cast<int>(bias)), factor,
                  "%.2f");
  }
  draw_distance(curves).save(report.figure_path("distance.svg"));
}

// ---- prove it

inline void prove(const Options& options, Report& report) {
  auto section = report.section("check");
  Random random(options.seed);
  const auto show = [](const char* name, const ch03::CheckResult& r) {
    std::printf("%-14s %4zu slopes, worst relative error %.0e: %s\n", name, r.checked,
                r.worst_relative_error, r.passed() ? "passed" : "FAILED");
    return r.checked;
  };
  std::size_t all = 0;
  all += show("sum", check_cells<AddCell>(3, 5, 4, 2, random));
  all += show("RNN", check_cells<TanhCell>(3, 5, 4, 2, random));
  all += show("LSTM", check_cells<LstmCell>(3, 5, 4, 2, random));
  all += show("GRU", check_cells<GruCell>(3, 5, 4, 2, random));
  Reader<LstmCell> reader(5, random);
  shake(reader.parameters(), random);
  const Batch batch =
      pack({embedded(1, random), embedded(1, random), embedded(2, random)});
  all += show("LSTM, reading", check_reader(reader, batch));
  report.number("check_slopes", static_cast<double>(all), "%.0f");
}

// ---- train it

inline void by_heart(const Options& options, Report& report) {
  auto section = report.section("by_heart");
  Random random(options.seed);
  Reader<LstmCell> reader(static_cast<std::size_t>(options.width), random);
  start_by_remembering(reader.cells());
  const Texts texts = draw_texts(8, 1, random);
  const Batch batch = pack(texts);
  Descent descent(reader.parameters(), 0.5);
  for (int s = 0; s <= 400; ++s) {
    zero_gradients(reader.parameters());
    const double loss = reader.add_gradients(batch);
    if (s == 0 || s == 50 || s == 100 || s == 400) {
      std::printf("step %3d  loss %.6f\n", s, loss);
    }
    if (s == 0) report.number("first_loss", loss, "%.6f");
    clip(reader.parameters(), 1);
    descent.step();
  }
  std::printf("least possible for these 8: %.6f\n", least_loss_by_heart(texts));
}

template <class Cell>
Reader<Cell> new_reader(const Options& options) {
  Random random(options.seed);
  Reader<Cell> reader(static_cast<std::size_t>(options.width), random);
  start_by_remembering(reader.cells());
  return reader;
}

// Trains on strings of so many parts and prints a row. The last quarter is slower, so that
// the weights come to rest. Recall on the way, every 40 steps.
template <class Cell>
Reader<Cell> learn(const char* name, double rate, int parts, int steps,
                   const Options& options, Report& report, Curve* curve = nullptr) {
  Random random(options.seed + 1), judge(options.seed + 2);
  const Texts test = draw_texts(1000, parts, judge);
  const Texts few(test.begin(), test.begin() + 100);
  Reader<Cell> reader = new_reader<Cell>(options);
  Descent fast(reader.parameters(), rate), slow(reader.parameters(), rate / 10);
  if (curve) curve->name = name;
  for (int done = 0; done < steps; done += 40) {
    Descent& descent = 4 * done < 3 * steps ? fast : slow;
    train(reader, descent, parts, std::min(40, steps - done), random);
    if (!curve) continue;
    curve->x.push_back(done + 40);
    curve->y.push_back(recall(reader, few));
  }
  const double loss = reader.loss(pack(test)), remembers = recall(reader, test);
  const double share = legal_share(reader, parts, 500, judge);
  std::printf("%-6s %10zu %8d %8.1f %8.3f %8.3f %8.3f\n", name,
              values(reader.parameters()).size(), steps, rate, loss, remembers, share);
  const std::string key = (parts == 1 ? "short_" : "long_") + std::string(name);
  report.number(key + "_loss", loss, "%.3f");
  report.number(key + "_recall", 100 * remembers, "%.0f");
  report.number(key + "_legal", 100 * share, "%.0f");
  return reader;
}

inline void floors(int parts, const Options& options, const char* key, Report& report) {
  Random judge(options.seed + 2);
  const Texts test = draw_texts(1000, parts, judge);
  double letters = 0;
  for (const std::string& text : test) letters += static_cast<double>(text.size());
  const double least = least_loss(test, parts);
  const double guessing = least + 1000 * std::log(2.0) / (letters - 1000);
  std::printf("least possible: %.3f, and %.3f if one letter of each is guessed\n",
              least, guessing);
  report.number(key + std::string("_least"), least, "%.3f");
  report.number(key + std::string("_guessing"), guessing, "%.3f");
  report.number(key + std::string("_length"), letters / 1000, "%.0f");
}

inline void short_strings(const Options& options, Report& report) {
  Reader<LstmCell> lstm = [&] {
    auto section = report.section("short");
    std::printf("       parameters    steps     rate     loss   recall    legal\n");
    learn<TanhCell>("RNN", 0.1, 1, 2000, options, report);
    Reader<LstmCell> reader = learn<LstmCell>("LSTM", 0.5, 1, 800, options, report);
    learn<GruCell>("GRU", 0.5, 1, 800, options, report);
    floors(1, options, "short", report);
    return reader;
  }();
  auto section = report.section("written");
  Random random(options.seed);
  for (int i = 0; i < 6; ++i) {
    const std::string text = write(lstm, 1, random);
    std::printf("%-24s %s\n", text.c_str(), legal(text, 1) ? "legal" : "not legal");
  }
}

// How much of the slope of T's score against P's, at the letter that was kept, is left
// 20 steps before it: the mean over strings that are long enough.
template <class Cell>
double left_over(const Recurrent<Cell>& cells, const Matrix& direction,
                 const Texts& texts) {
  double sum = 0, count = 0;
  for (const std::string& text : texts) {
    if (text.size() < 24) continue;
    Batch batch = pack({text});
    batch.inputs.pop_back();
    const Run run = cells.forward(batch.inputs, zero_state(1, cells.width()));
    const std::vector<double> sizes = slope_sizes(cells, run, direction);
    sum += sizes[20] / sizes[0];
    ++count;
  }
  return sum / count;
}

template <class Cell>
void print_left_over(const char* name, Reader<Cell>& trained, const Options& options,
                     Report& report) {
  Random judge(options.seed + 3);
  const Texts texts = draw_texts(100, options.parts, judge);
  const Matrix& scores = trained.parameters()[4]->value;  // [7 × H]
  Matrix direction(1, scores.cols);
  for (std::size_t j = 0; j < scores.cols; ++j) {
    direction(0, j) = scores(letter('T'), j) - scores(letter('P'), j);
  }
  Reader<Cell> fresh = new_reader<Cell>(options);
  const double before = left_over(fresh.cells(), direction, texts);
  const double after = left_over(trained.cells(), direction, texts);
  std::printf("%-6s slope left after 20 steps: %.0e before training, %.0e after\n",
              name, before, after);
  report.number(std::string("left_before_") + name, before, "%.0e");
  report.number(std::string("left_after_") + name, after, "%.2g");
}

inline void long_strings(const Options& options, Report& report) {
  auto section = report.section("long");
  std::vector<Curve> curves(3);
  std::printf("       parameters    steps     rate     loss   recall    legal\n");
  const int parts = options.parts, steps = options.steps;
  auto rnn = learn<TanhCell>("RNN", options.rate, parts, 2 * steps, options, report,
                             &curves[0]);
  auto lstm = learn<LstmCell>("LSTM", 0.5, parts, steps, options, report, &curves[1]);
  auto gru = learn<GruCell>("GRU", 0.5, parts, steps, options, report, &curves[2]);
  floors(options.parts, options, "long", report);
  print_left_over("RNN", rnn, options, report);
  print_left_over("LSTM", lstm, options, report);
  print_left_over("GRU", gru, options, report);
  draw_long(curves).save(report.figure_path("long.svg"));
}

// An RNN at a modest rate and at a reckless one, its gradients clipped or not.
inline void clipping(const Options& options, Report& report) {
  auto section = report.section("clip");
  std::printf("rate   limit   median norm   largest norm     loss\n");
  const std::pair<double, double> cases[] = {
      {0.1, 1e300}, {0.1, 0.3}, {1.0, 1e300}, {1.0, 1.0}, {1.0, 0.3}};
  for (const auto& [rate, limit] : cases) {
    Random random(options.seed + 1);
    Reader<TanhCell> reader = new_reader<TanhCell>(options);
    Descent descent(reader.parameters(), rate);
    History h = train(reader, descent, 1, 300, random, limit);
    const double loss = mean_of_last(h.losses, 50);
    std::sort(h.norms.begin(), h.norms.end());
    char text[16] = "none";
    if (limit < 1e300) std::snprintf(text, sizeof text, "%.1f", limit);
    std::printf("%4.1f %7s %13.2f %14.1f %8.3f\n", rate, text, h.norms[150],
                h.norms.back(), loss);
  }
}

inline void chunks(const Options& options, Report& report) {
  auto section = report.section("chunks");
  std::printf("letters in a chunk   state carried     loss\n");
  const std::pair<std::size_t, bool> cases[] = {{6, false}, {24, false}, {3, true},
                                                {6, true},  {12, true},  {24, true}};
  for (const auto& [length, carry] : cases) {
    Random random(options.seed + 1);
    Reader<LstmCell> reader = new_reader<LstmCell>(options);
    Streams streams(8, 1, random);
    const auto losses = train_in_chunks(reader, streams, length, 600, carry);
    const double loss = mean_of_last(losses, 100);
    std::printf("%18zu %15s %8.3f\n", length, carry ? "yes" : "no", loss);
    report.number("chunk_" + std::to_string(length) + (carry ? "_carried" : "_reset"),
                  loss, "%.3f");
  }
  // In a stream the B that begins a string is certain, and is one letter more.
  Random judge(options.seed + 2);
  double choices = 0, letters = 0;
  const Texts test = draw_texts(1000, 1, judge);
  for (const std::string& text : test) {
    choices += static_cast<double>(text.size()) - 5;
    letters += static_cast<double>(text.size());
  }
  const double least = choices * std::log(2.0) / letters;
  const double guessing = least + 1000 * std::log(2.0) / letters;
  std::printf("least possible: %.3f, and %.3f if one letter of each is guessed\n",
              least, guessing);
  report.number("stream_least", least, "%.3f");
  report.number("stream_guessing", guessing, "%.3f");
}

}  // namespace ch07
