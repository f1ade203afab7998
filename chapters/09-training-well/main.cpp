// Chapter 9: training well.
// The sections run in the order of the text; each prints what the text shows.
#include <cstdio>
#include <exception>
#include <string>

#include "04-multilayer-perceptron/check.h"
#include "06-convolutional-networks/check.h"
#include "09-training-well/choices.h"
#include "09-training-well/depths.h"
#include "09-training-well/gaps.h"
#include "09-training-well/hand.h"
#include "09-training-well/measures.h"
#include "09-training-well/properties.h"
#include "09-training-well/still.h"
#include "09-training-well/suspects.h"
#include "common/args.h"
#include "common/report.h"

using namespace ch09;

namespace {

// ---- by hand

void print(const char* name, const Matrix& m) {
  std::printf("%-6s", name);
  for (double v : m.values) std::printf(" %8.4f", v + 0.0);
  std::printf("\n");
}

void by_hand(Report& report) {
  auto section = report.section("by_hand");
  // ANCHOR: hand_passes
  const Hand hand;
  BatchNorm norm = Hand::layer();
  const Matrix y = norm.forward(hand.x);
  const Matrix dx = norm.backward(hand.dy);
  norm.accumulate(hand.dy);
  // ANCHOR_END: hand_passes
  print("y", y);
  print("dy", hand.dy);
  print("dx", dx);
  print("dgamma", norm.parameters()[0]->gradient);
  print("dbeta", norm.parameters()[1]->gradient);
  for (const Matrix* kept : norm.buffers()) print("kept", *kept);
}

// ---- prove it

void prove(const Options& options, Report& report) {
  auto section = report.section("check");
  Random random(options.seed);
  const auto tell = [](const char* name, const ch03::CheckResult& result) {
    std::printf("%-38s %4zu slopes, worst %.0e: %s\n", name, result.checked,
                result.worst_relative_error, result.passed() ? "passed" : "FAILED");
  };
  const Matrix x = ch04::normal(7, 5, 2, random);           // [5 × 7]
  const Matrix images = ch04::normal(3 * 4, 3, 2, random);  // three planes of 2 × 2
  BatchNorm batch(7), planes(3, 4), still(7);
  LayerNorm layer(7);
  for (ch04::Layer* norm : {(ch04::Layer*)&batch, (ch04::Layer*)&layer})
    norm->parameters()[0]->value = ch04::normal(7, 1, 1, random);
  HeldDropout dropout(0.4, 3, x.rows, x.cols);
  tell("batch norm", ch06::check_layer(batch, x, random));
  tell("batch norm of images", ch06::check_layer(planes, images, random));
  still.forward(x);
  still.training = false;
  tell("batch norm in evaluation", ch06::check_layer(still, x, random));
  tell("layer norm", ch06::check_layer(layer, x, random));
  tell("dropout, its mask held", ch06::check_layer(dropout, x, random));
  Network net = deep(7, 2, 6, 1, Norm::kBatch, random);
  net.parameters().at(8)->value = ch04::normal(6, 10, 1, random);
  const Samples samples = ch04::random_batch(8, 7, 10, random);
  tell("a network, whole batch", check_whole(net, samples));
  tell("a network, batch in two halves", ch04::check(net, samples));
}

void hold(const Options& options, Report& report) {
  auto section = report.section("properties");
  Random random(options.seed);
  const auto print = [](const char* what, double off) {
    std::printf("%-52s off by %.0e\n", what, off);
  };
  BatchNorm norm(5), other(5);
  print("in training: mean 0 and variance 1", off_standard(norm, 5, random));
  print("what comes back: no shift and no stretch", off_balance(other, 5, random));
  Network net = deep(7, 2, 6, 1, Norm::kBatch, random);
  net.parameters().at(8)->value = ch04::normal(6, 10, 1, random);
  print("in evaluation: each sample alone",
        off_alone(net, ch04::normal(7, 8, 1, random)));
  print("weights ten times as large: the same answer", off_when_stretched(random));
  print("dropout: the mean of 20000 passes is the input", off_in_the_mean(random));
}

void run(const Options& options) {
  const double start = seconds();
  Report report(options.out, options.marks);
  const Sets raw = load(options);
  const Sets sets = standardise(raw);
  deep_starts(options, sets, report);
  by_hand(report);
  signals(options, report);
  prove(options, report);
  hold(options, report);
  remedies(options, sets, report);
  widths(options, sets, report);
  numbers_of_samples(options, sets, report);
  schedules(options, sets, report);
  search(options, sets, report);
  chances(options, report);
  worn_out(options, report);
  check_ups(options, sets, report);
  break_it(options, sets, report);
  leak(options, raw, report);
  stopped_on_test(options, sets, report);
  growing_weights(options, sets, report);
  rounding(report);
  costs(report);
  report.number("time_all", seconds() - start, "%.0f");
  report.finish();
}

}  // namespace

int main(int argc, char** argv) {
  Options options;
  common::Args args("chapter-09", "Training well.");
  args.option("out", options.out, "folder for figures and numbers");
  args.option("seed", options.seed, "seed of all random numbers");
  args.option("epochs", options.epochs,
              "passes over the training images in the study "
              "of remedies");
  args.flag("digits", options.digits, "draw digits even where Fashion-MNIST is found");
  args.flag("marks", options.marks, "mark the sections of the output, for the book");
  args.parse_or_exit(argc, argv);
  args.require(options.epochs >= 1, "--epochs must be at least 1");
  try {
    run(options);
  } catch (const std::exception& error) {
    std::fprintf(stderr, "chapter-09: %s\n", error.what());
    return 1;
  }
}
