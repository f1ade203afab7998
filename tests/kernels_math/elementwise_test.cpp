// Every elementwise kernel of every tier against one line of double arithmetic: all
// lengths, shifted starts, in place, and nothing written beyond the end.
#include <cmath>
#include <functional>
#include <limits>

#include "tests/kernels_math/tiers.h"

namespace {

using cairn::kernels::MathKernels;
using Reference1 = std::function<double(double)>;
using Reference2 = std::function<double(double, double)>;

constexpr float kInfinity = std::numeric_limits<float>::infinity();
constexpr float kNan = std::numeric_limits<float>::quiet_NaN();

/// Within a few roundings of the truth, at the scale of what was added up on the way.
void check_near(const Guarded& got, std::int64_t i, double want, double scale = 0.0) {
  const double unit = std::fabs(want) + scale + 1e-30;
  const bool near = std::fabs(got[i] - want) <= 4e-7 * unit;
  if (!near) {
    INFO("element " << i << " is " << got[i] << " and should be " << want);
    REQUIRE(near);
  }
}

/// Calls run(out, x) for every length and offset, apart and in place, and compares with
/// want(x[i]).
template <class Run>
void try_unary(float low, float high, const Run& run, const Reference1& want,
               double scale = 0.0) {
  unsigned seed = 1;
  for (std::int64_t n : lengths()) {
    for (int offset : {0, 1, 5}) {
      const std::vector<float> values = numbers(n, seed++, low, high);
      Guarded x(values, offset), out(n, 3 - offset / 2), both(values, offset);
      run(out.data(), x.data(), n);
      run(both.data(), both.data(), n);
      INFO("n = " << n << " offset = " << offset);
      REQUIRE(x.intact());
      REQUIRE(out.intact());
      REQUIRE(both.intact());
      for (std::int64_t i = 0; i < n; ++i) {
        const double truth = want(values[static_cast<std::size_t>(i)]);
        check_near(out, i, truth, scale);
        REQUIRE(bits_of(out[i]) == bits_of(both[i]));
      }
    }
  }
}

/// Likewise for run(out, a, b), with the output in place of either input; `start` is
/// what the output holds before.
template <class Run>
void try_binary(float low, float high, const Run& run, const Reference2& want,
                double scale = 0.0) {
  unsigned seed = 1001;
  for (std::int64_t n : lengths()) {
    for (int offset : {0, 1, 6}) {
      const std::vector<float> u = numbers(n, seed++),
                               v = numbers(n, seed++, low, high);
      Guarded a(u, offset), b(v, offset / 2), out(n, 1);
      Guarded in_a(u, offset), in_b(v, 2);
      run(out.data(), a.data(), b.data(), n);
      run(in_a.data(), in_a.data(), b.data(), n);
      run(in_b.data(), a.data(), in_b.data(), n);
      INFO("n = " << n << " offset = " << offset);
      REQUIRE((a.intact() && b.intact() && out.intact()));
      REQUIRE((in_a.intact() && in_b.intact()));
      for (std::int64_t i = 0; i < n; ++i) {
        const auto k = static_cast<std::size_t>(i);
        check_near(out, i, want(u[k], v[k]), scale);
        REQUIRE(bits_of(out[i]) == bits_of(in_a[i]));
        REQUIRE(bits_of(out[i]) == bits_of(in_b[i]));
      }
    }
  }
}

float once(MathKernels::Unary kernel, float x) {
  kernel(&x, &x, 1);
  return x;
}

float once(MathKernels::Binary kernel, float a, float b) {
  float out = 0.0f;
  kernel(&out, &a, &b, 1);
  return out;
}

}  // namespace

