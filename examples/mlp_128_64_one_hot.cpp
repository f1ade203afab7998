// Keras: Dense(128, relu), Dense(64, relu), Dense(10); labels by to_categorical;
// batches of 128; a tenth of the training set for validation.
#include <iostream>

#include "arguments.h"

using namespace cairn;

int main(int argc, char** argv) {
  const Arguments args(argc, argv, "A 784-128-64-10 classifier of one-hot labels", 10);
  const auto [x_train, y_train, x_test, y_test] = load_samples(args);

  train::Model model(nn::Sequential(
      nn::Flatten(),
      nn::Linear(784, 128), nn::ReLU(),
      nn::Linear(128, 64), nn::ReLU(),
      nn::Linear(64, 10)));

  model.compile(optim::AdamOptions(1e-3), train::cross_entropy(), {train::accuracy()});
  model.fit(x_train, one_hot(y_train, 10), train::FitOptions()
                                               .epochs(args.epochs)
                                               .batch_size(128)
                                               .validation_split(0.1)
                                               .progress(std::cout));

  const auto scores = model.evaluate(x_test, one_hot(y_test, 10));
  std::cout << "Test accuracy: " << train::score(scores, "accuracy") << "\n";
}
