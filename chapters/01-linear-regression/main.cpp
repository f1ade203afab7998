// Chapter 1: linear regression from scratch.
#include <chrono>
#include <cmath>
#include <cstdio>
#include <fstream>
#include <stdexcept>
#include <string>
#include <vector>

#include "01-linear-regression/csv.h"
#include "01-linear-regression/differences.h"
#include "01-linear-regression/experiments.h"
#include "01-linear-regression/features.h"
#include "01-linear-regression/figures.h"
#include "01-linear-regression/flats.h"
#include "01-linear-regression/solve.h"
#include "common/args.h"
#include "common/report.h"

using namespace ch01;

namespace {

struct Settings {
  std::uint64_t seed = 1;
  int flats = 200, steps = 100;
  double rate = 0.1;
  std::string csv, target = "price", out = "chapter-01-out";
  bool marks = false;
};

// ── By hand ─────────────────────────────────────────────────────────────────────────

// ANCHOR: by_hand
void by_hand(const common::Report& report) {
  const auto section = report.section("by_hand");
  const Table flats = three_flats();
  LinearModel model = zeros(flats.x);
  for (int k = 0; k <= 2; ++k) {
    const Vector residual = residuals(model, flats.x, flats.y);
    const LinearModel slope = gradient(flats.x, residual);
    std::printf("w %6.4f  b %6.4f  loss %7.4f  dL/dw %8.4f  dL/db %7.4f\n",
                model.weights[0], model.bias, mean_squared_error(residual),
                slope.weights[0], slope.bias);
    step(model, slope, 0.1);
  }
}
// ANCHOR_END: by_hand

// ── Prove it ────────────────────────────────────────────────────────────────────────

// The derived slopes beside slopes measured from the loss, at a random model.
void check(const Table& train, Random& random, common::Report& report) {
  const auto section = report.section("check");
  const Matrix x = scaled(train.x);
  const auto loss = [&](const Vector& theta) {
    return mean_squared_error(residuals(as_model(theta), x, train.y));
  };
  Vector theta(kFeatures + 1);
  for (double& t : theta) t = 100 * random.normal();
  const LinearModel slope = gradient(x, residuals(as_model(theta), x, train.y));
  double worst = 0;
  std::printf("slope of   derived      measured\n");
  for (std::size_t j = 0; j <= kFeatures; ++j) {
    const double derived = j < kFeatures ? slope.weights[j] : slope.bias;
    const double measured = central_difference(loss, theta, j);
    std::printf("%-8s %11.6f  %11.6f\n", j < kFeatures ? kFeatureNames[j] : "bias",
                derived, measured);
    worst = std::max(worst, std::abs(derived - measured) / std::abs(derived));
  }
  report.number("check_worst", worst, "%.0e");
}

// ── Train it ────────────────────────────────────────────────────────────────────────

// ANCHOR: fit
// Scales by the rows it learns from, and descends from all weights at zero.
Regressor fit(const Table& train, const Settings& settings, Vector& losses) {
  Regressor fitted{fit_scaler(train.x), zeros(train.x)};
  losses = descend(fitted.model, fitted.scaler.apply(train.x), train.y, settings.rate,
                   settings.steps);
  return fitted;
}
// ANCHOR_END: fit

double error_on(const Table& table, const Regressor& fitted) {
  Vector residual = predict(fitted, table.x);
  for (std::size_t i = 0; i < residual.size(); ++i) residual[i] -= table.y[i];
  return root_mean_square(residual);
}

// Learns from any table and prints what it found; `law` may be empty.
Regressor learn(const std::vector<std::string>& names, const Split& data,
                const Vector& law, const Settings& settings, Vector& losses) {
  const Regressor fitted = fit(data.train, settings, losses);
  const LinearModel descent = unscaled(fitted);
  const LinearModel exact = least_squares(data.train.x, data.train.y);
  const auto row = [&](const std::string& name, double a, double b, std::size_t j) {
    std::printf("%-12s %11.3f %11.3f", name.c_str(), a, b);
    if (!law.empty()) std::printf(" %11.3f", law[j]);
    std::printf("\n");
  };
  std::printf("%zu rows to learn from, %zu held back\n", data.train.y.size(),
              data.test.y.size());
  std::printf("%-12s %11s %11s %11s\n", "", "descent", "QR", law.empty() ? "" : "law");
  for (std::size_t j = 0; j < names.size(); ++j) {
    row(names[j], descent.weights[j], exact.weights[j], j);
  }
  row("bias", descent.bias, exact.bias, names.size());
  std::printf("root mean squared error: training %.2f, held back %.2f\n",
              error_on(data.train, fitted), error_on(data.test, fitted));
  return fitted;
}

Regressor train_flats(const Split& data, const Settings& settings,
                      common::Report& report) {
  Vector law(kLaw, kLaw + kFeatures), losses;
  law.push_back(kLawBias);
  Regressor fitted;
  {
    const auto section = report.section("result");
    fitted =
        learn({kFeatureNames, kFeatureNames + kFeatures}, data, law, settings, losses);
  }
  const auto section = report.section("training");
  for (std::size_t k = 0; k < losses.size(); k = k == 0 ? 1 : 3 * k) {
    std::printf("step %3zu   loss %10.3f\n", k, losses[k]);
  }
  std::printf("step %3zu   loss %10.3f\n", losses.size() - 1, losses.back());
  const double best = lowest_loss(data.train.x, data.train.y);
  report.number("first_loss", losses.front(), "%.1f");
  report.number("mean_square", dot(data.train.y, data.train.y) / data.train.y.size(),
                "%.1f");
  report.number("last_loss", losses.back(), "%.2f");
  report.number("best_loss", best, "%.2f");
  report.number("train_rmse", error_on(data.train, fitted), "%.2f");
  report.number("test_rmse", error_on(data.test, fitted), "%.2f");
  draw_curves(report.figure_path("training.svg"), "Learning the price of a flat",
              "The loss falls along a straight line on the logarithmic axis from about "
              "70 000 to about 200 in thirty steps and stays at the best there is.",
              {{"training loss", losses}}, 100, 1e5, best);
  draw_predictions(report.figure_path("predictions.svg"), data.test.y,
                   predict(fitted, data.test.x), kNoise);
  return fitted;
}

void save_flats(const Table& flats, const std::string& path) {
  std::ofstream out(path);
  for (const char* name : kFeatureNames) out << name << ",";
  out << "price\n";
  for (std::size_t i = 0; i < flats.x.rows; ++i) {
    for (std::size_t j = 0; j < flats.x.cols; ++j) out << flats.x(i, j) << ",";
    out << flats.y[i] << "\n";
  }
  if (!out) throw std::runtime_error(path + ": cannot be written");
}

// " (0 'area', 1 'floor', 2 the ones of the bias)", to read a solver's complaint by.
std::string numbered(const std::vector<std::string>& names) {
  std::string text = " (";
  for (std::size_t j = 0; j < names.size(); ++j) {
    text += std::to_string(j) + " '" + names[j] + "', ";
  }
  return text + std::to_string(names.size()) + " the ones of the bias)";
}

void learn_from_file(const std::string& path, const Settings& settings,
                     Random& random) {
  Csv csv = read_csv(path);
  const Table table = set_apart(csv, settings.target);
  const Split data = hold_back(table, random);
  if (data.train.y.size() <= table.x.cols + 1 || data.test.y.empty()) {
    throw std::runtime_error(
        path + ": " + std::to_string(table.y.size()) + " rows are too few to learn " +
        std::to_string(table.x.cols + 1) + " parameters from three quarters of them");
  }
  const double limit = rate_limit(scaled(data.train.x));
  if (settings.rate >= limit) {
    throw std::runtime_error("--rate must be below " + std::to_string(limit) +
                             " for this table, or the descent goes uphill");
  }
  Vector losses;
  try {
    learn(csv.names, data, {}, settings, losses);
  } catch (const std::domain_error& error) {
    throw std::runtime_error(path + ": " + error.what() + numbered(csv.names));
  }
}

void run(const Settings& settings) {
  Random random(settings.seed);
  if (!settings.csv.empty()) return learn_from_file(settings.csv, settings, random);
  const auto start = std::chrono::steady_clock::now();
  common::Report report(settings.out, settings.marks);
  const Table flats = make_flats(static_cast<std::size_t>(settings.flats), random);
  save_flats(flats, settings.out + "/flats.csv");
  const Split data = hold_back(flats, random);

  guesses(data.train, report);
  by_hand(report);
  scaling(data.train, report);
  valleys(report);
  rates(data.train, report);
  conditioning(report);
  draw_reflection(report.figure_path("reflection.svg"));
  check(data.train, random, report);
  const Regressor fitted = train_flats(data, settings, report);
  how_near(data.train, report);
  overfit(data, random, report);
  wrong_sign(data.train, report);
  forgotten_mean(data.train, report);
  own_scaler(data, fitted, report);
  cost(random, report);
  const std::chrono::duration<double> spent = std::chrono::steady_clock::now() - start;
  report.number("time_total", spent.count(), "%.1f");
  report.finish();
}

Settings parse(int argc, char** argv) {
  Settings s;
  common::Args args("chapter-01", "Learns the price of flats by linear regression.");
  args.option("seed", s.seed, "draws other flats");
  args.option("flats", s.flats, "how many, 40 to 100000");
  args.option("rate", s.rate, "learning rate");
  args.option("steps", s.steps, "steps of gradient descent");
  args.option("csv", s.csv, "learn from this file instead");
  args.option("target", s.target, "the column of it to predict");
  args.option("out", s.out, "folder for figures and numbers");
  args.flag("marks", s.marks, "mark the sections, for the book");
  args.parse_or_exit(argc, argv);
  args.require(s.flats >= 40 && s.flats <= 100000, "--flats must be 40 to 100000");
  args.require(s.rate > 0, "--rate must be above 0");
  args.require(s.steps >= 0, "--steps must not be negative");
  return s;
}

}  // namespace

int main(int argc, char** argv) {
  const Settings settings = parse(argc, argv);
  try {
    run(settings);
  } catch (const std::exception& error) {
    std::fprintf(stderr, "chapter-01: %s\n", error.what());
    return 1;
  }
}
