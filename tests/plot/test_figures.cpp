#include <cairn/plot/plot.h>

#include <cmath>
#include <cstdio>
#include <fstream>
#include <iterator>

#include "tests/catch.h"
#include "tests/error_text.h"
#include "tests/plot/xml.h"

using namespace cairn::plot;
using cairn::test::XmlReader;

namespace {

std::size_t count(const std::string& text, const std::string& part) {
  std::size_t n = 0;
  for (std::size_t at = text.find(part); at != text.npos;
       at = text.find(part, at + 1)) {
    ++n;
  }
  return n;
}

Diagram network() {
  Diagram diagram("A network", "Three inputs, two hidden units, one output.");
  diagram.column("x", 0, 0, 3, {"x_1", "x_2", "x_3"})
      .column("h", 120, 0, 2, {}, ShapeStyle().colour(Colour::kBlue), true)
      .circle("y", 240, 0, "ŷ")
      .connect("x", "h")
      .connect("h", "y");
  return diagram;
}

}  // namespace

TEST_CASE("a confusion matrix shows its counts and names", "[plot]") {
  const std::string svg =
      Heatmap("Confusion", "Most on the diagonal.", {9, 1, 0, 2, 8, 0, 0, 3, 7}, 3, 3)
          .row_names({"a<", "b", "c"})
          .column_names({"a", "b", "c"})
          .x_label("predicted")
          .y_label("true")
          .show_values()
          .colour_by_row_share()
          .svg();
  const XmlReader xml(svg);
  INFO(xml.error());
  CHECK(xml.well_formed());
  CHECK(xml.content().find("predicted") != std::string::npos);
  for (const char* text : {">9<", ">8<", ">7<", ">a&lt;<"})
    CHECK(count(svg, text) == 1);
  CHECK(count(svg, "class=\"fabove\"") == 6);  // the cells that are not zero
}

TEST_CASE("a diverging map has two hues and leaves gaps for NaN", "[plot]") {
  const std::string svg =
      Heatmap("Weights", "Signs differ.", {-1, 0, std::nan(""), 0.5, INFINITY, 1}, 2, 3)
          .diverging()
          .scale(false)
          .show_values(1)
          .svg();
  CHECK(count(svg, "class=\"fbelow\"") == 1);
  CHECK(count(svg, "class=\"fabove\"") == 2);
  CHECK(count(svg, ">0.5<") == 1);
  CHECK(count(svg, "NaN") == 0);
}

TEST_CASE("large maps become one picture", "[plot]") {
  std::vector<double> values(100 * 200);
  for (std::size_t i = 0; i < values.size(); ++i) {
    values[i] = std::sin(static_cast<double>(i) * 0.001);
  }
  const std::string svg = Heatmap("Many", "Waves.", values, 100, 200).diverging().svg();
  CHECK(XmlReader(svg).well_formed());
  CHECK(XmlReader(svg).count("image") == 2);  // the map and its scale
  CHECK(svg.size() < 40000);
}

TEST_CASE("heat maps of nothing much are fine and wrong sizes are errors", "[plot]") {
  CHECK(XmlReader(Heatmap("Zero", "Zeros.", {0, 0, 0, 0}, 2, 2).svg()).well_formed());
  CHECK(XmlReader(Heatmap("NaN", "Gaps.", {NAN, NAN}, 1, 2).diverging().svg())
            .well_formed());
  CHECK_ERROR(Error, (Heatmap("Bad", "Bad.", {1, 2, 3}, 2, 2)),
              "3 values for 2 rows of 2");
  CHECK_THROWS_AS(Heatmap("Bad", "Bad.", {}, 0, 0), Error);
  Heatmap map("Map", "Map.", {1, 2}, 1, 2);
  CHECK_ERROR(Error, (map.column_names({"one"})), "1 names for 2 columns");
  CHECK_THROWS_AS(map.limits(1, 1), Error);
  CHECK_THROWS_AS(map.show_values(-1), Error);
}

