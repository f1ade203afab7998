// exp, log, sigmoid and tanh against their values in double: over every float there is
// with CAIRN_LONG_TESTS=1, otherwise over every 61st and all those near a boundary.
#include <array>
#include <atomic>
#include <cmath>
#include <cstdio>
#include <cstdlib>
#include <limits>
#include <mutex>
#include <thread>

#include "tests/kernels_math/tiers.h"
#include "tests/kernels_math/ulp.h"

namespace {

using cairn::kernels::MathKernels;

constexpr float kInfinity = std::numeric_limits<float>::infinity();
constexpr float kNan = std::numeric_limits<float>::quiet_NaN();
constexpr std::size_t kChunk = 4096;

// The everyday test takes one float in so many: seconds, also under a sanitizer.
#if defined(__SANITIZE_ADDRESS__) || defined(__SANITIZE_THREAD__)
constexpr std::uint64_t kStride = 1009;
#else
constexpr std::uint64_t kStride = 61;
#endif

struct Subject {
  ulp::Function function;
  MathKernels::Unary MathKernels::*kernel;
  double bound;  ///< in ULP
};

const Subject kExp{ulp::Function::exp, &MathKernels::exp, 1.1};
const Subject kLog{ulp::Function::log, &MathKernels::log, 1.5};
const Subject kSigmoid{ulp::Function::sigmoid, &MathKernels::sigmoid, 2.0};
const Subject kTanh{ulp::Function::tanh, &MathKernels::tanh, 3.0};

bool is_nan_bits(std::uint32_t u) { return (u & 0x7fffffffu) > 0x7f800000u; }

/// What was found so far, for each tier.
class Findings {
 public:
  explicit Findings(const Subject& subject)
      : subject_(subject), tiers_(tiers()), worst_(tiers_.size(), 0.0) {}

  /// Tries n ≤ kChunk finite floats, or if want_nan any whose result must be NaN.
  void try_chunk(const float* x, std::size_t n, bool want_nan) {
    double truth[kChunk];
    float got[kChunk];
    if (!want_nan) ulp::truth(subject_.function, x, truth, n);
    for (std::size_t t = 0; t < tiers_.size(); ++t) {
      (tiers_[t].math->*subject_.kernel)(got, x, static_cast<std::int64_t>(n));
      std::size_t nans = 0;
      for (std::size_t i = 0; i < n; ++i) nans += is_nan_bits(bits_of(got[i]));
      const bool right_kind = nans == (want_nan ? n : 0);
      const double error = want_nan || !right_kind ? 0.0 : ulp::worst(truth, got, n);
      const std::lock_guard<std::mutex> lock(mutex_);
      if (!right_kind) ++wrong_kind_;
      if (error > worst_[t]) worst_[t] = error;
      tried_ += t == 0 ? n : 0;
    }
  }

  void check(const char* name) {
    for (std::size_t t = 0; t < tiers_.size(); ++t) {
      std::printf("%-8s %-7s %.3f ULP at most, %zu floats\n", name,
                  tiers_[t].name.c_str(), worst_[t], tried_);
      INFO(name << " on " << tiers_[t].name);
      CHECK(worst_[t] <= subject_.bound);
      CHECK(worst_[t] >
            0.25);  // no float function is that good: something was measured
    }
    CHECK(wrong_kind_ == 0);
  }

