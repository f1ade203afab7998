// Chapter 3: checking gradients. The sections of this program come in the order of the
// text.
#include <cstdio>
#include <ctime>
#include <stdexcept>

#include "01-linear-regression/random.h"
#include "02-logistic-regression/digits.h"
#include "02-logistic-regression/softmax_regression.h"
#include "03-checking-gradients/figures.h"
#include "03-checking-gradients/gradient_check.h"
#include "03-checking-gradients/step_sizes.h"
#include "03-checking-gradients/suspects.h"
#include "03-checking-gradients/web_programs.h"
#include "03-checking-gradients/wrong_regression.h"
#include "common/args.h"
#include "common/report.h"

using namespace ch03;
using ch01::Random;

namespace {

// Chapter 2's regression on its own digits, with three different gradients.
void train_wrong_regressions(const Settings& settings, common::Report& report) {
  const auto section = report.section("wrong_regressions");
  Random random(settings.seed);
  const ch02::Images train = ch02::draw_digits(4000, random);
  const ch02::Images test = ch02::draw_digits(1000, random);
  struct Kind {
    const char *name, *number;
    decltype(ch02::Recipe::loss) loss;
    Colour colour;
  };
  const Kind kinds[] = {
      {"the right gradient", "right_accuracy", ch02::softmax_cross_entropy,
       Colour::kBlue},
      {"with a sigmoid's slope", "slope_accuracy", with_sigmoid_slope, Colour::kOrange},
      {"only the label's score", "label_accuracy", only_the_label, Colour::kPurple}};
  std::vector<NamedCurve> curves;
  std::printf("accuracy on 1000 new digits      after 1 epoch      after 20\n");
  for (const Kind& kind : kinds) {
    Random order(settings.seed);
    ch02::SoftmaxModel model(10, train.height * train.width);
    ch02::Recipe recipe;
    recipe.loss = kind.loss;
    NamedCurve curve{kind.name, {}, kind.colour, Dash::kSolid};
    for (int epoch = 0; epoch <= 20; ++epoch) {
      if (epoch > 0) {
        ch02::train_epoch(model, ch02::as_rows(train), train.labels, 20, 0.1, order,
                          recipe);
      }
      curve.values.push_back(100 *
                             ch02::accuracy(model, ch02::as_rows(test), test.labels));
    }
    std::printf("  %-30s %11.1f %% %11.1f %%\n", kind.name, curve.values[1],
                curve.values[20]);
    report.number(kind.number, curve.values[20], "%.1f");
    curves.push_back(curve);
  }
  draw_training(
      "Three gradients, one model",
      "Accuracy over twenty epochs. All three curves start at 10 percent and are "
      "above 80 after a few epochs; the two with wrong gradients end a little "
      "below the right one.",
      "epoch", "accuracy, %", curves, 1, false,
      report.figure_path("wrong-gradients.svg"));
}

void work_by_hand(common::Report& report) {
  const auto section = report.section("by_hand");
  const Loss cube = [](const Vector& x) { return x[0] * x[0] * x[0]; };
  std::printf("x^3 at 2; the slope is 12\n");
  std::printf("       h     forward     central\n");
  for (double h : {0.1, 0.01, 0.001}) {
    std::printf("%8g %11.6f %11.6f\n", h, forward_difference(cube, {2}, 0, h),
                central_difference(cube, {2}, 0, h));
  }
  draw_secants(report.figure_path("secants.svg"));
}

void compare_steps(common::Report& report) {
  const auto section = report.section("steps");
  const Curve forward = error_curve<double>(-15, 0, false);
  const Curve central = error_curve<double>(-15, 0, true);
  const Curve single = error_curve<float>(-7, 0, true);
  std::printf("relative error for e^x, x from 1 to 2\n");
  std::printf("       h   forward   central   central in float\n");
  for (int e : {-1, -2, -3, -4, -5, -6, -8, -10, -12}) {
    const double h = std::pow(10.0, e);
    std::printf("   1e%-4d   %.0e     %.0e", e, quotient_error(h, false),
                quotient_error(h, true));
    if (e >= -6) std::printf("     %.0e", quotient_error(static_cast<float>(h), true));
    std::printf("\n");
  }
  report.number("slope_forward", fitted_slope(forward, 1e-6, 1e-2), "%.2f");
  report.number("slope_central", fitted_slope(central, 1e-3, 1e-1), "%.2f");
  report.number("slope_rounding", fitted_slope(central, 1e-13, 1e-8), "%.2f");
  report.number("best_step_forward", forward.steps[best(forward)], "%.0e");
  report.number("best_error_forward", forward.errors[best(forward)], "%.0e");
  report.number("best_step_central", central.steps[best(central)], "%.0e");
  report.number("best_error_central", central.errors[best(central)], "%.0e");
  report.number("best_error_float", single.errors[best(single)], "%.0e");
  draw_step_sizes(forward, central, single, report.figure_path("step-size.svg"));
}

void look_at_kinks(common::Report& report) {
  const auto section = report.section("kinks");
  const Loss relu = [](const Vector& x) { return std::max(0.0, x[0]); };
  const Loss softplus = [](const Vector& x) { return ch02::softplus(x[0]); };
  const auto gap = [](const Loss& loss, double x, double step) {
    return slopes(loss, {x}, loss({x}), 0, step).gap();
  };
  const double h = step_for(0);
  std::printf("                 left slope   right slope    gap at h   gap at h/2\n");
  const auto show = [&](const char* name, const Loss& loss, double x) {
    const Slopes s = slopes(loss, {x}, loss({x}), 0, h);
    std::printf("%-15s %11.6f %13.6f %11.2e %12.2e\n", name, s.left, s.right,
                gap(loss, x, h), gap(loss, x, h / 2));
  };
  show("softplus at 0", softplus, 0);
  show("ReLU at 0", relu, 0);
  show("ReLU at 1e-6", relu, 1e-6);
  Values steps, curved, kinked, near;
  for (int i = -56; i <= 0; ++i) {
    steps.push_back(std::pow(10.0, i / 8.0));
    curved.push_back(gap(softplus, 0, steps.back()));
    kinked.push_back(gap(relu, 0, steps.back()));
    near.push_back(gap(relu, 1e-6, steps.back()));
  }
  draw_gaps(steps, curved, kinked, near, report.figure_path("gaps.svg"));
}

// Four backward passes of softmax, three of them nonsense, under two losses.
void compare_sum_and_projection(const Settings& settings, common::Report& report) {
  const auto section = report.section("projection");
  Random random(settings.seed);
  const std::size_t rows = 3, cols = 5;
  const Vector z = normals(rows * cols, random);
  const Vector p = softmax_rows(z, cols);
  const Vector ones(z.size(), 1.0), weights = random_projection(z.size(), random);
  const double factors[] = {1, -1, 1000, 0};
  const char* names[] = {"right", "sign turned", "times 1000", "always zero"};
  std::printf("softmax backward       sum             random projection\n");
  for (int i = 0; i < 4; ++i) {
    std::printf("  %-15s", names[i]);
    for (const Vector& upstream : {ones, weights}) {
      const Loss loss = [&](const Vector& at) {
        return project(upstream, softmax_rows(at, cols));
      };
      Vector gradient = softmax_backward(p, upstream, cols);
      scale(gradient, factors[i]);
      const CheckResult result = check_gradient(loss, z, gradient);
      std::printf("  %s %.0e", verdict(result), result.worst_relative_error);
    }
    std::printf("\n");
  }
}

void check_the_checker(const Settings& settings, common::Report& report) {
  const auto section = report.section("prove");
  Random random(settings.seed);
  const std::vector<Suspect> suspects = right_gradients(random);
  const std::vector<PlantedError> errors = planted_errors();
  std::printf("right gradients          entries   kinks   worst relative error\n");
  for (const Suspect& s : suspects) {
    const CheckResult result = check_gradient(s.loss, s.at, s.analytic);
    std::printf("  %-22s %7zu %7zu   %.0e   %s\n", s.name.c_str(), result.checked,
                result.kinks, result.worst_relative_error, verdict(result));
  }
  std::printf("planted errors           caught\n");
  int planted = 0, caught = 0;
  for (const PlantedError& error : errors) {
    int here = 0;
    for (const Suspect& s : suspects) {
      Vector gradient = s.analytic;
      error.plant(gradient);
      here += !check_gradient(s.loss, s.at, gradient).passed();
    }
    std::printf("  %-25s %d of %zu\n", error.name.c_str(), here, suspects.size());
    planted += static_cast<int>(suspects.size());
    caught += here;
  }
  report.number("planted", planted, "%.0f");
  report.number("caught", caught, "%.0f");
}

// What each way to check 7,850 derivatives costs, and whether it sees one wrong sign.
void compare_costs(const Settings& settings, common::Report& report) {
  const auto section = report.section("costs");
  Random random(settings.seed);
  const ch02::Images images = ch02::draw_digits(20, random);
  const Matrix x = ch02::as_rows(images);
  ch02::SoftmaxModel model(10, x.cols);
  model.weights.values = normals(model.weights.values.size(), random);
  std::size_t evaluations = 0;
  const Loss loss = [&](const Vector& at) {
    ++evaluations;
    return ch02::softmax_cross_entropy(ch02::logits(with_weights(model, at), x),
                                       images.labels);
  };
  Matrix d_scores;
  ch02::softmax_cross_entropy(ch02::logits(model, x), images.labels, &d_scores);
  const Vector at = flat(model), right = flat(ch02::backward(x, d_scores));
  Vector wrong = right;
  wrong[largest(wrong)] *= -1;
  const Vector direction = random_projection(at.size(), random);
  const std::vector<std::size_t> some = sample_indices(at.size(), 100, random);
  std::printf("%zu derivatives      evaluations   right     one sign wrong\n",
              at.size());
  const auto show = [&](const char* name, const char* number, auto check) {
    evaluations = 0;
    const std::clock_t start = std::clock();  // of this program, whatever else runs
    const CheckResult on_right = check(right);
    const double seconds = static_cast<double>(std::clock() - start) / CLOCKS_PER_SEC;
    const std::size_t used = evaluations;
    std::printf("  %-20s %12zu   %s    %s\n", name, used, verdict(on_right),
                verdict(check(wrong)));
    report.number(number, 1000 * seconds, seconds > 1 ? "%.0f" : "%.1f");
  };
  show("every entry", "time_all",
       [&](const Vector& g) { return check_gradient(loss, at, g); });
  show("100 entries", "time_some",
       [&](const Vector& g) { return check_entries(loss, at, g, some); });
  show("one direction", "time_direction",
       [&](const Vector& g) { return check_along(loss, at, g, direction); });
}

}  // namespace

