// The chapter's pictures. Plumbing, not taught.
#pragma once

#include <cairn/plot/plot.h>

#include <string>
#include <vector>

#include "04-multilayer-perceptron/figures.h"

namespace ch13 {

namespace plot = cairn::plot;
using ch04::Curve;

// Six numbers in memory, and what three handles see of them.
inline plot::Diagram draw_views() {
  using plot::Colour;
  plot::Diagram d(
      "Three tensors, one storage",
      "A row of six boxes with the numbers 1 to 6. Above it stands x, two rows of "
      "three, strides 3 and 1. Below stand its transpose, with strides 1 and 3, and "
      "its second column, which begins at offset 1 and has strides 3 and 1. An arrow "
      "leads from each to the row of boxes.");
  const auto box = plot::ShapeStyle().size(48, 40);
  const auto handle = plot::ShapeStyle().size(200, 76).colour(Colour::kBlue);
  const auto line = plot::ShapeStyle().colour(Colour::kBlue).width(2);
  for (int i = 0; i < 6; ++i) {
    const std::string name = std::to_string(i + 1);
    d.box("n" + name, 52 * i - 130, 0, name, box);
  }
  d.box("x", 0, -110, "x [2, 3]", handle);
  d.text(0, -90, "strides 3, 1  offset 0", Colour::kMuted);
  d.box("t", -150, 110, "transpose(x) [3, 2]", handle);
  d.text(-150, 130, "strides 1, 3  offset 0", Colour::kMuted);
  d.box("c", 150, 110, "slice(x, 1, 1, 2) [2, 1]", handle);
  d.text(150, 130, "strides 3, 1  offset 1", Colour::kMuted);
  d.arrow("x", "n1", "", line).arrow("t", "n1", "", line).arrow("c", "n2", "", line);
  return d;
}

// The axes of times are fixed: another machine must draw the same ones.
inline plot::Chart draw_where(const std::vector<double>& percent) {
  plot::Chart chart("Where a step with fast products spends its time",
                    "Three bars, in percent of a step: products, transposing, and the "
                    "rest.");
  chart.bars(percent).x_categories({"products", "transposes", "the rest"});
  return chart.y_label("percent of a step").y_limits(0, 100).size(640, 320);
}

inline plot::Chart draw_memory(const Curve& ratio) {
  plot::Chart chart("What it costs to write to memory that is new each time",
                    "Time with memory from the system over time with memory from the "
                    "pool, against the size of the block. Small blocks cost the same; "
                    "from some size on, new memory costs several times as much.");
  chart.line(ratio.x, ratio.y, "", plot::SeriesStyle().markers());
  return chart.log_x()
      .horizontal_line(1, "from the pool")
      .y_limits(0, 10)
      .x_label("megabytes")
      .y_label("times the pool's time")
      .size(640, 360);
}

inline plot::Chart draw_threads(const Curve& gain) {
  plot::Chart chart("How many times as fast with all threads",
                    "The gain against the size of a square product. Small products "
                    "stay at one, large ones come near the number of threads.");
  chart.line(gain.x, gain.y, "", plot::SeriesStyle().markers());
  return chart.horizontal_line(1, "one thread")
      .y_limits(0, 4)
      .x_label("rows and columns")
      .y_label("times as fast")
      .size(640, 360);
}

inline plot::Chart draw_learning(const std::vector<Curve>& curves) {
  return ch04::draw_curves("Twenty lines of program",
                           "A training loss that falls from 2.3, steeply at first.",
                           curves)
      .x_label("step")
      .y_label("training loss")
      .y_limits(0, 2.4)
      .size(640, 360);
}

inline plot::Chart draw_bugs(const std::vector<Curve>& curves) {
  return ch04::draw_curves("The right program and five planted faults",
                           "Six training curves that all fall from above 2. The one "
                           "without an offset falls lowest, the one in place stays "
                           "highest, and the other four lie close together.",
                           curves)
      .x_label("step")
      .y_label("training loss")
      .size(640, 420);
}

}  // namespace ch13