TEST_CASE("unary kernels agree with double arithmetic", "[kernels]") {
  struct Case {
    const char* name;
    MathKernels::Unary MathKernels::*kernel;
    float low, high;
    Reference1 want;
  };
  const std::vector<Case> cases = {
      {"exp", &MathKernels::exp, -20, 20, [](double x) { return std::exp(x); }},
      {"log", &MathKernels::log, 1e-3f, 90, [](double x) { return std::log(x); }},
      {"tanh", &MathKernels::tanh, -5, 5, [](double x) { return std::tanh(x); }},
      {"sigmoid", &MathKernels::sigmoid, -9, 9,
       [](double x) { return 1 / (1 + std::exp(-x)); }},
      {"relu", &MathKernels::relu, -2, 2, [](double x) { return x > 0 ? x : 0; }},
      {"neg", &MathKernels::neg, -2, 2, [](double x) { return -x; }},
      {"abs", &MathKernels::abs, -2, 2, [](double x) { return std::fabs(x); }},
      {"sqrt", &MathKernels::sqrt, 0, 50, [](double x) { return std::sqrt(x); }},
      {"square", &MathKernels::square, -4, 4, [](double x) { return x * x; }},
      {"reciprocal", &MathKernels::reciprocal, 1e-2f, 9,
       [](double x) { return 1 / x; }},
  };
  for (const Tier& tier : tiers()) {
    for (const Case& c : cases) {
      INFO(c.name << " on " << tier.name);
      try_unary(c.low, c.high, tier.math->*c.kernel, c.want);
    }
  }
}

TEST_CASE("binary kernels agree with double arithmetic", "[kernels]") {
  struct Case {
    const char* name;
    MathKernels::Binary MathKernels::*kernel;
    float low, high;  // of b
    Reference2 want;
  };
  const std::vector<Case> cases = {
      {"add", &MathKernels::add, -3, 3, [](double a, double b) { return a + b; }},
      {"sub", &MathKernels::sub, -3, 3, [](double a, double b) { return a - b; }},
      {"mul", &MathKernels::mul, -3, 3, [](double a, double b) { return a * b; }},
      {"div", &MathKernels::div, 0.1f, 3, [](double a, double b) { return a / b; }},
      {"max", &MathKernels::max, -3, 3, [](double a, double b) { return fmax(a, b); }},
      {"min", &MathKernels::min, -3, 3, [](double a, double b) { return fmin(a, b); }},
      {"relu_backward", &MathKernels::relu_backward, -3, 3,
       [](double dy, double y) { return y > 0 ? dy : 0; }},
      {"sigmoid_backward", &MathKernels::sigmoid_backward, 0, 1,
       [](double dy, double y) { return dy * y * (1 - y); }},
      {"tanh_backward", &MathKernels::tanh_backward, -1, 1,
       [](double dy, double y) { return dy * (1 - y * y); }},
  };
  for (const Tier& tier : tiers()) {
    for (const Case& c : cases) {
      INFO(c.name << " on " << tier.name);
      try_binary(c.low, c.high, tier.math->*c.kernel, c.want);
    }
  }
}

TEST_CASE("kernels with a scalar agree with double arithmetic", "[kernels]") {
  struct Case {
    const char* name;
    MathKernels::WithScalar MathKernels::*kernel;
    Reference1 want;
  };
  const double c = 1.7f;
  const std::vector<Case> cases = {
      {"add_scalar", &MathKernels::add_scalar, [=](double x) { return x + c; }},
      {"mul_scalar", &MathKernels::mul_scalar, [=](double x) { return x * c; }},
      {"div_scalar", &MathKernels::div_scalar, [=](double x) { return x / c; }},
      {"rdiv_scalar", &MathKernels::rdiv_scalar, [=](double x) { return c / x; }},
  };
  for (const Tier& tier : tiers()) {
    for (const Case& one : cases) {
      INFO(one.name << " on " << tier.name);
      const auto kernel = tier.math->*one.kernel;
      const auto run = [&](float* out, const float* x, std::int64_t n) {
        kernel(out, x, 1.7f, n);
      };
      try_unary(0.1f, 3, run, one.want);
    }
    INFO(tier.name);
    const MathKernels& math = *tier.math;
    const auto affine = [&](float* out, const float* x, std::int64_t n) {
      math.affine(out, x, 1.7f, -0.3f, n);
    };
    try_unary(
        -3, 3, affine, [](double x) { return double{1.7f} * x - double{0.3f}; }, 3);
    const auto clamp = [&](float* out, const float* x, std::int64_t n) {
      math.clamp(out, x, -1.25f, 0.5f, n);
    };
    try_unary(-3, 3, clamp, [](double x) { return fmin(fmax(x, -1.25), 0.5); });
    const auto fill = [&](float* out, const float*, std::int64_t n) {
      math.fill(out, -4.5f, n);
    };
    try_unary(-3, 3, fill, [](double) { return -4.5; });
  }
}

