#include <cairn/plot/chart.h>

#include <clocale>
#include <cmath>
#include <limits>

#include "tests/catch.h"
#include "tests/error_text.h"
#include "tests/plot/xml.h"

using namespace cairn::plot;
using cairn::test::XmlReader;
using Values = Chart::Values;

namespace {

constexpr double kInf = std::numeric_limits<double>::infinity();
const double kNan = std::nan("");

/// The "d" of the first path drawn as the series of this hue.
std::string path_of(const std::string& svg, int hue) {
  const std::string mark = "\" class=\"s" + std::to_string(hue) + "\"";
  // The legend's sample comes first and is a horizontal piece; the last one is the
  // data.
  const std::size_t end = svg.rfind(mark);
  if (end == svg.npos) return "";
  const std::size_t begin = svg.rfind("d=\"", end) + 3;
  return svg.substr(begin, end - begin);
}

std::size_t count(const std::string& text, const std::string& part) {
  std::size_t n = 0;
  for (std::size_t at = text.find(part); at != text.npos;
       at = text.find(part, at + 1)) {
    ++n;
  }
  return n;
}

/// One chart with every kind of layer in it.
Chart everything() {
  const Grid grid{-1, 1, -1, 1, 9, 7};
  Values heat;
  std::vector<int> labels;
  for (std::size_t i = 0; i < grid.size(); ++i) {
    heat.push_back(std::sin(static_cast<double>(i)));
    labels.push_back(static_cast<int>(i % 4) - 1);
  }
  Chart chart("Everything", "All kinds of layers on one pair of axes.");
  chart.regions(grid, labels)
      .heat(grid, heat)
      .contour(grid, heat, {0, 0.5}, "level")
      .x_span(-0.5, 0.5, "span")
      .y_span(-0.2, 0.2, "strip")
      .line({-1, 0, 1}, {-1, 0.5, 1}, "line",
            SeriesStyle().markers().dash(Dash::kDotted))
      .points({0, 0.1}, {0.3, 0.4}, "points")
      .points_by_class({0, 0.5, 0.7}, {0, -0.5, 0.7}, {0, 1, 5}, {"a", "b"})
      .band({-1, 1}, {-0.4, -0.3}, {0.4, 0.3}, "band")
      .horizontal_line(0.25, "level")
      .vertical_line(0.25, "here")
      .annotate(0.5, 0.5, "a note", 20, -20)
      .arrow(0, 0, 0.5, 0.5);
  return chart;
}

}  // namespace

TEST_CASE("every kind of layer makes a well-formed document", "[plot]") {
  const XmlReader chart(everything().svg());
  INFO(chart.error());
  CHECK(chart.well_formed());
  CHECK(chart.count("title") == 1);
  CHECK(chart.count("desc") == 1);
  CHECK(chart.count("image") == 1);
  const XmlReader bars(Chart("Bars", "Two series of bars.")
                           .bars({1, 2, 3}, "a")
                           .bars({3, -1, kNan}, "b")
                           .x_categories({"one", "two", "a name too long for its slot"})
                           .svg());
  CHECK(bars.well_formed());
}

TEST_CASE("the document says what it is to those who cannot see it", "[plot]") {
  const std::string svg = everything().svg();
  CHECK(svg.find("role=\"img\"") != svg.npos);
  CHECK(svg.find("<desc id=") != svg.npos);
  CHECK(svg.find(">All kinds of layers on one pair of axes.</desc>") != svg.npos);
  CHECK_ERROR(Error, Chart("Loss", ""), "'Loss' has no description");
}

TEST_CASE("hostile texts stay texts", "[plot]") {
  const std::string hostile = "</title><script>alert(1)</script>&\"'\x01\xFF$x$";
  Chart chart(hostile, hostile);
  chart.x_label(hostile).y_label(hostile).x_categories({hostile, hostile});
  chart.bars({1, 2}, hostile).annotate(0, 1, hostile).horizontal_line(1, hostile);
  const std::string svg = chart.svg();
  const XmlReader xml(svg);
  INFO(xml.error());
  CHECK(xml.well_formed());
  CHECK(xml.count("script") == 0);
  CHECK(svg.find('$') == svg.npos);
}

TEST_CASE("the same calls give the same bytes under every locale", "[plot]") {
  const std::string before = everything().svg();
  CHECK(everything().svg() == before);
  for (const char* name : {"de_DE.UTF-8", "de_DE", "fr_FR.UTF-8"}) {
    if (std::setlocale(LC_ALL, name) != nullptr) CHECK(everything().svg() == before);
  }
  std::setlocale(LC_ALL, "C");
}

TEST_CASE("values that are no numbers break a line and spoil nothing", "[plot]") {
  const Chart chart = Chart("Gaps", "A broken line.")
                          .series({1, 2, kNan, 3, 4, kInf, 5, -kInf, 2, 2.5}, "s");
  const std::string svg = chart.svg();
  CHECK(count(path_of(svg, 1), "M") == 3);  // 1 2 · 3 4 · 2 2.5
  CHECK(count(svg, "<circle") == 1);        // the lone 5
  CHECK(svg.find("nan") == svg.npos);
  CHECK(svg.find("inf") == svg.npos);
}

