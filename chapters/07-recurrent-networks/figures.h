// The chapter's pictures. Plumbing, not taught.
#pragma once

#include <cairn/plot/plot.h>

#include <string>
#include <vector>

#include "04-multilayer-perceptron/figures.h"

namespace ch07 {

namespace plot = cairn::plot;
using ch04::Curve;

// The grammar: places as circles, letters on the arrows between them.
inline plot::Diagram draw_grammar() {
  using plot::Colour;
  plot::Diagram d(
      "Reber's grammar",
      "Eight circles from a begin to an end. B leads to the first place, from there T "
      "up "
      "and P down. Above, S stays and X goes on; below, T stays and V goes on. X leads "
      "from the upper right down to the lower left, P from the lower right up, and S "
      "or V lead to the last place, from which E ends the string.");
  const auto size = plot::ShapeStyle().size(34, 34);
  const auto line = plot::ShapeStyle().colour(Colour::kBlue).width(2);
  const auto bent = [&](double by) {
    return plot::ShapeStyle().colour(Colour::kBlue).width(2).bend(by);
  };
  d.circle("0", 0, 0, "0", size).circle("1", 100, 0, "1", size);
  d.circle("2", 220, -90, "2", size).circle("3", 220, 90, "3", size);
  d.circle("4", 370, -90, "4", size).circle("5", 370, 90, "5", size);
  d.circle("6", 490, 0, "6", size).circle("7", 590, 0, "end", size);
  d.arrow("0", "1", "B", line).arrow("1", "2", "T", line).arrow("1", "3", "P", line);
  d.arrow("2", "4", "X", line).arrow("3", "5", "V", line);
  d.arrow("4", "3", "X", bent(-10)).arrow("5", "4", "P", line);
  d.arrow("4", "6", "S", line).arrow("5", "6", "V", line).arrow("6", "7", "E", line);
  d.text(220, -122, "S: stays here", Colour::kBlue);
  d.text(220, 132, "T: stays here", Colour::kBlue);
  return d;
}

// Three steps of one cell, with what goes forward and what comes back.
inline plot::Diagram draw_unrolled() {
  using plot::Colour;
  plot::Diagram d(
      "One cell, used three times",
      "Three boxes in a row, one for each step. Blue arrows carry the inputs x up into "
      "them, the state h from each to the next, and each state up to a loss. Orange "
      "arrows carry slopes down from the losses and back from each box to the one "
      "before it. A box with the weights has an orange arrow from every step.");
  const auto up = plot::ShapeStyle().colour(Colour::kBlue).width(2);
  const auto size = plot::ShapeStyle().size(84, 42);
  const auto bent = [](Colour colour, double by) {
    return plot::ShapeStyle().colour(colour).width(2).bend(by);
  };
  const auto small = plot::ShapeStyle().size(40, 36).colour(Colour::kMuted);
  const auto wide = plot::ShapeStyle().size(64, 36).colour(Colour::kMuted);
  d.box("h0", 0, 0, "h_0", small);
  std::string before = "h0";
  for (int t = 1; t <= 3; ++t) {
    const std::string n = std::to_string(t);
    const double x = 160.0 * t - 10;
    d.box("c" + n, x, 0, "step " + n, size);
    d.box("x" + n, x, 100, "x_" + n, small).box("l" + n, x, -110, "loss " + n, wide);
    d.arrow("x" + n, "c" + n, "", up);
    d.arrow("c" + n, "l" + n, "h_" + n, bent(Colour::kBlue, 12));
    d.arrow("l" + n, "c" + n, "", bent(Colour::kOrange, 12));
    d.arrow(before, "c" + n, t == 1 ? "" : "h_" + std::to_string(t - 1),
            bent(Colour::kBlue, 14));
    d.arrow("c" + n, before, "", bent(Colour::kOrange, 14));
    before = "c" + n;
  }
  d.box("w", 310, 190, "W_x, W_h, b: the same in all steps",
        plot::ShapeStyle().colour(Colour::kOrange));
  const auto dashed =
      plot::ShapeStyle().colour(Colour::kOrange).dash(plot::Dash::kDashed);
  d.arrow("c1", "w", "", dashed).arrow("c3", "w", "", dashed);
  d.arrow("c2", "w", "", plot::ShapeStyle(dashed).bend(-34));
  return d;
}

// What happens to c and h inside the LSTM's cell.
inline plot::Diagram draw_lstm() {
  using plot::Colour;
  plot::Diagram d("One step of the LSTM",
                  "Along the top runs the line of c: from the c before, times f, plus "
                  "i times g, to "
                  "the c after. Below, a box with the sums p and q feeds the four "
                  "gates f, i, g and "
                  "o. From c a tanh leads down, is multiplied with o and gives h.");
  const auto way = plot::ShapeStyle().colour(Colour::kBlue).width(3);
  const auto line = plot::ShapeStyle().colour(Colour::kMuted).width(1.6);
  const auto gate = plot::ShapeStyle().size(44, 34).colour(Colour::kOrange);
  const auto end = plot::ShapeStyle().size(58, 34).colour(Colour::kMuted);
  d.box("c0", 0, 0, "c_{t−1}", end).circle("times", 130, 0, "×");
  d.circle("plus", 290, 0, "+").box("c1", 580, 0, "c_t", end);
  d.box("f", 130, 110, "f", gate).box("i", 230, 110, "i", gate);
  d.box("g", 350, 110, "g", gate).box("o", 470, 110, "o", gate);
  d.circle("ig", 290, 56, "×");
  d.box("tanh", 410, 52, "tanh", plot::ShapeStyle().size(50, 28));
  d.circle("ho", 500, 52, "×");
  d.box("h1", 580, 52, "h_t", end);
  d.box("sums", 300, 190, "x_t W_x^⊤ + b_x + h_{t−1} W_h^⊤ + b_h",
        plot::ShapeStyle().size(330, 36));
  d.box("x", 20, 170, "x_t", end).box("h0", 20, 212, "h_{t−1}", end);
  d.arrow("c0", "times", "", way).arrow("times", "plus", "", way);
  d.arrow("plus", "c1", "", way);
  d.arrow("f", "times", "", line).arrow("i", "ig", "", line).arrow("g", "ig", "", line);
  d.arrow("ig", "plus", "", line).arrow("plus", "tanh", "", line);
  d.arrow("tanh", "ho", "", line)
      .arrow("o", "ho", "", line)
      .arrow("ho", "h1", "", line);
  for (const char* name : {"f", "i", "g", "o"}) d.arrow("sums", name, "", line);
  d.arrow("x", "sums", "", line).arrow("h0", "sums", "", line);
  return d;
}

inline plot::Chart draw_distance(const std::vector<Curve>& curves) {
  plot::Chart chart(
      "Slope by the state, so many steps before the end",
      "On a logarithmic axis the slopes of a plain sum rise or fall along straight "
      "lines. Those of the RNN fall, faster with radius 0.8 than with 1.2. Those of "
      "the "
      "LSTM fall along straight lines that are the flatter the larger the bias of the "
      "forget gate; with bias 4 hardly anything is lost in 40 steps.");
  for (const Curve& c : curves) {
    const bool dashed = c.name[0] == 's', dotted = c.name[0] == 'R';
    chart.line(c.x, c.y, c.name,
               plot::SeriesStyle().dash(dashed   ? plot::Dash::kDashed
                                        : dotted ? plot::Dash::kDotted
                                                 : plot::Dash::kSolid));
  }
  return chart.log_y().x_label("steps before the end").y_label("size, at the end 1");
}

inline plot::Chart draw_long(const std::vector<Curve>& curves) {
  plot::Chart chart(
      "What is remembered of long strings",
      "Recall against training steps. The RNN stays at one half throughout. The LSTM "
      "and the GRU stay there at first, then rise to one within a hundred steps.");
  for (const Curve& c : curves) chart.line(c.x, c.y, c.name);
  chart.horizontal_line(0.5, "guessing");
  return chart.x_label("step").y_label("recall").y_limits(0.4, 1.05);
}

inline plot::Chart draw_bugs(const std::vector<Curve>& curves) {
  return ch04::draw_curves(
             "The right program and five planted bugs",
             "Six training curves that fall from near 1.9 and settle. Five of them end "
             "between 0.45 and 0.53; the one that counts padding is far below all.",
             curves)
      .x_label("step")
      .y_label("training loss");
}

}  // namespace ch07
