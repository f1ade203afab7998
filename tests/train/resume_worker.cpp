// A training that can be killed: run by test_resume.cpp.
//
//   resume-worker FOLDER RECIPE THREADS EVERY KILL PAUSE
//
// EVERY: a checkpoint after each epoch (0), after so many steps too, or none at all (-1).
// KILL: the step after which the program kills itself, 0 for none. PAUSE: milliseconds
// after each step. What came of it lies in FOLDER/final and FOLDER/history.
#include <cairn/cairn.h>

#include <chrono>
#include <csignal>
#include <cstdlib>
#include <iostream>
#include <thread>

namespace cairn {
namespace {

struct Arguments {
  std::string folder;
  int recipe, threads;
  std::int64_t every, kill;
  int pause;
};

class Killer : public train::Callback {
 public:
  Killer(std::int64_t step, int pause) : step_(step), pause_(pause) {}
  void on_batch_end(train::Model&, std::int64_t step, double) override {
    if (step == step_) std::raise(SIGKILL);
    if (pause_ > 0) std::this_thread::sleep_for(std::chrono::milliseconds(pause_));
  }

 private:
  std::int64_t step_;
  int pause_;
};

train::Model network(int recipe) {
  manual_seed(3);
  train::Model model(nn::Sequential(
      nn::Conv2d(nn::Conv2dOptions(1, 5, 3).padding(1)), nn::BatchNorm2d(5), nn::ReLU(),
      nn::Flatten(), nn::Dropout(0.3), nn::Linear(5 * 36, 24), nn::BatchNorm1d(24),
      nn::ReLU(), nn::Dropout(0.2), nn::Linear(24, 3)));
  const auto compile = [&](const optim::OptimizerOptions& options) {
    model.compile(options, train::cross_entropy(), {train::accuracy()});
  };
  if (recipe == 0) compile(optim::AdamOptions(0.01).amsgrad(true).weight_decay(1e-3));
  if (recipe == 1) compile(optim::SGDOptions(0.01).momentum(0.9).nesterov(true));
  if (recipe == 2) compile(optim::RMSpropOptions(0.003).centered(true).momentum(0.5));
  if (recipe == 3) compile(optim::AdamWOptions(0.01));
  return model;
}

// Noise in a third of the labels, so that there is something to overfit.
struct Data {
  Tensor x, y;
};

Data data_set() {
  Generator generator(8);
  const std::int64_t n = 200;
  const Tensor y = randint(0, 3, {n}, generator);
  const Tensor patterns = matmul(one_hot(y, 3), randn({3, 36}, generator));
  const Tensor noise = randn({n, 1, 6, 6}, generator);
  const Tensor x = patterns.reshape({n, 1, 6, 6}) * 0.5 + noise;
  Tensor labels = y.clone();
  for (std::int64_t i = 0; i < n; i += 3) {
    labels.data<std::int64_t>()[i] = generator.below(3);
  }
  return {x, labels};
}

void write_results(const std::string& folder, train::Model& model,
                   const train::History& history, const train::EarlyStopping& stop) {
  model.save_checkpoint(folder + "/final");
  StateDict figures{{"best_epoch", state_integer(stop.best_epoch())}};
  for (const std::string& name : history.names()) {
    figures.emplace_back(name, Tensor::from_vector(history[name]));
  }
  io::save_checkpoint(folder + "/history", figures);
}

void run(const Arguments& a) {
  set_num_threads(a.threads);
  train::Model model = network(a.recipe);
  const auto [x, y] = data_set();
  train::EarlyStopping stop("val_loss", 4);
  stop.restore_best_weights(true);
  train::ModelCheckpoint best(a.folder + "/best");
  best.best_of("val_accuracy", train::Goal::larger);
  train::Checkpoint checkpoint(a.folder + "/{step}.safetensors");
  if (a.every > 0) checkpoint.every_steps(a.every);
  Killer killer(a.kill, a.pause);

  train::FitOptions options;
  options.epochs(9).batch_size(16).seed(5).validation_split(0.2).clip_grad_norm(0.7);
  if (a.recipe == 1) options.prefetch(2);
  optim::Optimizer& o = model.optimizer();
  optim::SequentialLR warm_up(o, {12}, optim::LinearLR(o, 0.1, 1, 12),
                              optim::CosineAnnealingLR(o, 80));
  if (a.recipe == 0) options.schedule(warm_up, train::Every::step);
  std::unique_ptr<optim::OneCycleLR> cycle;
  if (a.recipe == 1) {
    cycle = std::make_unique<optim::OneCycleLR>(o, optim::OneCycleLROptions(0.05, 90));
    options.schedule(*cycle, train::Every::step);
  }
  optim::ReduceLROnPlateau plateau(o, optim::ReduceLROnPlateauOptions().patience(0));
  if (a.recipe == 2) options.schedule(plateau, "val_loss");
  optim::StepLR falling(o, 2, 0.5);
  if (a.recipe == 3) options.schedule(falling);

  // Without checkpoints there is not even the callback: it must not change the run.
  if (a.every >= 0) options.callback(checkpoint).resume(checkpoint.latest());
  options.callback(stop).callback(best).callback(killer);
  const train::History history = model.fit(x, y, options);
  write_results(a.folder, model, history, stop);
}

}  // namespace
}  // namespace cairn

int main(int argc, char** argv) {
  if (argc != 7) return 2;
  try {
    cairn::run({argv[1], std::atoi(argv[2]), std::atoi(argv[3]), std::atoll(argv[4]),
                std::atoll(argv[5]), std::atoi(argv[6])});
  } catch (const std::exception& error) {
    std::cerr << error.what() << "\n";
    return 1;
  }
  return 0;
}
