// Softmax and its relatives, a row at a time, against double arithmetic; the
// derivatives against finite differences of a double loss.
#include <cmath>
#include <limits>

#include "tests/kernels_math/tiers.h"

namespace {

using cairn::kernels::MathKernels;

constexpr float kInfinity = std::numeric_limits<float>::infinity();
constexpr float kNan = std::numeric_limits<float>::quiet_NaN();

double log_sum_exp(const std::vector<double>& x) {
  double largest = x[0], sum = 0;
  for (double v : x) largest = std::fmax(largest, v);
  for (double v : x) sum += std::exp(v - largest);
  return largest + std::log(sum);
}

std::vector<double> widen(const std::vector<float>& x) { return {x.begin(), x.end()}; }

std::vector<float> softmax(const std::vector<float>& x) {
  std::vector<float> y;
  const double total = log_sum_exp(widen(x));
  for (float v : x) y.push_back(static_cast<float>(std::exp(v - total)));
  return y;
}

/// Central differences of Σ weight · f(x), where f is softmax or its logarithm.
std::vector<double> differences(const std::vector<float>& x,
                                const std::vector<float>& weight, bool logarithm) {
  const auto loss = [&](const std::vector<double>& at) {
    const double total = log_sum_exp(at);
    double sum = 0;
    for (std::size_t i = 0; i < at.size(); ++i) {
      sum += weight[i] * (logarithm ? at[i] - total : std::exp(at[i] - total));
    }
    return sum;
  };
  std::vector<double> at = widen(x), slope(x.size());
  for (std::size_t i = 0; i < at.size(); ++i) {
    const double middle = at[i], h = 6e-6 * std::fmax(1.0, std::fabs(middle));
    at[i] = middle + h;
    const double above = loss(at);
    at[i] = middle - h;
    slope[i] = (above - loss(at)) / (2 * h);
    at[i] = middle;
  }
  return slope;
}

/// Of one row.
float cross_entropy(const MathKernels& math, float* dx, const float* x, std::int64_t n,
                    std::int64_t label, float scale) {
  float loss = kNan;
  math.softmax_cross_entropy_rows(&loss, dx, x, &label, 1, n, scale);
  return loss;
}

constexpr std::int64_t kRows[] = {1,  2,  7,  10, 15, 16,  17,
                                  31, 33, 63, 64, 65, 127, 1000};

}  // namespace

TEST_CASE("softmax and cross entropy of many rows", "[kernels]") {
  for (const Tier& tier : tiers()) {
    const MathKernels& math = *tier.math;
    for (std::int64_t n : kRows) {
      for (std::int64_t rows : {1, 3, 8, 17, 40}) {
        INFO(tier.name << ": " << rows << " x " << n);
        const float scale = 0.25f;
        const std::vector<float> x = numbers(rows * n, 66, 291.0f, 309.0f);
        std::vector<std::int64_t> label;
        for (std::int64_t r = 0; r < rows; ++r) label.push_back((5 * r + 3) % n);
        Guarded y(rows * n, 1), in_place(x, 2), dx(rows * n, 3), dx_in_place(x, 1);
        Guarded loss(rows, 1), loss_alone(rows, 2), alone(n, 3);
        math.softmax_rows(y.data(), x.data(), rows, n);
        math.softmax_rows(in_place.data(), in_place.data(), rows, n);
        math.softmax_cross_entropy_rows(loss.data(), dx.data(), x.data(), label.data(),
                                        rows, n, scale);
        math.softmax_cross_entropy_rows(loss_alone.data(), nullptr, x.data(),
                                        label.data(), rows, n, scale);
        math.softmax_cross_entropy_rows(loss_alone.data(), dx_in_place.data(),
                                        dx_in_place.data(), label.data(), rows, n,
                                        scale);
        REQUIRE((y.intact() && in_place.intact() && dx.intact() && loss.intact()));
        REQUIRE((dx_in_place.intact() && loss_alone.intact()));
        for (std::int64_t r = 0; r < rows; ++r) {
          const auto own = label[static_cast<std::size_t>(r)];
          const std::vector<float> row(x.begin() + r * n, x.begin() + (r + 1) * n);
          const double total = log_sum_exp(widen(row));
          const double want = total - row[static_cast<std::size_t>(own)];
          REQUIRE(std::fabs(loss[r] - want) <= 3e-6 * (1 + want));
          REQUIRE(bits_of(loss[r]) == bits_of(loss_alone[r]));
          // A row alone is what it is among others.
          math.softmax_rows(alone.data(), row.data(), 1, n);
          for (std::int64_t i = 0; i < n; ++i) {
            const double p = std::exp(row[static_cast<std::size_t>(i)] - total);
            REQUIRE(y[r * n + i] == Approx(p).epsilon(3e-6));
            REQUIRE(bits_of(y[r * n + i]) == bits_of(in_place[r * n + i]));
            REQUIRE(bits_of(y[r * n + i]) == bits_of(alone[i]));
            REQUIRE(std::fabs(dx[r * n + i] - scale * (p - (i == own))) <= 1e-6);
            REQUIRE(bits_of(dx[r * n + i]) == bits_of(dx_in_place[r * n + i]));
          }
        }
      }
    }
  }
}

