// A closer look: what normalised weights do, what rounding does, and what layers cost.
#pragma once

#include <algorithm>
#include <cmath>
#include <cstdio>
#include <string>

#include "08-optimizers/momentum.h"
#include "09-training-well/deep.h"
#include "09-training-well/depths.h"
#include "09-training-well/rounding.h"
#include "09-training-well/signals.h"
#include "common/report.h"

namespace ch09 {

// Weights in front of a batch normalisation only ever grow under plain descent.
inline void growing_weights(const Options& options, const Sets& sets, Report& report) {
  auto section = report.section("growing");
  Random random(options.seed);
  Network network = shallow(kPixels, 16, Norm::kBatch, 0, random);
  Parameter& weights = *network.parameters()[0];
  const double rate = 0.5, start = square_length(weights.value);
  ch08::Descent optimizer(ch08::slots(network), rate);
  const Samples train = part(sets.train, 0, 640);
  double predicted = start;
  std::printf("step    length of w    predicted    a step turns it by\n");
  for (int step = 0; step <= 200; ++step) {
    const std::size_t at = static_cast<std::size_t>(step % 20) * 32;
    ch04::loss_and_gradients(network, part(train, at, 32));
    const double length = std::sqrt(square_length(weights.value));
    const double move = rate * std::sqrt(square_length(weights.gradient));
    if (step == 1 || step == 20 || step == 200)
      std::printf("%4d %14.4f %12.4f %21.4f\n", step, length, std::sqrt(predicted),
                  move / length);
    predicted += move * move;
    optimizer.step();
  }
}

inline void rounding(Report& report) {
  auto section = report.section("rounding");
  std::printf("mean        one pass: double     float    two passes: float\n");
  for (double mean : {0.0, 100.0, 3000.0, 1e5}) {
    Vector x;
    for (int i = 0; i < 64; ++i) x.push_back(mean + (i % 2 == 0 ? 1 : -1));
    std::printf("%-8g %19.4f %10.2f %17.4f\n", mean, one_pass_variance<double>(x),
                static_cast<double>(one_pass_variance<float>(x)),
                static_cast<double>(two_pass_variance<float>(x)));
  }
}

inline void costs(Report& report) {
  auto section = report.section("time_layers");
  Random random(3);
  const Matrix x = ch04::normal(128, 64, 1, random);
  const auto time = [&](const char* name, ch04::Layer& layer) {
    double best = 1e9;
    for (int i = 0; i < 5; ++i) {
      const double start = seconds();
      for (int k = 0; k < 4; ++k) {
        const Matrix y = layer.forward(x);
        layer.accumulate(y);
        layer.backward(y);
      }
      best = std::min(best, (seconds() - start) / 4);
    }
    std::printf("%-12s %6.2f ms\n", name, 1e3 * best);
    report.number(std::string("time_") + name, 1e3 * best, "%.2f");
  };
  Dense dense(ch04::he(128, 128, random));
  BatchNorm batch(128);
  LayerNorm layer(128);
  Dropout dropout(0.5, 1);
  time("dense", dense);
  time("batch", batch);
  time("layer", layer);
  time("dropout", dropout);
}

}  // namespace ch09
