// Chapter 8: optimizers.
// The sections run in the order of the text; each prints what the text shows.
#include <cstdio>
#include <exception>
#include <string>
#include <vector>

#include "08-optimizers/studies.h"
#include "common/args.h"
#include "common/report.h"

using namespace ch08;

namespace {

// ---- prove it

void prove(Report& report) {
  auto section = report.section("properties");
  const MakeW adamw = [](Slots slots, double rate, double decay) {
    return std::make_unique<AdamW>(std::move(slots), rate, decay);
  };
  const auto print = [](const char* what, double off) {
    std::printf("%-52s off by %.0e\n", what, off);
  };
  print("on a constant slope each step is as long as the rate", off_on_a_slope(adamw));
  print("the loss times 1000: the same path", off_when_scaled(adamw, 1000));
  print("two parameters together: as each alone", off_together(adamw));
  print("decay alone multiplies by 1 - rate * decay", off_in_decay(adamw));
}

void run(const Options& options) {
  const double start = seconds();
  Report report(options.out, options.marks);
  long_valleys(report);
  hand(report);
  noise(report);
  first_steps(report);
  small_slopes(report);
  turned(report);
  decay(report);
  prove(report);
  bent_valley(report);
  const Sets sets = load(options);
  batch_noise(options, sets, report);
  rate_and_batch(options, sets, report);
  twenty(options, sets, report);
  const std::vector<double> rates = sweep(options, sets, report);
  images(options, sets, rates, report);
  deep(options, sets, report);
  rare(report);
  break_it(options, sets, report);
  costs(report);
  at_rest(report);
  report.number("time_all", seconds() - start, "%.0f");
  report.finish();
}

}  // namespace

int main(int argc, char** argv) {
  Options options;
  common::Args args("chapter-08", "Optimizers: from plain descent to Adam.");
  args.option("out", options.out, "folder for figures and numbers");
  args.option("seed", options.seed, "seed of all random numbers");
  args.option("images", options.images, "training images of the long runs");
  args.option("epochs", options.epochs, "passes over them");
  args.flag("digits", options.digits, "draw digits even where Fashion-MNIST is found");
  args.flag("marks", options.marks, "mark the sections of the output, for the book");
  args.parse_or_exit(argc, argv);
  args.require(options.images >= 2000, "--images must be at least 2000");
  args.require(options.epochs >= 1, "--epochs must be at least 1");
  try {
    run(options);
  } catch (const std::exception& error) {
    std::fprintf(stderr, "chapter-08: %s\n", error.what());
    return 1;
  }
}
