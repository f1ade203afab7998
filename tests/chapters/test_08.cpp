// Chapter 8: the worked example, the rates that were derived, what the optimizers have in
// common and what must hold of Adam, and the planted bugs.
#include <algorithm>
#include <cmath>
#include <memory>
#include <string>
#include <vector>

#include "01-linear-regression/condition.h"
#include "01-linear-regression/random.h"
#include "03-checking-gradients/gradient_check.h"
#include "08-optimizers/broken.h"
#include "08-optimizers/hand.h"
#include "08-optimizers/noise.h"
#include "08-optimizers/properties.h"
#include "08-optimizers/rare.h"
#include "08-optimizers/recipes.h"
#include "tests/catch.h"

using namespace ch08;

namespace {

// Where a few optimizers come to from the same start, on slopes of random size.
Vector end_of(const Make& make, double rate, int steps, double factor = 1) {
  Matrix w(2, 3, 1.0), slope(2, 3);
  const auto optimizer = make({{&w, &slope}}, rate);
  Random random(6);
  for (int t = 0; t < steps; ++t) {
    for (double& g : slope.values) g = factor * (random.normal() + 0.3);
    optimizer->step();
  }
  return w.values;
}

const MakeW adamw = [](Slots slots, double rate, double decay) {
  return std::make_unique<AdamW>(std::move(slots), rate, decay);
};

}  // namespace

TEST_CASE("two steps of each by hand") {
  const std::vector<std::vector<Vector>> expected = {
      {{8.1, 0.1}, {7.29, 0.01}},
      {{8.1, 0.1}, {6.48, -0.8}},
      {{7.29, -0.71}, {5.1759, -0.2249}},
      {{8.9, 0.9}, {8.82968, 0.83310}},
      {{8.68377, 0.68377}, {8.45832, 0.49887}},
      {{8.9, 0.9}, {8.80003, 0.80041}}};
  const auto all = hand_recipes();
  REQUIRE(all.size() == expected.size());
  for (std::size_t r = 0; r < all.size(); ++r) {
    INFO(all[r].name);
    const auto path = by_hand(all[r].make);
    for (std::size_t t = 0; t < 2; ++t) {
      CHECK(path[t + 1][0] == Approx(expected[r][t][0]).epsilon(1e-5));
      CHECK(path[t + 1][1] == Approx(expected[r][t][1]).epsilon(2e-5));
    }
  }
}

TEST_CASE("the slopes of the valleys pass chapter 3's check") {
  for (const Function& f :
       {valley(1, 40), valley(0.5, 30, 0.7), Function(rosenbrock)}) {
    const Vector at = {-1.2, 0.7};
    Vector gradient;
    f(at, &gradient);
    const auto value = [&](const Vector& w) { return f(w, nullptr); };
    CHECK(ch03::check_gradient(value, at, gradient).passed());
  }
}

TEST_CASE("a turned valley has the curvatures it was made with") {
  Matrix h(2, 2);  // its rows are the gradients at (1, 0) and (0, 1)
  Vector g;
  valley(2, 50, 0.4)({1, 0}, &g);
  h(0, 0) = g[0], h(0, 1) = g[1];
  valley(2, 50, 0.4)({0, 1}, &g);
  h(1, 0) = g[0], h(1, 1) = g[1];
  const Vector sigma = ch01::singular_values(h);
  CHECK(sigma[0] == Approx(50).epsilon(1e-12));
  CHECK(sigma[1] == Approx(2).epsilon(1e-12));
}

TEST_CASE("descent multiplies each direction by one minus rate times curvature") {
  const auto path = walk(valley(1, 9), {4, 1}, recipe<Descent>(), 0.05, 30);
  for (std::size_t t = 0; t < path.size(); ++t) {
    const double n = static_cast<double>(t);
    CHECK(path[t][0] == Approx(4 * std::pow(1 - 0.05, n)).epsilon(1e-12));
    CHECK(path[t][1] == Approx(std::pow(1 - 0.45, n)).epsilon(1e-12));
  }
}

