// The planted bugs on trial, and what a step costs.
#pragma once

#include <algorithm>
#include <cmath>
#include <cstdio>
#include <string>
#include <vector>

#include "07-recurrent-networks/broken.h"
#include "07-recurrent-networks/costs.h"
#include "07-recurrent-networks/studies.h"

namespace ch07 {

// ---- break it

// Check 1: one step, from a state of zeros. Check 2: strings of several lengths.
template <class Cell, template <class> class Layer>
double verdict(bool lazy) {
  Random random(9);
  Reader<Cell, Layer> reader(5, random);
  shake(reader.parameters(), random);
  const Texts texts =
      lazy ? Texts{"BT", "BP", "BT"}
           : Texts{embedded(1, random), embedded(1, random), embedded(2, random)};
  return check_reader(reader, pack(texts)).worst_relative_error;
}

template <class Cell, template <class> class Layer = Recurrent>
Curve try_out(const char* name, const Options& options, bool keeps = false,
              bool counts = false) {
  Random weights(options.seed), random(options.seed + 1), judge(options.seed + 2);
  Suspect<Cell, Layer> suspect(static_cast<std::size_t>(options.width), keeps, counts,
                               weights);
  start_by_remembering<Cell>(suspect.model().cells());
  Descent descent(suspect.model().parameters(), 0.5);
  std::vector<double> losses;
  for (int s = 0; s < 600; ++s) {
    losses.push_back(suspect.learn(draw_texts(8, 1, random)));
    clip(suspect.model().parameters(), 1);
    descent.step();
  }
  Suspect<Cell, Layer> fresh(5, keeps, counts, weights);
  shake(fresh.model().parameters(), weights);
  const double alone = against_alone(fresh, {"BTBPVVETE", "BPBTXSEPE", "BTBTSXXVVETE"});
  std::printf("%-16s %8.3f %8.3f %8.3f %9.0e %9.0e %9.0e\n", name,
              mean_of_last(losses, 40),
              recall(suspect.model(), draw_texts(500, 1, judge)),
              legal_share(suspect.model(), 1, 500, judge), verdict<Cell, Layer>(true),
              verdict<Cell, Layer>(false), alone);
  return ch04::smoothed(name, losses, 20);
}

inline void break_it(const Options& options, Report& report) {
  auto section = report.section("broken");
  std::printf(
      "                     loss   recall    legal   check 1   check 2     alone\n");
  const std::vector<Curve> curves = {
      try_out<LstmCell>("right", options),
      try_out<LstmCell, ReplacingLayer>("= for +=", options),
      try_out<LostCell>("lost c", options),
      try_out<LstmCell, LateLayer>("late h", options),
      try_out<LstmCell>("state kept", options, true),
      try_out<LstmCell>("padding counts", options, false, true)};
  draw_bugs(curves).save(report.figure_path("broken.svg"));
}

// ---- look closer

template <class Run>
double best_time(Run run) {
  double best = 1e9;
  for (int i = 0; i < 7; ++i) {
    const double start = seconds();
    run();
    best = std::min(best, seconds() - start);
  }
  return best;
}

template <class Cell>
void cost_of(const char* name, const Batch& batch, Report& report) {
  Random random(1);
  Reader<Cell> reader(32, random);
  const Run run = reader.cells().forward(batch.inputs, reader.begin(batch.count()));
  std::printf("%-6s %15zu %14zu\n", name, multiplications<Cell>(7, 32), kept(run[0]));
  const double letters =
      static_cast<double>(batch.inputs.size()) * static_cast<double>(batch.count());
  const double forward = best_time([&] { reader.loss(batch); });
  const double both = best_time([&] { reader.add_gradients(batch); });
  report.number(std::string("time_forward_") + name, 1e6 * forward / letters, "%.1f");
  report.number(std::string("time_both_") + name, 1e6 * both / letters, "%.1f");
}

inline void costs(Report& report) {
  {
    auto section = report.section("costs");
    Random random(3);
    const Batch batch = pack(draw_texts(16, 3, random));
    std::printf("       multiplications   numbers kept   (a letter, H = 32)\n");
    cost_of<TanhCell>("RNN", batch, report);
    cost_of<LstmCell>("LSTM", batch, report);
    cost_of<GruCell>("GRU", batch, report);
  }
  Random random(4);
  const Matrix w = noise(60, 480, random);  // the Wxᵀ of an LSTM: d = 60, H = 120
  Sequence xs;
  for (int t = 0; t < 200; ++t) xs.push_back(noise(1, 60, random));
  const double by_step = best_time([&] {
    for (const Matrix& x : xs) ch01::multiply(x, w);
  });
  const double at_once = best_time([&] { ch01::multiply(stack(xs), w); });
  report.number("time_steps", 1e3 * by_step, "%.1f");
  report.number("time_at_once", 1e3 * at_once, "%.1f");
}

}  // namespace ch07
