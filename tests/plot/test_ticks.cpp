#include <cairn/plot/ticks.h>

#include <cmath>
#include <limits>

#include "tests/catch.h"

using namespace cairn::plot;

namespace {

std::string joined(const std::vector<Tick>& ticks) {
  std::string out;
  for (const Tick& tick : ticks) out += (out.empty() ? "" : " ") + tick.label;
  return out;
}

}  // namespace

TEST_CASE("linear ticks are round numbers with equal decimals", "[plot]") {
  CHECK(joined(linear_ticks(0, 1, 5)) == "0 0.2 0.4 0.6 0.8 1.0");
  CHECK(joined(linear_ticks(0.13, 2.31, 5)) == "0.5 1.0 1.5 2.0");
  CHECK(joined(linear_ticks(-10, 10, 4)) == "\u221210 \u22125 0 5 10");
  CHECK(joined(linear_ticks(0, 60000, 3)) == "0 20\u202F000 40\u202F000 60\u202F000");
  CHECK(joined(linear_ticks(0, 4e-5, 4)) ==
        "0 1×10^{\u22125} 2×10^{\u22125} "
        "3×10^{\u22125} 4×10^{\u22125}");
}

TEST_CASE("whole numbers are not divided", "[plot]") {
  CHECK(joined(linear_ticks(1, 3, 8, 1)) == "1 2 3");
  CHECK(joined(linear_ticks(1, 3, 8)) != "1 2 3");
}

TEST_CASE("ticks lie within the axis and grow whatever the range", "[plot]") {
  const double spans[] = {1e-280, 3e-7, 0.7, 1, 9.99, 123456, 4e17, 2e280};
  const double starts[] = {-1e280, -55.5, 0, 1e-9, 3, 1e12};
  for (const double span : spans) {
    for (const double start : starts) {
      const auto ticks = linear_ticks(start, start + span, 6);
      CHECK(ticks.size() <= 51);
      double before = -std::numeric_limits<double>::infinity();
      for (const Tick& tick : ticks) {
        CHECK(tick.value >= start - span * 1e-6);
        CHECK(tick.value <= start + span * (1 + 1e-6));
        CHECK(tick.value > before);
        before = tick.value;
      }
    }
  }
}

TEST_CASE("an axis without extent has no ticks", "[plot]") {
  CHECK(linear_ticks(1, 1, 5).empty());
  CHECK(linear_ticks(2, 1, 5).empty());
  CHECK(linear_ticks(std::nan(""), 1, 5).empty());
  CHECK(log_ticks(0, 1, 5).empty());
  CHECK(log_ticks(-1, 1, 5).empty());
}

TEST_CASE("logarithmic ticks are powers of ten thinned or refined as needed",
          "[plot]") {
  CHECK(joined(log_ticks(1e-3, 1e2, 8)) == "0.001 0.01 0.1 1 10 100");
  CHECK(joined(log_ticks(1e-8, 1, 5)) ==
        "10^{\u22128} 10^{\u22126} 10^{\u22124} 10^{\u22122} 1");
  CHECK(joined(log_ticks(1, 9, 5)) == "1 2 5");
  CHECK(log_ticks(1e-280, 1e280, 6).size() <= 6);
  // Less than one step of 1, 2, 5: linear ticks serve better than none.
  CHECK(log_ticks(2.1, 2.9, 4).size() >= 2);
}
