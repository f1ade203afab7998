// One step of training, against the same step worked out by hand.
#include <cairn/cairn.h>

#include "tests/catch.h"

namespace cairn {
namespace {

// y = w x + b, fitted sample by sample: w -= rate · 2 (y − t) x, b -= rate · 2 (y − t).
TEST_CASE("each step takes the gradient of its own batch alone") {
  train::Model model(nn::Sequential(nn::Linear(1, 1)));
  for (Tensor parameter : model.module().parameters()) {
    nn::init::constant_(parameter, 0.5);
  }
  model.compile(optim::SGDOptions(0.1), train::mean_squared_error());
  const std::vector<float> inputs{1, -2, 3, 0.5F}, targets{2, 1, -1, 4};
  model.fit(Tensor::from_vector<float>(inputs, {4, 1}),
            Tensor::from_vector<float>(targets, {4, 1}),
            train::FitOptions().epochs(2).batch_size(1).shuffle(false));
  double w = 0.5, b = 0.5;
  for (int epoch = 0; epoch < 2; ++epoch) {
    for (std::size_t i = 0; i < inputs.size(); ++i) {
      const double slope = 2 * (w * inputs[i] + b - targets[i]);
      w -= 0.1 * slope * inputs[i];
      b -= 0.1 * slope;
    }
  }
  const std::vector<Tensor> fitted = model.module().parameters();
  CHECK(fitted[0].item<double>() == Approx(w).epsilon(1e-5));
  CHECK(fitted[1].item<double>() == Approx(b).epsilon(1e-5));
}

TEST_CASE("evaluation drops nothing out") {
  train::Model model(nn::Sequential(nn::Linear(4, 1), nn::Dropout(0.5)));
  nn::init::constant_(model.module().parameters()[0], 1);
  nn::init::constant_(model.module().parameters()[1], -1);
  model.compile(optim::SGDOptions(0.1), train::mean_squared_error());
  const Tensor x = ones({64, 4});  // each output is 3, unless it is dropped
  CHECK(train::score(model.evaluate(x, full({64, 1}, 3)), "loss") == 0);
  CHECK(model.module().is_training());
}

}  // namespace
}  // namespace cairn
