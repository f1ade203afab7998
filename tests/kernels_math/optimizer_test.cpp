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

TEST_CASE("Adam and AdamW follow their formulas", "[kernels]") {
  const double lr = 0.05, beta1 = 0.9, beta2 = 0.999, eps = 1e-8;
  for (const Tier& tier : tiers()) {
    for (double decay : {0.0, 0.2}) {
      for (bool decoupled : {false, true}) {
        for (std::int64_t n : lengths()) {
          INFO(tier.name << " n = " << n << " decay = " << decay
                         << " decoupled = " << decoupled);
          const std::vector<float> start = numbers(n, 81);
          const std::vector<float> zeros(start.size(), 0.0f);
          Guarded w(start, 1), m(zeros, 2), v(zeros, 3);
          std::vector<double> weight = widen(start), mean(start.size()),
                              square(start.size());
          for (int t = 1; t <= 4; ++t) {
            const std::vector<float> g = numbers(n, 81 + static_cast<unsigned>(t));
            const double bias1 = 1 - std::pow(beta1, t), bias2 = 1 - std::pow(beta2, t);
            AdamStep step{};
            step.beta2 = static_cast<float>(beta2);
            step.fresh1 = static_cast<float>(1 - beta1);
            step.fresh2 = static_cast<float>(1 - beta2);
            step.eps = static_cast<float>(eps);
            step.step_size = static_cast<float>(lr / bias1);
            step.inv_sqrt_bias2 = static_cast<float>(1 / std::sqrt(bias2));
            step.l2 = decoupled ? 0.0f : static_cast<float>(decay);
            step.shrink = decoupled ? static_cast<float>(1 - lr * decay) : 1.0f;
            tier.math->adam_step(w.data(), g.data(), m.data(), v.data(), n, step);
            for (std::size_t i = 0; i < g.size(); ++i) {
              double gradient = g[i];
              if (decoupled) {
                weight[i] -= lr * decay * weight[i];
              } else {
                gradient += decay * weight[i];
              }
              mean[i] = beta1 * mean[i] + (1 - beta1) * gradient;
              square[i] = beta2 * square[i] + (1 - beta2) * gradient * gradient;
              weight[i] -= lr / bias1 * mean[i] / (std::sqrt(square[i] / bias2) + eps);
            }
          }
          check_near(w, weight);
          check_near(m, mean);
          check_near(v, square);
        }
      }
    }
  }
}

TEST_CASE("Adam leaves a weight without gradient where it is", "[kernels]") {
  for (const Tier& tier : tiers()) {
    INFO(tier.name);
    float w = 1.5f, g = 0.0f, m = 0.0f, v = 0.0f;
    AdamStep step{0.999f, 0.1f, 0.001f, 1e-8f, 0.01f, 31.6f, 0.0f, 1.0f};
    tier.math->adam_step(&w, &g, &m, &v, 1, step);
    CHECK(w == 1.5f);
    CHECK(m == 0.0f);
    CHECK(v == 0.0f);
  }
}
