// Chapter 2: logistic and softmax regression from scratch. The sections of this program
// come in the order of the text.
#include <algorithm>
#include <chrono>
#include <cmath>
#include <cstdio>
#include <utility>

#include "01-linear-regression/random.h"
#include "02-logistic-regression/broken.h"
#include "02-logistic-regression/digits.h"
#include "02-logistic-regression/experiments.h"
#include "02-logistic-regression/figures.h"
#include "02-logistic-regression/idx.h"
#include "02-logistic-regression/naive.h"
#include "02-logistic-regression/softmax_regression.h"
#include "02-logistic-regression/toys.h"
#include "common/args.h"
#include "common/report.h"

using namespace ch02;

namespace {

struct Settings {
  std::uint64_t seed = 1;
  int images = 20000, epochs = 15, batch = 100;
  double rate = 0.1;
  std::string out = "chapter-02-out";
  bool digits = false, marks = false;
};

struct ImageSet {
  Samples train, test;
  std::vector<std::string> names;  // of the ten classes
};

// ANCHOR: load_images
Samples as_samples(Images images) {
  std::vector<int> labels = std::move(images.labels);
  return {as_rows(std::move(images)), std::move(labels)};
}

// Fashion-MNIST where it is installed, else digits drawn on the spot.
ImageSet load_images(const Settings& s) {
  const std::size_t count = static_cast<std::size_t>(s.images);
  const std::string folder = s.digits ? "" : find_fashion_mnist();
  if (folder.empty()) {
    Random random(s.seed);
    const Samples train = as_samples(draw_digits(count, random));
    return {train,
            as_samples(draw_digits(5000, random)),
            {"0", "1", "2", "3", "4", "5", "6", "7", "8", "9"}};
  }
  return {as_samples(load_fashion_mnist(folder, Split::kTrain, count)),
          as_samples(load_fashion_mnist(folder, Split::kTest)),
          {"T-shirt", "trousers", "pullover", "dress", "coat", "sandal", "shirt",
           "trainer", "bag", "boot"}};
}
// ANCHOR_END: load_images

Samples first(const Samples& samples, std::size_t count) {
  const auto entries = static_cast<std::ptrdiff_t>(count * samples.x.cols);
  Samples some{Matrix(count, samples.x.cols), {}};
  std::copy_n(samples.x.values.begin(), entries, some.x.values.begin());
  some.labels.assign(samples.labels.begin(),
                     samples.labels.begin() + static_cast<std::ptrdiff_t>(count));
  return some;
}

void overfit_twenty(const ImageSet& set, const Report& report) {
  const auto section = report.section("twenty");
  const Samples twenty = first(set.train, 20);
  SoftmaxModel model(10, twenty.x.cols);
  std::printf("step     loss\n");
  for (int step = 0; step <= 1000; ++step) {
    const double loss = train_step(model, twenty.x, twenty.labels, 0.1);
    if (one_of(step, {0, 10, 100, 1000})) std::printf("%4d  %7.4f\n", step, loss);
  }
}

// ANCHOR: train_images
struct Curves {
  Vector train, test;  // mean loss, an epoch each
};

Curves train_images(SoftmaxModel& model, const ImageSet& set, const Settings& s,
                    const Recipe& recipe = {}) {
  const Samples &train = set.train, &test = set.test;
  Random random(s.seed);
  Curves curves;
  for (int epoch = 0; epoch < s.epochs; ++epoch) {
    curves.train.push_back(train_epoch(model, train.x, train.labels,
                                       static_cast<std::size_t>(s.batch), s.rate,
                                       random, recipe));
    curves.test.push_back(softmax_cross_entropy(logits(model, test.x), test.labels));
  }
  return curves;
}
// ANCHOR_END: train_images

// Every image with its left and right exchanged.
Matrix mirrored(Matrix images, std::size_t width) {
  for (std::size_t i = 0; i < images.values.size(); i += width)
    std::reverse(&images.values[i], &images.values[i] + width);
  return images;
}

// The pairs of classes that are mixed up most often.
void print_worst_pairs(const Matrix& counts, const std::vector<std::string>& names) {
  std::vector<std::pair<double, std::size_t>> wrong;
  for (std::size_t i = 0; i < counts.values.size(); ++i)
    if (i / counts.cols != i % counts.cols) wrong.push_back({-counts.values[i], i});
  std::sort(wrong.begin(), wrong.end());
  for (std::size_t r = 0; r < 4; ++r)
    std::printf("  %-8s taken for %-8s %4.0f times\n",
                names[wrong[r].second / counts.cols].c_str(),
                names[wrong[r].second % counts.cols].c_str(), -wrong[r].first);
}

void classify_images(const ImageSet& set, const Settings& s, Report& report) {
  const auto section = report.section("images");
  SoftmaxModel model(10, set.train.x.cols);
  const auto start = std::chrono::steady_clock::now();
  const Curves curves = train_images(model, set, s);
  const std::chrono::duration<double> taken = std::chrono::steady_clock::now() - start;
  std::printf("epoch  train loss  test loss\n");
  for (int e = 1; e <= s.epochs; ++e)
    if (one_of(e, {1, 2, 3, 5, 10, s.epochs}))
      std::printf("%5d  %10.4f  %9.4f\n", e,
                  curves.train[static_cast<std::size_t>(e - 1)],
                  curves.test[static_cast<std::size_t>(e - 1)]);
  const double seen = accuracy(model, set.train.x, set.train.labels);
  const double unseen = accuracy(model, set.test.x, set.test.labels);
  std::printf("accuracy: training images %.1f %%, test images %.1f %%\n", 100 * seen,
              100 * unseen);
  const Matrix counts = confusion(set.test.labels, predict(model, set.test.x), 10);
  print_worst_pairs(counts, set.names);
  report.number("train_accuracy", 100 * seen, "%.1f");
  report.number("test_accuracy", 100 * unseen, "%.1f");
  report.number("shirts_right", counts(6, 6), "%.0f");
  const auto turned = predict(model, mirrored(set.test.x, 28));
  report.number("boots_right", counts(9, 9), "%.0f");
  report.number("boots_turned", confusion(set.test.labels, turned, 10)(9, 9), "%.0f");
  report.number("time_training", taken.count(), "%.1f");
  draw_training(curves.train, curves.test, report.figure_path("training.svg"));
  draw_weights(model, 28, set.names, report.figure_path("weights.svg"));
  draw_confusion(counts, set.names, report.figure_path("confusion.svg"));
}

// ---- Break it ----

void train_broken(const ImageSet& set, Settings s, Report& report) {
  const auto section = report.section("broken");
  s.epochs = 5;
  const std::pair<std::string, Recipe> recipes[] = {
      {"right", {softmax_cross_entropy, backward}},
      {"sign of the bias", {softmax_cross_entropy, broken::bias_sign}},
      {"averaged twice", {broken::averaged_twice, backward}},
      {"softmax twice", {broken::softmax_twice, backward}},
      {"softmax over batch", {broken::wrong_axis, backward}}};
  std::printf("%-20s first loss   after 5 epochs   test accuracy\n", "");
  const Samples batch = first(set.train, static_cast<std::size_t>(s.batch));
  std::vector<Vector> losses;
  for (const auto& [name, recipe] : recipes) {
    SoftmaxModel model(10, set.train.x.cols);
    const double loss = recipe.loss(logits(model, batch.x), batch.labels, nullptr);
    losses.push_back(train_images(model, set, s, recipe).train);
    const double unseen = accuracy(model, set.test.x, set.test.labels);
    std::printf("%-20s %10.4f %16.4f %13.1f %%\n", name.c_str(), loss,
                losses.back().back(), 100 * unseen);
    if (losses.size() == 2) report.number("bias_sign_accuracy", 100 * unseen, "%.1f");
  }
  losses.pop_back();  // off the chart
  draw_broken({"right", "sign of the bias", "averaged twice", "softmax twice"}, losses,
              report.figure_path("broken.svg"));
}

void train_on_raw_pixels(const ImageSet& set, const Report& report) {
  const auto section = report.section("raw_pixels");
  Samples raw = first(set.train, 1000);
  for (double& pixel : raw.x.values) pixel *= 255;
  SoftmaxModel typed(10, raw.x.cols), rewritten(10, raw.x.cols);
  std::printf("step  largest score      as typed     rewritten\n");
  for (int step = 0; step <= 3; ++step) {
    const Vector scores = logits(rewritten, raw.x).values;
    const double a = train_step(typed, raw.x, raw.labels, 0.01,
                                {naive_softmax_cross_entropy, backward});
    const double b = train_step(rewritten, raw.x, raw.labels, 0.01);
    std::printf("%4d %14.0f %13.4f %13.4f\n", step,
                *std::max_element(scores.begin(), scores.end()), unsigned_value(a), b);
  }
}

void run(const Settings& s) {
  const auto start = std::chrono::steady_clock::now();
  Report report(s.out, s.marks);
  compare_line_and_curve(report);
  show_slopes(report);
  compare_descents(report);
  show_overflow(report);
  prove_gradient(s.seed, report);
  sort_three_clouds(s.seed, report);
  const ImageSet set = load_images(s);
  overfit_twenty(set, report);
  classify_images(set, s, report);
  train_broken(set, s, report);
  train_on_raw_pixels(set, report);
  grow_weights(s.seed, report);
  const std::chrono::duration<double> taken = std::chrono::steady_clock::now() - start;
  report.number("time_total", taken.count(), "%.0f");
  report.finish();
}

Settings parse(int argc, char** argv) {
  Settings s;
  common::Args args("chapter-02",
                    "Sorts images into ten classes by softmax regression.");
  args.option("seed", s.seed, "seed of all random numbers");
  args.option("images", s.images, "training images, 1000 to 60000");
  args.option("epochs", s.epochs, "passes over the training images");
  args.option("batch", s.batch, "images a step");
  args.option("rate", s.rate, "learning rate for the images");
  args.flag("digits", s.digits, "draw digits even if Fashion-MNIST is there");
  args.option("out", s.out, "folder for figures and numbers");
  args.flag("marks", s.marks, "mark the sections, for the book");
  args.parse_or_exit(argc, argv);
  args.require(s.images >= 1000 && s.images <= 60000, "--images must be 1000 to 60000");
  args.require(s.epochs >= 1, "--epochs must be at least 1");
  args.require(s.batch >= 1 && s.batch <= 1000, "--batch must be 1 to 1000");
  args.require(s.rate > 0, "--rate must be above 0");
  return s;
}

}  // namespace

int main(int argc, char** argv) {
  const Settings settings = parse(argc, argv);
  try {
    run(settings);
  } catch (const std::exception& error) {
    std::fprintf(stderr, "chapter-02: %s\n", error.what());
    return 1;
  }
}
