// Schedules and clipping against another framework's numbers.
#include <cmath>

#include "tests/catch.h"
#include "tests/reference/case.h"

namespace cairn::test {
namespace {

using optim::LRScheduler;
using optim::Optimizer;

std::unique_ptr<Optimizer> optimizer_for(const Settings& s, const Tensor& w) {
  if (s.number("adam") != 0) return optim::AdamOptions(s.number("lr")).make({w});
  return optim::SGDOptions(s.number("lr")).momentum(0.9).make({w});
}

optim::OneCycleLROptions one_cycle(const Settings& s) {
  optim::OneCycleLROptions options(s.number("max_lr"), s.integer("total_steps"));
  options.pct_start(s.number("pct_start", 0.3))
      .momentum(s.number("base_momentum", 0.85), s.number("max_momentum", 0.95))
      .div_factors(s.number("div_factor", 25), s.number("final_div_factor", 1e4))
      .cycle_momentum(s.number("cycle_momentum", 1) != 0)
      .three_phase(s.number("three_phase", 0) != 0);
  if (s.has("anneal_strategy")) {
    options.anneal(optim::OneCycleLROptions::Anneal::linear);
  }
  return options;
}

std::unique_ptr<LRScheduler> schedule_for(const std::string& name, const Settings& s,
                                          Optimizer& o) {
  if (name == "StepLR") {
    return std::make_unique<optim::StepLR>(o, s.integer("step_size"),
                                           s.number("gamma", 0.1));
  }
  if (name == "MultiStepLR") {
    std::vector<std::int64_t> milestones;
    for (const double m : s.numbers("milestones")) {
      milestones.push_back(static_cast<std::int64_t>(m));
    }
    return std::make_unique<optim::MultiStepLR>(o, milestones, s.number("gamma", 0.1));
  }
  if (name == "ExponentialLR") {
    return std::make_unique<optim::ExponentialLR>(o, s.number("gamma"));
  }
  if (name == "CosineAnnealingLR") {
    return std::make_unique<optim::CosineAnnealingLR>(o, s.integer("T_max"),
                                                      s.number("eta_min", 0));
  }
  if (name == "LinearLR") {
    if (!s.has("start_factor")) return std::make_unique<optim::LinearLR>(o);
    return std::make_unique<optim::LinearLR>(
        o, s.number("start_factor"), s.number("end_factor"), s.integer("total_iters"));
  }
  if (name == "OneCycleLR") {
    return std::make_unique<optim::OneCycleLR>(o, one_cycle(s));
  }
  if (name == "SequentialLR") {
    return std::make_unique<optim::SequentialLR>(
        o, std::vector<std::int64_t>{4, 11}, optim::LinearLR(o, 0.1, 1, 4),
        optim::CosineAnnealingLR(o, 9, 0.001), optim::ExponentialLR(o, 0.5));
  }
  throw Error("no schedule is called " + name);
}

optim::ReduceLROnPlateauOptions plateau(const Settings& s) {
  using Options = optim::ReduceLROnPlateauOptions;
  const bool absolute = s.has("threshold_mode");
  return Options()
      .mode(s.has("mode") ? Options::Mode::max : Options::Mode::min)
      .factor(s.number("factor", 0.1))
      .patience(s.integer("patience"))
      .cooldown(static_cast<std::int64_t>(s.number("cooldown", 0)))
      .min_lr(s.number("min_lr", 0))
      .eps(s.number("eps", 1e-8))
      .threshold(s.number("threshold", 1e-4), absolute ? Options::Threshold::absolute
                                                       : Options::Threshold::relative);
}

void check_row(const Tensor& wanted, std::int64_t row, const Optimizer& optimizer) {
  INFO("row " << row);
  const double rate = wanted[row][0].item<double>();
  const double momentum = wanted[row][1].item<double>();
  CHECK(std::abs(optimizer.learning_rate() - rate) <= 1e-13 * rate + 1e-18);
  CHECK(std::abs(optimizer.momentum() - momentum) <= 1e-13);
}

void check_plateau(const ReferenceCase& c) {
  const Tensor w = zeros({1}).requires_grad_();
  const auto optimizer = optimizer_for(c.settings, w);
  optim::ReduceLROnPlateau schedule(*optimizer, plateau(c.settings));
  check_row(c.y, 0, *optimizer);
  for (std::int64_t i = 1; i < c.y.size(0); ++i) {
    schedule.step(c.inputs.at(0)[i - 1].item<double>());
    check_row(c.y, i, *optimizer);
  }
}

// Step by step, and once more by a second schedule that takes over half way.
void check_schedule(const ReferenceCase& c) {
  const Tensor w = zeros({1}).requires_grad_();
  const auto optimizer = optimizer_for(c.settings, w);
  const auto first = schedule_for(c.operation, c.settings, *optimizer);
  check_row(c.y, 0, *optimizer);
  const std::int64_t half = c.y.size(0) / 2;
  for (std::int64_t i = 1; i < half; ++i) {
    first->step();
    check_row(c.y, i, *optimizer);
  }
  const StateDict state = first->state_dict(), kept = optimizer->state_dict();
  const auto second = schedule_for(c.operation, c.settings, *optimizer);
  optimizer->load_state_dict(kept);
  second->load_state_dict(state);
  check_row(c.y, half - 1, *optimizer);
  for (std::int64_t i = half; i < c.y.size(0); ++i) {
    second->step();
    check_row(c.y, i, *optimizer);
    CHECK(second->steps() == i);
    CHECK(second->rate_at(i) == optimizer->learning_rate());
  }
}

TEST_CASE("schedules set the rates of another framework") {
  int cases = 0;
  for (const ReferenceCase& c : reference_cases()) {
    if (!c.settings.has("adam")) continue;
    ++cases;
    INFO(c.name);
    c.inputs.count(0) != 0 ? check_plateau(c) : check_schedule(c);
  }
  CHECK(cases == 19);
}

double clip(const ReferenceCase& c, const std::vector<Tensor>& parameters) {
  if (c.operation == "clip_grad_value_") {
    optim::clip_grad_value_(parameters, c.settings.number("clip_value"));
    return 0;
  }
  return optim::clip_grad_norm_(parameters, c.settings.number("max_norm"),
                                c.settings.number("norm_type", 2));
}

TEST_CASE("clipped gradients are those of another framework") {
  int cases = 0;
  for (const ReferenceCase& c : reference_cases()) {
    if (c.operation.rfind("clip", 0) != 0) continue;
    ++cases;
    for (const DType dtype : {f64, f32}) {
      INFO(c.name << " in " << dtype_name(dtype));
      const double tolerance = dtype == f64 ? 1e-12 : 2e-6;
      std::vector<Tensor> parameters;
      for (const auto& [number, value] : c.inputs) {
        parameters.push_back(zeros(value.shape(), dtype).requires_grad_());
        parameters.back().set_grad(value.to(dtype).clone());
      }
      const double norm = clip(c, parameters), wanted = c.y.item<double>();
      CHECK(std::abs(norm - wanted) <= tolerance * wanted);
      for (const auto& [number, value] : c.gradients) {
        const Tensor found = parameters[static_cast<std::size_t>(number)].grad();
        REQUIRE(found.dtype() == dtype);
        const double largest = abs(value).max().item<double>();
        CHECK(abs(found.to(f64) - value).max().item<double>() <= tolerance * largest);
      }
    }
  }
  CHECK(cases == 8);
}

}  // namespace
}  // namespace cairn::test
