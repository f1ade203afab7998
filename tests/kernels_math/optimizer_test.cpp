// SGD and Adam against the formulas in double, several steps on, over awkward lengths.
#include <cmath>

#include "tests/kernels_math/tiers.h"

namespace {

using cairn::kernels::AdamStep;
using cairn::kernels::SgdStep;

void check_near(const Guarded& got, const std::vector<double>& want) {
  REQUIRE(got.intact());
  for (std::size_t i = 0; i < want.size(); ++i) {
    const float value = got[static_cast<std::int64_t>(i)];
    INFO("element " << i);
    REQUIRE(std::fabs(value - want[i]) <= 2e-6 * (1 + std::fabs(want[i])));
  }
}

std::vector<double> widen(const std::vector<float>& x) { return {x.begin(), x.end()}; }

}  // namespace

TEST_CASE("SGD follows its formula", "[kernels]") {
  struct Case {
    bool velocity, nesterov;
    float momentum, dampening, decay;
  };
  const Case cases[] = {{false, false, 0.0f, 0.0f, 0.0f},
                        {false, false, 0.0f, 0.0f, 0.3f},
                        {true, false, 0.9f, 0.0f, 0.0f},
                        {true, false, 0.9f, 0.25f, 0.1f},
                        {true, true, 0.8f, 0.0f, 0.2f}};
  for (const Tier& tier : tiers()) {
    for (const Case& c : cases) {
      for (std::int64_t n : lengths()) {
        INFO(tier.name << " n = " << n << " momentum = " << c.momentum
                       << " decay = " << c.decay << " nesterov = " << c.nesterov);
        const std::vector<float> start = numbers(n, 71);
        Guarded w(start, 1);
        // A velocity that was never written must not be read in the first step.
        Guarded v(std::vector<float>(static_cast<std::size_t>(n), std::nanf("")), 2);
        std::vector<double> weight = widen(start), velocity(start.size());
        for (int step = 0; step < 4; ++step) {
          const std::vector<float> g = numbers(n, 72 + static_cast<unsigned>(step));
          tier.math->sgd_step(
              w.data(), g.data(), c.velocity ? v.data() : nullptr, n,
              {0.1f, c.momentum, c.dampening, c.decay, c.nesterov, step == 0});
          for (std::size_t i = 0; i < g.size(); ++i) {
            const double gradient = double{g[i]} + double{c.decay} * weight[i];
            double direction = gradient;
            if (c.velocity) {
              velocity[i] = step == 0 ? gradient
                                      : double{c.momentum} * velocity[i] +
                                            (1 - double{c.dampening}) * gradient;
              direction = c.nesterov ? gradient + double{c.momentum} * velocity[i]
                                     : velocity[i];
            }
            weight[i] -= double{0.1f} * direction;
          }
        }
        check_near(w, weight);
        if (c.velocity) check_near(v, velocity);
      }
    }
  }
}

namespace {

const double lr = 0.05, beta1 = 0.9, beta2 = 0.999, eps = 1e-8;

// Adam's formula for one element, the decay in the gradient or in the weight.
struct AdamElement {
  double weight = 0, mean = 0, square = 0, largest = 0;

