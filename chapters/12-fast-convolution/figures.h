// The chapter's pictures. Plumbing, not taught.
#pragma once

#include <cairn/plot/plot.h>

#include <algorithm>
#include <cmath>
#include <string>
#include <vector>

#include "04-multilayer-perceptron/figures.h"
#include "12-fast-convolution/hand.h"

namespace ch12 {

namespace plot = cairn::plot;

struct Bar {
  std::string name;
  double height;  // in percent of the peak
};

// The first bars of the plot that grows through the chapter.
inline plot::Chart draw_steps(const std::vector<Bar>& bars, std::size_t count) {
  plot::Chart chart("How far from the limit",
                    "Bars of speed in percent of the machine's peak. Chapter 6's loops "
                    "are hardly seen, products of matrices come to about half, tiles "
                    "in registers further, and Winograd's two bars stand highest, "
                    "the last of them above the peak.");
  plot::Chart::Names names;
  plot::Chart::Values heights;
  for (std::size_t k = 0; k < bars.size(); ++k) {
    names.push_back(k < count ? bars[k].name : "");
    heights.push_back(k < count ? std::min(bars[k].height, 199.0) : 0);
  }
  chart.x_categories(names).y_label("% of peak, by the definition's operations");
  return chart.bars(heights).horizontal_line(100, "peak").y_limits(0, 200);
}

// Chapter 6's example: four shifted pictures, each times one weight.
inline plot::Diagram draw_shifted() {
  plot::Diagram d("A convolution as a sum of shifted pictures",
                  "A picture of three by three numbers, four times, each time with "
                  "another two by two part of it framed. The four parts, times 1, -1, "
                  "0 and 2, add up to the response 1, 8, 1, 0.");
  const ch06::Hand hand;
  const double cell = 34;
  const auto number = [](double v) {
    const int whole = static_cast<int>(v);
    return v < 0 ? "−" + std::to_string(-whole) : std::to_string(whole);
  };
  const auto square = [&](const std::string& name, double x, double y, std::size_t side,
                          const std::vector<double>& values, plot::Colour colour) {
    const double size = cell * static_cast<double>(side);
    d.matrix(name, x, y, side, side, "",
             plot::ShapeStyle().size(size, size).colour(colour));
    for (std::size_t k = 0; k < side * side; ++k)
      d.text(x - size / 2 + cell * (static_cast<double>(k % side) + 0.5),
             y - size / 2 + cell * (static_cast<double>(k / side) + 0.5),
             number(values[k]));
  };
  for (std::size_t tap = 0; tap < 4; ++tap) {
    const std::size_t p = tap / 2, q = tap % 2;
    const double x = 150 * static_cast<double>(tap);
    square("x" + std::to_string(tap), x, 0, 3, hand.image.values, plot::Colour::kInk);
    const std::string frame = "f" + std::to_string(tap);
    d.box(frame, x + cell * (static_cast<double>(q) - 0.5),
          cell * (static_cast<double>(p) - 0.5), "",
          plot::ShapeStyle()
              .size(2 * cell, 2 * cell)
              .colour(plot::Colour::kBlue)
              .width(3));
    const double weight = hand.filter.values[tap];
    d.text(x, 74, number(weight) + " times this is", plot::Colour::kMuted);
    square("p" + std::to_string(tap), x, 130, 2, one_tap(hand, p, q).values,
           plot::Colour::kBlue);
    d.text(x + 75, 130, tap < 3 ? "+" : "=");
  }
  square("y", 600, 130, 2, {1, 8, 1, 0}, plot::Colour::kGreen);
  d.text(600, 74, "the response", plot::Colour::kMuted);
  return d;
}

// Which taps reach which pixels, for a window of three and a stride of two.
inline plot::Diagram draw_phases() {
  plot::Diagram d(
      "Two phases of a stride",
      "A row of eight framed pixels and three places of a window of three "
      "that moves by two. Even pixels are reached by the first and the last "
      "tap, odd ones by the middle tap only.");
  const double cell = 66;
  const auto style = [](bool even) {
    return plot::ShapeStyle().size(40, 30).colour(even ? plot::Colour::kBlue
                                                       : plot::Colour::kOrange);
  };
  for (std::size_t u = 0; u < 8; ++u)
    d.box("u" + std::to_string(u), cell * static_cast<double>(u), 120,
          "u=" + std::to_string(u), style(u % 2 == 0));
  for (std::size_t i = 0; i < 3; ++i) {
    const std::string name = "d" + std::to_string(i);
    d.box(name, cell * (2 * static_cast<double>(i) + 1), 0, "δ_" + std::to_string(i),
          plot::ShapeStyle().size(40, 30).colour(plot::Colour::kGreen));
    for (std::size_t p = 0; p < 3; ++p) {
      const auto colour = p % 2 == 0 ? plot::Colour::kBlue : plot::Colour::kOrange;
      d.arrow(name, "u" + std::to_string(2 * i + p), "w_" + std::to_string(p),
              plot::ShapeStyle().colour(colour));
    }
  }
  return d;
}

struct RoofPoint {
  std::string name;
  double place, height;  // intensity over the ridge's, and speed over the peak
};

inline plot::Chart draw_roofline(const std::vector<RoofPoint>& points) {
  plot::Chart chart(
      "The roof over every loop",
      "Speed as a share of the peak against operations for each byte. The "
      "roof rises along a slope and is level from the ridge on. The large "
      "depthwise convolution lies under the slope, the small one above "
      "it, and the two dense ones under the level part.");
  chart.line({0.03, 1, 30}, {0.03, 1, 1}, "roof");
  for (const RoofPoint& p : points)
    chart.points({p.place}, {p.height}, p.name, plot::SeriesStyle().radius(5));
  chart.log_x().log_y().x_limits(0.03, 30).y_limits(0.01, 2);
  return chart.x_label("operations for a byte, as a share of the ridge's")
      .y_label("share of the peak");
}

// Errors of the methods, in units of those of direct sums.
inline plot::Chart draw_errors(const std::vector<Bar>& bars) {
  plot::Chart chart(
      "What a method does to the last digits",
      "Bars of error in float, as a multiple of the error of direct sums, "
      "on a logarithmic axis: below 1 for F(2×2), 2 to 5 for F(4×4) with "
      "good points, and up to tens of thousands for bad ones.");
  plot::Chart::Names names;
  plot::Chart::Values heights;
  for (const Bar& b : bars) names.push_back(b.name), heights.push_back(b.height);
  chart.x_categories(names).y_label("error, as a multiple of direct sums'");
  return chart.bars(heights).log_y().horizontal_line(1, "direct").y_limits(0.1, 1e5);
}

inline plot::Chart draw_bugs(const std::vector<ch04::Curve>& curves) {
  return ch04::draw_curves(
             "The right program and five planted bugs",
             "Six training curves that fall from above 2 and end between "
             "0.8 and 1. Nothing in their shapes says which one is right.",
             curves)
      .x_label("step")
      .y_label("training loss");
}

}  // namespace ch12
