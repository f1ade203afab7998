// Chapter 6: networks that look for the same thing everywhere in a picture.
// The sections run in the order of the text; each prints what the text shows.
#include <cmath>
#include <cstdio>
#include <exception>
#include <string>

#include "06-convolutional-networks/figures.h"
#include "06-convolutional-networks/hand.h"
#include "06-convolutional-networks/measures.h"
#include "06-convolutional-networks/studies.h"
#include "06-convolutional-networks/suspects.h"
#include "06-convolutional-networks/turned.h"
#include "common/args.h"
#include "common/report.h"

using namespace ch06;

namespace {

// ---- by hand

void print(const char* name, const double* values, std::size_t side) {
  for (std::size_t i = 0; i < side; ++i) {
    std::printf("%-6s", i == 0 ? name : "");
    for (std::size_t j = 0; j < side; ++j) std::printf(" %3.0f", values[i * side + j]);
    std::printf("\n");
  }
}

void by_hand(Report& report) {
  auto section = report.section("by_hand");
  // ANCHOR: hand_passes
  const Hand hand;
  Conv2d layer = hand.layer();
  Matrix dy;
  const Matrix y = layer.forward(hand.image);
  const double loss = half_square(y, hand.wanted, &dy);
  layer.accumulate(dy);
  const Matrix dx = layer.backward(dy);
  // ANCHOR_END: hand_passes
  print("y", y.values.data(), 2);
  print("dy", dy.values.data(), 2);
  print("dw", layer.parameters()[0]->gradient.values.data(), 2);
  std::printf("db     %3.0f\n", layer.parameters()[1]->gradient(0, 0));
  print("dx", dx.values.data(), 3);
  std::printf("loss %.1f\n", loss);
  draw_hand().save(report.figure_path("hand.svg"));
}

// ---- prove it

void prove(const Options& options, Report& report) {
  auto section = report.section("check");
  Random random(options.seed);
  std::size_t slopes = 0;
  const auto tell = [&](const char* name, ch03::CheckResult result) {
    std::printf("%-34s %4zu slopes, worst %.0e: %s\n", name, result.checked,
                result.worst_relative_error, result.passed() ? "passed" : "FAILED");
    slopes += result.checked;
  };
  // ANCHOR: awkward
  const Shape image{3, 7, 10};
  const Window window{3, 2, 1};  // size, stride, padding
  Conv2d conv(image, window, he(27, 4, random));
  MaxPool largest(image, {2, 2});
  MeanPool mean(image, {3, 2});
  const Matrix batch = ch04::normal(image.size(), 2, 1, random);
  // ANCHOR_END: awkward
  tell("convolution, stride 2, framed", check_layer(conv, batch, random));
  tell("max pooling", check_layer(largest, batch, random));
  tell("mean pooling, overlapping", check_layer(mean, batch, random));
  Network net = suspect<Conv2d, MaxPool>({2, 9, 12}, random);
  const Samples samples = ch04::random_batch(3, 2 * 9 * 12, 10, random);
  tell("a network, batch in two halves", ch04::check(net, samples));
  report.number("check_slopes", static_cast<double>(slopes), "%.0f");
}

double apart(const Matrix& a, const Matrix& b) {
  double worst = 0;
  for (std::size_t k = 0; k < a.values.size(); ++k)
    worst = std::max(worst, std::abs(a.values[k] - b.values[k]));
  return worst;
}

// A picture with an empty margin, so that nothing is lost when it moves.
Matrix blot(const Shape& shape, Random& random) {
  Matrix x(1, shape.size());
  for (std::size_t i = 6; i < shape.height - 6; ++i)
    for (std::size_t j = 6; j < shape.width - 6; ++j)
      x(0, shape.at(0, i, j)) = random.uniform();
  return x;
}

void equivariance(const Options& options, Report& report) {
  auto section = report.section("equivariance");
  Random random(options.seed);
  const Shape image{1, 24, 24};
  const Matrix x = blot(image, random);
  // ANCHOR: equivariance
  const Window window{5, 1, 2};
  Conv2d conv(image, window, he(25, 3, random));
  const Shape maps = after(image, window, 3);
  const Matrix moved_first = conv.forward(shifted(x, image, 2, 4));
  const Matrix moved_after = shifted(conv.forward(x), maps, 2, 4);
  // ANCHOR_END: equivariance
  std::printf("convolution, moved by 2 and 4:      differ by %g\n",
              apart(moved_first, moved_after));
  MaxPool pool(maps, {2, 2});
  const Shape half = after(maps, {2, 2}, 3);
  const Matrix pooled = pool.forward(conv.forward(x));
  const Matrix even = pool.forward(moved_first);
  std::printf("and pooling, maps moved by 1 and 2: differ by %g\n",
              apart(even, shifted(pooled, half, 1, 2)));
  const Matrix odd = pool.forward(conv.forward(shifted(x, image, 0, 1)));
  std::printf(
      "the same, picture moved by 1:       differ by %.2f unmoved, %.2f moved\n",
      apart(odd, pooled), apart(odd, shifted(pooled, half, 0, 1)));
}

void two_products_agree(const Options& options, Report& report) {
  auto section = report.section("products");
  Random random(options.seed);
  const Shape image{3, 7, 10};
  Conv2d conv(image, {3, 2, 1}, he(27, 4, random));
  MaxPool largest(image, {2, 2});
  MeanPool mean(image, {3, 2});
  const Matrix x = few_values(2, image.size(), random);
  std::printf("convolution %.0e, max pooling %.0e, mean pooling %.0e\n",
              two_products(conv, x, random), two_products(largest, x, random),
              two_products(mean, x, random));
}

void run(const Options& options) {
  const double start = seconds();
  Report report(options.out, options.marks);
  const Data data = load(options);
  Random random(options.seed);
  Learned mlp{"128 hidden units", ch04::image_network(784, 128, random),
              2 * options.epochs};
  const Curve curve = mlp_fails(options, data, mlp, report);
  by_hand(report);
  prove(options, report);
  two_products_agree(options, report);
  equivariance(options, report);
  draw_lenet().save(report.figure_path("lenet.svg"));
  twenty(options, data, report);
  compare(options, data, mlp, {curve}, report);
  break_it(options, data, report);
  costs(report);
  zeros(options, data, report);
  two_ways(report);
  report.number("time_all", seconds() - start, "%.0f");
  report.finish();
}

}  // namespace

int main(int argc, char** argv) {
  Options options;
  common::Args args("chapter-06", "Convolutional networks.");
  args.option("out", options.out, "folder for figures and numbers");
  args.option("seed", options.seed, "seed of all random numbers");
  args.option("images", options.images, "training images to use");
  args.option("epochs", options.epochs, "passes over the training images");
  args.flag("clothes", options.clothes, "Fashion-MNIST, where it is found, for digits");
  args.flag("marks", options.marks, "mark the sections of the output, for the book");
  args.parse_or_exit(argc, argv);
  args.require(options.images >= 200, "--images must be at least 200");
  args.require(options.epochs >= 1, "--epochs must be at least 1");
  try {
    run(options);
  } catch (const std::exception& error) {
    std::fprintf(stderr, "chapter-06: %s\n", error.what());
    return 1;
  }
}