TEST_CASE("the limit of the rate is two over the curvature and with momentum higher") {
  const auto end = [](const Make& make, double rate) {
    return std::abs(walk(valley(1, 1), {1, 0}, make, rate, 2000).back()[0]);
  };
  CHECK(end(recipe<Descent>(), 1.99) < 1e-6);
  CHECK(end(recipe<Descent>(), 2.01) > 1e6);
  CHECK(end(recipe<Momentum>(0.9), 3.79) < 1e-3);
  CHECK(end(recipe<Momentum>(0.9), 3.81) > 1e3);
  CHECK(end(recipe<Momentum>(0.9, true), 1.35) < 1e-3);
  CHECK(end(recipe<Momentum>(0.9, true), 1.36) > 1e3);
}

TEST_CASE("at the best rate both directions shrink by the derived factor") {
  const double kappa = 50;
  const Best best = best_descent(1, kappa);
  const auto path = walk(valley(1, kappa), {1, 1}, recipe<Descent>(), best.rate, 100);
  CHECK(std::abs(path[100][0]) == Approx(std::pow(best.factor, 100)).epsilon(1e-9));
  CHECK(std::abs(path[100][1]) == Approx(std::pow(best.factor, 100)).epsilon(1e-9));
  CHECK(best.factor == Approx((kappa - 1) / (kappa + 1)));
  const auto farthest = [](const Vector& w) {
    return std::max(std::abs(w[0]), std::abs(w[1]));
  };
  for (double off : {0.97, 1.03}) {
    const auto worse =
        walk(valley(1, kappa), {1, 1}, recipe<Descent>(), off * best.rate, 100);
    CHECK(farthest(worse.back()) > farthest(path.back()));
  }
}

TEST_CASE("momentum multiplies the product of its two ways by mu in each step") {
  // u² - (1 + mu - rate·curvature) u u' + mu u'² for two neighbours u and u'.
  for (double curvature : {0.01, 1.0, 9.0, 30.0}) {
    const double mu = 0.8, rate = 0.1, p = 1 + mu - rate * curvature;
    const auto path =
        walk(valley(curvature, 1), {1, 0}, recipe<Momentum>(mu), rate, 40);
    const auto q = [&](std::size_t t) {
      const double u = path[t][0], before = path[t - 1][0];
      return u * u - p * u * before + mu * before * before;
    };
    for (std::size_t t = 2; t < path.size(); ++t) {
      CHECK(q(t) == Approx(mu * q(t - 1)).epsilon(1e-6).margin(1e-13));
    }
  }
}

TEST_CASE("momentum at its best needs about the root of the steps") {
  const double kappa = 400;
  const Best best = best_momentum(1, kappa);
  CHECK(std::sqrt(best.mu) == Approx((20.0 - 1) / (20 + 1)));
  const auto path =
      walk(valley(1, kappa), {1, 1}, recipe<Momentum>(best.mu), best.rate, 400);
  // A double root: t · factor^t, so that the factor is reached only slowly.
  const double measured = std::pow(length(path[400]) / length(path[200]), 1.0 / 200);
  CHECK(measured == Approx(best.factor).epsilon(0.006));
  CHECK(length(path[200]) < 1e-6);
  const Best plain = best_descent(1, kappa);
  const auto slow = walk(valley(1, kappa), {1, 1}, recipe<Descent>(), plain.rate, 200);
  CHECK(length(slow.back()) > 0.3);
}

TEST_CASE(
    "turning the valley turns the path of descent and of momentum but not Adam's") {
  const double angle = 0.6, c = std::cos(angle), s = std::sin(angle);
  const auto off = [&](const Make& make) {
    const auto straight = walk(valley(1, 20), {3, 1}, make, 0.03, 30);
    const auto turned =
        walk(valley(1, 20, angle), {3 * c - s, 3 * s + c}, make, 0.03, 30);
    const Vector& w = straight.back();
    return largest_difference(turned.back(),
                              {c * w[0] - s * w[1], s * w[0] + c * w[1]});
  };
  CHECK(off(recipe<Descent>()) < 1e-12);
  CHECK(off(recipe<Momentum>(0.9)) < 1e-12);
  CHECK(off(recipe<Momentum>(0.9, true)) < 1e-12);
  CHECK(off(recipe<Adam>()) > 0.01);
}

TEST_CASE("momentum of zero is descent") {
  const Vector plain = end_of(recipe<Descent>(), 0.1, 25);
  CHECK(end_of(recipe<Momentum>(0.0), 0.1, 25) == plain);
  CHECK(end_of(recipe<Momentum>(0.0, true), 0.1, 25) == plain);
}