int main(int argc, char** argv) {
  Settings settings;
  common::Args args("chapter-03", "Chapter 3: checking gradients.");
  args.option("seed", settings.seed, "where the random numbers start");
  args.option("epochs", settings.epochs, "epochs for the colour images");
  args.option("rate", settings.rate, "learning rate for the colour images");
  args.option("out", settings.out, "folder for figures and numbers");
  args.flag("marks", settings.marks, "mark the sections, for the book");
  args.parse_or_exit(argc, argv);
  args.require(settings.epochs >= 1, "--epochs must be at least 1");
  args.require(settings.rate > 0, "--rate must be above 0");
  try {
    common::Report report(settings.out, settings.marks);
    train_wrong_regressions(settings, report);
    work_by_hand(report);
    compare_steps(report);
    look_at_kinks(report);
    compare_sum_and_projection(settings, report);
    check_the_checker(settings, report);
    const auto curves = train_exclusive_or(settings, report);
    train_three_slices(settings, report, curves);
    check_sigmoid_network(settings, report);
    run_published_convolution(settings, report);
    check_convolutions(settings, report);
    find_unread_pixels(settings, report);
    train_convolutions(settings, report);
    learn_twenty_by_heart(settings, report);
    break_it(settings, report);
    compare_costs(settings, report);
    report.number("time_total", static_cast<double>(std::clock()) / CLOCKS_PER_SEC,
                  "%.0f");
    report.finish();
  } catch (const std::exception& error) {
    std::fprintf(stderr, "chapter-03: %s\n", error.what());
    return 1;
  }
}