TEST_CASE("what is not positive is left out of a logarithmic axis", "[plot]") {
  const std::string svg = Chart("Log", "A line with a zero in it.")
                              .log_y()
                              .series({100, 10, 0, -1, 0.1, 0.01}, "s")
                              .svg();
  CHECK(count(path_of(svg, 1), "M") == 2);
  CHECK_THROWS_AS(
      Chart("Log", "Bad limits.").log_y().y_limits(0, 1).series({1, 2}).svg(), Error);
}

TEST_CASE("empty and constant series are drawn", "[plot]") {
  for (const Values& y : {Values{}, Values{3, 3, 3}, Values{0, 0}, Values{1e300, 1e300},
                          Values{kNan, kNan}, Values{7}, Values{-1.7e308, 1.7e308},
                          Values{5e-324, 1e-323}, Values{1, 1 + 1e-15}}) {
    Chart linear("Odd", "An odd series.");
    CHECK(XmlReader(linear.series(y, "s").svg()).well_formed());
    Chart log("Odd", "An odd series on a logarithmic axis.");
    CHECK(XmlReader(log.log_y().series(y, "s").svg()).well_formed());
    Chart histogram("Odd", "An odd histogram.");
    CHECK(XmlReader(histogram.histogram(y, 5).svg()).well_formed());
  }
}

TEST_CASE("a histogram counts every finite value once", "[plot]") {
  const std::string svg = Chart("Counts", "Four bins.")
                              .histogram({0, 0.1, 1, 2, 3, 3.9, 4, kNan, kInf}, 4, "h")
                              .svg();
  // 0 0.1 | 1 | 2 | 3 3.9 4: the second and the third bar are equal, the last is
  // highest.
  std::vector<double> heights;
  for (std::size_t at = svg.find("height=\"", svg.find("overflow"));
       at != svg.npos && heights.size() < 9; at = svg.find("height=\"", at + 1)) {
    heights.push_back(std::stod(svg.substr(at + 8)));
  }
  // The last four rectangles are the bars.
  REQUIRE(heights.size() >= 4);
  const double* bars = heights.data() + heights.size() - 4;
  CHECK(bars[0] == Approx(2 * bars[1]).margin(0.02));
  CHECK(bars[1] == Approx(bars[2]).margin(0.02));
  CHECK(bars[3] == Approx(3 * bars[1]).margin(0.02));
}

TEST_CASE("long series are thinned without losing their extremes", "[plot]") {
  Values y(200000);
  for (std::size_t i = 0; i < y.size(); ++i) y[i] = std::sin(static_cast<double>(i));
  y[100001] = 5;
  const std::string all = Chart("Long", "A spike.").series(y, "s").svg();
  y[100001] = 0;
  const std::string flat =
      Chart("Long", "A spike.").y_limits(-1.5, 5.3).series(y, "s").svg();
  CHECK(all.size() < 60000);
  CHECK(path_of(all, 1) != path_of(flat, 1));
}

TEST_CASE("points beyond fixed limits are cut off", "[plot]") {
  const std::string svg = Chart("Limits", "Two of four points are in view.")
                              .x_limits(0, 1)
                              .y_limits(0, 1)
                              .points({0.5, 1, 2, -3}, {0.5, 1, 0.5, 0.5})
                              .svg();
  CHECK(count(svg, "<circle") == 2);
}

TEST_CASE("regions are merged into few rectangles that cover each cell once",
          "[plot]") {
  const Grid grid{0, 10, 0, 4, 10, 4};
  std::vector<int> labels(40, 0);
  for (std::size_t i = 0; i < 40; ++i) labels[i] = i % 10 < 5 ? 0 : 1;
  const std::string svg =
      Chart("Halves", "Left is blue and right is orange.").regions(grid, labels).svg();
  CHECK(count(svg, "crispEdges") == 2);
  const std::size_t path = svg.rfind("<path", svg.find("crispEdges"));
  CHECK(count(svg.substr(path, svg.find("/>", path) - path), "M") == 1);
}

TEST_CASE("errors name the call the values and the mend", "[plot]") {
  Chart chart("Errors", "Nothing is drawn.");
  CHECK_ERROR(Error, (chart.line({1, 2}, {1, 2, 3})), "Chart::line");
  CHECK_ERROR(Error, (chart.line({1, 2}, {1, 2, 3})), "2 and 3 values");
  CHECK_ERROR(Error, chart.x_limits(2, 2), "Chart::x_limits");
  CHECK_ERROR(Error, chart.y_limits(0, kInf), "Chart::y_limits");
  CHECK_ERROR(Error, (chart.histogram({1}, 0)), "0 bins");
  CHECK_ERROR(Error, (chart.points_by_class({1}, {1}, {-1})), "label -1");
  CHECK_ERROR(Error, (chart.regions(Grid{0, 1, 0, 1, 2, 2}, {0, 0, 0})),
              "4 and 3 values");
  CHECK_ERROR(Error, (chart.heat(Grid{0, 0, 0, 1, 2, 2}, {0, 0, 0, 0})), "upper ends");
  CHECK_THROWS_AS(chart.size(kNan, 100), Error);
}
