// Chapter 4's network on the last few letters: what a fixed number of inputs can do.
#pragma once

#include <cstddef>
#include <vector>

#include "04-multilayer-perceptron/init.h"
#include "04-multilayer-perceptron/network.h"
#include "04-multilayer-perceptron/train.h"
#include "07-recurrent-networks/batch.h"

namespace ch07 {

// ANCHOR: windows
// A sample for every letter but the first of each string: the `width` letters
// before it, one-hot side by side, and zeros where the string had not begun.
inline ch04::Samples windows(const Texts& texts, std::size_t width) {
  std::size_t count = 0;
  for (const std::string& text : texts) count += text.size() - 1;
  ch04::Samples samples{Matrix(count, 7 * width), {}};
  for (const std::string& text : texts) {
    for (std::size_t t = 1; t < text.size(); ++t) {
      const std::size_t row = samples.labels.size();
      for (std::size_t back = 0; back < std::min(width, t); ++back) {
        samples.inputs(row, 7 * back + letter(text[t - 1 - back])) = 1;
      }
      samples.labels.push_back(static_cast<int>(letter(text[t])));
    }
  }
  return samples;
}
// ANCHOR_END: windows

struct WindowResult {
  double loss, recall;
  std::size_t parameters;
};

inline WindowResult try_window(std::size_t width, const Texts& train, const Texts& test,
                               Random& random) {
  ch04::Network network;
  network.add<ch04::Dense>(ch04::he(7 * width, 32, random)).add<ch04::ReLU>();
  network.add<ch04::Dense>(Matrix(7, 32));
  const ch04::Samples samples = windows(train, width), held = windows(test, width);
  std::vector<std::size_t> order = ch04::in_order(samples.count());
  for (int epoch = 0; epoch < 4; ++epoch) {
    random.shuffle(order);
    ch04::train_epoch(network, samples, order, 32, epoch < 3 ? 0.2 : 0.02);
  }
  const Matrix z = network.forward(held.inputs);
  double right = 0;
  std::size_t end = 0;  // the samples of the strings so far
  for (const std::string& text : test) {
    end += text.size() - 1;
    const std::size_t at = end - 2;  // the last letter but one
    right += (z(at, letter('T')) > z(at, letter('P'))) == (text[1] == 'T');
  }
  return {ch02::softmax_cross_entropy(z, held.labels),
          right / static_cast<double>(test.size()), ch04::values(network).size()};
}

}  // namespace ch07