TEST_CASE("momentum on a constant slope comes to the rate over one minus mu") {
  const Function line = [](const Vector& w, Vector* g) {
    if (g) *g = {2};
    return 2 * w[0];
  };
  for (bool nesterov : {false, true}) {
    const auto path = walk(line, {0}, recipe<Momentum>(0.9, nesterov), 0.01, 300);
    CHECK(path[299][0] - path[300][0] == Approx(0.01 * 2 / (1 - 0.9)).epsilon(1e-9));
  }
}

TEST_CASE("RMSProp is Adam without the first mean but for the correction") {
  const double beta = 0.99;
  Matrix w(1, 3, 1.0), slope(1, 3), v(1, 3);
  Adam adam({{&w, &slope}}, 0.01, {0.0, beta, 0.0});
  Random random(2);
  for (int t = 1; t <= 20; ++t) {
    Vector expected = w.values;
    for (std::size_t i = 0; i < 3; ++i) {
      const double g = slope.values[i] = random.normal();
      v.values[i] = beta * v.values[i] + (1 - beta) * g * g;
      const double corrected = v.values[i] / (1 - std::pow(beta, t));
      expected[i] -= 0.01 * g / std::sqrt(corrected);
    }
    adam.step();
    CHECK(largest_difference(w.values, expected) < 1e-14);
  }
  // And RMSProp is that with the correction left out.
  const Vector rms = end_of(recipe<RmsProp>(beta, 0.0), 0.01, 1);
  const Vector first = end_of(recipe<Adam>(Betas{0.0, beta, 0.0}), 0.01, 1);
  for (std::size_t i = 0; i < rms.size(); ++i) {
    CHECK(rms[i] - 1 == Approx((first[i] - 1) / std::sqrt(1 - beta)).epsilon(1e-9));
  }
}

TEST_CASE("AdaGrad divides by the root of the sum of all squares") {
  const Function line = [](const Vector&, Vector* g) {
    if (g) *g = {-5};
    return 0.0;
  };
  const auto path = walk(line, {0}, recipe<AdaGrad>(), 0.5, 30);
  double expected = 0;
  for (int t = 1; t <= 30; ++t) expected += 0.5 / std::sqrt(t);
  CHECK(path.back()[0] == Approx(expected).epsilon(1e-9));
}

TEST_CASE("Adam's first step has the length of the rate and the sign of the slope") {
  Matrix w(1, 4), slope(1, 4);
  slope.values = {3, -200, 1e-5, -0.4};
  Adam adam({{&w, &slope}}, 0.01);
  adam.step();
  CHECK(w.values[0] == Approx(-0.01).epsilon(1e-7));
  CHECK(w.values[1] == Approx(0.01).epsilon(1e-7));
  CHECK(w.values[2] == Approx(-0.01).epsilon(2e-3));  // epsilon shows
  CHECK(w.values[3] == Approx(0.01).epsilon(1e-6));
}

TEST_CASE("what must hold of Adam holds") {
  CHECK(off_on_a_slope(adamw) < 1e-4);
  CHECK(off_when_scaled(adamw, 1000) < 1e-9);
  CHECK(off_when_scaled(adamw, 1e-6) < 1e-3);
  CHECK(off_together(adamw) == 0);
  CHECK(off_in_decay(adamw) < 1e-14);
}

TEST_CASE("the scale of the loss matters to descent and not to the adaptive ones") {
  for (const Recipe& r : recipes()) {
    INFO(r.name);
    const double off =
        largest_difference(end_of(r.make, 0.01, 20), end_of(r.make, 0.01, 20, 1000));
    const std::string name = r.name;
    const bool adaptive = name == "AdaGrad" || name == "RMSProp" || name == "Adam";
    CHECK((off < 1e-6) == adaptive);
  }
}

TEST_CASE("AdamW without decay is Adam") {
  CHECK(end_of(recipe<AdamW>(0.0), 0.01, 25) == end_of(recipe<Adam>(), 0.01, 25));
  CHECK(end_of(recipe<AdamWithPenalty>(0.0), 0.01, 25) ==
        end_of(recipe<Adam>(), 0.01, 25));
}