TEST_CASE("softmax of rows with infinities and NaN", "[kernels]") {
  for (const Tier& tier : tiers()) {
    for (std::int64_t n : {5, 40}) {
      INFO(tier.name << " n = " << n);
      std::vector<float> x = numbers(4 * n, 67);
      x[1] = -kInfinity;  // row 0
      for (std::int64_t i = 0; i < n; ++i)
        x[static_cast<std::size_t>(n + i)] = -kInfinity;
      x[static_cast<std::size_t>(2 * n + 3)] = kNan;
      x[static_cast<std::size_t>(3 * n + 2)] = kInfinity;
      Guarded y(4 * n, 1), loss(4, 1);
      const std::int64_t label[] = {0, 0, 0, 0};
      tier.math->softmax_rows(y.data(), x.data(), 4, n);
      tier.math->softmax_cross_entropy_rows(loss.data(), nullptr, x.data(), label, 4, n,
                                            1.0f);
      CHECK(y[1] == 0.0f);
      CHECK(y[0] > 0.0f);
      CHECK(std::isfinite(loss[0]));
      for (std::int64_t r = 1; r < 4; ++r) {
        CHECK(std::isnan(y[r * n + 4]));
        CHECK(std::isnan(loss[r]));
      }
    }
  }
}

TEST_CASE("softmax log_softmax and logsumexp of a row", "[kernels]") {
  for (const Tier& tier : tiers()) {
    const MathKernels& math = *tier.math;
    for (std::int64_t n : kRows) {
      for (float shift : {0.0f, 300.0f, -1000.0f}) {  // where a bare exp would overflow
        INFO(tier.name << " n = " << n << " shift = " << shift);
        const std::vector<float> x = numbers(n, 61, shift - 9.0f, shift + 9.0f);
        const double total = log_sum_exp(widen(x));
        Guarded y(n, 1), in_place(x, 2), logs(n, 3), logs_in_place(x, 1);
        math.softmax_rows(y.data(), x.data(), 1, n);
        math.softmax_rows(in_place.data(), in_place.data(), 1, n);
        math.log_softmax_row(logs.data(), x.data(), n);
        math.log_softmax_row(logs_in_place.data(), logs_in_place.data(), n);
        REQUIRE((y.intact() && in_place.intact()));
        REQUIRE((logs.intact() && logs_in_place.intact()));
        for (std::int64_t i = 0; i < n; ++i) {
          const double want = x[static_cast<std::size_t>(i)] - total;
          REQUIRE(y[i] == Approx(std::exp(want)).epsilon(3e-6));
          REQUIRE(std::fabs(logs[i] - want) <= 3e-6);
          REQUIRE(bits_of(y[i]) == bits_of(in_place[i]));
          REQUIRE(bits_of(logs[i]) == bits_of(logs_in_place[i]));
        }
        REQUIRE(math.logsumexp_row(x.data(), n) ==
                Approx(total).epsilon(3e-7).margin(3e-7));
      }
    }
  }
}

