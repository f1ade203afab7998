#include "01-linear-regression/random.h"
#include "ex5_resume.h"
#include "tests/catch.h"

using namespace ch08;

namespace {

// Twelve steps on two parameters, with a new optimizer after `stop` of them.
Vector twelve_steps(int stop, bool pass_on) {
  Matrix a(2, 3, 1.0), b(1, 4, -1.0), slope_a(2, 3), slope_b(1, 4);
  const Slots slots = {{&a, &slope_a}, {&b, &slope_b}};
  auto adam = std::make_unique<ResumableAdam>(slots, 0.1);
  ch01::Random random(3);
  for (int t = 0; t < 12; ++t) {
    if (t == 6) adam->rate = 0.03;
    if (t == stop) {
      const std::vector<double> saved = adam->save();
      adam = std::make_unique<ResumableAdam>(slots, 0.1);
      if (pass_on) adam->load(saved);
    }
    for (double& g : slope_a.values) g = random.normal();
    for (double& g : slope_b.values) g = random.normal();
    adam->step();
  }
  Vector all = a.values;
  all.insert(all.end(), b.values.begin(), b.values.end());
  return all;
}

}  // namespace

TEST_CASE("a run that was stopped ends bit for bit where one without a stop does") {
  const Vector whole = twelve_steps(-1, false);
  for (int stop : {0, 1, 5, 8, 11}) {
    INFO(stop);
    REQUIRE(twelve_steps(stop, true) == whole);
  }
  REQUIRE(twelve_steps(5, false) != whole);
}
