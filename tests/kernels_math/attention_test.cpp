// GELU and its slope over the whole range, and the rows of attention's scores, against
// double arithmetic.
#include <cmath>
#include <limits>

#include "tests/kernels_math/tiers.h"

namespace {

using cairn::kernels::MathKernels;
using cairn::kernels::ScoreRows;

constexpr float kInfinity = std::numeric_limits<float>::infinity();
constexpr float kNan = std::numeric_limits<float>::quiet_NaN();

struct Curve {
  double value, slope;
};

Curve exact(double x) {
  const double below = std::erfc(-x / std::sqrt(2.0)) / 2;
  return {x * below, below + x * std::exp(-x * x / 2) / std::sqrt(2 * M_PI)};
}

Curve by_tanh(double x) {
  const double c = std::sqrt(2 / M_PI), u = c * (x + 0.044715 * x * x * x);
  const double share =
      1 / (1 + std::exp(-2 * u));  // (1 + tanh u) / 2, and no cancelling
  const double slope = 2 * c * (1 + 3 * 0.044715 * x * x);
  return {x * share, share + x * share / (1 + std::exp(2 * u)) * slope};
}

void check_curve(MathKernels::Curve kernel, Curve (*want)(double)) {
  for (std::int64_t n : lengths()) {
    const std::vector<float> x = numbers(n, 3, -6.0f, 6.0f);
    Guarded in(x, 1), y(n, 2), slope(n, 3), alone(n, 1), in_place(x, 2);
    kernel(y.data(), slope.data(), in.data(), n);
    kernel(alone.data(), nullptr, in.data(), n);
    Guarded y2(n, 0);
    kernel(y2.data(), in_place.data(), in_place.data(), n);
    REQUIRE((y.intact() && slope.intact() && in.intact() && alone.intact()));
    REQUIRE(in_place.intact());
    for (std::int64_t i = 0; i < n; ++i) {
      const Curve truth = want(x[static_cast<std::size_t>(i)]);
      INFO("at " << x[static_cast<std::size_t>(i)] << " of " << n);
      REQUIRE(std::fabs(y[i] - truth.value) <= 4e-6 * std::fabs(truth.value) + 1e-30);
      REQUIRE(std::fabs(slope[i] - truth.slope) <= 5e-7);
      REQUIRE(bits_of(y[i]) == bits_of(alone[i]));
      REQUIRE(bits_of(y[i]) == bits_of(y2[i]));
      REQUIRE(bits_of(slope[i]) == bits_of(in_place[i]));
    }
  }
}

struct Scores {
  std::int64_t rows, columns, stride, first_end;
  float scale;
  bool bias, one_bias;
};

/// The weights in double; a row that sees nothing is 0.
std::vector<double> weights(const Scores& s, const std::vector<float>& x,
                            const std::vector<float>& bias, std::int64_t r) {
  std::vector<double> w(static_cast<std::size_t>(s.columns), 0.0);
  double largest = -kInfinity, total = 0;
  const std::int64_t end = std::min(s.columns, s.first_end + r);
  for (int pass = 0; pass < 2; ++pass) {
    for (std::int64_t j = 0; j < end; ++j) {
      const std::int64_t row = s.one_bias ? 0 : r;
      const double added =
          s.bias ? bias[static_cast<std::size_t>(row * s.columns + j)] : 0.0f;
      const double score =
          double(s.scale) * x[static_cast<std::size_t>(r * s.stride + j)] + added;
      if (pass == 0) largest = std::max(largest, score);
      else if (largest > -kInfinity) {
        w[static_cast<std::size_t>(j)] = std::exp(score - largest);
        total += w[static_cast<std::size_t>(j)];
      }
    }
  }
  for (double& v : w) v = total == 0 ? 0 : v / total;
  return w;
}

void check_scores(const MathKernels& math, const Scores& s) {
  INFO(s.rows << " x " << s.columns << ", first end " << s.first_end << ", scale "
              << s.scale << (s.bias ? ", bias" : ""));
  const std::int64_t size = s.rows * s.stride;
  const std::vector<float> x = numbers(size, 5, -9.0f, 9.0f);
  std::vector<float> bias = numbers(s.rows * s.columns, 6);
  for (std::size_t i = 0; i < bias.size(); i += 3) bias[i] = -kInfinity;
  if (s.bias) {
    for (std::int64_t j = 0; j < s.columns; ++j) {
      bias[static_cast<std::size_t>((s.rows - 1) * s.columns + j)] = -kInfinity;
    }
  }
  Guarded found(x, 1), again(x, 2), largest(s.rows, 1), inverse(s.rows, 2);
  ScoreRows<float> rows{found.data(),   s.rows,        s.columns, s.stride,
                        s.first_end,    s.scale,       nullptr,   0,
                        largest.data(), inverse.data()};
  if (s.bias) rows.bias = bias.data(), rows.bias_stride = s.one_bias ? 0 : s.columns;
  math.attention_weights(rows);
  rows.x = again.data();
  math.attention_weights_again(rows);
  const std::vector<float> g = numbers(size, 7);
  Guarded gradient(g, 3);
  rows.x = gradient.data();
  math.attention_gradient(rows, found.data());
  REQUIRE((found.intact() && again.intact() && gradient.intact()));
  REQUIRE((largest.intact() && inverse.intact()));
  for (std::int64_t r = 0; r < s.rows; ++r) {
    const std::vector<double> want = weights(s, x, bias, r);
    double mean = 0;
    for (std::int64_t j = 0; j < s.columns; ++j) {
      mean += want[static_cast<std::size_t>(j)] *
              g[static_cast<std::size_t>(r * s.stride + j)];
    }
    for (std::int64_t j = 0; j < s.stride; ++j) {
      const std::int64_t at = r * s.stride + j;
      INFO("row " << r << ", column " << j);
      if (j >= s.columns) {  // between the rows nothing is written
        REQUIRE(found[at] == x[static_cast<std::size_t>(at)]);
        REQUIRE(gradient[at] == g[static_cast<std::size_t>(at)]);
        continue;
      }
      const double w = want[static_cast<std::size_t>(j)];
      REQUIRE(std::fabs(found[at] - w) <= 4e-6 * w + 1e-30);
      REQUIRE(bits_of(found[at]) == bits_of(again[at]));
      const double slope = s.scale * w * (g[static_cast<std::size_t>(at)] - mean);
      REQUIRE(std::fabs(gradient[at] - slope) <= 4e-6 * std::fabs(s.scale) * w + 1e-30);
    }
  }
}

}  // namespace