TEST_CASE("an image grid embeds one picture an image", "[plot]") {
  std::vector<double> real(28 * 28);
  std::vector<float> single(28 * 28);
  std::vector<std::uint8_t> bytes(28 * 28);
  for (std::size_t i = 0; i < real.size(); ++i) {
    bytes[i] = static_cast<std::uint8_t>(i % 256);
    real[i] = bytes[i] / 255.0;
    single[i] = static_cast<float>(real[i]);
  }
  ImageGrid grid("Three", "The same image three times.", 28, 28);
  grid.add(real.data(), "real")
      .add(single.data(), "single")
      .add(bytes.data(), "<bytes>");
  const std::string svg = grid.columns(3).row_names({"row"}).svg();
  const XmlReader xml(svg);
  CHECK(xml.well_formed());
  CHECK(xml.count("image") == 3);
  // All three ways in give the same pixels.
  std::vector<std::string> uris;
  for (std::size_t at = svg.find("base64,"); at != svg.npos;
       at = svg.find("base64,", at + 1)) {
    uris.push_back(svg.substr(at, svg.find('"', at) - at));
  }
  REQUIRE(uris.size() == 3);
  CHECK(uris[0] == uris[1]);
  CHECK(uris[0] == uris[2]);
}

TEST_CASE("image grids survive odd values and refuse odd sizes", "[plot]") {
  const double odd[] = {NAN, INFINITY, -INFINITY, 1e300};
  for (int mode = 0; mode < 3; ++mode) {
    ImageGrid grid("Odd", "Odd values.", 2, 2);
    if (mode == 1) grid.autoscale();
    if (mode == 2) grid.diverging();
    CHECK(XmlReader(grid.add(odd).svg()).well_formed());
  }
  CHECK(XmlReader(ImageGrid("None", "No image.", 2, 2).svg()).well_formed());
  CHECK_ERROR(Error, ImageGrid("Bad", "Bad.", 0, 5), "0 × 5");
}

TEST_CASE("diagrams join what was placed", "[plot]") {
  const std::string svg = network().svg();
  const XmlReader xml(svg);
  INFO(xml.error());
  CHECK(xml.well_formed());
  CHECK(count(svg, "<path") == 3 * 2 + 2);
  CHECK(svg.find("<tspan") != svg.npos);  // the subscripts
  CHECK(network().svg() == svg);
}

TEST_CASE("diagram labels with marks and several lines", "[plot]") {
  Diagram diagram("Boxes", "Two boxes and an arrow.");
  diagram.box("a", 0, 0, "Linear <1>\n784 → 128")
      .matrix("b", 160, 0, 3, 5, "X [3, 5]")
      .arrow("a", "b", "∂L/∂z_{out}", ShapeStyle().bend(30).dash(Dash::kDashed))
      .arrow("b", "a", "", ShapeStyle().bend(-30))
      .arrow("a", "a")  // to itself: no way to go, nothing drawn
      .group({"a", "b"}, "both")
      .text(80, 90, "below");
  const XmlReader xml(diagram.svg());
  INFO(xml.error());
  CHECK(xml.well_formed());
}

TEST_CASE("diagram errors name the name", "[plot]") {
  Diagram diagram = network();
  CHECK_ERROR(Error, diagram.arrow("x1", "z9"), "'z9'");
  CHECK_ERROR(Error, diagram.circle("y", 0, 0, ""), "'y' is taken");
  CHECK_ERROR(Error, (diagram.group({"q"}, "")), "'q'");
  CHECK_THROWS_AS(diagram.box("n", NAN, 0, ""), Error);
  CHECK_THROWS_AS(diagram.matrix("m", 0, 0, 0, 1, ""), Error);
}

TEST_CASE("save writes the document and names a path it cannot write", "[plot]") {
  const std::string path = "plot-save-test.svg";
  network().save(path);
  std::ifstream file(path, std::ios::binary);
  const std::string text((std::istreambuf_iterator<char>(file)),
                         std::istreambuf_iterator<char>());
  CHECK(text == network().svg());
  std::remove(path.c_str());
  CHECK_ERROR(Error, network().save("/no/such/folder/x.svg"), "/no/such/folder/x.svg");
  CHECK_ERROR(Error, network().save("/no/such/folder/x.svg"), "folder");
  // A full disk is an error, not half a picture.
  if (std::ifstream("/dev/full").good()) {
    CHECK_ERROR(Error, network().save("/dev/full"), "cannot write");
  }
}

TEST_CASE("figures on one page share no ids", "[plot]") {
  const std::string a = Chart("One", "First.").series({1, 2}).svg();
  const std::string b = Chart("One", "Second.").series({1, 2}).svg();
  const auto id = [](const std::string& svg) {
    const std::size_t at = svg.find("id=\"") + 4;
    return svg.substr(at, svg.find('"', at) - at);
  };
  CHECK(id(a) != id(b));
  CHECK(a.find("clip-path") == a.npos);
  // Every rule of style is bound to this library's class.
  const std::string css = a.substr(a.find("<style>"), a.find("</style>"));
  CHECK(css.find("\n.cairn-plot") != css.npos);
  CHECK(css.find("\ntext") == css.npos);
}
