// The chapter's pictures. Plumbing, not taught.
#pragma once

#include <cairn/plot/plot.h>

#include <string>
#include <utility>
#include <vector>

#include "04-multilayer-perceptron/figures.h"
#include "10-attention/transformer.h"

namespace ch10 {

namespace plot = cairn::plot;
using ch04::Curve;

// The example on paper: scores, weights, the mean of the values.
inline plot::Diagram draw_lookup() {
  using plot::Colour;
  plot::Diagram d("A soft look-up",
                  "A query is compared with three keys. The scores ln 2, 0 and 0 go "
                  "through a softmax and become the weights one half, one quarter and "
                  "one quarter. They weigh the values 4, 8 and 0, whose sum is 4.");
  const auto key = plot::ShapeStyle().size(64, 34).colour(Colour::kBlue);
  const auto value = plot::ShapeStyle().size(64, 34).colour(Colour::kOrange);
  const auto thin = plot::ShapeStyle().colour(Colour::kMuted).width(1.6);
  d.box("q", 0, 90, "query q", plot::ShapeStyle().size(84, 38).colour(Colour::kPurple));
  d.box("soft", 330, 90, "softmax", plot::ShapeStyle().size(80, 240));
  d.circle("sum", 640, 90, "Σ", plot::ShapeStyle().size(44, 44));
  d.box("out", 730, 90, "4", plot::ShapeStyle().size(44, 34));
  const char* scores[] = {"ln 2", "0", "0"};
  const char* weights[] = {"½", "¼", "¼"};
  const char* values[] = {"4", "8", "0"};
  for (int i = 0; i < 3; ++i) {
    const std::string n = std::to_string(i + 1);
    const double y = 90.0 * i;
    d.box("k" + n, 150, y, "key k_" + n, key);
    d.box("v" + n, 500, y, "v_" + n + " = " + values[i], value);
    d.arrow("q", "k" + n, "", thin);
    d.arrow("v" + n, "sum", "", thin);
    d.text(234, y - 12, scores[i]);
    d.text(420, y - 12, weights[i]);
    d.box("s" + n, 330, y, "", plot::ShapeStyle().size(78, 8).opacity(0));
    d.arrow("k" + n, "s" + n, "", thin).arrow("s" + n, "v" + n, "", thin);
  }
  d.arrow("sum", "out", "", thin);
  return d;
}

// The whole network, from symbols to scores.
inline plot::Diagram draw_transformer() {
  using plot::Colour;
  plot::Diagram d(
      "A Transformer of two blocks",
      "From bottom to top: symbols; their rows of the embedding plus those of the "
      "positions; block 1 with normalisation, attention and an addition, then "
      "normalisation, two dense layers and an addition; block 2, the same; a last "
      "normalisation; a dense layer to scores. A straight line runs past everything "
      "inside the blocks, and only the additions touch it.");
  const auto box = plot::ShapeStyle().size(150, 34);
  const auto way = plot::ShapeStyle().colour(Colour::kBlue).width(3);
  const auto thin = plot::ShapeStyle().colour(Colour::kMuted).width(1.6);
  const auto attention = plot::ShapeStyle().size(150, 34).colour(Colour::kOrange);
  const auto feed = plot::ShapeStyle().size(150, 34).colour(Colour::kGreen);
  const auto plus = plot::ShapeStyle().size(30, 30);
  d.box("ids", 0, 0, "symbols",
        plot::ShapeStyle().size(110, 34).colour(Colour::kMuted));
  d.box("emb", 0, -70, "row of the symbol + row of the position",
        plot::ShapeStyle().size(300, 34).colour(Colour::kPurple));
  d.circle("a1", 0, -210, "+", plus).circle("f1", 0, -330, "+", plus);
  d.box("n1", 210, -130, "LayerNorm", box)
      .box("att", 210, -190, "attention", attention);
  d.box("n2", 210, -255, "LayerNorm", box)
      .box("ff", 210, -315, "D → F, GELU, F → D", feed);
  d.box("b2", 0, -410, "block 2: the same",
        plot::ShapeStyle().size(170, 40).dash(plot::Dash::kDashed));
  d.box("n3", 0, -480, "LayerNorm", box);
  d.box("out", 0, -550, "D → V: scores",
        plot::ShapeStyle().size(150, 34).colour(Colour::kPurple));
  d.group({"n1", "att", "n2", "ff", "a1", "f1"}, "block 1");
  d.arrow("ids", "emb", "", thin)
      .arrow("emb", "a1", "", way)
      .arrow("a1", "f1", "", way);
  d.arrow("f1", "b2", "", way).arrow("b2", "n3", "", way).arrow("n3", "out", "", thin);
  d.arrow("emb", "n1", "", thin)
      .arrow("n1", "att", "", thin)
      .arrow("att", "a1", "", thin);
  d.arrow("a1", "n2", "", thin).arrow("n2", "ff", "", thin).arrow("ff", "f1", "", thin);
  return d;
}

inline plot::Heatmap draw_positions() {
  const std::size_t length = 24, width = 32;
  std::vector<std::string> names;
  for (std::size_t t = 0; t < length; ++t) names.push_back(std::to_string(t));
  plot::Heatmap map(
      "Positions as sines and cosines",
      "24 rows of 32 columns. In the left columns the colours change from "
      "row to row, further right ever more slowly, and the last ones hardly "
      "change at all.",
      sinusoids(length, width).values, length, width);
  return map.diverging()
      .row_names(names)
      .y_label("position")
      .x_label("column")
      .cell_size(15);
}

// Where one head looks for each letter of an answer.
inline plot::Heatmap draw_answer_weights(const Matrix& p, const std::string& across,
                                         const std::string& title,
                                         const std::string& alt) {
  const std::vector<std::string> names = {"1", "2", "3", "4", "5"};
  plot::Heatmap map(title, alt, p.values, p.rows, p.cols);
  return map.row_names(names)
      .column_names(names)
      .limits(0, 1)
      .show_values(2)
      .cell_size(52)
      .y_label("letter of the answer")
      .x_label(across);
}

// Questions (down) and the pairs they look at (across).
inline plot::Heatmap draw_recall(const Matrix& p, const std::vector<std::string>& asked,
                                 const std::vector<std::string>& pairs) {
  plot::Heatmap map("Whom a question looks at",
                    "Six questions and six pairs. Each question has nearly all of its "
                    "weight on the one pair that has its letter.",
                    p.values, p.rows, p.cols);
  return map.row_names(asked)
      .column_names(pairs)
      .limits(0, 1)
      .show_values(2)
      .cell_size(52)
      .y_label("question")
      .x_label("pair");
}

inline plot::Chart draw_learning(const std::vector<Curve>& curves) {
  plot::Chart chart(
      "How three orders are learned",
      "The share of right letters against training steps. The order to sort "
      "rises first and to near one; the two others stay low for some hundred "
      "steps, then rise together to one.");
  for (const Curve& c : curves) chart.line(c.x, c.y, c.name);
  return chart.x_label("step")
      .y_label("letters of the answer right")
      .y_limits(0, 1.05)
      .size(640, 360);
}

inline plot::Chart draw_bugs(const std::vector<Curve>& curves, double floor) {
  return ch04::draw_curves(
             "The right program and six planted bugs",
             "Seven training curves that fall from 2.5. One falls to zero, "
             "far below the dashed line of the least possible loss. The "
             "others fall alike and end at different heights above it.",
             curves)
      .horizontal_line(floor, "least possible")
      .x_label("step")
      .y_label("training loss")
      .y_limits(0, 2.6)
      .size(640, 420);
}

inline plot::Chart draw_costs(const std::vector<Curve>& curves) {
  plot::Chart chart(
      "What a text of T symbols costs",
      "On logarithmic axes the multiplications of the dense layers rise "
      "along a straight line, those of attention along one twice as steep. "
      "They meet near 128 symbols.");
  for (const Curve& c : curves)
    chart.line(c.x, c.y, c.name, plot::SeriesStyle().markers());
  return chart.log_x()
      .log_y()
      .x_label("symbols")
      .y_label("multiplications")
      .size(640, 380);
}

}  // namespace ch10
