#include <cairn/plot/contour.h>

#include <cmath>

#include "tests/catch.h"

using namespace cairn::plot;

namespace {

struct Lines {
  std::vector<double> x, y;
  std::size_t count = 0;  // lines, each ended by a NaN
};

template <typename Function>
Lines contour(const Grid& grid, double level, Function f) {
  std::vector<double> values;
  for (std::size_t row = 0; row < grid.rows; ++row) {
    for (std::size_t column = 0; column < grid.columns; ++column) {
      values.push_back(f(grid.x(column), grid.y(row)));
    }
  }
  Lines lines;
  append_contour(grid, values, level, lines.x, lines.y);
  for (const double x : lines.x) lines.count += std::isnan(x);
  return lines;
}

}  // namespace

TEST_CASE("the contour of a cone is one closed circle", "[plot]") {
  const Grid grid{-2, 2, -1.5, 1.5, 80, 61};
  const Lines circle =
      contour(grid, 1, [](double x, double y) { return std::hypot(x, y); });
  REQUIRE(circle.count == 1);
  const std::size_t last = circle.x.size() - 2;
  CHECK(circle.x[0] == circle.x[last]);
  CHECK(circle.y[0] == circle.y[last]);
  for (std::size_t i = 0; i <= last; ++i) {
    CHECK(std::hypot(circle.x[i], circle.y[i]) == Approx(1).margin(0.002));
  }
}

TEST_CASE("a plane has one open contour exactly where it should be", "[plot]") {
  const Grid grid{0, 1, 0, 1, 7, 5};
  const Lines line = contour(grid, 0.4, [](double x, double y) { return x + 0.5 * y; });
  REQUIRE(line.count == 1);
  for (std::size_t i = 0; i + 1 < line.x.size(); ++i) {
    CHECK(line.x[i] + 0.5 * line.y[i] == Approx(0.4));
  }
}

TEST_CASE("saddles give two lines and gaps none", "[plot]") {
  const Grid grid{-1, 1, -1, 1, 2, 2};
  const Lines two = contour(grid, 0.1, [](double x, double y) { return x * y; });
  CHECK(two.count == 2);
  // The middle lies below the level, so each line turns around one high corner.
  for (std::size_t i = 0; i < two.x.size(); i += 3) {
    CHECK((two.x[i] + two.y[i]) * (two.x[i + 1] + two.y[i + 1]) > 0);
  }
  CHECK(contour(grid, 9, [](double x, double y) { return x * y; }).count == 0);
  CHECK(contour(grid, 0, [](double, double) { return std::nan(""); }).count == 0);
}
