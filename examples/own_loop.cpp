// A training loop of one's own, without train::Model, that may be stopped at any time and
// goes on exactly: what it must remember is put together by hand.
#include <algorithm>
#include <filesystem>
#include <iostream>

#include "arguments.h"

using namespace cairn;

namespace {

// All that decides how the training goes on.
struct Training {
  nn::Sequential& net;
  optim::Optimizer& optimizer;
  optim::LRScheduler& schedule;
  data::DataLoader& loader;

  void save(const std::string& path) const {
    StateDict all;
    append_state(all, "model/", net.state());
    append_state(all, "optimizer/", optimizer.state_dict());
    append_state(all, "schedule/", schedule.state_dict());
    append_state(all, "loader/", loader.state_dict());
    append_state(all, "generator/", default_generator().state_dict());  // of the dropout
    io::save_checkpoint(path, all);
  }

  void load(const std::string& path) const {
    const StateDict all = io::load_checkpoint(path);
    net.load_state(state_part(all, "model/"));
    schedule.load_state_dict(state_part(all, "schedule/"));
    optimizer.load_state_dict(state_part(all, "optimizer/"));
    loader.load_state_dict(state_part(all, "loader/"));
    default_generator().load_state_dict(state_part(all, "generator/"));
  }
};

double accuracy(nn::Module& net, const Tensor& x, const Tensor& y) {
  const NoGradGuard no_grad;
  net.eval();
  const Tensor right = eq(net(x.to(f32) / 255).argmax(1), y);
  net.train();
  return right.to(f64).mean().item<double>();
}

}  // namespace

int main(int argc, char** argv) {
  const Arguments args(argc, argv, "A training loop of one's own that can be stopped", 5);
  const auto [x_train, y_train, x_test, y_test] = load_samples(args);

  manual_seed(args.seed);
  nn::Sequential net(nn::Flatten(),
                     nn::Linear(784, 128), nn::ReLU(), nn::Dropout(0.2),
                     nn::Linear(128, 10));
  optim::Adam optimizer(net.parameters(), optim::AdamOptions(2e-3));
  optim::ExponentialLR schedule(optimizer, 0.8);
  data::DataLoader loader(data::TensorDataset(x_train, y_train),
                          data::DataLoaderOptions(64).shuffle(true).seed(args.seed));

  const Training training{net, optimizer, schedule, loader};
  std::filesystem::create_directories(args.out);
  const std::string checkpoint = args.out + "/own-loop.safetensors";
  if (std::filesystem::exists(checkpoint)) {
    training.load(checkpoint);
    std::cout << "Going on from " << checkpoint << "\n";
  }

  while (schedule.steps() < args.epochs) {
    for (const data::Batch& batch : loader) {  // the rest of the epoch, if one was begun
      const Tensor loss = cross_entropy(net(batch.x), batch.y);
      optimizer.zero_grad();
      loss.backward();
      optim::clip_grad_norm_(net.parameters(), 5);
      optimizer.step();
      const std::int64_t done = loader.state().position;
      if (done % 50 == 0 && done < loader.size()) training.save(checkpoint);
    }
    schedule.step();
    training.save(checkpoint);
    std::cout << "Epoch " << schedule.steps() << "  accuracy "
              << accuracy(net, x_test, y_test) << std::endl;
  }
  io::save_safetensors(args.out + "/weights.safetensors", net.state());
  std::cout << "Test accuracy: " << accuracy(net, x_test, y_test) << "\n";
}
