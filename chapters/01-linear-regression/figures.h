// The chapter's figures. Plumbing: how to draw is not what this chapter teaches.
#pragma once

#include <cairn/plot/chart.h>

#include <algorithm>
#include <cmath>
#include <string>
#include <vector>

#include "01-linear-regression/linear_model.h"
#include "common/report.h"

namespace ch01 {

using cairn::plot::Chart;
using cairn::plot::Colour;
using cairn::plot::Dash;
using cairn::plot::Grid;
using cairn::plot::SeriesStyle;

// Where a descent has been: one weight and the bias, step after step.
struct Path {
  Vector w, b;
};

struct Curve {
  std::string name;
  Vector losses;
  Colour colour = Colour::kAuto;
};

inline Vector column(const Matrix& x, std::size_t j) {
  Vector values(x.rows);
  for (std::size_t i = 0; i < x.rows; ++i) values[i] = x(i, j);
  return values;
}

inline void draw_flats(const std::string& path, const Matrix& area, const Vector& price,
                       const LinearModel& eye, const LinearModel& best, double mean) {
  const Vector ends = {20, 125};
  const auto at = [&](const LinearModel& m) {
    return Vector{m.bias + m.weights[0] * ends[0], m.bias + m.weights[0] * ends[1]};
  };
  Chart("Three ways to guess a price",
        "150 flats, price against area, rise together in a broad band. A flat line at "
        "the mean price misses both ends; a line through the smallest and the largest "
        "flat and the least-squares line both follow the band, at different slopes.")
      .x_label("area, m²")
      .y_label("price, thousand euros")
      .points(column(area, 0), price, "",
              SeriesStyle().colour(Colour::kGrey).opacity(0.7))
      .line(ends, {mean, mean}, "always the mean",
            SeriesStyle().colour(Colour::kMuted).dash(Dash::kDotted))
      .line(ends, at(eye), "by eye: smallest to largest",
            SeriesStyle().colour(Colour::kOrange).dash(Dash::kDashed))
      .line(ends, at(best), "least squares", SeriesStyle().colour(Colour::kBlue))
      .save(path);
}

// The loss of a model with one weight as a map, and the steps of a descent upon it.
inline void draw_descent(const std::string& file, const std::string& title,
                         const std::string& description, const Matrix& x,
                         const Vector& y, const Path& path, Grid grid) {
  Vector loss(grid.size());
  for (std::size_t r = 0; r < grid.rows; ++r) {
    for (std::size_t c = 0; c < grid.columns; ++c) {
      const LinearModel model{{grid.x(c)}, grid.y(r)};
      loss[r * grid.columns + c] = mean_squared_error(residuals(model, x, y));
    }
  }
  Chart(title, description)
      .x_label("weight w")
      .y_label("bias b")
      .equal_aspect()
      .size(640, 480)
      .x_limits(grid.x_low, grid.x_high)
      .y_limits(grid.y_low, grid.y_high)
      .contour(grid, loss, {0.6, 1, 2, 4, 8, 16, 32}, "loss 0.6, 1, 2, 4, …, 32",
               SeriesStyle().colour(Colour::kGrey).width(1.2))
      .line(path.w, path.b, "gradient descent",
            SeriesStyle().colour(Colour::kBlue).markers().radius(2.6).width(1.6))
      .points({path.w.front()}, {path.b.front()}, "start",
              SeriesStyle().colour(Colour::kOrange).radius(5))
      .save(file);
}

// Losses step after step, on a logarithmic axis, cut off above `highest`.
inline void draw_curves(const std::string& path, const std::string& title,
                        const std::string& description,
                        const std::vector<Curve>& curves, double lowest, double highest,
                        double floor = 0) {
  Chart chart(title, description);
  chart.x_label("step").y_label("mean squared error").log_y().y_limits(lowest, highest);
  if (floor > 0)
    chart.horizontal_line(floor, curves.size() == 1 ? "the best there is" : "");
  for (const Curve& curve : curves) {
    Vector steps(curve.losses.size());
    for (std::size_t k = 0; k < steps.size(); ++k) steps[k] = static_cast<double>(k);
    chart.line(steps, curve.losses, curve.name, SeriesStyle().colour(curve.colour));
  }
  chart.save(path);
}

inline void draw_predictions(const std::string& path, const Vector& price,
                             const Vector& predicted, double noise) {
  const auto ends = std::minmax_element(price.begin(), price.end());
  const Vector line = {*ends.first - 20, *ends.second + 20};
  Chart(
      "Prices of flats the model never saw",
      "Predicted against real price for the held-back flats. The points lie along the "
      "diagonal, most of them within a band of twice the noise.")
      .x_label("real price, thousand euros")
      .y_label("predicted")
      .band(line, {line[0] - 2 * noise, line[1] - 2 * noise},
            {line[0] + 2 * noise, line[1] + 2 * noise}, "twice the noise",
            SeriesStyle().colour(Colour::kSky))
      .line(line, line, "perfect", SeriesStyle().colour(Colour::kMuted).width(1.2))
      .points(price, predicted, "flats", SeriesStyle().colour(Colour::kBlue))
      .save(path);
}

// A column (3, 4), the axis it is to lie on, and the mirror between them.
inline void draw_reflection(const std::string& path) {
  const double v[] = {8, 4};  // (3, 4) - (-5, 0)
  Chart("A reflection that clears a column",
        "The vector (3, 4), of length 5, is reflected in a dashed mirror line through "
        "the origin and becomes (-5, 0). The arrow v, from the image to the vector, "
        "stands at right angles to the mirror.")
      .equal_aspect()
      .size(640, 380)
      .x_limits(-6, 6)
      .y_limits(-1.4, 5)
      .x_label("first entry")
      .y_label("second entry")
      .horizontal_line(0, "", Colour::kMuted, Dash::kSolid)
      .line({2.5, -2.5}, {-5, 5}, "the mirror",
            SeriesStyle().colour(Colour::kMuted).dash(Dash::kDashed))
      .arrow(0, 0, 3, 4, Colour::kBlue)
      .arrow(0, 0, -5, 0, Colour::kOrange)
      .arrow(-5, 0, -5 + v[0], v[1], Colour::kGreen)
      .annotate(3, 4, "column (3, 4)", 8, 2)
      .annotate(-5, 0, "image (-5, 0)", 6, 20)
      .annotate(-1, 2, "v = (8, 4)", -84, -10)
      .save(path);
}

}  // namespace ch01
