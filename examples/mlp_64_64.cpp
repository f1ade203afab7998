// Keras: Dense(64, relu), Dense(64, relu), Dense(10, softmax); batches of 64, with the
// probabilities of some images looked at in the end.
#include <iostream>

#include "arguments.h"

using namespace cairn;

int main(int argc, char** argv) {
  const Arguments args(argc, argv, "A 784-64-64-10 classifier of images", 5);
  const auto [x_train, y_train, x_test, y_test] = load_samples(args);

  train::Model model(nn::Sequential(
      nn::Flatten(),
      nn::Linear(784, 64), nn::ReLU(),
      nn::Linear(64, 64), nn::ReLU(),
      nn::Linear(64, 10)));

  model.compile(optim::AdamOptions(1e-3), train::cross_entropy(),
                {train::accuracy(), train::top_k_accuracy(3)});
  model.fit(x_train, y_train, train::FitOptions()
                                  .epochs(args.epochs)
                                  .batch_size(64)
                                  .validation_split(0.1)
                                  .progress(std::cout));

  const Tensor probabilities = softmax(model.predict(x_test.slice(0, 0, 3)), 1);
  std::cout << "Probabilities of three test images:\n" << probabilities << "\n";
  const auto scores = model.evaluate(x_test, y_test);
  std::cout << "Test accuracy: " << train::score(scores, "accuracy") << "\n";
}
