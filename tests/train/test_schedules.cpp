// fit() with schedules and clipped gradients.
#include <cairn/cairn.h>

#include <cmath>

#include "tests/catch.h"
#include "tests/error_text.h"

namespace cairn {
namespace {

train::Model line_model(const optim::OptimizerOptions& options) {
  manual_seed(1);
  train::Model model(nn::Sequential(nn::Linear(1, 1)));
  model.compile(options, train::mean_squared_error());
  return model;
}

// The rates that the steps were taken with.
struct Rates : train::Callback {
  std::vector<double> before_epochs, after_steps;
  void on_epoch_begin(train::Model& model, std::int64_t) override {
    before_epochs.push_back(model.optimizer().learning_rate());
  }
  void on_batch_end(train::Model& model, std::int64_t, double) override {
    after_steps.push_back(model.optimizer().learning_rate());
  }
};

const Tensor& inputs() {
  static const Tensor x = linspace(-1, 1, 8).unsqueeze(1);
  return x;
}

TEST_CASE("a schedule goes on after each epoch or after each step") {
  train::Model model = line_model(optim::SGDOptions(0.5));
  Rates rates;
  optim::ExponentialLR schedule(model.optimizer(), 0.5);
  const auto options = train::FitOptions().epochs(2).batch_size(4);
  model.fit(inputs(), inputs(),
            train::FitOptions(options).schedule(schedule).callback(rates));
  CHECK(rates.before_epochs == std::vector<double>{0.5, 0.25});
  CHECK(rates.after_steps == std::vector<double>{0.5, 0.5, 0.25, 0.25});
  CHECK(model.optimizer().learning_rate() == 0.125);

  optim::ExponentialLR by_step(model.optimizer(), 0.5);
  rates = Rates();
  model.fit(
      inputs(), inputs(),
      train::FitOptions(options).schedule(by_step, train::Every::step).callback(rates));
  CHECK(rates.before_epochs == std::vector<double>{0.5, 0.125});
  CHECK(rates.after_steps == std::vector<double>{0.25, 0.125, 0.0625, 0.03125});
}

TEST_CASE("a plateau of the validation loss lowers the rate") {
  train::Model model = line_model(optim::SGDOptions(0));  // nothing is learned
  model.optimizer().set_learning_rate(1e-30);
  optim::ReduceLROnPlateau schedule(
      model.optimizer(), optim::ReduceLROnPlateauOptions().patience(1).eps(0));
  model.fit(inputs(), inputs(),
            train::FitOptions().epochs(5).schedule(schedule).validation_data(inputs(),
                                                                             inputs()));
  CHECK(model.optimizer().learning_rate() == Approx(1e-32));
  CHECK_ERROR(ValueError,
              model.fit(inputs(), inputs(), train::FitOptions().schedule(schedule)),
              "no figure named val_loss");
}

TEST_CASE("a schedule of another optimizer is refused") {
  train::Model model = line_model(optim::SGDOptions(1));
  train::Model other = line_model(optim::SGDOptions(1));
  optim::StepLR schedule(other.optimizer(), 1);
  CHECK_ERROR(ValueError,
              model.fit(inputs(), inputs(), train::FitOptions().schedule(schedule)),
              "fit: StepLR rules another optimizer; make it after compile()");
}

// The length of the first step, with a rate of 1.
double first_step(const train::FitOptions& options) {
  train::Model model = line_model(optim::SGDOptions(1));
  const Tensor w = model.module().parameters()[0], b = model.module().parameters()[1];
  const double before_w = w.item<double>(), before_b = b.item<double>();
  model.fit(inputs(), inputs() * 100 + 30, options);
  return std::hypot(w.item<double>() - before_w, b.item<double>() - before_b);
}

TEST_CASE("fit clips the gradients before the step") {
  const auto options = train::FitOptions().batch_size(8);
  CHECK(first_step(options) > 60);
  CHECK(first_step(train::FitOptions(options).clip_grad_norm(0.25)) == Approx(0.25));
  CHECK(first_step(train::FitOptions(options).clip_grad_value(0.3)) ==
        Approx(0.3 * std::sqrt(2.0)));
}

}  // namespace
}  // namespace cairn