TEST_CASE("kernels that add to their output", "[kernels]") {
  for (const Tier& tier : tiers()) {
    for (std::int64_t n : lengths()) {
      INFO(tier.name << " n = " << n);
      const std::vector<float> a = numbers(n, 5), b = numbers(n, 6), y = numbers(n, 7);
      Guarded product(y, 1), scaled(y, 2);
      tier.math->mul_add(product.data(), a.data(), b.data(), n);
      tier.math->axpy(scaled.data(), a.data(), -0.75f, n);
      REQUIRE((product.intact() && scaled.intact()));
      for (std::size_t i = 0; i < y.size(); ++i) {
        const auto k = static_cast<std::int64_t>(i);
        check_near(product, k, double{y[i]} + double{a[i]} * b[i], 9.0);
        check_near(scaled, k, double{y[i]} - 0.75 * a[i], 6.0);
      }
    }
  }
}

TEST_CASE("a bias is added to every row", "[kernels]") {
  for (const Tier& tier : tiers()) {
    for (std::int64_t cols : {1, 7, 10, 16, 17, 33, 128}) {
      for (std::int64_t rows : {0, 1, 3, 32}) {
        INFO(tier.name << " " << rows << " rows of " << cols);
        const std::vector<float> x = numbers(rows * cols, 11), bias = numbers(cols, 12);
        Guarded out(rows * cols, 1), in_place(x, 2);
        tier.math->add_row_bias(out.data(), x.data(), bias.data(), rows, cols);
        tier.math->add_row_bias(in_place.data(), in_place.data(), bias.data(), rows,
                                cols);
        REQUIRE((out.intact() && in_place.intact()));
        for (std::int64_t i = 0; i < rows * cols; ++i) {
          const float want =
              x[static_cast<std::size_t>(i)] + bias[static_cast<std::size_t>(i % cols)];
          REQUIRE(out[i] == want);
          REQUIRE(in_place[i] == want);
        }
      }
    }
  }
}

TEST_CASE("NaN and infinity pass through elementwise kernels", "[kernels]") {
  for (const Tier& tier : tiers()) {
    INFO(tier.name);
    const MathKernels& math = *tier.math;
    for (auto kernel :
         {math.relu, math.neg, math.abs, math.sqrt, math.square, math.reciprocal}) {
      CHECK(std::isnan(once(kernel, kNan)));
    }
    for (auto kernel : {math.add, math.sub, math.mul, math.div, math.max, math.min}) {
      CHECK(std::isnan(once(kernel, kNan, 1.0f)));
      CHECK(std::isnan(once(kernel, 1.0f, kNan)));
    }
    CHECK(once(math.relu, -kInfinity) == 0.0f);
    CHECK(once(math.relu, kInfinity) == kInfinity);
    CHECK(once(math.abs, -kInfinity) == kInfinity);
    CHECK(bits_of(once(math.neg, 0.0f)) == 0x80000000u);
    CHECK(once(math.reciprocal, 0.0f) == kInfinity);
    CHECK(std::isnan(once(math.sqrt, -1.0f)));
    CHECK(once(math.max, -kInfinity, -1.0f) == -1.0f);
    CHECK(once(math.relu_backward, 3.0f, 0.0f) == 0.0f);
    float clamped = kNan;
    math.clamp(&clamped, &clamped, 0.0f, 1.0f, 1);
    CHECK(std::isnan(clamped));
  }
}
