// One long text without an end, read in chunks.
#pragma once

#include <cstddef>
#include <string>
#include <vector>

#include "07-recurrent-networks/train.h"

namespace ch07 {

// Strings one after another, as many streams as a batch has rows.
class Streams {
 public:
  Streams(std::size_t count, int parts, Random& random)
      : texts_(count), parts_(parts), random_(&random) {}

  // The next `steps` letters of each stream as inputs, and after each of them
  // the one that follows as label.
  Batch next(std::size_t steps) {
    Texts chunk;
    for (std::string& text : texts_) {
      while (text.size() < steps + 1) text += embedded(parts_, *random_);
      chunk.push_back(text.substr(0, steps + 1));
      text.erase(0, steps);
    }
    return pack(chunk);
  }

 private:
  Texts texts_;
  int parts_;
  Random* random_;
};

// ANCHOR: truncated
// Trains on streams in chunks of `length` letters. Slopes end where a chunk
// begins. The state is carried over from the chunk before, or it is not.
// Returns the loss of each chunk; all are new when they are read.
template <class Model>
std::vector<double> train_in_chunks(Model& model, Streams& streams, std::size_t length,
                                    int steps, bool carry) {
  Descent descent(model.parameters(), 0.5);
  State state;
  std::vector<double> losses;
  for (int s = 0; s < steps; ++s) {
    const Batch chunk = streams.next(length);
    if (s == 0 || !carry) state = model.begin(chunk.count());
    zero_gradients(model.parameters());
    losses.push_back(model.add_gradients(chunk, state));
    clip(model.parameters(), 1);
    descent.step();
  }
  return losses;
}
// ANCHOR_END: truncated

}  // namespace ch07