 private:
  Subject subject_;
  std::vector<Tier> tiers_;
  std::vector<double> worst_;
  std::size_t wrong_kind_ = 0;
  std::size_t tried_ = 0;
  std::mutex mutex_;
};

/// A range of bit patterns and what must become of them.
struct Region {
  std::uint64_t begin, end;
  bool want_nan;
};

/// Walks the patterns begin, begin + stride, … of a region on all cores.
void walk(Findings& findings, const Region& region, std::uint64_t stride) {
  std::atomic<std::uint64_t> next{region.begin};
  const auto work = [&] {
    std::array<float, kChunk> x;
    for (;;) {
      const std::uint64_t begin = next.fetch_add(stride * kChunk);
      if (begin >= region.end) return;
      std::size_t n = 0;
      for (std::uint64_t u = begin; n < kChunk && u < region.end; u += stride) {
        x[n++] = float_of(static_cast<std::uint32_t>(u));
      }
      findings.try_chunk(x.data(), n, region.want_nan);
    }
  };
  std::vector<std::thread> threads;
  for (unsigned i = 1; i < std::thread::hardware_concurrency(); ++i) {
    threads.emplace_back(work);
  }
  work();
  for (std::thread& thread : threads) thread.join();
}

/// The 512 floats around `center`, where the algorithms change from one piece to
/// another.
void try_neighbourhood(Findings& findings, float center, bool positive_only) {
  std::array<float, 512> x;
  std::size_t n = 0;
  for (std::uint32_t i = 0; i < 512; ++i) {
    const float value = float_of(bits_of(center) + i - 256);
    if (std::isfinite(value) && (!positive_only || value > 0.0f)) x[n++] = value;
  }
  findings.try_chunk(x.data(), n, false);
}

void examine(const char* name, const Subject& subject) {
  const char* setting = std::getenv("CAIRN_LONG_TESTS");
  const std::uint64_t stride = setting != nullptr && setting[0] == '1' ? 1 : kStride;
  const bool is_log = subject.function == ulp::Function::log;
  Findings findings(subject);

  const std::uint64_t first = is_log ? 1 : 0;  // log 0 is not finite
  walk(findings, {first, 0x7f800000u, false}, stride);
  walk(findings, {0x7f800001u, 0x80000000u, true}, stride);
  walk(findings, {0x80000000u + first, 0xff800000u, is_log}, stride);
  walk(findings, {0xff800001u, 0x100000000u, true}, stride);

  for (int k = 1; k < 310; ++k) {  // where exp's n changes
    const float boundary = static_cast<float>(0.34657359027997264 * k);
    try_neighbourhood(findings, boundary, is_log);
    try_neighbourhood(findings, is_log ? boundary : -boundary, is_log);
  }
  for (int e = -149; e < 128; ++e) {  // where log's e changes, and the exponent itself
    for (double m : {1.0, 4.0 / 3.0, 1.41421356237}) {
      const float boundary = static_cast<float>(std::ldexp(m, e));
      try_neighbourhood(findings, boundary, is_log);
      try_neighbourhood(findings, is_log ? boundary : -boundary, is_log);
    }
  }
  findings.check(name);
}

float once(const Tier& tier, const Subject& subject, float x) {
  float y = 0.0f;
  (tier.math->*subject.kernel)(&y, &x, 1);
  return y;
}

}  // namespace

TEST_CASE("exp over the floats", "[kernels][long]") { examine("exp", kExp); }
TEST_CASE("log over the floats", "[kernels][long]") { examine("log", kLog); }
TEST_CASE("sigmoid over the floats", "[kernels][long]") {
  examine("sigmoid", kSigmoid);
}
TEST_CASE("tanh over the floats", "[kernels][long]") { examine("tanh", kTanh); }

TEST_CASE("exp log sigmoid tanh at the ends of the number line", "[kernels]") {
  for (const Tier& tier : tiers()) {
    INFO(tier.name);
    CHECK(once(tier, kExp, 0.0f) == 1.0f);
    CHECK(once(tier, kExp, kInfinity) == kInfinity);
    CHECK(once(tier, kExp, -kInfinity) == 0.0f);
    CHECK(once(tier, kExp, 88.7228317f) < kInfinity);
    CHECK(once(tier, kExp, 88.7228394f) == kInfinity);
    CHECK(once(tier, kExp, -103.97f) == std::numeric_limits<float>::denorm_min());
    CHECK(once(tier, kExp, -103.98f) == 0.0f);

    CHECK(bits_of(once(tier, kLog, 1.0f)) == 0);
    CHECK(once(tier, kLog, 0.0f) == -kInfinity);
    CHECK(once(tier, kLog, -0.0f) == -kInfinity);
    CHECK(once(tier, kLog, kInfinity) == kInfinity);
    CHECK(std::isnan(once(tier, kLog, -kInfinity)));
    CHECK(std::isnan(once(tier, kLog, -std::numeric_limits<float>::denorm_min())));

    CHECK(once(tier, kSigmoid, 0.0f) == 0.5f);
    CHECK(once(tier, kSigmoid, kInfinity) == 1.0f);
    CHECK(once(tier, kSigmoid, -kInfinity) == 0.0f);

    CHECK(once(tier, kTanh, kInfinity) == 1.0f);
    CHECK(once(tier, kTanh, -kInfinity) == -1.0f);
    CHECK(bits_of(once(tier, kTanh, 0.0f)) == 0);
    CHECK(bits_of(once(tier, kTanh, -0.0f)) == 0x80000000u);

    for (const Subject& subject : {kExp, kLog, kSigmoid, kTanh}) {
      CHECK(std::isnan(once(tier, subject, kNan)));
    }
  }
}
