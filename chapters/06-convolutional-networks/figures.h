// The chapter's pictures. Plumbing, not taught.
#pragma once

#include <cairn/plot/plot.h>

#include <algorithm>
#include <string>
#include <utility>
#include <vector>

#include "04-multilayer-perceptron/figures.h"
#include "06-convolutional-networks/hand.h"

namespace ch06 {

namespace plot = cairn::plot;
using ch04::Curve;

inline std::string short_number(double v) {
  const int whole = static_cast<int>(v);
  return v < 0 ? "−" + std::to_string(-whole) : std::to_string(whole);
}

// A square of numbers with its name above it.
inline void draw_square(plot::Diagram& d, const std::string& name, double x, double y,
                        std::size_t side, const std::vector<double>& values,
                        plot::Colour colour) {
  const double cell = 40, half = cell * static_cast<double>(side) / 2;
  d.matrix(name, x, y, side, side, "",
           plot::ShapeStyle().size(2 * half, 2 * half).colour(colour));
  for (std::size_t i = 0; i < side; ++i)
    for (std::size_t j = 0; j < side; ++j)
      d.text(x - half + cell * (static_cast<double>(j) + 0.5),
             y - half + cell * (static_cast<double>(i) + 0.5),
             short_number(values[i * side + j]));
  d.text(x, y - half - 18, name);
}

// The worked example: forward on the left, what comes back on the right.
inline plot::Diagram draw_hand() {
  using plot::Colour;
  plot::Diagram d(
      "A filter of 2 × 2 on an image of 3 × 3, and back",
      "Above, a square of nine numbers, a filter of four numbers and the four "
      "responses "
      "1, 8, 1, 0. Below, the four gradients 2, 0, -1, 3 that arrive at the responses, "
      "the four gradients 5, 12, 1, 4 of the filter and the nine of the pixels.");
  const Hand hand;
  Conv2d layer = hand.layer();
  Matrix dy;
  const Matrix y = layer.forward(hand.image);
  half_square(y, hand.wanted, &dy);
  layer.accumulate(dy);
  const Matrix dx = layer.backward(dy);
  draw_square(d, "x", 0, 0, 3, hand.image.values, Colour::kBlue);
  draw_square(d, "w", 190, 0, 2, hand.filter.values, Colour::kGreen);
  draw_square(d, "y", 380, 0, 2, y.values, Colour::kBlue);
  draw_square(d, "∂L/∂y", 380, 190, 2, dy.values, Colour::kOrange);
  draw_square(d, "∂L/∂w", 190, 190, 2, layer.parameters()[0]->gradient.values,
              Colour::kOrange);
  draw_square(d, "∂L/∂x", 0, 190, 3, dx.values, Colour::kOrange);
  d.text(95, 0, "∗").text(285, 0, "=");
  return d;
}

// The network as boxes with the shapes between them.
inline plot::Diagram draw_lenet() {
  using plot::Colour;
  plot::Diagram d(
      "The network of this chapter",
      "A row of boxes: image 1 by 28 by 28, convolution 5 by 5, pooling, "
      "convolution 3 by 3, pooling, dense, softmax. The shapes between them "
      "grow deeper and smaller: 6 by 24 by 24, 6 by 12 by 12, 12 by 10 by "
      "10, 12 by 5 by 5, 10.");
  const auto layer = plot::ShapeStyle().size(104, 50).colour(Colour::kBlue);
  const auto pool = plot::ShapeStyle().size(76, 50).colour(Colour::kGreen);
  const auto line = plot::ShapeStyle().colour(Colour::kBlue).width(2);
  d.box("x", 0, 0, "image", plot::ShapeStyle().size(58, 40));
  d.box("c1", 125, 0, "6 filters 5×5\nReLU", layer).box("p1", 250, 0, "max 2×2", pool);
  d.box("c2", 375, 0, "12 filters 3×3\nReLU", layer).box("p2", 500, 0, "max 2×2", pool);
  d.box("f", 600, 0, "dense", plot::ShapeStyle().size(60, 50).colour(Colour::kBlue));
  const char* row[] = {"x", "c1", "p1", "c2", "p2", "f"};
  for (std::size_t i = 0; i + 1 < 6; ++i) d.arrow(row[i], row[i + 1], "", line);
  const std::pair<double, const char*> shapes[] = {{0, "1×28×28"},   {125, "6×24×24"},
                                                   {250, "6×12×12"}, {375, "12×10×10"},
                                                   {500, "12×5×5"},  {600, "10"}};
  for (const auto& [x, shape] : shapes) d.text(x, 46, shape, Colour::kMuted);
  return d;
}

// One digit moved step by step, with what the network says of each.
inline plot::ImageGrid draw_moved(const std::vector<Matrix>& images,
                                  const std::vector<int>& guesses, int label) {
  plot::ImageGrid grid("One digit, moved to the right",
                       "A handwritten digit, drawn seven times, each time one pixel "
                       "further to the right, with what the network takes it for.",
                       28, 28);
  for (std::size_t i = 0; i < images.size(); ++i) {
    grid.add(images[i].values.data(), std::to_string(guesses[i]),
             guesses[i] == label ? plot::Colour::kAuto : plot::Colour::kRed);
  }
  grid.columns(images.size());
  return grid;
}

inline plot::Chart draw_shifts(const std::vector<Curve>& curves) {
  plot::Chart chart(
      "Right answers on digits that are moved",
      "Accuracy against the number of pixels moved. Two dense networks "
      "fall steeply, and the one with filters and a dense end starts "
      "highest and falls later. The one that keeps only the largest value "
      "of each map hardly falls, nor does a dense network that was taught "
      "with moved digits.");
  for (const Curve& c : curves)
    chart.line(c.x, c.y, c.name, plot::SeriesStyle().markers());
  chart.x_label("pixels moved to the left or right").y_label("share of right answers");
  return chart.y_limits(0, 1);
}

inline plot::Chart draw_bugs(const std::vector<Curve>& curves) {
  return ch04::draw_curves("The right program and five planted bugs",
                           "Six training curves that fall from above 2. Five of them "
                           "lie close together "
                           "and end around 0.6, and one falls more slowly and ends "
                           "above 1. Nothing in "
                           "their shapes says which one is right.",
                           curves)
      .x_label("step")
      .y_label("training loss");
}

// A small square of weights, every weight a block of pixels, in a 24 × 24 picture.
inline std::vector<double> enlarged(const double* weights, std::size_t side) {
  const std::size_t block = 24 / side, margin = (24 - block * side) / 2;
  std::vector<double> picture(24 * 24);
  for (std::size_t i = 0; i < block * side; ++i)
    for (std::size_t j = 0; j < block * side; ++j)
      picture[(i + margin) * 24 + j + margin] = weights[i / block * side + j / block];
  return picture;
}

// First row: the filters. Then a row of maps for each image.
inline plot::ImageGrid draw_filters(const Matrix& filters,
                                    const std::vector<Matrix>& maps) {
  plot::ImageGrid grid(
      "What the first layer has learned",
      "Six filters of five by five weights, each with a blue and an orange side, and "
      "below them the six maps that they make of a digit: outlines of the digit, each "
      "from another side. In the last row the digit is moved, and so are the maps.",
      24, 24);
  for (std::size_t o = 0; o < filters.rows; ++o) {
    grid.add(enlarged(&filters.values[o * filters.cols], 5).data());
  }
  for (const Matrix& m : maps)
    for (std::size_t o = 0; o < filters.rows; ++o) grid.add(&m.values[o * 24 * 24]);
  grid.diverging().columns(filters.rows);
  grid.row_names({"filter", "map", "moved"});
  return grid;
}

}  // namespace ch06
