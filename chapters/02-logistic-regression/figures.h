// The chapter's pictures. Plumbing, not taught.
#pragma once

#include <cairn/plot/plot.h>

#include <algorithm>
#include <cstddef>
#include <string>
#include <vector>

#include "02-logistic-regression/logistic.h"
#include "02-logistic-regression/softmax_regression.h"
#include "02-logistic-regression/toys.h"

namespace ch02 {

namespace plot = cairn::plot;

// `count` values from low to high.
inline Vector evenly(double low, double high, std::size_t count) {
  Vector values(count);
  for (std::size_t i = 0; i < count; ++i)
    values[i] = low + (high - low) * static_cast<double>(i) /
                          static_cast<double>(std::max<std::size_t>(count - 1, 1));
  return values;
}

inline void draw_storm(const Samples& days, const LinearModel& line,
                       const LinearModel& bent, const LinearModel& curve,
                       const std::string& path) {
  const Vector x = evenly(0, 160, 641);
  Vector before, after, logistic;
  for (double snow : x) {
    before.push_back(line.bias + line.weights[0] * snow);
    after.push_back(bent.bias + bent.weights[0] * snow);
    logistic.push_back(sigmoid(curve.bias + curve.weights[0] * snow));
  }
  plot::Chart(
      "One storm bends the line",
      "Fourteen mornings with up to 27 cm of snow, open at 0 and closed at 1, and "
      "a storm of 150 cm at 1. The line fitted without the storm is steep and "
      "crosses one half near 16 cm. The line fitted with it is nearly flat and "
      "crosses one half near 29 cm, right of every ordinary closed morning. The "
      "logistic curve rises from 0 to 1 near 17 cm and stays at 1 up to the storm.")
      .x_label("fresh snow, cm")
      .y_label("0 = open, 1 = closed")
      .y_limits(-0.2, 1.4)
      .x_limits(0, 160)
      .horizontal_line(0.5, "one half")
      .line(x, before, "line without the storm",
            plot::SeriesStyle().colour(plot::Colour::kGrey).dash(plot::Dash::kDashed))
      .line(x, after, "line with it", plot::SeriesStyle().colour(plot::Colour::kOrange))
      .line(x, logistic, "logistic curve with it",
            plot::SeriesStyle().colour(plot::Colour::kBlue))
      .points(days.x.values, Vector(days.labels.begin(), days.labels.end()), "mornings",
              plot::SeriesStyle().colour(plot::Colour::kInk))
      .save(path);
}

inline void draw_losses(const std::string& path) {
  const Vector z = evenly(-8, 4, 241);
  Vector entropy, square;
  for (double score : z) {
    entropy.push_back(cross_entropy(score, 1).value);
    square.push_back(squared_error(score, 1).value);
  }
  plot::Chart(
      "The cost of a score when the label is 1",
      "Two curves over the score from minus 8 to 4. Cross-entropy is 8 at minus 8 "
      "and falls along a straight slope that bends to zero right of 0. The squared "
      "error is a flat shelf at 1 left of minus 4, falls between minus 3 and 2, and "
      "is near zero from there.")
      .x_label("score z")
      .y_label("loss")
      .line(z, entropy, "cross-entropy")
      .line(z, square, "squared error of the probability")
      .save(path);
}

inline void draw_stall(const Vector& entropy, const Vector& square,
                       const std::string& path) {
  Vector steps, first, second;
  for (std::size_t i = 1; i < entropy.size(); i += 1 + i / 50) {
    steps.push_back(static_cast<double>(i));
    first.push_back(entropy[i]);
    second.push_back(square[i]);
  }
  plot::Chart(
      "Two descents from the same wrong start",
      "Mean squared error of the probabilities against steps on a logarithmic "
      "axis. The run that descends cross-entropy falls from 0.84 to 0.07 within a "
      "hundred steps. The run that descends the squared error itself stays near "
      "0.84 for a hundred steps, drops to a shelf at 0.43, lies there for tens of "
      "thousands of steps and only then reaches 0.07.")
      .x_label("step")
      .y_label("mean squared error")
      .log_x()
      .y_limits(0, 0.9)
      .line(steps, first, "descends cross-entropy")
      .line(steps, second, "descends the squared error")
      .save(path);
}

inline void draw_regions(const Samples& samples, const plot::Grid& grid,
                         std::vector<int> labels, const std::string& path) {
  Vector x1, x2;
  for (std::size_t i = 0; i < samples.x.rows; ++i) {
    x1.push_back(samples.x(i, 0));
    x2.push_back(samples.x(i, 1));
  }
  plot::Chart(
      "Decision regions of softmax regression",
      "Three clouds of points, below left, below right and above. The plane is cut "
      "into three regions that meet in one point between the clouds; their borders "
      "are straight. A few points lie just over a border.")
      .x_label("x1")
      .y_label("x2")
      .size(560, 500)
      .equal_aspect()
      .x_limits(grid.x_low, grid.x_high)
      .y_limits(grid.y_low, grid.y_high)
      .regions(grid, std::move(labels))
      .points_by_class(x1, x2, samples.labels, {"class 0", "class 1", "class 2"})
      .save(path);
}

inline void draw_training(const Vector& train, const Vector& test,
                          const std::string& path) {
  const double epochs = static_cast<double>(train.size());
  plot::Chart(
      "Ten classes of images",
      "Mean cross-entropy per epoch. The training loss falls along a smooth curve "
      "that flattens; the test loss falls with it at first and then lies above "
      "it.")
      .x_label("epoch")
      .y_label("cross-entropy")
      .line(evenly(1, epochs, train.size()), train, "training images")
      .line(evenly(1, epochs, test.size()), test, "test images")
      .save(path);
}

inline void draw_weights(const SoftmaxModel& model, std::size_t side,
                         const std::vector<std::string>& names,
                         const std::string& path) {
  plot::ImageGrid grid(
      "What each class looks for",
      "The weights of each class as an image, blue where a bright pixel "
      "raises its score and orange where it lowers it.",
      side, side);
  for (std::size_t k = 0; k < names.size(); ++k)
    grid.add(&model.weights.values[k * model.weights.cols], names[k]);
  grid.columns(5).diverging().save(path);
}

inline void draw_confusion(const Matrix& counts, const std::vector<std::string>& names,
                           const std::string& path) {
  plot::Heatmap(
      "Which class was taken for which",
      "A table of ten true classes by ten predicted classes. Most of the counts "
      "lie on the diagonal.",
      counts.values, counts.rows, counts.cols)
      .row_names(names)
      .column_names(names)
      .x_label("predicted")
      .y_label("true")
      .show_values()
      .colour_by_row_share()
      .save(path);
}

inline void draw_broken(const std::vector<std::string>& names,
                        const std::vector<Vector>& losses, const std::string& path) {
  plot::Chart chart(
      "Four curves, three bugs",
      "Training loss over five epochs. The right program falls fastest. With "
      "the sign of the bias gradient turned the curve has the same shape and "
      "lies a little higher. With the gradient averaged twice it falls "
      "slowly and smoothly, and so it does with softmax applied twice.");
  chart.x_label("epoch").y_label("training loss").y_limits(0, 2.4);
  for (std::size_t i = 0; i < names.size(); ++i)
    chart.line(evenly(1, 5, losses[i].size()), losses[i], names[i],
               plot::SeriesStyle().markers());
  chart.save(path);
}

}  // namespace ch02
