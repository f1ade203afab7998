// Chapter 12: convolution, from chapter 6's loops to beyond the machine's peak.
// The sections run in the order of the text; each prints what the text shows.
#include <cstdio>
#include <exception>

#include "12-fast-convolution/studies.h"
#include "common/args.h"
#include "common/report.h"

using namespace ch12;

namespace {

void print(const char* name, const Matrix& m) {
  std::printf("%-12s", name);
  for (std::size_t k = 0; k < m.values.size(); ++k) std::printf(" %3.0f", m.values[k]);
  std::printf("\n");
}

void by_hand(Report& report) {
  auto section = report.section("by_hand");
  const ch06::Hand hand;
  Matrix sum(1, 4);
  for (std::size_t p = 0; p < 2; ++p)
    for (std::size_t q = 0; q < 2; ++q) {
      const Matrix part = one_tap(hand, p, q);
      print(("tap " + std::to_string(p) + ", " + std::to_string(q)).c_str(), part);
      for (std::size_t k = 0; k < 4; ++k) sum.values[k] += part.values[k];
    }
  print("sum", sum);
  const FourProducts r = four_products({1, 2, 0, 3}, {1, -1, 2});
  std::printf("four products %.0f, %.0f, %.0f, %.0f and two responses %.0f, %.0f\n",
              r.products[0], r.products[1], r.products[2], r.products[3],
              r.responses[0], r.responses[1]);
  draw_shifted().save(report.figure_path("shifted.svg"));
  draw_phases().save(report.figure_path("phases.svg"));
}

void run_all(ch06::Options& options) {
  const double start = ch04::seconds();
  Report report(options.out, options.marks);
  const ch04::Data data = ch06::load(options);
  const double peak = too_slow(data, report);
  by_hand(report);
  memory(report);
  steps(peak, report);
  first_layers(peak, report);
  counts(report);
  agree(report);
  prove(report);
  backward_rates(report);
  twenty(data, report);
  train(data, report);
  break_it(options, data, report);
  precision(report);
  pays(report);
  roofline(peak, report);
  fused(report);
  report.number("time_all", ch04::seconds() - start, "%.0f");
  report.finish();
}

}  // namespace

int main(int argc, char** argv) {
  ch06::Options options;
  options.out = "chapter-12-out";
  options.seed = 12;
  options.images = 1000;
  common::Args args("chapter-12", "Convolution, fast.");
  args.option("out", options.out, "folder for figures and numbers");
  args.option("seed", options.seed, "seed of the networks of \"Break it\"");
  args.flag("marks", options.marks, "mark the sections of the output, for the book");
  args.parse_or_exit(argc, argv);
  try {
    run_all(options);
  } catch (const std::exception& error) {
    std::fprintf(stderr, "chapter-12: %s\n", error.what());
    return 1;
  }
}
