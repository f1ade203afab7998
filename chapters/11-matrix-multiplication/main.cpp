// Chapter 11: matrix multiplication, from loops to the machine's limit.
// The sections run in the order of the text; each prints what the text shows.
#include <cstdio>
#include <exception>
#include <string>
#include <vector>

#include "11-matrix-multiplication/hand.h"
#include "11-matrix-multiplication/measures.h"
#include "11-matrix-multiplication/studies.h"
#include "common/args.h"
#include "common/report.h"

using namespace ch11;

namespace {

void by_hand(Report& report) {
  auto section = report.section("by_hand");
  const Hand hand;
  const std::vector<Matrix> steps = by_steps(hand.a, hand.b);
  for (std::size_t p = 0; p < steps.size(); ++p) {
    std::printf("after p = %zu:  %3.0f %3.0f\n              %3.0f %3.0f\n", p,
                steps[p](0, 0), steps[p](0, 1), steps[p](1, 0), steps[p](1, 1));
  }
  draw_outer().save(report.figure_path("outer.svg"));
  draw_blocks().save(report.figure_path("blocks.svg"));
  draw_packing().save(report.figure_path("packing.svg"));
}

void run(const Options& options) {
  const double start = now();
  Report report(options.out, options.marks);
  const Digits digits(options.seed);
  where_time_goes(options, digits, report);
  by_hand(report);
  const Machine found = machine(report);
  count_misses(report);
  tile_shapes(found, report);
  const std::vector<double> shares = time_steps(options, found, report);
  roofline(found, shares, report);
  time_sizes(options, found, report);
  bounds(report);
  train_both(options, digits, report);
  break_it(options, digits, report);
  race(options, report);
  false_benchmarks(options, report);
  what_helps(report);
  few_rows(options, found, report);
  floats(found, report);
  two_threads(options, report);
  report.number("time_all", now() - start, "%.0f");
  report.finish();
}

}  // namespace

int main(int argc, char** argv) {
  Options options;
  common::Args args("chapter-11", "Matrix multiplication: from loops to the limit.");
  args.option("out", options.out, "folder for figures and numbers");
  args.option("seed", options.seed, "seed of all random numbers");
  args.option("size", options.size, "side of the matrices that the steps are timed on");
  args.flag("marks", options.marks, "mark the sections of the output, for the book");
  args.parse_or_exit(argc, argv);
  args.require(options.size >= 64, "--size must be at least 64");
  try {
    run(options);
  } catch (const std::exception& error) {
    std::fprintf(stderr, "chapter-11: %s\n", error.what());
    return 1;
  }
}