TEST_CASE("gelu and its slope agree with double arithmetic", "[kernels]") {
  for (const Tier& tier : tiers()) {
    INFO(tier.name);
    check_curve(tier.math->gelu, exact);
    check_curve(tier.math->gelu_tanh, by_tanh);
  }
}

TEST_CASE("gelu over its whole range", "[kernels]") {
  for (const Tier& tier : tiers()) {
    for (const auto& [kernel, want] : {std::pair(tier.math->gelu, exact),
                                       std::pair(tier.math->gelu_tanh, by_tanh)}) {
      INFO(tier.name << (want == exact ? " exact" : " tanh"));
      std::vector<float> x;
      for (float a = 1e-30f; a < 3e38f / 1.01f; a *= 1.01f) x.push_back(a);
      std::vector<float> y(x.size()), slope(x.size());
      for (const float sign : {1.0f, -1.0f}) {
        std::vector<float> signed_x = x;
        for (float& v : signed_x) v *= sign;
        kernel(y.data(), slope.data(), signed_x.data(),
               static_cast<std::int64_t>(x.size()));
        double worst = 0, worst_slope = 0;
        for (std::size_t i = 0; i < x.size(); ++i) {
          const Curve truth = want(std::fmax(-1e30, std::fmin(1e30, signed_x[i])));
          const double value = std::fabs(signed_x[i]) > 1e30 ? y[i] : truth.value;
          worst = std::fmax(worst, std::fabs(y[i] - value) / (std::fabs(value) + 1e-7));
          if (std::isfinite(truth.slope)) {
            worst_slope = std::fmax(worst_slope, std::fabs(slope[i] - truth.slope));
          }
        }
        CHECK(worst < 2e-6);
        CHECK(worst_slope < 5e-7);
      }
      const float special[] = {0.0f, -0.0f, kInfinity, -kInfinity, kNan};
      float at[5], slopes[5];
      kernel(at, slopes, special, 5);
      CHECK((at[0] == 0 && at[1] == 0 && slopes[0] == 0.5f && slopes[1] == 0.5f));
      CHECK((at[2] == kInfinity && slopes[2] == 1));
      CHECK((at[3] == 0 && slopes[3] == 0));
      CHECK((std::isnan(at[4]) && std::isnan(slopes[4])));
    }
  }
}

TEST_CASE("attention's weights and their gradient", "[kernels]") {
  for (const Tier& tier : tiers()) {
    INFO(tier.name);
    for (std::int64_t columns : {1, 2, 7, 8, 17, 31, 32, 63, 128, 131}) {
      for (std::int64_t rows : {1, 5, 8}) {
        for (std::int64_t gap : {0, 3}) {
          const std::int64_t stride = columns + gap;
          check_scores(*tier.math,
                       {rows, columns, stride, columns, 0.3f, false, false});
          check_scores(*tier.math, {rows, columns, stride, 1, 0.3f, false, false});
          check_scores(*tier.math, {rows, columns, stride, 4, -0.2f, false, false});
          check_scores(*tier.math, {rows, columns, stride, columns, 0.5f, true, false});
          check_scores(*tier.math, {rows, columns, stride, 2, -0.5f, true, true});
        }
      }
    }
  }
}

TEST_CASE("attention's scores may be large and infinite and not numbers", "[kernels]") {
  for (const Tier& tier : tiers()) {
    INFO(tier.name);
    float x[3][4] = {{1e30f, 1e30f, -1e30f, 0}, {0, kNan, 0, 0}, {0, kInfinity, 0, 0}};
    float largest[3], inverse[3];
    const ScoreRows<float> rows{&x[0][0], 3,       4, 4,       4,
                                1.0f,     nullptr, 0, largest, inverse};
    tier.math->attention_weights(rows);
    CHECK((x[0][0] == 0.5f && x[0][1] == 0.5f && x[0][2] == 0 && x[0][3] == 0));
    for (int r = 1; r < 3; ++r) CHECK(std::isnan(x[r][0]));
  }
}
