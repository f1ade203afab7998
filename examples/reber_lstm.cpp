// The LSTM's first problem (Hochreiter and Schmidhuber, 1997): strings of the embedded
// Reber grammar, which the program draws itself. A string begins with B and T or B and P,
// goes through the inner grammar, however long that takes, and must end as it began, with
// T or P. To foretell that letter a network has to remember the second one to the end.
// Then the network writes strings of its own.
#include <algorithm>
#include <iostream>
#include <string>
#include <vector>

#include "arguments.h"

using namespace cairn;

namespace {

const std::string kLetters = "BTSXPVE";

bool coin(Generator& generator) { return generator.uniform() < 0.5; }

/// A way through the inner grammar's graph: two letters and where they lead, at each of
/// its nodes.
std::string inner_string(Generator& generator) {
  struct Node {
    char letters[2];
    int next[2];
  };
  static const Node kGraph[] = {{{'T', 'P'}, {1, 2}},
                                {{'S', 'X'}, {1, 3}},
                                {{'T', 'V'}, {2, 4}},
                                {{'X', 'S'}, {2, 5}},
                                {{'P', 'V'}, {3, 5}}};
  std::string text = "B";
  for (int node = 0; node != 5;) {
    const int way = coin(generator) ? 1 : 0;
    text += kGraph[node].letters[way];
    node = kGraph[node].next[way];
  }
  return text + "E";
}

std::string embedded_string(Generator& generator) {
  const char kind = coin(generator) ? 'T' : 'P';
  return std::string("B") + kind + inner_string(generator) + kind + "E";
}

/// Strings of unequal lengths as numbers of letters, each with the letters that follow.
struct Batch {
  Batch(std::int64_t count, Generator& generator) {
    std::vector<std::string> strings;
    std::size_t longest = 0;
    for (std::int64_t i = 0; i < count; ++i) {
      strings.push_back(embedded_string(generator));
      longest = std::max(longest, strings.back().size() - 1);
    }
    const auto steps = static_cast<std::int64_t>(longest);
    std::vector<std::int64_t> given, next, ends;
    std::vector<float> counted;
    for (const std::string& s : strings) {
      for (std::size_t t = 0; t < longest; ++t) {
        const bool inside = t + 1 < s.size();
        given.push_back(inside ? number(s[t]) : 0);
        next.push_back(inside ? number(s[t + 1]) : 0);
        counted.push_back(inside ? 1.0F : 0.0F);
      }
      ends.push_back(static_cast<std::int64_t>(s.size()) - 1);
    }
    x = Tensor::from_vector(given, {count, steps});
    y = Tensor::from_vector(next);
    inside = Tensor::from_vector(counted);
    lengths = Tensor::from_vector(ends);
  }
  static std::int64_t number(char letter) {
    return static_cast<std::int64_t>(kLetters.find(letter));
  }

  Tensor x;        // [count, steps]
  Tensor y;        // [count · steps]
  Tensor inside;   // the same: 1 where a letter follows, 0 behind the end
  Tensor lengths;  // [count]
};

/// Only the outer E has a T or a P before it.
bool ends(const std::string& text) {
  if (text.size() < 2 || text.back() != 'E') return false;
  return text[text.size() - 2] == 'T' || text[text.size() - 2] == 'P';
}

struct Writer : nn::Module {
  nn::Embedding letters{7, 8};
  nn::LSTM memory{8, 48};
  nn::Linear next{48, 7};

  Tensor forward(const Tensor& x) override { return next(memory(letters(x))); }
  Tensor logits(const Batch& batch) {
    const Tensor h = memory.run(letters(batch.x), {}, batch.lengths).y;
    return next(h.reshape({-1, h.size(2)}));
  }
  void parts(nn::Parts& p) override {
    p.module("letters", letters), p.module("memory", memory), p.module("next", next);
  }
  std::string describe() const override { return "Writer"; }

  /// Letter after letter by lot, as likely as the network holds each to be.
  std::string write(Generator& generator) {
    const NoGradGuard guard;
    std::string text = "B";
    nn::RecurrentState state;
    while (!ends(text) && text.size() < 60) {
      const Tensor x = full({1, 1}, Batch::number(text.back()), i64);
      const nn::RecurrentOutput out = memory.run(letters(x), state);
      state = out.state;
      const auto share = softmax(next(out.y).reshape({7}), 0).to_vector<float>();
      double left = generator.uniform();
      std::size_t letter = 0;
      while (letter < 6 && (left -= share[letter]) >= 0) ++letter;
      text += kLetters[letter];
    }
    return text;
  }
};

/// How often the last letter but one is foretold: by chance every second time.
double remembered(Writer& writer, const Batch& batch) {
  const NoGradGuard guard;
  const auto best = writer.logits(batch).argmax(1).to_vector<std::int64_t>();
  const auto wanted = batch.y.to_vector<std::int64_t>();
  const auto lengths = batch.lengths.to_vector<std::int64_t>();
  const std::int64_t steps = batch.x.size(1);
  std::size_t right = 0;
  for (std::size_t i = 0; i < lengths.size(); ++i) {
    const std::size_t at =
        i * static_cast<std::size_t>(steps) + static_cast<std::size_t>(lengths[i]) - 2;
    right += best[at] == wanted[at] ? 1 : 0;
  }
  return static_cast<double>(right) / static_cast<double>(lengths.size());
}

}  // namespace

int main(int argc, char** argv) {
  const Arguments args(argc, argv, "An LSTM that learns the embedded Reber grammar", 6);
  manual_seed(args.seed);
  Generator generator(args.seed);
  Writer writer;
  auto optimizer = optim::AdamOptions(5e-3).make(writer.parameters());
  for (std::int64_t epoch = 1; epoch <= args.epochs; ++epoch) {
    double total = 0;
    for (int step = 0; step < 100; ++step) {
      const Batch batch(32, generator);
      optimizer->zero_grad();
      const Tensor losses =
          cross_entropy(writer.logits(batch), batch.y, Reduction::none);
      const Tensor loss = (losses * batch.inside).sum() / batch.inside.sum();
      loss.backward();
      optimizer->step();
      total += loss.item<double>() / 100;
    }
    std::cout << "epoch " << epoch << ": loss " << total << " a letter\n";
  }
  std::cout << "\nStrings of its own:\n";
  for (int i = 0; i < 5; ++i) std::cout << "  " << writer.write(generator) << "\n";
  std::cout
      << "\nThe last letter but one, which by chance is right half of the time:\n";
  std::cout << "Test accuracy: " << remembered(writer, Batch(1000, generator)) << "\n";
}
