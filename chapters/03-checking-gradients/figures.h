// The figures of chapter 3. Plumbing, not taught.
#pragma once

#include <cairn/plot/plot.h>

#include <algorithm>
#include <cmath>
#include <string>
#include <vector>

#include "03-checking-gradients/data.h"
#include "03-checking-gradients/step_sizes.h"

namespace ch03 {

namespace plot = cairn::plot;
using plot::Colour;
using plot::Dash;
using plot::SeriesStyle;
using Values = std::vector<double>;

inline SeriesStyle styled(Colour colour, Dash dash = Dash::kSolid) {
  return SeriesStyle().colour(colour).dash(dash);
}

// x^3 about x = 2, with its tangent and the secants of a step of 0.5.
inline void draw_secants(const std::string& path) {
  const double x = 2, h = 0.5;
  const auto cube = [](double v) { return v * v * v; };
  Values xs, ys;
  for (double v = 1.3; v <= 2.7; v += 0.01) xs.push_back(v), ys.push_back(cube(v));
  plot::Chart chart(
      "Two difference quotients of x³ at 2",
      "The curve x cubed near x = 2 with its tangent of slope 12. The "
      "secant from 2 to 2.5 is clearly steeper than the tangent; the secant "
      "from 1.5 to 2.5 is almost parallel to it.");
  chart.x_label("x").y_label("x³");
  const auto straight = [&](double slope, double at, double value, double from,
                            double to, const char* name, SeriesStyle style) {
    chart.line({from, to}, {value + slope * (from - at), value + slope * (to - at)},
               name, style);
  };
  chart.line(xs, ys, "x³", styled(Colour::kInk).width(2.6));
  straight(12, x, 8, 1.45, 2.65, "tangent, slope 12",
           styled(Colour::kGrey, Dash::kDotted));
  straight((cube(x + h) - 8) / h, x, 8, 1.8, 2.65, "forward, slope 15.25",
           styled(Colour::kOrange));
  straight((cube(x + h) - cube(x - h)) / (2 * h), x - h, cube(x - h), 1.4, 2.6,
           "central, slope 12.25", styled(Colour::kBlue));
  chart.points({x - h, x, x + h}, {cube(x - h), 8, cube(x + h)}, "",
               SeriesStyle().colour(Colour::kInk).radius(4));
  chart.x_limits(1.3, 2.7).y_limits(0, 18).save(path);
}

inline void draw_step_sizes(const Curve& forward, const Curve& central,
                            const Curve& single, const std::string& path) {
  plot::Chart(
      "Error of a difference quotient against its step",
      "Three V-shaped curves on logarithmic axes. In double the forward quotient "
      "falls with slope 1 to about 1e-8 at a step of 1e-8, the central one with "
      "slope 2 to about 1e-11 at a step near 1e-5; in float the central one only "
      "reaches about 1e-5. Left of its lowest point each rises again with slope "
      "-1.")
      .x_label("step h")
      .y_label("relative error")
      .log_x()
      .log_y()
      .line(forward.steps, forward.errors, "forward, double", styled(Colour::kOrange))
      .line(central.steps, central.errors, "central, double", styled(Colour::kBlue))
      .line(single.steps, single.errors, "central, float",
            styled(Colour::kGreen, Dash::kDashed))
      .y_limits(1e-12, 10)
      .save(path);
}

inline void draw_gaps(const Values& steps, const Values& curved, const Values& kinked,
                      const Values& near, const std::string& path) {
  plot::Chart(
      "Gap between the slopes to the right and to the left",
      "On logarithmic axes, the gap of the smooth softplus falls in proportion to "
      "the step. The gap of the ReLU on its kink stays at 1; the gap of a ReLU a "
      "millionth beside its kink is 1 for large steps and vanishes when the step "
      "is too short to reach the kink.")
      .x_label("step h")
      .y_label("gap")
      .log_x()
      .log_y()
      .line(steps, kinked, "ReLU at 0", styled(Colour::kOrange))
      .line(steps, near, "ReLU at 10⁻⁶", styled(Colour::kPurple, Dash::kDashed))
      .line(steps, curved, "softplus at 0", styled(Colour::kBlue))
      .y_limits(1e-8, 10)
      .save(path);
}

struct NamedCurve {
  std::string name;
  Values values;
  Colour colour = Colour::kAuto;
  Dash dash = Dash::kSolid;
};

// Curves with one value at every `spacing` steps or epochs, from 0 on.
inline void draw_training(const std::string& title, const std::string& description,
                          const std::string& x_label, const std::string& y_label,
                          const std::vector<NamedCurve>& curves, double spacing,
                          bool log_y, const std::string& path) {
  plot::Chart chart(title, description);
  chart.x_label(x_label).y_label(y_label);
  if (log_y) chart.log_y();
  for (const NamedCurve& curve : curves) {
    Values x;
    for (std::size_t i = 0; i < curve.values.size(); ++i) {
      x.push_back(static_cast<double>(i) * spacing);
    }
    chart.line(x, curve.values, curve.name, styled(curve.colour, curve.dash));
  }
  chart.save(path);
}

// How much the outputs of each convolution depend on each pixel: [3][side][side].
inline void draw_influence(const Values& published, const Values& mended,
                           std::size_t side, const std::string& path) {
  plot::ImageGrid grid(
      "How much the outputs depend on each pixel",
      "Two rows of three maps, one a colour plane. In the upper row, the "
      "published convolution, only the three columns at the left edge of "
      "each plane have any colour. In the lower row, the mended one, the "
      "whole plane has.",
      side, side);
  grid.columns(3).row_names({"published", "mended"}).diverging().pixel_size(12);
  for (const Values* all : {&published, &mended}) {
    grid.add(all->data(), "red");
    grid.add(all->data() + side * side, "green");
    grid.add(all->data() + 2 * side * side, "blue");
  }
  grid.save(path);
}

// Three images of each direction, in grey: the mean of their colours.
inline void draw_examples(const std::vector<ColourImage>& images,
                          const std::string& path) {
  const Table& first = images.front().pixels[0];
  plot::ImageGrid grid(
      "The four directions",
      "Twelve small noisy images, three of each class. Each holds one "
      "bright bar of five pixels at some place: lying, standing, falling "
      "or rising.",
      first.size(), first[0].size());
  grid.columns(3).row_names({"lies", "stands", "falls", "rises"}).pixel_size(9);
  for (int label = 0; label < 4; ++label) {
    int shown = 0;
    for (const ColourImage& image : images) {
      if (image.label != label || shown == 3) continue;
      Values grey;
      for (std::size_t i = 0; i < first.size(); ++i) {
        for (std::size_t j = 0; j < first[i].size(); ++j) {
          grey.push_back(
              (image.pixels[0][i][j] + image.pixels[1][i][j] + image.pixels[2][i][j]) /
              3);
        }
      }
      grid.add(grey.data());
      ++shown;
    }
  }
  grid.save(path);
}

}  // namespace ch03
