// Keras: Dense(256, relu), Dense(128, relu), Dense(10); Adam; integer labels; batches
// of 32; the test set as validation data.
#include <iostream>

#include "arguments.h"

using namespace cairn;

int main(int argc, char** argv) {
  const Arguments args(argc, argv, "A 784-256-128-10 classifier of images", 5);
  const auto [x_train, y_train, x_test, y_test] = load_samples(args);

  train::Model model(nn::Sequential(
      nn::Flatten(),
      nn::Linear(784, 256), nn::ReLU(),
      nn::Linear(256, 128), nn::ReLU(),
      nn::Linear(128, 10)));

  model.compile(optim::AdamOptions(1e-3), train::cross_entropy(), {train::accuracy()});
  std::cout << model.summary({28, 28});

  model.fit(x_train, y_train, train::FitOptions()
                                  .epochs(args.epochs)
                                  .batch_size(32)
                                  .validation_data(x_test, y_test)
                                  .progress(std::cout));

  const auto scores = model.evaluate(x_test, y_test);
  std::cout << "Test accuracy: " << train::score(scores, "accuracy") << "\n";
}
