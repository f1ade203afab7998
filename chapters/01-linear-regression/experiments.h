// What the text measures along the way: each function prints one section of the output
// and draws its figures.
#pragma once

#include <algorithm>
#include <chrono>
#include <cmath>
#include <cstdio>
#include <string>
#include <vector>

#include "01-linear-regression/condition.h"
#include "01-linear-regression/features.h"
#include "01-linear-regression/figures.h"
#include "01-linear-regression/flats.h"
#include "01-linear-regression/solve.h"
#include "common/report.h"

namespace ch01 {

inline double root_mean_square(const Vector& residual) {
  return std::sqrt(mean_squared_error(residual));
}

inline LinearModel zeros(const Matrix& x) { return {Vector(x.cols), 0}; }

inline Matrix scaled(const Matrix& x) { return fit_scaler(x).apply(x); }

inline LinearModel least_squares(const Matrix& x, const Vector& y) {
  return as_model(solve_qr(with_ones(x), y));
}

inline double lowest_loss(const Matrix& x, const Vector& y) {
  return mean_squared_error(residuals(least_squares(x, y), x, y));
}

inline double rate_limit(const Matrix& x) {
  return 2 / largest_curvature(with_ones(x));
}

inline double mean(const Vector& v) {
  return dot(v, Vector(v.size(), 1)) / static_cast<double>(v.size());
}

// ── Why drawing a line by eye is not enough ─────────────────────────────────────────

// The line through the smallest and the largest flat, as one might draw it.
inline LinearModel line_by_eye(const Matrix& area, const Vector& price) {
  const auto ends = std::minmax_element(area.values.begin(), area.values.end());
  const auto low = static_cast<std::size_t>(ends.first - area.values.begin());
  const auto high = static_cast<std::size_t>(ends.second - area.values.begin());
  const double slope = (price[high] - price[low]) / (area(high, 0) - area(low, 0));
  return {{slope}, price[low] - slope * area(low, 0)};
}

inline void guesses(const Table& train, common::Report& report) {
  const auto section = report.section("guesses");
  Matrix area(train.x.rows, 1);
  area.values = column(train.x, 0);
  const LinearModel guess{{0}, mean(train.y)};
  const LinearModel eye = line_by_eye(area, train.y);
  const LinearModel line = least_squares(area, train.y);
  const auto row = [&](const char* name, const char* label, const LinearModel& model) {
    const double error = root_mean_square(residuals(model, area, train.y));
    std::printf("%-28s %6.1f\n", label, error);
    report.number(name, error, "%.1f");
  };
  std::printf("root mean squared error, thousand euros\n");
  row("error_mean", "always the mean price", guess);
  row("error_eye", "the line drawn by eye", eye);
  row("error_line", "the best line through area", line);
  const double four = std::sqrt(lowest_loss(train.x, train.y));
  std::printf("%-28s %6.1f\n", "the best of all 4 features", four);
  report.number("error_four", four, "%.1f");
  report.number("slope_eye", eye.weights[0], "%.2f");
  report.number("slope_line", line.weights[0], "%.2f");
  draw_flats(report.figure_path("flats.svg"), area, train.y, eye, line, guess.bias);
}

// ── How large a step, and on what features ──────────────────────────────────────────

inline void rates(const Table& train, common::Report& report) {
  const auto section = report.section("rates");
  const Matrix x = scaled(train.x);
  const double limit = rate_limit(x);
  report.number("rate_limit", limit, "%.4f");
  std::printf("2 / lambda_max = %.4f\n", limit);
  std::vector<Curve> curves;
  for (double share : {0.02, 0.1, 0.5, 0.98, 1.02, 1.1}) {
    LinearModel model = zeros(x);
    const Vector losses = descend(model, x, train.y, share * limit, 100);
    std::printf("rate %.4f, %4.2f of it: after 100 steps the loss is %.5g\n",
                share * limit, share, losses.back());
    char name[32];
    std::snprintf(name, sizeof name, "%.2f", share);
    curves.push_back({name, losses});
  }
  draw_curves(report.figure_path("rates.svg"), "Rates as shares of the limit",
              "Loss against step for six learning rates. At 0.02 and 0.1 of the limit "
              "it falls slowly, at 0.5 it is on the floor within a few steps, at 0.98 "
              "it falls slowly again, and at 1.02 and 1.1 it rises.",
              curves, 100, 1e6, lowest_loss(x, train.y));
}

// Steps until the loss is within 1 % of the best, or `most` if that is not enough.
inline int steps_needed(const Matrix& x, const Vector& y, double rate, int most) {
  const double enough = 1.01 * lowest_loss(x, y);
  LinearModel model = zeros(x);
  for (int k = 0; k < most; ++k) {
    const Vector residual = residuals(model, x, y);
    if (mean_squared_error(residual) <= enough) return k;
    step(model, gradient(x, residual), rate);
  }
  return most;
}

inline void scaling(const Table& train, common::Report& report) {
  const auto section = report.section("scaling");
  const int most = 200000;
  std::printf("features        condition of A    rate      steps\n");
  const auto row = [&](const char* name, const Matrix& x) {
    const double kappa = condition_number(with_ones(x)), rate = rate_limit(x) / 2;
    const int steps = steps_needed(x, train.y, rate, most);
    std::printf("%-15s %14.4g    %.1e  %s%d\n", name, kappa, rate,
                steps == most ? "> " : "", steps);
    return steps;
  };
  Scaler centre = fit_scaler(train.x), divide = centre;
  centre.deviation.assign(kFeatures, 1);
  divide.mean.assign(kFeatures, 0);
  row("raw", train.x);
  row("divided", divide.apply(train.x));
  const int centred = row("centred", centre.apply(train.x));
  const int both = row("both", scaled(train.x));
  const double kappa = condition_number(with_ones(train.x));
  report.number("kappa_thousands", kappa / 1e3, "%.0f");
  report.number("squared_billions", kappa * kappa / 1e9, "%.0f");
  report.number("steps_centred", centred, "%.0f");
  report.number("steps_both", both, "%.0f");
}

inline Path descent_path(const Table& flats, LinearModel model, double rate) {
  Path path{{model.weights[0]}, {model.bias}};
  for (int k = 0; k < 30; ++k) {
    descend(model, flats.x, flats.y, rate, 1);
    path.w.push_back(model.weights[0]);
    path.b.push_back(model.bias);
  }
  return path;
}

inline void valleys(const common::Report& report) {
  Table flats = three_flats();
  const Scaler scaler = fit_scaler(flats.x);
  const LinearModel start{{-0.5}, 2.5};
  draw_descent(report.figure_path("contour-raw.svg"), "Three flats, feature as it is",
               "Level lines of the loss form a long narrow valley from top left to "
               "bottom right. Gradient descent jumps from wall to wall, then creeps "
               "along the floor; after 30 steps it is still short of the lowest point.",
               flats.x, flats.y, descent_path(flats, start, 0.15),
               {-2, 4, -1.5, 3, 120, 90});
  // The same predictions to start from, written for the scaled feature.
  const LinearModel same{{start.weights[0] * scaler.deviation[0]},
                         start.bias + start.weights[0] * scaler.mean[0]};
  flats.x = scaler.apply(flats.x);
  draw_descent(report.figure_path("contour-scaled.svg"), "Three flats, feature scaled",
               "Level lines of the loss are circles. Gradient descent goes straight to "
               "their centre and is there within a dozen steps.",
               flats.x, flats.y, descent_path(flats, same, 0.15),
               {-2, 4, 0.75, 5.25, 120, 90});
}

// ── Two ways to solve ───────────────────────────────────────────────────────────────

// 48 points exactly on y = 3x + 1, with x from `offset` to less than offset + 1.
inline Table far_line(double offset) {
  Table line{Matrix(48, 1), Vector(48)};
  for (std::size_t i = 0; i < 48; ++i) {
    line.x(i, 0) = offset + static_cast<double>(i) / 64;
    line.y[i] = 3 * line.x(i, 0) + 1;
  }
  return line;
}

// How many of a double's 16 decimal digits the bias has lost, when it should be 1.
template <typename Solver>
std::string digits_lost(Solver solve, const Matrix& a, const Vector& y) {
  try {
    const double error = std::abs(solve(a, y)[1] - 1);
    const double lost = error > 0 ? 16 + std::log10(error) : 0;
    return lost >= 16 ? "all" : std::to_string(std::lround(std::max(0.0, lost)));
  } catch (const std::domain_error&) {
    return "no solution";
  }
}

inline void conditioning(const common::Report& report) {
  const auto section = report.section("conditioning");
  std::printf("                         digits lost of 16\n");
  std::printf("  x from   condition   normal equations    QR\n");
  for (double offset : {1e0, 1e1, 1e2, 1e3, 1e4, 1e5, 1e6, 1e7}) {
    const Table line = far_line(offset);
    const Matrix a = with_ones(line.x);
    std::printf("%8.0f   %9.1e   %16s  %4s\n", offset, condition_number(a),
                digits_lost(solve_normal_equations, a, line.y).c_str(),
                digits_lost(solve_qr, a, line.y).c_str());
  }
}

// ── How near the law ────────────────────────────────────────────────────────────────

// How far each weight is from the law, beside how far chance alone should take it.
inline void how_near(const Table& train, common::Report& report) {
  const auto section = report.section("how_near");
  const LinearModel found = least_squares(train.x, train.y);
  const Scaler scaler = fit_scaler(train.x);
  std::printf("weight      off by   to be expected\n");
  for (std::size_t j = 0; j < kFeatures; ++j) {
    const double chance =
        kNoise / (scaler.deviation[j] * std::sqrt(static_cast<double>(train.y.size())));
    std::printf("%-8s %9.3f %16.3f\n", kFeatureNames[j], found.weights[j] - kLaw[j],
                chance);
  }
  const double n = static_cast<double>(train.y.size()), p = kFeatures + 1;
  report.number("noise", kNoise, "%.0f");
  report.number("theory_train", kNoise * kNoise * (n - p) / n, "%.1f");
}

// ── Twenty samples ──────────────────────────────────────────────────────────────────

// The scaled features and, beside them, `more` columns of pure chance.
inline Matrix with_chance(const Matrix& x, std::size_t more, Random& random) {
  Matrix wide(x.rows, x.cols + more);
  for (std::size_t i = 0; i < wide.rows; ++i) {
    for (std::size_t j = 0; j < wide.cols; ++j) {
      wide(i, j) = j < x.cols ? x(i, j) : random.normal();
    }
  }
  return wide;
}

inline void overfit(const Split& data, Random& random, common::Report& report) {
  const auto section = report.section("overfit");
  const Scaler scaler = fit_scaler(data.train.x);
  const Matrix train = with_chance(scaler.apply(data.train.x), 15, random);
  const Matrix test = with_chance(scaler.apply(data.test.x), 15, random);
  std::printf("flats to learn from   training error   held-back error\n");
  for (std::size_t count :
       {std::size_t{20}, std::size_t{30}, std::size_t{50}, train.rows}) {
    std::vector<std::size_t> first(std::min(count, train.rows));
    for (std::size_t i = 0; i < first.size(); ++i) first[i] = i;
    const Table few = pick({train, data.train.y}, first);
    const LinearModel model = least_squares(few.x, few.y);
    const double inside = root_mean_square(residuals(model, few.x, few.y));
    const double outside = root_mean_square(residuals(model, test, data.test.y));
    std::printf("%19zu   %14.2g   %15.1f\n", first.size(), inside, outside);
    if (count == 20) {
      report.number("overfit_inside", inside, "%.2g");
      report.number("overfit_outside", outside, "%.1f");
    }
  }
}

// ── Break it ────────────────────────────────────────────────────────────────────────

// Gradient descent with a planted bug: `spoil` changes each gradient.
template <typename Spoil>
Vector spoiled(const Table& table, double rate, int steps, Spoil spoil) {
  LinearModel model = zeros(table.x);
  Vector losses;
  for (int k = 0; k <= steps; ++k) {
    const Vector residual = residuals(model, table.x, table.y);
    losses.push_back(mean_squared_error(residual));
    LinearModel slope = gradient(table.x, residual);
    spoil(slope);
    step(model, slope, rate);
  }
  return losses;
}

inline void wrong_sign(const Table& train, common::Report& report) {
  const auto section = report.section("wrong_sign");
  Table table{scaled(train.x), train.y};
  const double middle = mean(table.y);
  const auto wrong = [](LinearModel& slope) { slope.bias = -slope.bias; };
  const Vector raw = spoiled(table, 0.1, 300, wrong);
  for (double& y : table.y) y -= middle;
  const Vector centred = spoiled(table, 0.1, 300, wrong);
  const Vector right = spoiled(table, 0.1, 300, [](LinearModel&) {});
  std::printf(
      "            prices as they are   prices less their mean   without the bug\n");
  for (std::size_t k : {0, 10, 50, 100, 150, 200, 250, 300}) {
    std::printf("step %3zu %21.4g %24.4g %17.4g\n", k, raw[k], centred[k], right[k]);
  }
  report.number("sign_100", centred[100], "%.2f");
  draw_curves(report.figure_path("broken.svg"), "One wrong sign",
              "With the bug and the prices as they are the loss rises from the first "
              "step. With the mean taken off the prices the curve is the right one for "
              "some 180 steps, and then it rises just as steeply.",
              {{"prices as they are", raw, Colour::kRed},
               {"prices less their mean", centred, Colour::kOrange},
               {"without the bug", right, Colour::kBlue}},
              100, 1e10);
}

inline void forgotten_mean(const Table& train, common::Report& report) {
  const auto section = report.section("forgotten_mean");
  for (std::size_t count : {std::size_t{20}, std::size_t{50}, train.y.size()}) {
    std::vector<std::size_t> first(std::min(count, train.y.size()));
    for (std::size_t i = 0; i < first.size(); ++i) first[i] = i;
    const Table part = pick({scaled(train.x), train.y}, first);
    const double n = static_cast<double>(first.size());
    const auto sum = [&](LinearModel& slope) {
      for (double& w : slope.weights) w *= n;
      slope.bias *= n;
    };
    const double bad = spoiled(part, 0.01, 100, sum).back();
    const double good = spoiled(part, 0.2, 100, [](LinearModel&) {}).back();
    std::printf(
        "%3zu flats, 100 steps: rate 0.01 with the sum %10.4g, "
        "rate 0.2 with the mean %7.1f\n",
        first.size(), bad, good);
  }
}

inline void own_scaler(const Split& data, const Regressor& fitted,
                       common::Report& report) {
  const auto section = report.section("own_scaler");
  const std::size_t n = data.test.y.size();
  std::printf("rows asked about at a time   own scaler   training set's scaler\n");
  for (std::size_t together : {n, std::size_t{10}, std::size_t{2}, std::size_t{1}}) {
    Vector own, kept;
    for (std::size_t from = 0; from < n; from += together) {
      std::vector<std::size_t> rows;
      for (std::size_t i = from; i < std::min(n, from + together); ++i)
        rows.push_back(i);
      const Table part = pick(data.test, rows);
      const Vector a = residuals(fitted.model, scaled(part.x), part.y);
      const Vector b = residuals(fitted.model, fitted.scaler.apply(part.x), part.y);
      own.insert(own.end(), a.begin(), a.end());
      kept.insert(kept.end(), b.begin(), b.end());
    }
    std::printf("%26zu   %10.1f   %21.1f\n", together, root_mean_square(own),
                root_mean_square(kept));
    if (together == 1) report.number("own_scaler", root_mean_square(own), "%.1f");
  }
}

// ── Look closer ─────────────────────────────────────────────────────────────────────

// The shortest of some runs, in milliseconds: the one least disturbed.
template <typename Work>
double milliseconds(Work work) {
  double best = 1e300;
  for (int run = 0; run < 5; ++run) {
    const auto start = std::chrono::steady_clock::now();
    work();
    const std::chrono::duration<double, std::milli> spent =
        std::chrono::steady_clock::now() - start;
    best = std::min(best, spent.count());
  }
  return best;
}

inline void cost(Random& random, common::Report& report) {
  const auto section = report.section("cost");
  const std::size_t n = 2000;
  std::printf("2000 rows       one step    normal equations          QR\n");
  for (std::size_t d : {16, 32, 64, 128}) {
    const Matrix x = with_chance(Matrix(n, 0), d, random);
    const Matrix a = with_ones(x);
    const Vector y = column(x, 0);
    LinearModel model = zeros(x);
    const double one =
        milliseconds([&] { step(model, gradient(x, residuals(model, x, y)), 0.1); });
    const double normal = milliseconds([&] { solve_normal_equations(a, y); });
    const double qr = milliseconds([&] { solve_qr(a, y); });
    std::printf("d = %3zu   %9.2f ms        %9.1f ms %8.1f ms (time)\n", d, one, normal,
                qr);
    if (d == 128) {
      report.number("time_qr_128", qr, "%.0f");
      report.number("time_ratio", qr / one, "%.0f");
    }
  }
}

}  // namespace ch01
