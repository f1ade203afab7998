// Chapter 13: the library.
// The sections run in the order of the text; each prints what the text shows.
#include <cstdio>
#include <exception>
#include <string>

#include "13-library/hand.h"
#include "13-library/studies.h"
#include "common/args.h"

using namespace ch13;

namespace {

void print(const char* name, const Tensor& x) {
  std::printf("%-8s shape %-7s strides %-5s offset %zu  ", name, text(x.shape).c_str(),
              text(x.strides).c_str(), x.offset);
  for (double v : numbers(x)) std::printf(" %g", v);
  std::printf("\n");
}

void by_hand(Report& report) {
  auto section = report.section("by_hand");
  const Hand hand;
  print("x", hand.x);
  print("turned", hand.turned);
  print("column", hand.column);
  print("wide", hand.wide);
  print("part", hand.part);
  const Tensor sums = sum_to(hand.x, {2, 1});
  std::printf("six slopes 1 ... 6 go back to the column as %g and %g\n", sums(0, 0),
              sums(1, 0));
  hand.part(0, 0) = 20;
  std::printf("part(0, 0) = 20 makes x(0, 1) %g\n", hand.x(0, 1));
  draw_views().save(report.figure_path("views.svg"));
}

void run(const Options& options) {
  const double start = ch04::seconds();
  Report report(options.out, options.marks);
  const ch04::Data data = load(options);
  const Samples batch = ch04::first_of(data.train, 32);
  where_the_time_goes(options, batch, report);
  by_hand(report);
  memory(report);
  steady(options, batch, report);
  rounding(options, report);
  threads(report);
  workers().resize(2);
  versions(options, report);
  prove(options, report);
  side_by_side(options, data.train, report);
  speed(options, data.train, report);
  twenty(options, data, report);
  train_it(options, data, report);
  what_is_saved(options, report);
  break_it(options, data, report);
  what_is_held(report);
  node_cost(report);
  report.number("time_all", ch04::seconds() - start, "%.0f");
  report.finish();
}

}  // namespace

int main(int argc, char** argv) {
  Options options;
  common::Args args("chapter-13", "Tensors, memory, threads: a small library.");
  args.option("out", options.out, "folder for figures, numbers and the saved network");
  args.option("seed", options.seed, "seed of all random numbers");
  args.option("images", options.images, "training images");
  args.option("epochs", options.epochs, "passes over them");
  args.flag("digits", options.digits, "draw digits even where Fashion-MNIST is found");
  args.flag("marks", options.marks, "mark the sections of the output, for the book");
  args.parse_or_exit(argc, argv);
  args.require(options.images >= 2000, "--images must be at least 2000");
  args.require(options.epochs >= 1, "--epochs must be at least 1");
  try {
    run(options);
  } catch (const std::exception& error) {
    std::fprintf(stderr, "chapter-13: %s\n", error.what());
    return 1;
  }
}
