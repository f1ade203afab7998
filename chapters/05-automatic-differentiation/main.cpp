// Chapter 5: derivatives of anything that computes.
// The sections run in the order of the text; each prints what the text shows.
#include <cmath>
#include <cstdio>
#include <exception>
#include <string>

#include "05-automatic-differentiation/figures.h"
#include "05-automatic-differentiation/hand.h"
#include "05-automatic-differentiation/registry.h"
#include "05-automatic-differentiation/studies.h"
#include "05-automatic-differentiation/twice.h"
#include "common/args.h"
#include "common/report.h"

using namespace ch05;

namespace {

// ---- why the last chapter is not enough

void used_twice(const Options& options, Report& report) {
  auto section = report.section("twice");
  Random random(options.seed), again(options.seed);
  const ch03::CheckResult layers = check_used_twice(random);
  const ch03::CheckResult graph = check_used_twice_as_expression(again);
  std::printf("layers that remember: worst relative error %.1e: %s\n",
              layers.worst_relative_error, layers.passed() ? "passed" : "FAILED");
  std::printf("    entry %zu is %.4f and should be %.4f\n", layers.index,
              layers.analytic, layers.numeric);
  std::printf("an expression:        worst relative error %.1e: %s\n",
              graph.worst_relative_error, graph.passed() ? "passed" : "FAILED");
  report.number("twice_error", layers.worst_relative_error, "%.2f");
}

// ---- by hand

void by_hand(Report& report) {
  auto section = report.section("by_hand");
  const Hand hand;
  backward(hand.loss);
  const auto print = [](const char* name, const Variable& v) {
    std::printf("%s  value %3.0f  gradient %3.0f\n", name, number(v), slope(v));
  };
  print("L", hand.loss);
  print("d", hand.d);
  print("c", hand.c);
  print("b", hand.b);
  print("a", hand.a);
  draw_hand().save(report.figure_path("graph.svg"));
}

// ---- the mathematics: one operation or many

// -log of the probability of class 0, computed as it is written.
Variable written_out(const Variable& z) {
  const Variable ones = constant(Matrix(2, 1, 1.0));
  Matrix pick(2, 1);
  pick(0, 0) = 1;
  const Variable e = exp(z);
  return -log(matmul(e, constant(pick)) / matmul(e, ones));
}

void one_node(Report& report) {
  auto section = report.section("one_node");
  const auto text = [](double v) {
    char digits[16] = "nan";  // some systems print -nan
    if (!std::isnan(v)) std::snprintf(digits, sizeof digits, "%.3e", v);
    return std::string(digits);
  };
  std::printf("            many operations           one operation\n");
  std::printf("scores             loss       slope          loss       slope\n");
  for (double score : {2.0, 20.0, 700.0, 710.0}) {
    Matrix scores(1, 2);
    scores(0, 0) = score;
    const Variable z = parameter(scores), same = parameter(scores);
    const Variable many = sum(written_out(z)), one = softmax_cross_entropy(same, {0});
    backward(many);
    backward(one);
    std::printf("%3.0f and 0 %13s %11s %13s %11s\n", score, text(number(many)).c_str(),
                text(z->gradient(0, 0)).c_str(), text(number(one)).c_str(),
                text(same->gradient(0, 0)).c_str());
  }
}

// ---- prove it

void prove(const Options& options, Report& report) {
  auto section = report.section("check");
  Random random(options.seed);
  double worst = 0;
  std::size_t cases = 0, slopes = 0, failed = 0;
  for (const Case& c : all_operations(random)) {
    const auto result = check(
        c.x, [&] { return c.f(c.x); }, random);
    if (!result.passed()) std::printf("%s FAILED\n", c.name);
    worst = std::max(worst, result.worst_relative_error);
    slopes += result.checked;
    failed += !result.passed();
    ++cases;
  }
  std::printf("%zu cases, %zu slopes, worst relative error %.1e, %zu failed\n", cases,
              slopes, worst, failed);
  const Knot knot(7, 5, 3, random);
  const Samples batch = ch04::random_batch(11, 7, 3, random);
  const auto loss = [&] {
    return softmax_cross_entropy(knot.logits(batch.inputs), batch.labels);
  };
  const auto result = check(knot.parameters(), loss, random);
  std::printf("the network that is no list: %zu slopes, worst %.1e: %s\n",
              result.checked, result.worst_relative_error,
              result.passed() ? "passed" : "FAILED");
  report.number("check_cases", static_cast<double>(cases), "%.0f");
  report.number("check_slopes", static_cast<double>(slopes), "%.0f");
}

void run(const Options& options) {
  const double start = ch04::seconds();
  Report report(options.out, options.marks);
  used_twice(options, report);
  by_hand(report);
  one_node(report);
  modes(report);
  prove(options, report);
  const Data data = load(options, 3000);
  side_by_side(options, data, report);
  draw_knot().save(report.figure_path("knot.svg"));
  twenty(options, data, report);
  aim(options, report);
  break_it(options, data, report);
  long_chain(report);
  step_costs(options, data, report);
  overhead(report);
  report.number("time_all", ch04::seconds() - start, "%.0f");
  report.finish();
}

}  // namespace

int main(int argc, char** argv) {
  Options options;
  common::Args args("chapter-05", "Computation graphs and automatic differentiation.");
  args.option("out", options.out, "folder for figures and numbers");
  args.option("seed", options.seed, "seed of all random numbers");
  args.option("x", options.x, "the target of the throw: metres along");
  args.option("y", options.y, "the target of the throw: metres up");
  args.option("drag", options.drag, "how strongly the air pulls at the ball");
  args.flag("digits", options.digits, "draw digits even where Fashion-MNIST is found");
  args.flag("marks", options.marks, "mark the sections of the output, for the book");
  args.parse_or_exit(argc, argv);
  args.require(options.drag >= 0, "--drag must not be below 0");
  try {
    run(options);
  } catch (const std::exception& error) {
    std::fprintf(stderr, "chapter-05: %s\n", error.what());
    return 1;
  }
}
