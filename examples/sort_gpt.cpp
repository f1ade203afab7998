// A small GPT that learns to sort: after "5 1 7 1 0 9 =" it writes "0 1 1 5 7 9", a digit
// at a time, each from all that stands before it. The program draws its strings itself.
#include <algorithm>
#include <iostream>
#include <vector>

#include "arguments.h"

using namespace cairn;

namespace {

constexpr std::int64_t kDigits = 6, kEquals = 10, kSymbols = 11;
constexpr std::int64_t kLength = 2 * kDigits;  // the last digit is only foretold
constexpr std::int64_t kWidth = 64;

/// Strings as the model reads them, [count, 12], and the sorted digits, [count, 6].
struct Strings {
  Strings(std::int64_t count, Generator& generator) {
    std::vector<std::int64_t> all, wanted;
    for (std::int64_t i = 0; i < count; ++i) {
      std::vector<std::int64_t> digits;
      for (std::int64_t j = 0; j < kDigits; ++j) digits.push_back(generator.below(10));
      all.insert(all.end(), digits.begin(), digits.end());
      all.push_back(kEquals);
      std::sort(digits.begin(), digits.end());
      all.insert(all.end(), digits.begin(), digits.end() - 1);
      wanted.insert(wanted.end(), digits.begin(), digits.end());
    }
    read = Tensor::from_vector(all, {count, kLength});
    sorted = Tensor::from_vector(wanted, {count, kDigits});
  }
  Tensor read, sorted;
};

struct Gpt : nn::Module {
  nn::Embedding symbols{kSymbols, kWidth};
  Tensor positions = empty({kLength, kWidth});
  nn::TransformerEncoder layers{nn::TransformerEncoderLayerOptions(kWidth, 4)
                                    .dim_feedforward(2 * kWidth)
                                    .dropout(0)
                                    .activation(nn::Activation::gelu)
                                    .norm_first()
                                    .causal(),
                                2, /*final_norm=*/true};

  Gpt() {
    nn::init::normal_(symbols.weight, 0, 0.1);
    nn::init::normal_(positions, 0, 0.1);
    positions.requires_grad_();
  }
  /// [n, length] symbols to [n, length, 11] logits. The rows that stand for the symbols on
  /// their way in are those they are compared with on their way out ("tied weights").
  Tensor forward(const Tensor& x) override {
    const Tensor from = symbols(x) + positions.slice(0, 0, x.size(1));
    return linear(layers(from), symbols.weight, Tensor());
  }
  void parts(nn::Parts& p) override {
    p.module("symbols", symbols);
    p.parameter("positions", positions);
    p.module("layers", layers);
  }
  std::string describe() const override { return "Gpt"; }
};

/// The digits that the model writes behind "=", the likeliest each time.
Tensor write(Gpt& model, const Tensor& read) {
  const NoGradGuard guard;
  Tensor text = read.slice(1, 0, kDigits + 1).contiguous();
  while (text.size(1) < kLength + 1) {
    const Tensor next = model(text).select(1, text.size(1) - 1).argmax(1);
    text = cat({text, next.unsqueeze(1)}, 1);
  }
  return text.slice(1, kDigits + 1, kLength + 1);
}

std::string text_of(const Tensor& row) {
  std::string text;
  for (const std::int64_t digit : row.to_vector<std::int64_t>()) {
    text += std::to_string(digit) + " ";
  }
  return text;
}

}  // namespace

int main(int argc, char** argv) {
  const Arguments args(argc, argv, "A GPT that learns to sort six digits", 4);
  Generator generator(args.seed);
  Gpt model;
  auto optimizer = optim::AdamOptions(2e-3).make(model.parameters());
  std::cout << model.parameter_count() << " parameters\n";
  for (std::int64_t epoch = 1; epoch <= args.epochs; ++epoch) {
    double total = 0;
    for (int step = 0; step < 150; ++step) {
      const Strings batch(64, generator);
      optimizer->zero_grad();
      // Only what stands behind "=" can be foretold.
      const Tensor logits = model(batch.read).slice(1, kDigits, kLength);
      const Tensor loss =
          cross_entropy(logits.reshape({-1, kSymbols}), batch.sorted.flatten());
      loss.backward();
      optimizer->step();
      total += loss.item<double>() / 150;
    }
    std::cout << "epoch " << epoch << ": loss " << total << " a digit\n";
  }
  const Strings test(1000, generator);
  const Tensor written = write(model, test.read);
  for (int i = 0; i < 4; ++i) {
    std::cout << text_of(test.read[i].slice(0, 0, kDigits)) << "= "
              << text_of(written[i]) << "\n";
  }
  const Tensor right = eq(written, test.sorted).to(f32);
  std::cout << "Digits in their places: " << right.mean().item<double>() << "\n"
            << "Test accuracy: " << amin(right, {1}).mean().item<double>() << "\n";
}
