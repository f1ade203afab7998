#include <cairn/cairn.h>

#include "tests/catch.h"
#include "tests/error_text.h"
#include "tests/temporary_folder.h"

namespace cairn {
namespace {

train::Model line_model() {
  manual_seed(1);
  train::Model model(nn::Sequential(nn::Linear(1, 1)));
  model.compile(optim::SGDOptions(0.1), train::mean_squared_error());
  return model;
}

double weight_of(train::Model& model) {
  return model.module().parameters()[0].item<double>();
}

TEST_CASE("early stopping stops and restores the best epoch") {
  train::Model model = line_model();
  train::EarlyStopping stop("val_loss", 2);
  stop.restore_best_weights(true);
  stop.on_train_begin(model);
  const auto epoch = [&](std::int64_t n, double loss) {
    const NoGradGuard guard;
    Tensor(model.module().parameters()[0]).fill_(static_cast<double>(n));
    stop.on_epoch_end(model, n, {{"val_loss", loss}});
  };
  epoch(1, 3);
  epoch(2, 1);
  epoch(3, 2);
  epoch(4, 1);  // equal is not better
  stop.on_train_end(model);
  CHECK(stop.best_epoch() == 2);
  CHECK(weight_of(model) == 2);
  CHECK_ERROR(ValueError, (stop.on_epoch_end(model, 5, {{"loss", 1}}), 0),
              "no figure named val_loss");
}

TEST_CASE("fit ends when a callback asks for it") {
  struct StopAtThree : train::Callback {
    void on_epoch_end(train::Model& model, std::int64_t epoch,
                      const train::Scores&) override {
      if (epoch == 3) model.stop_training();
    }
  } stop;
  train::Model model = line_model();
  const Tensor x = linspace(-1, 1, 8).unsqueeze(1);
  CHECK(model.fit(x, x, train::FitOptions().epochs(10).callback(stop)).epochs() == 3);
  CHECK(model.fit(x, x, train::FitOptions().epochs(2)).epochs() == 2);
}

TEST_CASE("checkpoints are saved for each epoch or for the best") {
  const test::TemporaryFolder folder;
  train::Model model = line_model();
  train::ModelCheckpoint each(folder.file("w-{epoch}.safetensors"));
  each.on_epoch_end(model, 7, {});
  CHECK(io::load_safetensors(folder.file("w-7.safetensors")).size() == 2);
  train::ModelCheckpoint best(folder.file("best"));
  best.best_of("accuracy", train::Goal::larger);
  best.on_train_begin(model);
  const auto saved = [&](double accuracy) {
    std::filesystem::remove(folder.file("best"));
    best.on_epoch_end(model, 1, {{"accuracy", accuracy}});
    return std::filesystem::exists(folder.file("best"));
  };
  CHECK(saved(0.5));
  CHECK_FALSE(saved(0.4));
  CHECK(saved(0.6));
}

TEST_CASE("a schedule sets the rate of each epoch") {
  struct Watch : train::Callback {
    std::vector<double> rates;
    void on_epoch_end(train::Model& model, std::int64_t,
                      const train::Scores&) override {
      rates.push_back(model.optimizer().learning_rate());
    }
  } watch;
  train::LearningRateScheduler halving(
      [](std::int64_t epoch) { return 1.0 / static_cast<double>(1LL << epoch); });
  train::Model model = line_model();
  const Tensor x = linspace(-1, 1, 8).unsqueeze(1);
  model.fit(x, x, train::FitOptions().epochs(3).callback(halving).callback(watch));
  CHECK(watch.rates == std::vector<double>{0.5, 0.25, 0.125});
}

}  // namespace
}  // namespace cairn
