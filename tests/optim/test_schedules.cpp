// Schedules: what their formulas leave open. The rates themselves are compared with
// another framework's in tests/reference.
#include <cairn/cairn.h>

#include <cmath>

#include "tests/catch.h"
#include "tests/error_text.h"

namespace cairn {
namespace {

std::unique_ptr<optim::Optimizer> sgd(double rate = 1) {
  return optim::SGDOptions(rate).momentum(0.5).make({ones({2}).requires_grad_()});
}

TEST_CASE("a schedule begins with the rate that the optimizer was given") {
  const auto optimizer = sgd(0.5);
  {
    const optim::LinearLR warm_up(*optimizer, 0.1, 1, 4);
    CHECK(optimizer->learning_rate() == 0.05);
    CHECK(optimizer->initial_learning_rate() == 0.5);
  }
  optim::StepLR second(*optimizer, 2);  // not of the 0.05 that the other left
  CHECK(optimizer->learning_rate() == 0.5);
  optimizer->set_learning_rate(8);  // from now on
  const optim::ExponentialLR third(*optimizer, 0.5);
  CHECK(third.rate_at(3) == 1);
}

TEST_CASE("a rate can be asked for ahead") {
  const auto optimizer = sgd();
  optim::StepLR schedule(*optimizer, 2, 0.5);
  CHECK(schedule.rate_at(5) == 0.25);
  CHECK(schedule.steps() == 0);
  CHECK(optimizer->learning_rate() == 1);
  for (int i = 0; i < 5; ++i) schedule.step();
  CHECK(schedule.steps() == 5);
  CHECK(optimizer->learning_rate() == 0.25);
}

TEST_CASE("the groups of an optimizer follow its schedule") {
  Tensor a = ones({1}).requires_grad_(), b = ones({1}).requires_grad_();
  optim::SGD optimizer({a, b}, optim::SGDOptions(1));
  optimizer.set_group(optim::ParameterGroup({b}).rate_factor(0.5));
  optim::ExponentialLR schedule(optimizer, 0.1);
  schedule.step();
  a.set_grad(ones({1}));
  b.set_grad(ones({1}));
  optimizer.step();
  CHECK(a.item<double>() == Approx(0.9));
  CHECK(b.item<double>() == Approx(0.95));
}

TEST_CASE("any function can be a schedule") {
  const auto optimizer = sgd(2);
  optim::LambdaLR schedule(*optimizer,
                           [](std::int64_t t) { return 1 / std::sqrt(1 + double(t)); });
  for (int i = 0; i < 3; ++i) schedule.step();
  CHECK(optimizer->learning_rate() == 1);
  optim::LambdaLR falling(*optimizer, [](std::int64_t t) { return 1 - double(t); });
  falling.step();
  CHECK_ERROR(ValueError, (falling.step(), 0), "LambdaLR: the learning rate that it");
  CHECK(falling.steps() == 1);
  CHECK(optimizer->learning_rate() == 0);
}

TEST_CASE("one cycle ends with an error") {
  const auto optimizer = sgd();
  optim::OneCycleLR schedule(*optimizer, {1, 3});
  for (int i = 0; i < 3; ++i) schedule.step();
  CHECK_ERROR(ValueError, (schedule.step(), 0), "OneCycleLR: step 4 of 3");
  const auto adagrad = optim::AdagradOptions(1).make({ones({2}).requires_grad_()});
  CHECK_ERROR(ValueError, (optim::OneCycleLR(*adagrad, {1, 3}), 0),
              "Adagrad has no momentum to lower");
  optim::OneCycleLR(*adagrad, optim::OneCycleLROptions(1, 3).cycle_momentum(false));
}

TEST_CASE("a cycle that does not rise begins at its top") {
  const auto optimizer = sgd();
  const optim::OneCycleLR schedule(*optimizer,
                                   optim::OneCycleLROptions(1, 10).pct_start(0.1));
  CHECK(optimizer->learning_rate() == 1);
  CHECK(schedule.rate_at(9) == Approx(4e-6));
}

TEST_CASE("a sequence within a sequence restores every part") {
  const auto optimizer = sgd();
  const auto make = [&] {
    return optim::SequentialLR(
        *optimizer, {3},
        optim::SequentialLR(*optimizer, {1}, optim::StepLR(*optimizer, 1, 0.5),
                            optim::ExponentialLR(*optimizer, 0.9)),
        optim::OneCycleLR(*optimizer, {7, 20}));
  };
  optim::SequentialLR first = make();
  for (int i = 0; i < 8; ++i) first.step();
  const StateDict state = first.state_dict();
  const double rate = optimizer->learning_rate(), momentum = optimizer->momentum();
  optim::SequentialLR second = make();
  second.load_state_dict(state);
  CHECK(second.steps() == 8);
  first.step();
  const double next = optimizer->learning_rate();
  second.step();
  CHECK(optimizer->learning_rate() == next);
  CHECK(second.rate_at(8) == rate);
  CHECK(momentum < 0.95);
  StateDict other = state;
  other.pop_back();
  CHECK_ERROR(ValueError, (second.load_state_dict(other), 0), "the state has no");
  other = state;
  other.emplace_back("2.steps", state[0].second);
  CHECK_ERROR(ValueError, (second.load_state_dict(other), 0), "number of schedules");
  CHECK(second.steps() == 9);
}

TEST_CASE("a plateau goes on where it stood") {
  const auto optimizer = sgd();
  const auto options = optim::ReduceLROnPlateauOptions().patience(2).cooldown(2);
  optim::ReduceLROnPlateau first(*optimizer, options);
  for (const double figure : {3.0, 2.0, 2.0, 2.0}) first.step(figure);
  CHECK(optimizer->learning_rate() == 1);
  optim::ReduceLROnPlateau second(*optimizer, options);
  second.load_state_dict(first.state_dict());
  CHECK(second.best() == 2);
  second.step(2.0);
  CHECK(optimizer->learning_rate() == Approx(0.1));
}

TEST_CASE("states of another schedule are refused") {
  const auto optimizer = sgd();
  optim::StepLR schedule(*optimizer, 2);
  schedule.step();
  CHECK_ERROR(ValueError, (schedule.load_state_dict({}), 0),
              "StepLR::load_state_dict: the state has no steps");
  StateDict state = schedule.state_dict();
  state[0].second = Tensor::from_vector<std::int64_t>({-1}, {});
  CHECK_ERROR(ValueError, (schedule.load_state_dict(state), 0), "steps is -1");
  state = schedule.state_dict();
  state.emplace_back("best", state[1].second);
  CHECK_ERROR(ValueError, (schedule.load_state_dict(state), 0),
              "nothing that takes best");
  optim::ReduceLROnPlateau plateau(*optimizer);
  CHECK_ERROR(ValueError, (plateau.load_state_dict(schedule.state_dict()), 0),
              "ReduceLROnPlateau::load_state_dict: the state has no best");
}

TEST_CASE("schedules that make no sense are refused") {
  const auto optimizer = sgd(), other = sgd();
  optim::Optimizer& o = *optimizer;
  using namespace optim;
  CHECK_ERROR(ValueError, (StepLR(o, 0), 0), "StepLR: step_size is 0");
  CHECK_ERROR(ValueError, (StepLR(o, 1, -1), 0), "StepLR: gamma is -1");
  CHECK_ERROR(ValueError, (MultiStepLR(o, {-3}), 0), "MultiStepLR: a milestone is -3");
  CHECK_ERROR(ValueError, (ExponentialLR(o, NAN), 0), "ExponentialLR: gamma is nan");
  CHECK_ERROR(ValueError, (CosineAnnealingLR(o, 0), 0), "T_max is 0");
  CHECK_ERROR(ValueError, (LinearLR(o, 0.1, 1, 0), 0), "total_iters is 0");
  CHECK_ERROR(ValueError, (LambdaLR(o, nullptr), 0), "there is no function");
  CHECK_ERROR(ValueError, (OneCycleLR(o, {-1, 5}), 0), "OneCycleLR: max_lr is -1");
  CHECK_ERROR(ValueError, (OneCycleLR(o, {1, 0}), 0), "total_steps is 0");
  CHECK_ERROR(ValueError, (SequentialLR(o, {}, StepLR(o, 1), StepLR(o, 1)), 0),
              "2 schedules and 0 milestones");
  CHECK_ERROR(ValueError, (SequentialLR(o, {2}, StepLR(o, 1), StepLR(*other, 1)), 0),
              "schedule 1, StepLR, is of another optimizer");
  CHECK_ERROR(ValueError,
              (SequentialLR(o, {4, 4}, StepLR(o, 1), StepLR(o, 1), StepLR(o, 1)), 0),
              "milestone 4 comes after 4");
  CHECK_ERROR(ValueError,
              (ReduceLROnPlateau(o, ReduceLROnPlateauOptions().factor(1)), 0),
              "ReduceLROnPlateau: the factor is 1");
}

}  // namespace
}  // namespace cairn