  void step(double g, int t, double decay, bool decoupled, bool amsgrad) {
    if (decoupled) weight -= lr * decay * weight;
    else g += decay * weight;
    mean = beta1 * mean + (1 - beta1) * g;
    square = beta2 * square + (1 - beta2) * g * g;
    largest = std::fmax(largest, square);
    const double used = (amsgrad ? largest : square) / (1 - std::pow(beta2, t));
    weight -= lr / (1 - std::pow(beta1, t)) * mean / (std::sqrt(used) + eps);
  }
};

AdamStep adam_settings(int t, double decay, bool decoupled) {
  AdamStep step{};
  step.beta2 = static_cast<float>(beta2);
  step.fresh1 = static_cast<float>(1 - beta1);
  step.fresh2 = static_cast<float>(1 - beta2);
  step.eps = static_cast<float>(eps);
  step.step_size = static_cast<float>(lr / (1 - std::pow(beta1, t)));
  step.inv_sqrt_bias2 = static_cast<float>(1 / std::sqrt(1 - std::pow(beta2, t)));
  step.l2 = decoupled ? 0.0f : static_cast<float>(decay);
  step.shrink = decoupled ? static_cast<float>(1 - lr * decay) : 1.0f;
  return step;
}

// Gradients that shrink, so that the largest square is an old one.
std::vector<float> fading(std::int64_t n, int t) {
  std::vector<float> g = numbers(n, 81 + static_cast<unsigned>(t));
  for (float& x : g) x /= static_cast<float>(t * t * t);
  return g;
}

void check_adam(const Tier& tier, std::int64_t n, double decay, bool decoupled,
                bool amsgrad) {
  INFO(tier.name << " n = " << n << " decay = " << decay << " decoupled = " << decoupled
                 << " amsgrad = " << amsgrad);
  const std::vector<float> start = numbers(n, 81);
  const std::vector<float> zeros(start.size(), 0.0f);
  Guarded w(start, 1), m(zeros, 2), v(zeros, 3), largest(zeros, 1);
  std::vector<AdamElement> want(start.size());
  for (std::size_t i = 0; i < start.size(); ++i) want[i].weight = start[i];
  for (int t = 1; t <= 4; ++t) {
    const std::vector<float> g = fading(n, t);
    tier.math->adam_step(w.data(), g.data(), m.data(), v.data(),
                         amsgrad ? largest.data() : nullptr, n,
                         adam_settings(t, decay, decoupled));
    for (std::size_t i = 0; i < g.size(); ++i) {
      want[i].step(g[i], t, decay, decoupled, amsgrad);
    }
  }
  const auto all = [&](double AdamElement::*part) {
    std::vector<double> values;
    for (const AdamElement& e : want) values.push_back(e.*part);
    return values;
  };
  check_near(w, all(&AdamElement::weight));
  check_near(m, all(&AdamElement::mean));
  check_near(v, all(&AdamElement::square));
  if (amsgrad) check_near(largest, all(&AdamElement::largest));
}

void check_rms(const Tier& tier, std::int64_t n, bool centred, bool momentum,
               float keep) {
  INFO(tier.name << " n = " << n << " centred = " << centred
                 << " momentum = " << momentum << " keep = " << keep);
  // Adagrad sums up; RMSprop's mean needs no less than the number it is a mean of.
  const float fresh = keep == 1 ? 1.0f : static_cast<float>(1 - double{keep});
  const cairn::kernels::RmsStep step{keep, fresh, 1e-4f, 0.05f, 0.8f, 0.2f};
  const std::vector<float> start = numbers(n, 91);
  const std::vector<float> zeros(start.size(), 0.0f);
  Guarded w(start, 1), v(zeros, 2), m(zeros, 3), b(zeros, 1);
  std::vector<double> weight = widen(start), square(start.size()), mean(start.size()),
                      buffer(start.size());
  for (int t = 1; t <= 4; ++t) {
    const std::vector<float> g = numbers(n, 91 + static_cast<unsigned>(t));
    tier.math->rms_step(w.data(), g.data(), v.data(), centred ? m.data() : nullptr,
                        momentum ? b.data() : nullptr, n, step);
    for (std::size_t i = 0; i < g.size(); ++i) {
      const double gradient = double{g[i]} + double{step.l2} * weight[i];
      square[i] = double{keep} * square[i] + double{fresh} * gradient * gradient;
      mean[i] += double{fresh} * (gradient - mean[i]);
      const double under = centred ? square[i] - mean[i] * mean[i] : square[i];
      const double direction = gradient / (std::sqrt(under) + double{step.eps});
      buffer[i] = (momentum ? double{step.momentum} * buffer[i] : 0) + direction;
      weight[i] -= double{step.lr} * buffer[i];
    }
  }
  check_near(w, weight);
  check_near(v, square);
  if (centred) check_near(m, mean);
  if (momentum) check_near(b, buffer);
}

}  // namespace

TEST_CASE("Adam and AdamW follow their formulas", "[kernels]") {
  for (const Tier& tier : tiers()) {
    for (const std::int64_t n : lengths()) {
      for (const bool decoupled : {false, true}) {
        for (const bool amsgrad : {false, true}) {
          check_adam(tier, n, 0, decoupled, amsgrad);
          check_adam(tier, n, 0.2, decoupled, amsgrad);
        }
      }
    }
  }
}

TEST_CASE("RMSprop and Adagrad follow their formulas", "[kernels]") {
  for (const Tier& tier : tiers()) {
    for (const std::int64_t n : lengths()) {
      check_rms(tier, n, false, false, 1);
      for (const bool centred : {false, true}) {
        for (const bool momentum : {false, true}) {
          check_rms(tier, n, centred, momentum, 0.9f);
        }
      }
    }
  }
}

TEST_CASE("squares about the mean are never below zero", "[kernels]") {
  // The same gradient again and again: v and m² come as close as rounding lets them.
  for (const Tier& tier : tiers()) {
    for (const float g : {0.1f, 0.3f, 0.7f, 1.1f, 3.3f}) {
      float w = 0, v = 0, m = 0;
      for (int t = 0; t < 400; ++t) {
        tier.math->rms_step(&w, &g, &v, &m, nullptr, 1,
                            {0.9f, 0.1f, 1e-3f, 1e-3f, 0.0f, 0.0f});
        INFO(tier.name << " g = " << g << " step " << t);
        REQUIRE(std::isfinite(w));
      }
    }
  }
}

TEST_CASE("Adam leaves a weight without gradient where it is", "[kernels]") {
  for (const Tier& tier : tiers()) {
    INFO(tier.name);
    float w = 1.5f, g = 0.0f, m = 0.0f, v = 0.0f;
    AdamStep step{0.999f, 0.1f, 0.001f, 1e-8f, 0.01f, 31.6f, 0.0f, 1.0f};
    tier.math->adam_step(&w, &g, &m, &v, nullptr, 1, step);
    CHECK(w == 1.5f);
    CHECK(m == 0.0f);
    CHECK(v == 0.0f);
  }
}