TEST_CASE("cross entropy of a row and its gradient", "[kernels]") {
  for (const Tier& tier : tiers()) {
    const MathKernels& math = *tier.math;
    for (std::int64_t n : kRows) {
      for (std::int64_t label : {std::int64_t{0}, n / 2, n - 1}) {
        INFO(tier.name << " n = " << n << " label = " << label);
        const std::vector<float> x = numbers(n, 62, 93.0f, 107.0f);
        const float scale = 0.125f;
        const double total = log_sum_exp(widen(x));
        const double want = total - x[static_cast<std::size_t>(label)];
        Guarded dx(n, 1), in_place(x, 3);
        const float loss = cross_entropy(math, dx.data(), x.data(), n, label, scale);
        REQUIRE(std::fabs(loss - want) <= 5e-7 * (1 + want));
        REQUIRE(cross_entropy(math, nullptr, x.data(), n, label, scale) == loss);
        REQUIRE(cross_entropy(math, in_place.data(), in_place.data(), n, label,
                              scale) == loss);
        REQUIRE((dx.intact() && in_place.intact()));
        // The loss is −log softmax at the label: a projection on minus the one-hot row.
        std::vector<float> weight(x.size(), 0.0f);
        weight[static_cast<std::size_t>(label)] = -scale;
        const std::vector<double> slope = differences(x, weight, true);
        for (std::int64_t i = 0; i < n; ++i) {
          REQUIRE(std::fabs(dx[i] - slope[static_cast<std::size_t>(i)]) <= 1e-7);
          REQUIRE(bits_of(dx[i]) == bits_of(in_place[i]));
        }
      }
    }
  }
}

TEST_CASE("derivatives of softmax and log_softmax by finite differences", "[kernels]") {
  for (const Tier& tier : tiers()) {
    const MathKernels& math = *tier.math;
    for (std::int64_t n : kRows) {
      INFO(tier.name << " n = " << n);
      const std::vector<float> x = numbers(n, 63), dy = numbers(n, 64);
      const std::vector<float> y = softmax(x);
      std::vector<float> log_y;
      const double total = log_sum_exp(widen(x));
      for (float v : x) log_y.push_back(static_cast<float>(v - total));

      Guarded dx(n, 1), log_dx(n, 2), in_place(dy, 1), log_in_place(dy, 3);
      math.softmax_backward_row(dx.data(), dy.data(), y.data(), n);
      math.log_softmax_backward_row(log_dx.data(), dy.data(), log_y.data(), n);
      math.softmax_backward_row(in_place.data(), in_place.data(), y.data(), n);
      math.log_softmax_backward_row(log_in_place.data(), log_in_place.data(),
                                    log_y.data(), n);
      REQUIRE((dx.intact() && log_dx.intact()));
      const std::vector<double> slope = differences(x, dy, false);
      const std::vector<double> log_slope = differences(x, dy, true);
      for (std::int64_t i = 0; i < n; ++i) {
        const auto k = static_cast<std::size_t>(i);
        REQUIRE(std::fabs(dx[i] - slope[k]) <= 1e-6);
        REQUIRE(std::fabs(log_dx[i] - log_slope[k]) <= 5e-6);
        REQUIRE(bits_of(dx[i]) == bits_of(in_place[i]));
        REQUIRE(bits_of(log_dx[i]) == bits_of(log_in_place[i]));
      }
    }
  }
}

TEST_CASE("softmax of rows that hold infinities or NaN", "[kernels]") {
  for (const Tier& tier : tiers()) {
    INFO(tier.name);
    const MathKernels& math = *tier.math;
    float y[3];
    const float masked[3] = {-kInfinity, 0.0f, -kInfinity};
    math.softmax_rows(y, masked, 1, 3);
    CHECK((y[0] == 0.0f && y[1] == 1.0f && y[2] == 0.0f));
    CHECK(math.logsumexp_row(masked, 3) == 0.0f);

    const float nothing[3] = {-kInfinity, -kInfinity, -kInfinity};
    math.softmax_rows(y, nothing, 1, 3);
    CHECK((std::isnan(y[0]) && std::isnan(y[1]) && std::isnan(y[2])));
    CHECK(math.logsumexp_row(nothing, 3) == -kInfinity);
    CHECK(math.logsumexp_row(nothing, 0) == -kInfinity);

    const float endless[3] = {0.0f, kInfinity, 1.0f};
    CHECK(math.logsumexp_row(endless, 3) == kInfinity);

    const float unknown[3] = {0.0f, kNan, 1.0f};
    math.softmax_rows(y, unknown, 1, 3);
    CHECK((std::isnan(y[0]) && std::isnan(y[1]) && std::isnan(y[2])));
    CHECK(std::isnan(math.logsumexp_row(unknown, 3)));
    CHECK(std::isnan(cross_entropy(math, nullptr, unknown, 3, 0, 1.0f)));
  }
}
