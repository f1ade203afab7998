// The chapter's pictures. Plumbing, not taught.
#pragma once

#include <cairn/plot/plot.h>

#include <cmath>
#include <string>
#include <utility>
#include <vector>

#include "04-multilayer-perceptron/layers.h"
#include "04-multilayer-perceptron/program.h"

namespace ch04 {

namespace plot = cairn::plot;

struct Curve {
  std::string name;
  std::vector<double> x, y;
};

// The mean of each `width` neighbours, at the middle of the steps they come from.
inline Curve smoothed(std::string name, const std::vector<double>& losses,
                      std::size_t width) {
  Curve curve{std::move(name), {}, {}};
  for (std::size_t i = 0; i + width <= losses.size(); i += width) {
    double sum = 0;
    for (std::size_t k = i; k < i + width; ++k) sum += losses[k];
    curve.x.push_back(static_cast<double>(i) + static_cast<double>(width) / 2);
    curve.y.push_back(sum / static_cast<double>(width));
  }
  return curve;
}

// The shapes of one dense layer and its activation, forward above and backward below.
inline plot::Diagram draw_network() {
  using plot::Colour;
  const auto grey = plot::ShapeStyle().colour(Colour::kMuted);
  const auto forward = plot::ShapeStyle().colour(Colour::kBlue).width(2);
  const auto back = plot::ShapeStyle().colour(Colour::kOrange).width(2);
  plot::Diagram d(
      "What goes forward and what comes back",
      "A row of boxes: the input X, a dense layer, an activation, a second dense layer "
      "and the loss. Blue arrows run to the right with X, Z1, A1 and Z2; orange arrows "
      "run back with the gradients of the loss by the same matrices. Each dense layer "
      "also hands the gradients of its weights and bias down to a box of its own.");
  const auto size = plot::ShapeStyle().size(96, 44);
  d.text(0, 0, "X");
  d.box("dense1", 130, 0, "dense 1", size).box("act", 290, 0, "activation", size);
  d.box("dense2", 450, 0, "dense 2", size).box("loss", 610, 0, "loss", size);
  d.box("x", 0, 0, "X", plot::ShapeStyle(grey).size(40, 36));
  d.box("g1", 130, 120, "∂L/∂W_1, ∂L/∂b_1", grey);
  d.box("g2", 450, 120, "∂L/∂W_2, ∂L/∂b_2", grey);
  const auto bent = [](plot::ShapeStyle style) { return style.bend(14); };
  d.arrow("x", "dense1", "", forward);
  d.arrow("dense1", "act", "Z_1", bent(forward));
  d.arrow("act", "dense2", "A_1", bent(forward));
  d.arrow("dense2", "loss", "Z_2", bent(forward));
  d.arrow("loss", "dense2", "Δ_2", bent(back));
  d.arrow("dense2", "act", "∂L/∂A_1", bent(back));
  d.arrow("act", "dense1", "Δ_1", bent(back));
  d.arrow("dense1", "g1", "", back).arrow("dense2", "g2", "", back);
  return d;
}

// Two networks over the same points, side by side: the plane tinted by the class that
// each gives, and the samples.
inline plot::Chart draw_regions(Network& left, Network& right, const Samples& samples) {
  const double reach = 1.2, shift = 3;
  plot::Chart chart(
      "One layer and three layers on the same spirals",
      "Three spiral arms of points, drawn twice. On the left straight borders cut the "
      "plane into three wedges, and every arm runs through all of them. On the right "
      "each "
      "arm lies inside a tinted band of its own that winds around the centre with it.");
  chart.size(720, 400).equal_aspect().y_label("second input");
  chart.x_label("first input (moved by 3 in the right half)");
  chart.x_limits(-reach, shift + reach).y_limits(-reach, reach);
  for (Network* network : {&left, &right}) {
    const double by = network == &right ? shift : 0;
    const plot::Grid grid{by - reach, by + reach, -reach, reach, 120, 120};
    Matrix points(grid.size(), 2);
    for (std::size_t i = 0; i < grid.size(); ++i) {
      points(i, 0) = grid.x(i % grid.columns) - by;
      points(i, 1) = grid.y(i / grid.columns);
    }
    std::vector<double> x, y;
    for (std::size_t i = 0; i < samples.count(); ++i) {
      x.push_back(samples.inputs(i, 0) + by);
      y.push_back(samples.inputs(i, 1));
    }
    chart.regions(grid, predict(network->forward(points)));
    chart.points_by_class(x, y, samples.labels);
  }
  return chart;
}

inline plot::Chart draw_curves(std::string title, std::string alt,
                               const std::vector<Curve>& curves) {
  plot::Chart chart(std::move(title), std::move(alt));
  for (const Curve& c : curves) chart.line(c.x, c.y, c.name);
  return chart;
}

inline plot::Chart draw_learning(const std::vector<double>& losses,
                                 std::size_t steps_per_epoch) {
  plot::Chart chart(
      "Training loss of the image network",
      "A cloud of single-batch losses falls from 2.3 and settles around 0.3; the line "
      "through its middle drops steeply in the first epoch, slowly afterwards, and a "
      "little further when the rate is lowered for the last quarter.");
  const double per_epoch = static_cast<double>(steps_per_epoch);
  const auto in_epochs = [&](Curve curve) {
    for (double& x : curve.x) x /= per_epoch;
    return curve;
  };
  const Curve single = in_epochs(smoothed("", losses, 4)),
              middle = in_epochs(smoothed("", losses, losses.size() / 80 + 1));
  chart.points(
      single.x, single.y, "mean of 4 batches",
      plot::SeriesStyle().radius(1.2).opacity(0.35).colour(plot::Colour::kSky));
  chart.line(middle.x, middle.y, "a tenth of an epoch");
  chart.x_label("epoch").y_label("training loss").y_limits(0, 2.4);
  return chart;
}

inline plot::Heatmap draw_confusion(const std::vector<int>& truth,
                                    const std::vector<int>& guesses,
                                    const Names& names) {
  const std::size_t k = names.size();
  std::vector<double> counts(k * k);
  for (std::size_t i = 0; i < truth.size(); ++i) {
    counts[static_cast<std::size_t>(truth[i]) * k +
           static_cast<std::size_t>(guesses[i])] += 1;
  }
  plot::Heatmap map(
      "Which classes are taken for which",
      "A ten by ten table of counts, dark along the diagonal. The off-diagonal counts "
      "that stand out join shirts, T-shirts, pullovers and coats.",
      counts, k, k);
  map.x_label("guessed").y_label("true").row_names(names).column_names(names);
  map.show_values().colour_by_row_share();
  return map;
}

// The first images of the test set that the network gets wrong, with what it said.
inline plot::ImageGrid draw_mistakes(const Samples& test,
                                     const std::vector<int>& guesses,
                                     const Names& names) {
  plot::ImageGrid grid("The first twelve mistakes",
                       "Twelve test images that the network gets wrong, each with its "
                       "guess and the true class; most are tops taken for other tops.",
                       28, 28);
  const auto name = [&](int label) { return names[static_cast<std::size_t>(label)]; };
  std::size_t left = 12;
  for (std::size_t i = 0; i < test.count() && left > 0; ++i) {
    if (guesses[i] == test.labels[i]) continue;
    grid.add(&test.inputs.values[i * test.inputs.cols],
             name(guesses[i]) + ", is " + name(test.labels[i]));
    --left;
  }
  grid.columns(6);
  return grid;
}

// Row j of the weights [n × 784] belongs to hidden unit j. What training has added to
// it is easier to read than the weights, which keep the noise they started with.
inline plot::ImageGrid draw_weights(const Matrix& before, const Matrix& after) {
  plot::ImageGrid grid(
      "What training has added to the weights of 24 hidden units",
      "Twenty-four 28 by 28 images, blue where training has made a bright pixel excite "
      "the unit more and orange where less. Outlines of shoes, sleeves, trouser legs "
      "and "
      "collars can be made out.",
      28, 28);
  for (std::size_t j = 0; j < std::min<std::size_t>(24, after.rows); ++j) {
    std::vector<double> added;
    for (std::size_t i = 0; i < after.cols; ++i) {
      added.push_back(after(j, i) - before(j, i));
    }
    grid.add(added.data());
  }
  grid.diverging().columns(8);
  return grid;
}

inline plot::Chart draw_broken(const std::vector<Curve>& curves) {
  return draw_curves("Five planted bugs, and the right program",
                     "Six training curves that all fall in the same smooth way from "
                     "above 2 to between 0.68 and 0.86. Nothing in their shapes says "
                     "which one is right.",
                     curves)
      .x_label("step")
      .y_label("training loss");
}

inline plot::Chart draw_vanishing(const std::vector<Curve>& curves) {
  plot::Chart chart("Size of the gradient, layer by layer",
                    "On a logarithmic axis the gradient of the sigmoid network falls "
                    "along a straight "
                    "line by six orders of magnitude from layer 10 to layer 1. Those "
                    "of tanh and ReLU "
                    "stay within a factor of five.");
  for (const Curve& c : curves) {
    chart.line(c.x, c.y, c.name, plot::SeriesStyle().markers());
  }
  chart.log_y().x_label("layer").y_label("rms of ∂L/∂z");
  return chart;
}

}  // namespace ch04
