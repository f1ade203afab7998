#include <cairn/plot/text.h>

#include <limits>

#include "tests/catch.h"

using namespace cairn::plot;

TEST_CASE("coordinates are short and never in exponent form", "[plot]") {
  CHECK(coordinate(0) == "0");
  CHECK(coordinate(-0.001) == "0");
  CHECK(coordinate(12.5) == "12.5");
  CHECK(coordinate(-3.456) == "-3.46");
  CHECK(coordinate(0.05) == "0.05");
  CHECK(coordinate(1e300) == "10000000");
  CHECK(coordinate(std::numeric_limits<double>::quiet_NaN()) == "0");
}

TEST_CASE("numbers for readers", "[plot]") {
  CHECK(fixed(-1.25, 2) == "\u22121.25");
  CHECK(fixed(-0.001, 2) == "0.00");
  CHECK(fixed(2.5, 0) == "2");
  CHECK(readable(0) == "0");
  CHECK(readable(0.0123) == "0.0123");
  CHECK(readable(4.5678) == "4.57");
  CHECK(readable(45.678) == "45.7");
  CHECK(readable(1230) == "1230");
  CHECK(readable(60000) == "60\u202F000");
  CHECK(readable(-1234567) == "\u22121\u202F234\u202F567");
  CHECK(readable(2.5e9) == "2.5×10^{9}");
  CHECK(readable(9.9999e-7) == "1×10^{\u22126}");
  CHECK(readable(std::numeric_limits<double>::infinity()) == "∞");
}

TEST_CASE("escaping leaves nothing that XML would trip over", "[plot]") {
  CHECK(escape("a<b>&\"'") == "a&lt;b&gt;&amp;&quot;&#39;");
  CHECK(escape("naïve ∂L/∂z 图") == "naïve ∂L/∂z 图");
  CHECK(escape(std::string("a\0b\x01", 4)) == "a\uFFFDb\uFFFD");
  CHECK(escape("two\n\nlines") == "two  lines");
  // Bytes that are no UTF-8: a lone continuation, a cut sequence, an overlong '/'.
  CHECK(escape("\x80") == "\uFFFD");
  CHECK(escape("\xE2\x88") == "\uFFFD\uFFFD");
  CHECK(escape("\xC0\xAF") == "\uFFFD\uFFFD");
  CHECK(escape("\xED\xA0\x80") == "\uFFFD\uFFFD\uFFFD");  // half of a surrogate pair
}

TEST_CASE("rich text is cut at subscripts and superscripts", "[plot]") {
  const std::vector<Run> runs = rich_runs("W_1 x^{(i)} a\\_b");
  REQUIRE(runs.size() == 5);
  CHECK(runs[0].text == "W");
  CHECK(runs[1].text == "1");
  CHECK(runs[1].level == -1);
  CHECK(runs[3].text == "(i)");
  CHECK(runs[3].level == 1);
  CHECK(runs[4].text == " a_b");
  CHECK(rich_runs("x_").size() == 1);    // nothing follows: a plain character
  CHECK(rich_runs("x_{1").size() == 3);  // an open brace is a plain character, lowered
  CHECK(rich_runs("ŷ_é")[1].text == "é");
}

TEST_CASE("long lines are wrapped at spaces and no word is lost", "[plot]") {
  const std::string text = "a title that is much too long for one line of this width";
  std::string together;
  for (const std::string& line : wrap(text, 120, 12)) {
    CHECK(text_width(line, 12) <= 120);
    together += (together.empty() ? "" : " ") + line;
  }
  CHECK(together == text);
  CHECK(wrap("", 100, 12).empty());
  CHECK(wrap("unbreakable", 10, 12).size() == 1);
}
