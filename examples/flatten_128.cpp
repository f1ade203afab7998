// Keras: Flatten(input_shape=(28, 28)), Dense(128, relu), Dense(10): the first program
// of many a tutorial.
#include <iostream>

#include "arguments.h"

using namespace cairn;

int main(int argc, char** argv) {
  const Arguments args(argc, argv, "A Flatten-128-10 classifier of images", 5);
  const auto [x_train, y_train, x_test, y_test] = load_samples(args);

  train::Model model(nn::Sequential(
      nn::Flatten(),
      nn::Linear(784, 128), nn::ReLU(),
      nn::Linear(128, 10)));

  model.compile(optim::AdamOptions(), train::cross_entropy(), {train::accuracy()});
  model.fit(x_train, y_train,
            train::FitOptions().epochs(args.epochs).progress(std::cout));

  const auto scores = model.evaluate(x_test, y_test);
  std::cout << "Test accuracy: " << train::score(scores, "accuracy") << "\n";
}
