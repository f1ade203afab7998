// Chapter 7: networks that read sequences and remember.
// The sections run in the order of the text; each prints what the text shows.
#include <cstdio>
#include <exception>
#include <string>

#include "07-recurrent-networks/figures.h"
#include "07-recurrent-networks/hand.h"
#include "07-recurrent-networks/studies.h"
#include "07-recurrent-networks/trials.h"
#include "common/args.h"
#include "common/report.h"

using namespace ch07;

namespace {

void grammar(const Options& options, Report& report) {
  draw_grammar().save(report.figure_path("grammar.svg"));
  draw_unrolled().save(report.figure_path("unrolled.svg"));
  draw_lstm().save(report.figure_path("lstm.svg"));
  auto section = report.section("strings");
  Random random(options.seed);
  for (int i = 0; i < 4; ++i) std::printf("%s\n", embedded(1, random).c_str());
  std::printf("%s\n", embedded(options.parts, random).c_str());
}

void by_hand(Report& report) {
  auto section = report.section("by_hand");
  const Hand hand;
  auto cells = hand.cells;
  std::printf("h   %g %g %g   loss %g\n", hand.run[0].after.h(0, 0),
              hand.run[1].after.h(0, 0), hand.run[2].after.h(0, 0), hand.loss);
  std::printf("du %g  dw %g  db %g  dh0 %g\n", cells.parameters()[0]->gradient(0, 0),
              cells.parameters()[1]->gradient(0, 0),
              cells.parameters()[2]->gradient(0, 0), hand.d.h(0, 0));
}

void run(const Options& options) {
  const double start = seconds();
  Report report(options.out, options.marks);
  grammar(options, report);
  fixed_inputs(options, report);
  by_hand(report);
  distances(options, report);
  prove(options, report);
  by_heart(options, report);
  short_strings(options, report);
  long_strings(options, report);
  clipping(options, report);
  chunks(options, report);
  break_it(options, report);
  costs(report);
  report.number("time_all", seconds() - start, "%.0f");
  report.finish();
}

}  // namespace

int main(int argc, char** argv) {
  Options options;
  common::Args args("chapter-07", "Recurrent networks: RNN, LSTM and GRU.");
  args.option("out", options.out, "folder for figures and numbers");
  args.option("seed", options.seed, "seed of all random numbers");
  args.option("width", options.width, "width of the state");
  args.option("parts", options.parts, "parts of a long string");
  args.option("steps", options.steps, "training steps on long strings");
  args.option("rate", options.rate, "learning rate of the RNN on long strings");
  args.flag("marks", options.marks, "mark the sections of the output, for the book");
  args.parse_or_exit(argc, argv);
  args.require(options.width >= 1, "--width must be at least 1");
  args.require(options.parts >= 2, "--parts must be at least 2");
  args.require(options.steps >= 1, "--steps must be at least 1");
  args.require(options.rate > 0, "--rate must be above 0");
  try {
    run(options);
  } catch (const std::exception& error) {
    std::fprintf(stderr, "chapter-07: %s\n", error.what());
    return 1;
  }
}
