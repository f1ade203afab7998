// Sums, extremes and column sums of every tier against plain loops in double.
#include <cmath>
#include <limits>

#include "tests/kernels_math/tiers.h"

namespace {

using cairn::kernels::MathKernels;

constexpr float kInfinity = std::numeric_limits<float>::infinity();
constexpr float kNan = std::numeric_limits<float>::quiet_NaN();

}  // namespace

TEST_CASE("sums agree with a double loop", "[kernels]") {
  for (const Tier& tier : tiers()) {
    for (std::int64_t n : lengths()) {
      for (int offset : {0, 3}) {
        INFO(tier.name << " n = " << n << " offset = " << offset);
        Guarded a(numbers(n, 21), offset), b(numbers(n, 22), offset / 2);
        double sum = 0, squares = 0, dot = 0, size = 1e-30;
        for (std::int64_t i = 0; i < n; ++i) {
          sum += a[i];
          squares += double{a[i]} * a[i];
          dot += double{a[i]} * b[i];
          size += 9.0;
        }
        const double bound = 1e-7 * size;
        CHECK(std::fabs(tier.math->sum(a.data(), n) - sum) <= bound);
        CHECK(std::fabs(tier.math->sum_squares(a.data(), n) - squares) <= bound);
        CHECK(std::fabs(tier.math->dot(a.data(), b.data(), n) - dot) <= bound);
      }
    }
  }
}

TEST_CASE("the error of a sum does not grow with its length", "[kernels]") {
  // Ten million times the float nearest 0.1: added up in a float it is 8 % off.
  const std::int64_t n = 10'000'000;
  const std::vector<float> x(static_cast<std::size_t>(n), 0.1f);
  for (const Tier& tier : tiers()) {
    INFO(tier.name);
    CHECK(tier.math->sum(x.data(), n) == Approx(double{0.1f} * n).epsilon(1e-6));
  }
}

TEST_CASE("maximum minimum and argmax agree with a loop", "[kernels]") {
  for (const Tier& tier : tiers()) {
    const MathKernels& math = *tier.math;
    CHECK(math.max_value(nullptr, 0) == -kInfinity);
    CHECK(math.min_value(nullptr, 0) == kInfinity);
    CHECK(math.argmax(nullptr, 0) == -1);
    for (std::int64_t n : lengths()) {
      for (float low : {-5.0f, 1.0f, -9.0f}) {  // mixed, all positive, all negative
        if (n == 0) continue;
        INFO(tier.name << " n = " << n << " from " << low);
        Guarded x(numbers(n, 31, low, low < -5.0f ? -1.0f : 5.0f), 1);
        std::int64_t largest = 0, smallest = 0;
        for (std::int64_t i = 1; i < n; ++i) {
          if (x[i] > x[largest]) largest = i;
          if (x[i] < x[smallest]) smallest = i;
        }
        CHECK(math.max_value(x.data(), n) == x[largest]);
        CHECK(math.min_value(x.data(), n) == x[smallest]);
        CHECK(math.argmax(x.data(), n) == largest);
      }
    }
  }
}

TEST_CASE("argmax gives the first of equals wherever it stands", "[kernels]") {
  for (const Tier& tier : tiers()) {
    for (std::int64_t n : {1, 2, 17, 64, 100}) {
      for (std::int64_t at = 0; at < n; ++at) {
        std::vector<float> x(static_cast<std::size_t>(n), -1.0f);
        for (std::int64_t i = at; i < n; i += 3) x[static_cast<std::size_t>(i)] = 2.0f;
        INFO(tier.name << " n = " << n);
        REQUIRE(tier.math->argmax(x.data(), n) == at);
      }
    }
  }
}

TEST_CASE("one NaN is found wherever it stands", "[kernels]") {
  for (const Tier& tier : tiers()) {
    const MathKernels& math = *tier.math;
    for (std::int64_t n : {1, 7, 16, 17, 65, 130}) {
      std::vector<float> x = numbers(n, 41);
      CHECK(math.count_nonfinite(x.data(), n) == 0);
      CHECK(!math.any_nonfinite(x.data(), n));
      for (std::int64_t at = 0; at < n; ++at) {
        INFO(tier.name << " n = " << n << " at " << at);
        float& spot = x[static_cast<std::size_t>(at)];
        const float before = spot;
        for (float bad : {kNan, -kNan, kInfinity, -kInfinity}) {
          spot = bad;
          REQUIRE(math.count_nonfinite(x.data(), n) == 1);
          REQUIRE(math.any_nonfinite(x.data(), n));
        }
        spot = kNan;
        REQUIRE(std::isnan(math.max_value(x.data(), n)));
        REQUIRE(std::isnan(math.min_value(x.data(), n)));
        REQUIRE(math.argmax(x.data(), n) == at);
        spot = before;
      }
    }
  }
}

TEST_CASE("infinities of both signs are extremes and no NaN", "[kernels]") {
  for (const Tier& tier : tiers()) {
    for (std::size_t distance : {1, 8, 16}) {  // the same lane of neighbouring vectors
      INFO(tier.name << ", " << distance << " apart");
      std::vector<float> x = numbers(70, 43);
      x[3] = kInfinity;
      x[3 + distance] = -kInfinity;
      CHECK(tier.math->max_value(x.data(), 70) == kInfinity);
      CHECK(tier.math->min_value(x.data(), 70) == -kInfinity);
      CHECK(tier.math->argmax(x.data(), 70) == 3);
    }
  }
}

TEST_CASE("non-finite numbers are counted in long arrays", "[kernels]") {
  std::vector<float> x = numbers(20'000, 44);
  for (std::size_t i = 19; i < x.size(); i += 1000) x[i] = kInfinity;
  for (const Tier& tier : tiers()) {
    INFO(tier.name);
    CHECK(tier.math->count_nonfinite(x.data(), 20'000) == 20);
    CHECK(tier.math->any_nonfinite(x.data(), 20'000));
    CHECK(!tier.math->any_nonfinite(x.data(), 19));
  }
}

TEST_CASE("column sums agree with a double loop", "[kernels]") {
  for (const Tier& tier : tiers()) {
    for (std::int64_t cols : {0, 1, 7, 10, 16, 17, 33, 64, 65, 100, 128}) {
      for (std::int64_t rows : {0, 1, 5, 63, 64, 65, 500}) {
        INFO(tier.name << " " << rows << " rows of " << cols);
        const std::vector<float> x = numbers(rows * cols, 51);
        const std::vector<float> before = numbers(cols, 52);
        Guarded fresh(before, 1), added(before, 2);
        tier.math->column_sums(fresh.data(), x.data(), rows, cols, false);
        tier.math->column_sums(added.data(), x.data(), rows, cols, true);
        REQUIRE((fresh.intact() && added.intact()));
        for (std::int64_t j = 0; j < cols; ++j) {
          double sum = 0;
          for (std::int64_t i = 0; i < rows; ++i) {
            sum += x[static_cast<std::size_t>(i * cols + j)];
          }
          const double bound = 3e-6 * (1 + std::sqrt(static_cast<double>(rows)));
          REQUIRE(std::fabs(fresh[j] - sum) <= bound);
          REQUIRE(std::fabs(added[j] - sum - before[static_cast<std::size_t>(j)]) <=
                  bound);
        }
      }
    }
  }
}
