// The chapter's pictures. Plumbing, not taught.
#pragma once

#include <cairn/plot/plot.h>

#include <string>
#include <utility>
#include <vector>

#include "04-multilayer-perceptron/figures.h"
#include "08-optimizers/valleys.h"

namespace ch08 {

namespace plot = cairn::plot;
using ch04::Curve;

struct Path {
  std::string name;
  std::vector<Vector> points;
};

// Level lines of a function of two numbers, and paths over them.
inline plot::Chart draw_paths(std::string title, std::string alt, const Function& f,
                              plot::Grid grid, const Vector& levels,
                              const std::vector<Path>& paths, bool markers) {
  plot::Chart chart(std::move(title), std::move(alt));
  Vector values(grid.size());
  for (std::size_t i = 0; i < grid.size(); ++i) {
    values[i] = f({grid.x(i % grid.columns), grid.y(i / grid.columns)}, nullptr);
  }
  chart.contour(grid, values, levels, "",
                plot::SeriesStyle().colour(plot::Colour::kGrey).width(1));
  for (const Path& path : paths) {
    Vector x, y;
    for (const Vector& w : path.points) {
      x.push_back(w[0]);
      y.push_back(w[1]);
    }
    chart.line(x, y, path.name,
               plot::SeriesStyle().markers(markers).radius(2.2).width(1.5));
  }
  return chart.x_limits(grid.x_low, grid.x_high).y_limits(grid.y_low, grid.y_high);
}

inline plot::Chart draw_valley(const std::vector<Path>& paths) {
  return draw_paths("Forty steps in a long valley",
                    "Level lines of a long level valley. One path jumps from wall to "
                    "wall and creeps along; the other swings in wide curves and "
                    "reaches the lowest point.",
                    valley(1, 40), {-11, 3, -2.2, 2.2, 280, 120},
                    {0.5, 2, 8, 20, 40, 80}, paths, true)
      .x_label("flat direction")
      .y_label("steep direction")
      .size(640, 360);
}

inline plot::Chart draw_rosenbrock(const std::vector<Path>& paths) {
  return draw_paths("Rosenbrock's valley",
                    "Level lines of a valley bent like a parabola. All paths begin at "
                    "the left and follow its floor to the right.",
                    rosenbrock, {-1.6, 1.4, -1.2, 2.2, 200, 200},
                    {0.3, 1, 3, 10, 30, 100, 300}, paths, false)
      .x_label("x")
      .y_label("y")
      .size(640, 480);
}

inline plot::Chart draw_condition(const std::vector<Curve>& curves) {
  plot::Chart chart(
      "Steps down a valley",
      "Steps against the condition number, both logarithmic. Plain descent rises along "
      "a "
      "line of slope one, momentum along one of slope one half. Adam stays level in "
      "the "
      "straight valley. In the turned one it rises, less than descent, and stays far "
      "above momentum.");
  for (const Curve& c : curves) {
    chart.line(c.x, c.y, c.name, plot::SeriesStyle().markers());
  }
  return chart.log_x()
      .log_y()
      .x_label("condition number")
      .y_label("steps")
      .size(640, 420);
}

inline plot::Chart draw_rates(const std::vector<Curve>& curves) {
  plot::Chart chart(
      "Loss after two epochs, for every rate",
      "Six curves in the shape of valleys, loss against rate. Their lowest points lie "
      "close together in height and a hundred times apart in rate.");
  for (const Curve& c : curves) {
    chart.line(c.x, c.y, c.name, plot::SeriesStyle().markers());
  }
  return chart.log_x()
      .y_limits(0.5, 2.7)
      .x_label("rate")
      .y_label("held-back loss")
      .size(640, 420);
}

inline plot::Chart draw_learning(const std::vector<Curve>& curves) {
  return ch04::draw_curves(
             "Six optimizers, each at its best rate",
             "Six training curves that fall from 2.3. Plain descent is the slowest by "
             "a little; the others are hard to tell apart.",
             curves)
      .x_label("step")
      .y_label("training loss")
      .y_limits(0, 2.4)
      .size(640, 420);
}

inline plot::Chart draw_bugs(const std::vector<Curve>& curves) {
  return ch04::draw_curves("AdamW and six planted bugs",
                           "Seven training curves that all fall from above 1. Nothing "
                           "in their shapes says which one is right.",
                           curves)
      .x_label("step")
      .y_label("training loss")
      .size(640, 420);
}

}  // namespace ch08
