// Chapter 10: attention and the Transformer.
// The sections run in the order of the text; each prints what the text shows.
#include <cstdio>
#include <exception>

#include "10-attention/training_studies.h"
#include "common/args.h"
#include "common/report.h"

using namespace ch10;

namespace {

void run(const Options& options) {
  const double start = seconds();
  Report report(options.out, options.marks);
  draw_lookup().save(report.figure_path("lookup.svg"));
  draw_transformer().save(report.figure_path("transformer.svg"));
  draw_positions().save(report.figure_path("positions.svg"));
  recall_pairs(options, report);
  hand(report);
  scale(options, report);
  blind(options, report);
  alike(options, report);
  deep(options, report);
  parameters(report);
  prove(options, report);
  properties(options, report);
  by_heart(options, report);
  Transformer<> model = learn(options, report);
  written(model, options, report);
  weights(model, options, report);
  break_it(options, report);
  cache(options, report);
  costs(options, report);
  report.number("time_all", seconds() - start, "%.0f");
  report.finish();
}

}  // namespace

int main(int argc, char** argv) {
  Options options;
  common::Args args("chapter-10", "Attention and the Transformer, every matrix of it.");
  args.option("out", options.out, "folder for figures and numbers");
  args.option("seed", options.seed, "seed of all random numbers");
  args.option("steps", options.steps, "training steps of the long run");
  args.option("texts", options.texts, "texts in a batch");
  args.option("rate", options.rate, "learning rate of the long run");
  args.flag("marks", options.marks, "mark the sections of the output, for the book");
  args.parse_or_exit(argc, argv);
  args.require(options.steps >= 90, "--steps must be at least 90");
  args.require(options.texts >= 1, "--texts must be at least 1");
  try {
    run(options);
  } catch (const std::exception& error) {
    std::fprintf(stderr, "chapter-10: %s\n", error.what());
    return 1;
  }
}
