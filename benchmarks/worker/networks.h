// The networks of the training cases, as words: what each worker builds with its own
// library, from the same first weights and the same batches.
#pragma once

#include <cmath>
#include <cstdint>
#include <sstream>
#include <string>
#include <vector>

#include "worker.h"

namespace cairn::bench {

/// char-lstm and char-gru: an embedding of 64, a recurrent layer of 256, and for each of
/// 64 steps the logits of the next character.
constexpr std::int64_t kCharacters = 65, kSteps = 64, kEmbedded = 64, kHidden = 256;

/// char-gpt: an embedding of 128 and learned positions, four causal layers with four heads
/// that normalise first and have GELU (by tanh) between products to 512 and back, a last
/// normalisation, and for each of 128 steps the logits of the next character; no dropout.
constexpr std::int64_t kGptSteps = 128, kGptWidth = 128, kGptHeads = 4, kGptLayers = 4,
                       kGptBetween = 512;

/// A case's network, its optimizer ("adam" at 1e-3, "sgd" at 1e-2) and its batch size.
struct TrainProblem {
  explicit TrainProblem(Case& words) : network(words.word()) {
    if (network == "mlp") {
      std::istringstream list(words.word());
      for (std::string width; std::getline(list, width, '-');) {
        widths.push_back(std::stoll(width));
      }
    }
    optimizer = words.word();
    batch = words.number();
  }
  /// One sample: {784}, {1, 28, 28} or {3, 32, 32}; {64} or {128}
  /// characters.
  std::vector<std::int64_t> sample() const {
    if (network == "mlp") return {widths[0]};
    if (of_characters()) return {steps()};
    if (network == "resnet20") return {3, 32, 32};
    return {1, 28, 28};
  }
  std::int64_t sample_size() const {
    std::int64_t size = 1;
    for (std::int64_t length : sample()) size *= length;
    return size;
  }
  bool of_characters() const { return network.rfind("char-", 0) == 0; }
  std::int64_t steps() const { return network == "char-gpt" ? kGptSteps : kSteps; }
  std::int64_t classes() const { return of_characters() ? kCharacters : 10; }
  /// How many answers a batch of `count` samples has.
  std::int64_t answers(std::int64_t count) const {
    return of_characters() ? count * steps() : count;
  }

  std::string network;  ///< mlp, lenet, cnn, resnet20, char-lstm, char-gru, char-gpt
  std::vector<std::int64_t> widths;
  std::string optimizer;  ///< "none" where only the outputs are asked for
  std::int64_t batch;
};

constexpr std::int64_t kBatches = 16;  ///< different ones, which come round and round

/// Inputs of batch number `i`.
inline void fill_batch(float* x, std::int64_t count, std::int64_t i) {
  bench_fill(x, count, 1000 + i);
}

/// Whole numbers from 0 to `classes` − 1.
inline std::vector<std::int64_t> whole_numbers(std::int64_t count, std::int64_t seed,
                                               std::int64_t classes) {
  std::vector<float> numbers(count);
  bench_fill(numbers.data(), count, seed);
  std::vector<std::int64_t> whole;
  const float half = static_cast<float>(classes) / 2;
  for (float number : numbers) {
    whole.push_back(static_cast<std::int64_t>((number + 1) * half));
  }
  return whole;
}

/// The labels of `count` samples, batch number `i`.
inline std::vector<std::int64_t> labels_of(const TrainProblem& problem,
                                           std::int64_t count, std::int64_t i) {
  return whole_numbers(problem.answers(count), 2000 + i, problem.classes());
}

/// Characters of `count` samples.
inline std::vector<std::int64_t> characters(const TrainProblem& problem,
                                            std::int64_t count, std::int64_t seed) {
  return whole_numbers(count * problem.steps(), seed, kCharacters);
}

/// First values of parameter number `index` in PyTorch's order and layout: uniform in
/// ±1/√fan_in, where fan_in is that of the weight before it for a bias.
inline void fill_parameter(float* values, std::int64_t count, std::int64_t index,
                           std::int64_t fan_in) {
  bench_fill(values, count, 100 + index);
  const float bound = 1.0f / std::sqrt(static_cast<float>(fan_in));
  for (std::int64_t i = 0; i < count; ++i) values[i] *= bound;
}

/// Normalisation keeps its ones and zeros, though its parameters are counted: in ResNet-20
/// they are all the vectors but the last layer's bias of ten, in the GPT the name says it.
inline bool is_of_norm(const TrainProblem& problem, const std::string& name,
                       std::int64_t dimensions, std::int64_t size) {
  if (problem.network == "char-gpt") return name.find("norm") != std::string::npos;
  return problem.network == "resnet20" && dimensions == 1 && size != 10;
}

}  // namespace cairn::bench