TEST_CASE("for descent decay and penalty are the same and for Adam they are not") {
  const double lambda = 0.2, rate = 0.05;
  Matrix a(1, 3, 1.0), b(1, 3, 1.0), slope_a(1, 3), slope_b(1, 3);
  Descent with_penalty({{&a, &slope_a}}, rate), plain({{&b, &slope_b}}, rate);
  Random random(3);
  for (int t = 0; t < 20; ++t) {
    for (std::size_t i = 0; i < 3; ++i) {
      slope_b.values[i] = random.normal();
      slope_a.values[i] = slope_b.values[i] + lambda * a.values[i];
    }
    with_penalty.step();
    for (double& x : b.values) x *= 1 - rate * lambda;
    plain.step();
  }
  CHECK(largest_difference(a.values, b.values) < 1e-14);
  CHECK(largest_difference(end_of(recipe<AdamW>(0.2), 0.05, 25),
                           end_of(recipe<AdamWithPenalty>(0.2), 0.05, 25)) > 1e-3);
}

TEST_CASE("noise leaves the mean square that was derived") {
  Random random(4);
  for (double rate : {0.05, 0.5}) {
    for (double batch : {1.0, 9.0}) {
      CHECK(mean_square_at_rest(recipe<Descent>(), rate, 0.7, batch, random) ==
            Approx(predicted_at_rest(rate, 0.7, batch)).epsilon(0.08));
    }
  }
}

TEST_CASE("rare large slopes lead Adam away from the best place and AMSGrad to it") {
  CHECK(rare_slopes(recipe<Adam>(), 0.01, 1500).back() > 0.9);
  CHECK(rare_slopes(recipe<AmsGrad>(), 0.01, 1500).back() < -0.5);
  CHECK(rare_slopes(recipe<Descent>(), 1e-4, 1500).back() < -0.5);
}

TEST_CASE("AMSGrad is Adam while the slopes grow") {
  Matrix a(1, 1), b(1, 1), slope(1, 1);
  Adam adam({{&a, &slope}}, 0.01);
  AmsGrad ams({{&b, &slope}}, 0.01);
  for (int t = 1; t <= 40; ++t) {
    slope(0, 0) = t <= 20 ? t : 1;
    adam.step();
    ams.step();
    if (t <= 20) CHECK(a(0, 0) == b(0, 0));
  }
  CHECK(std::abs(b(0, 0)) < std::abs(a(0, 0)));  // the large ones are not forgotten
}

TEST_CASE("each optimizer remembers what the page says") {
  Matrix w(3, 5), slope(3, 5), b(1, 3), slope_b(1, 3);
  const Slots both = {{&w, &slope}, {&b, &slope_b}};
  const std::size_t expected[] = {0, 18, 18, 18, 18, 36};
  const auto all = recipes();
  for (std::size_t r = 0; r < all.size(); ++r) {
    CHECK(all[r].make(both, 0.1)->remembered() == expected[r]);
  }
  CHECK(AmsGrad(both).remembered() == 54);
}

TEST_CASE("a parameter without a gradient is left alone") {
  Matrix w(1, 2, 1.0), none;
  Adam adam({{&w, &none}}, 0.1);
  adam.step();
  CHECK(w.values == Vector{1, 1});
}

TEST_CASE("each planted bug fails one of the properties and the right one none") {
  const auto failed = [](Bug bug) {
    const MakeW make = suspect(bug);
    std::string which;
    if (off_on_a_slope(make) > 1e-3) which += " constant";
    if (off_when_scaled(make, 1e-6) > 1e-2) which += " scale";
    if (off_together(make) > 0) which += " apart";
    if (off_in_decay(make) > 1e-12) which += " decay";
    return which;
  };
  CHECK(failed(Bug::kNone).empty());
  CHECK(failed(Bug::kUncorrected) == " constant");
  CHECK(failed(Bug::kInsideRoot) == " constant scale");
  CHECK(failed(Bug::kStoppedClock) == " constant");
  CHECK(failed(Bug::kManyTicks) == " apart");
  CHECK(failed(Bug::kOneMemory) == " apart");
  CHECK(failed(Bug::kPenalty) == " decay");
}

TEST_CASE("the right suspect is AdamW to the last bit") {
  const Make right = [](Slots slots, double rate) {
    return suspect(Bug::kNone)(std::move(slots), rate, 0.1);
  };
  CHECK(end_of(right, 0.01, 30) == end_of(recipe<AdamW>(0.1), 0.01, 30));
}
