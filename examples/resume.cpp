// A training that may be stopped at any time, even with kill -9: started again, it goes
// on from its last checkpoint and ends with the weights that it would have had.
#include <iostream>

#include "arguments.h"

using namespace cairn;

int main(int argc, char** argv) {
  const Arguments args(argc, argv, "A classifier of images that can be stopped", 8);
  const auto [x_train, y_train, x_test, y_test] = load_samples(args);

  manual_seed(args.seed);
  train::Model model(nn::Sequential(
      nn::Flatten(),
      nn::Linear(784, 128), nn::BatchNorm1d(128), nn::ReLU(), nn::Dropout(0.2),
      nn::Linear(128, 10)));
  model.compile(optim::AdamWOptions(2e-3), train::cross_entropy(), {train::accuracy()});

  // The rate rises for one epoch and falls along half a cosine.
  optim::SequentialLR schedule(
      model.optimizer(), {1}, optim::LinearLR(model.optimizer(), 0.2, 1, 1),
      optim::CosineAnnealingLR(model.optimizer(), args.epochs));
  train::Checkpoint checkpoint(args.out + "/checkpoint-{epoch}.safetensors");
  const std::string latest = checkpoint.latest();
  if (!latest.empty()) std::cout << "Going on from " << latest << "\n";

  const train::History history = model.fit(x_train, y_train,
                                           train::FitOptions()
                                               .epochs(args.epochs)
                                               .batch_size(64)
                                               .validation_split(0.1)
                                               .schedule(schedule)
                                               .clip_grad_norm(5)
                                               .callback(checkpoint)
                                               .resume(latest)
                                               .progress(std::cout));
  history.save_csv(args.out + "/history.csv");  // of all epochs, before the stop too
  model.save(args.out + "/weights.safetensors");
  const auto scores = model.evaluate(x_test, y_test);
  std::cout << "Test accuracy: " << train::score(scores, "accuracy") << "\n";
}
