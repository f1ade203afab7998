// The chapter's pictures. Plumbing, not taught.
#pragma once

#include <cairn/plot/plot.h>

#include <string>
#include <utility>
#include <vector>

#include "04-multilayer-perceptron/figures.h"
#include "09-training-well/schedules.h"
#include "09-training-well/search.h"

namespace ch09 {

namespace plot = cairn::plot;
using ch04::Curve;
using ch04::smoothed;

inline plot::Chart draw_signals(const std::vector<Curve>& curves) {
  plot::Chart chart("Size of the signals in thirty layers",
                    "Mean square against layer, logarithmic. A level line for He, two "
                    "straight lines that fall, by nine and by twenty-four powers of "
                    "ten, and the curve of tanh that bends and flattens.");
  for (const Curve& c : curves) chart.line(c.x, c.y, c.name);
  return chart.log_y().x_label("layer").y_label("mean square").size(640, 400);
}

inline plot::Chart draw_deep(const std::vector<Curve>& curves) {
  return ch04::draw_curves("Twelve hidden layers",
                           "Training loss against step. Without normalisation the "
                           "curve of half He stays at 2.3 and that of He falls. "
                           "With batch normalisation both fall together.",
                           curves)
      .x_label("step")
      .y_label("training loss")
      .y_limits(0.8, 2.6)
      .size(640, 400);
}

inline plot::Chart draw_gap(const std::vector<Curve>& curves) {
  return ch04::draw_curves(
             "The gap",
             "Loss against epoch. Both training losses fall all the way. The held-back "
             "losses fall at first, then turn and rise; with wrong labels sooner and "
             "much higher.",
             curves)
      .x_label("epoch")
      .y_label("loss")
      .y_limits(0, 2)
      .size(640, 420);
}

inline plot::Chart draw_samples(const std::vector<Curve>& curves) {
  plot::Chart chart("Loss and number of samples",
                    "Loss against the number of training images, logarithmic. The "
                    "training loss rises from nothing and the test loss falls, "
                    "until both come close to each other.");
  for (const Curve& c : curves)
    chart.line(c.x, c.y, c.name, plot::SeriesStyle().markers());
  return chart.log_x()
      .x_label("training images")
      .y_label("loss")
      .y_limits(0, 1.8)
      .size(640, 400);
}

inline plot::Chart draw_schedules(
    const std::vector<std::pair<std::string, Schedule>>& all, int steps) {
  std::vector<Curve> curves;
  for (const auto& [name, schedule] : all) {
    Curve curve{name, {}, {}};
    for (int t = 0; t < steps; ++t) {
      curve.x.push_back(t);
      curve.y.push_back(schedule(t));
    }
    curves.push_back(curve);
  }
  return ch04::draw_curves("Four schedules",
                           "What the rate is multiplied by, against the step: level; "
                           "two stairs down; half a cosine; a short line up and then "
                           "half a cosine.",
                           curves)
      .x_label("step")
      .y_label("factor")
      .y_limits(0, 1.05)
      .size(640, 320);
}

inline plot::Chart draw_search(const std::vector<Curve>& points) {
  plot::Chart chart("Sixteen trials of each kind",
                    "Held-back loss against rate, logarithmic. The trials of the grid "
                    "stand on four vertical lines. Those at random are spread and "
                    "show the valley between them.");
  for (const Curve& c : points)
    chart.points(c.x, c.y, c.name, plot::SeriesStyle().radius(4));
  return chart.log_x()
      .x_label("rate")
      .y_label("held-back loss")
      .y_limits(0.6, 2.6)
      .size(640, 400);
}

inline plot::Chart draw_bugs(const std::vector<Curve>& curves) {
  return ch04::draw_curves("Four planted bugs, and the right program",
                           "Five curves of the held-back loss that all fall from about "
                           "1.7 to between 0.6 and 0.9. Nothing in their shapes says "
                           "which one is right.",
                           curves)
      .x_label("epoch")
      .y_label("held-back loss")
      .size(640, 400);
}

}  // namespace ch09
