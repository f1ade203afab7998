// Chapter 4: a multilayer perceptron, and its gradients by backpropagation.
// The sections run in the order of the text; each prints what the text shows.
#include <cstdio>
#include <exception>
#include <string>
#include <vector>

#include "04-multilayer-perceptron/check.h"
#include "04-multilayer-perceptron/figures.h"
#include "04-multilayer-perceptron/hand.h"
#include "04-multilayer-perceptron/program.h"
#include "04-multilayer-perceptron/studies.h"
#include "common/args.h"
#include "common/report.h"

using namespace ch04;

namespace {

// ---- why the last chapter is not enough

Network linear_fails(const Options& options, const Samples& arms, Report& report) {
  auto section = report.section("linear");
  Random random(options.seed);
  const Samples points = exclusive_or();
  // ANCHOR: one_layer
  Network on_xor, on_spirals;
  on_xor.add<Dense>(normal(2, 2, 1, random));
  on_spirals.add<Dense>(normal(2, 3, 1, random));
  // ANCHOR_END: one_layer
  const double xor_loss = descend(on_xor, points, 2000, 0.5).back();
  std::printf("XOR:     loss %.4f, p(1) =", xor_loss);
  for (double p : probabilities(on_xor, points)) std::printf(" %.4f", p);
  const double spiral_loss = descend(on_spirals, arms, 2000, 0.5).back();
  std::printf("\nspirals: loss %.4f, accuracy %.3f\n", spiral_loss,
              accuracy(on_spirals, arms));
  report.number("linear_xor_loss", xor_loss, "%.4f");
  report.number("linear_spiral_accuracy", 100 * accuracy(on_spirals, arms), "%.0f");
  return on_spirals;
}

// ---- by hand

void by_hand(Report& report) {
  auto section = report.section("by_hand");
  Network network = hand_network();
  const Samples points = exclusive_or();
  Matrix dy;
  const Matrix y = network.forward(points.inputs);
  const double loss = half_mean_square(y, points.labels, &dy);
  network.backward(dy);
  print("y", y);
  print("dy", dy);
  const char* names[] = {"dW1", "db1", "dW2", "db2"};
  for (std::size_t i = 0; i < 4; ++i)
    print(names[i], network.parameters()[i]->gradient);
  network.step(0.5);
  const double after =
      half_mean_square(network.forward(points.inputs), points.labels, &dy);
  std::printf("loss %.6f, after one step of rate 0.5: %.6f\n", loss, after);
  report.number("hand_loss_after", after, "%.4f");
}

// ---- prove it

void prove(const Options& options, Report& report) {
  auto section = report.section("check");
  Random random(options.seed);
  // ANCHOR: awkward
  Network network;
  network.add<Dense>(xavier(7, 5, random)).add<Tanh>();
  network.add<Dense>(he(5, 6, random)).add<ReLU>();
  network.add<Dense>(xavier(6, 4, random)).add<Sigmoid>();
  network.add<Dense>(xavier(4, 3, random));
  const Samples batch = random_batch(11, 7, 3, random);
  const ch03::CheckResult result = check(network, batch);
  // ANCHOR_END: awkward
  std::printf("network 7-5-6-4-3, batch of 11: %zu parameters, %zu at a kink\n",
              result.checked, result.kinks);
  std::printf("worst relative error %.1e: %s\n", result.worst_relative_error,
              result.passed() ? "passed" : "FAILED");
  report.number("check_count", static_cast<double>(result.checked), "%.0f");
}

// ---- train it: exclusive or, from three starts

void learn_xor(const Options& options, Report& report) {
  auto section = report.section("xor");
  const auto run = [&](const char* name, Matrix first, Matrix second) {
    Network network;
    network.add<Dense>(std::move(first)).add<Tanh>().add<Dense>(std::move(second));
    const Samples points = exclusive_or();
    const double loss = descend(network, points, 3000, 0.5).back();
    std::printf("%-8s loss %.4f, p(1) =", name, loss);
    for (double p : probabilities(network, points)) std::printf(" %.3f", p);
    std::printf("\n");
    print("  W1", network.parameters()[0]->value);
    return loss;
  };
  Random random(options.seed);
  // ANCHOR: three_starts
  Matrix same(2, 4, 0.5);  // four units that speak for class 0 ...
  for (std::size_t j = 0; j < 4; ++j) same(1, j) = -0.5;  // ... against class 1
  const Matrix first = xavier(2, 4, random), second = xavier(4, 2, random);
  run("zero", Matrix(4, 2), Matrix(2, 4));
  run("same", Matrix(4, 2, 0.5), same);
  const double loss = run("Xavier", first, second);
  // ANCHOR_END: three_starts
  report.number("xor_loss", loss, "%.4f");
}

// ---- train it: spirals

void learn_spirals(const Options& options, const Samples& arms, Network& linear,
                   Report& report) {
  auto section = report.section("spirals");
  Random random(options.seed);
  // ANCHOR: spiral_network
  Network network;
  network.add<Dense>(he(2, 32, random)).add<ReLU>();
  network.add<Dense>(he(32, 32, random)).add<ReLU>();
  network.add<Dense>(he(32, 3, random));
  // ANCHOR_END: spiral_network
  std::vector<std::size_t> order = in_order(arms.count());
  for (int epoch = 1; epoch <= 200; ++epoch) {
    random.shuffle(order);
    const double loss = mean(train_epoch(network, arms, order, 16, 0.1));
    if (epoch != 1 && epoch % 50 != 0) continue;
    std::printf("epoch %3d  loss %.4f  accuracy %.3f\n", epoch, loss,
                accuracy(network, arms));
  }
  report.number("spiral_accuracy", 100 * accuracy(network, arms), "%.0f");
  draw_regions(linear, network, arms).save(report.figure_path("spirals.svg"));
}

// ---- train it: images

void overfit_twenty(const Options& options, const Data& data, Report& report) {
  auto section = report.section("twenty");
  Random random(options.seed);
  Network network = image_network(data.train.inputs.cols, 128, random);
  const auto losses = descend(network, first_of(data.train, 20), 500, 0.1);
  for (std::size_t s : {0, 10, 100, 499}) {
    std::printf("step %3zu  loss %.6f\n", s, losses[s]);
  }
  report.number("first_loss", losses[0], "%.6f");
  report.number("twenty_loss", losses.back(), "%.4f");
}

void learn_images(const Options& options, const Data& data, Report& report) {
  auto section = report.section("images");
  Random random(options.seed);
  const auto hidden = static_cast<std::size_t>(options.hidden);
  const auto batch = static_cast<std::size_t>(options.batch);
  Network linear, network = image_network(data.train.inputs.cols, hidden, random);
  linear.add<Dense>(Matrix(10, data.train.inputs.cols));
  const Matrix before = network.parameters()[0]->value;
  std::printf("784-%zu-10: %zu parameters, %zu training and %zu test images\n", hidden,
              values(network).size(), data.train.count(), data.test.count());
  // ANCHOR: train_images
  std::vector<std::size_t> order = in_order(data.train.count());
  std::vector<double> losses;
  for (int epoch = 1; epoch <= options.epochs; ++epoch) {
    // The last quarter is slower: small steps settle what large ones stir up.
    const bool late = epoch > options.epochs - options.epochs / 4;
    const double rate = late ? options.rate / 10 : options.rate;
    random.shuffle(order);
    const std::vector<double> epoch_losses =
        train_epoch(network, data.train, order, batch, rate);
    train_epoch(linear, data.train, order, batch, rate);
    // ANCHOR_END: train_images
    losses.insert(losses.end(), epoch_losses.begin(), epoch_losses.end());
    std::printf("epoch %d  loss %.4f  test accuracy %.4f  (one layer alone %.4f)\n",
                epoch, mean(epoch_losses), accuracy(network, data.test),
                accuracy(linear, data.test));
  }
  report.number("test_accuracy", 100 * accuracy(network, data.test), "%.2f");
  report.number("linear_accuracy", 100 * accuracy(linear, data.test), "%.2f");
  report.number("train_accuracy", 100 * accuracy(network, data.train), "%.1f");
  draw_learning(losses, data.train.count() / batch)
      .save(report.figure_path("learning.svg"));
  const std::vector<int> guesses = predict(network.forward(data.test.inputs));
  draw_confusion(data.test.labels, guesses, data.names)
      .save(report.figure_path("confusion.svg"));
  draw_mistakes(data.test, guesses, data.names)
      .save(report.figure_path("mistakes.svg"));
  draw_weights(before, network.parameters()[0]->value)
      .save(report.figure_path("weights.svg"));
}

void run(const Options& options) {
  const double start = seconds();
  Report report(options.out, options.marks);
  Random random(options.seed);
  const Samples arms = spirals(3, 100, 0.02, random);
  draw_network().save(report.figure_path("network.svg"));
  Network linear = linear_fails(options, arms, report);
  by_hand(report);
  prove(options, report);
  learn_xor(options, report);
  learn_spirals(options, arms, linear, report);
  const Data data = load(options);
  overfit_twenty(options, data, report);
  batch_sizes(options, data, report);
  learn_images(options, data, report);
  break_it(options, data, report);
  vanishing(options, data, report);
  cost(options, report);
  report.number("time_all", seconds() - start, "%.0f");
  report.finish();
}

}  // namespace

int main(int argc, char** argv) {
  Options options;
  common::Args args("chapter-04", "Multilayer perceptrons and backpropagation.");
  args.option("out", options.out, "folder for figures and numbers");
  args.option("seed", options.seed, "seed of all random numbers");
  args.option("images", options.images, "training images to use");
  args.option("hidden", options.hidden, "hidden units of the image network");
  args.option("epochs", options.epochs, "passes over the training images");
  args.option("batch", options.batch, "images in a mini-batch");
  args.option("rate", options.rate, "learning rate of the image network");
  args.flag("digits", options.digits, "draw digits even where Fashion-MNIST is found");
  args.flag("marks", options.marks, "mark the sections of the output, for the book");
  args.parse_or_exit(argc, argv);
  args.require(options.images >= 30, "--images must be at least 30");
  args.require(options.hidden >= 1, "--hidden must be at least 1");
  args.require(options.epochs >= 1, "--epochs must be at least 1");
  args.require(options.batch >= 1, "--batch must be at least 1");
  args.require(options.rate > 0, "--rate must be above 0");
  try {
    run(options);
  } catch (const std::exception& error) {
    std::fprintf(stderr, "chapter-04: %s\n", error.what());
    return 1;
  }
}
