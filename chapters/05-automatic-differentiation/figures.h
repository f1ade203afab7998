// The chapter's pictures. Plumbing, not taught.
#pragma once

#include <cairn/plot/plot.h>

#include <algorithm>
#include <string>
#include <utility>
#include <vector>

#include "04-multilayer-perceptron/figures.h"
#include "05-automatic-differentiation/ball.h"

namespace ch05 {

namespace plot = cairn::plot;
using ch04::Curve;

// The worked example: values on the way up, gradients on the way down.
inline plot::Diagram draw_hand() {
  using plot::Colour;
  plot::Diagram d(
      "The graph of c = ab, d = c + a, L = cd",
      "Five circles. Blue arrows lead from a and b to c, from c and a to d, and from c "
      "and d to L. Beside each circle stands its value in blue and its gradient in "
      "orange: L 24 and 1, d -4 and -6, c -6 and -10, a 2 and 24, b -3 and -20.");
  const auto up = plot::ShapeStyle().colour(Colour::kBlue).width(2);
  const auto size = plot::ShapeStyle().size(44, 44);
  d.circle("a", 0, -80, "a", size).circle("b", 0, 80, "b", size);
  d.circle("c", 180, 80, "c", size).circle("d", 360, -80, "d", size);
  d.circle("L", 540, 0, "L", size);
  d.arrow("a", "c", "×", up).arrow("b", "c", "×", up);
  d.arrow("a", "d", "+", up).arrow("c", "d", "+", up);
  d.arrow("c", "L", "×", up).arrow("d", "L", "×", up);
  const auto note = [&](double x, double y, const char* value, const char* gradient) {
    d.text(x, y, value, Colour::kBlue);
    d.text(x, y + 20, gradient, Colour::kOrange);
  };
  note(0, -146, "2", "−6 + 30 = 24");
  note(0, 122, "−3", "−20");
  note(180, 122, "−6", "−4 − 6 = −10");
  note(360, -146, "−4", "−6");
  note(600, -10, "24", "1");
  return d;
}

// The network that is no list.
inline plot::Diagram draw_knot() {
  using plot::Colour;
  plot::Diagram d(
      "One layer, used twice, with a way past it",
      "A row of boxes: x, dense and ReLU, a tanh layer, a sum, the same tanh layer "
      "again, a sum, dense, loss. Curved arrows lead from before each tanh layer past "
      "it to the sum. A box with the weights W and b below has arrows to both tanh "
      "layers.");
  const auto size = plot::ShapeStyle().size(92, 42);
  const auto shared = plot::ShapeStyle().size(92, 42).colour(Colour::kOrange);
  const auto line = plot::ShapeStyle().colour(Colour::kBlue).width(2);
  const auto past = plot::ShapeStyle().colour(Colour::kBlue).width(2).bend(52);
  const auto weight = plot::ShapeStyle().colour(Colour::kOrange).width(2);
  d.box("x", 0, 0, "x", plot::ShapeStyle().size(36, 36));
  d.box("in", 110, 0, "dense, ReLU", size);
  d.box("use1", 260, 0, "tanh layer", shared).circle("sum1", 370, 0, "+");
  d.box("use2", 480, 0, "tanh layer", shared).circle("sum2", 590, 0, "+");
  d.box("out", 690, 0, "dense", size);
  d.box("w", 370, 110, "W, b", shared);
  d.arrow("x", "in", "", line).arrow("in", "use1", "", line);
  d.arrow("use1", "sum1", "", line).arrow("sum1", "use2", "", line);
  d.arrow("use2", "sum2", "", line).arrow("sum2", "out", "", line);
  d.arrow("in", "sum1", "h_0", past).arrow("sum1", "sum2", "h_1", past);
  d.arrow("w", "use1", "", weight).arrow("w", "use2", "", weight);
  return d;
}

inline plot::Chart draw_throws(const std::vector<Throw>& throws,
                               Position<double> target, double drag) {
  plot::Chart chart(
      "Aiming by derivatives",
      "Four curved paths of a ball. The first throw, flat and slow, ends far below the "
      "target, the second three metres from it, the third just under it, and the "
      "fourth "
      "on it.");
  for (std::size_t i = 0; i < std::min<std::size_t>(4, throws.size()); ++i) {
    std::vector<double> x = {0}, y = {0};
    for (const auto& at : fly<double>(throws[i].angle, throws[i].speed, drag)) {
      x.push_back(at.x);
      y.push_back(at.y);
    }
    chart.line(x, y, "throw " + std::to_string(i + 1));
  }
  chart.points({target.x}, {target.y}, "target", plot::SeriesStyle().radius(6));
  return chart.x_label("metres along").y_label("metres up");
}

inline plot::Chart draw_bugs(const std::vector<Curve>& curves) {
  return ch04::draw_curves(
             "The right program and four planted bugs",
             "Five training curves that all fall from above 2. Four of them end close "
             "together below 0.8, and one ends above 1.2. Nothing in their shapes says "
             "which one is right.",
             curves)
      .x_label("step")
      .y_label("training loss");
}

}  // namespace ch05
