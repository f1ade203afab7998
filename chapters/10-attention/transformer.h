// The whole network: symbols in, for each of them scores for the one that follows.
#pragma once

#include <cmath>
#include <cstddef>
#include <vector>

#include "10-attention/block.h"

namespace ch10 {

struct Sizes {
  std::size_t symbols, longest;  // V, and how many positions there are
  std::size_t width = 32, heads = 4, inner = 64, blocks = 2;
  bool positions = true;
  Norm norm = Norm::kBefore;
};

// ANCHOR: sinusoids
// Row t tells position t: sine and cosine of t, at speeds from 1 down to 1/10000.
inline Matrix sinusoids(std::size_t length, std::size_t width) {
  Matrix rows(length, width);
  for (std::size_t j = 0; j < width; ++j) {
    const double share = static_cast<double>(j / 2 * 2) / static_cast<double>(width);
    for (std::size_t t = 0; t < length; ++t) {
      const double angle = static_cast<double>(t) / std::pow(10000, share);
      rows(t, j) = j % 2 == 0 ? std::sin(angle) : std::cos(angle);
    }
  }
  return rows;
}
// ANCHOR_END: sinusoids

// ANCHOR: embedding
// Row n·T + t is the row of the symbol there plus that of position t.
class Embedding {
 public:
  Embedding(const Sizes& s, Random& random)
      : symbols_(ch04::normal(s.width, s.symbols, 1, random)),
        positions_(ch04::normal(s.width, s.longest, s.positions ? 1 : 0, random)),
        learned_(s.positions) {}

  Matrix forward(const std::vector<int>& ids, std::size_t length, std::size_t first) {
    const std::size_t width = symbols_.value.cols;
    ids_ = ids;
    length_ = length;
    Matrix x(ids.size(), width);
    for (std::size_t i = 0; i < ids.size(); ++i) {
      const std::size_t id = static_cast<std::size_t>(ids[i]), t = first + i % length;
      for (std::size_t j = 0; j < width; ++j) {
        x(i, j) = symbols_.value(id, j) + positions_.value(t, j);
      }
    }
    return x;
  }

  void accumulate(const Matrix& dx) {
    for (std::size_t i = 0; i < dx.rows; ++i) {
      const std::size_t id = static_cast<std::size_t>(ids_[i]), t = i % length_;
      for (std::size_t j = 0; j < dx.cols; ++j) {
        symbols_.gradient(id, j) += dx(i, j);
        if (learned_) positions_.gradient(t, j) += dx(i, j);
      }
    }
  }
  // ANCHOR_END: embedding

  Parameters parameters() { return {&symbols_, &positions_}; }
  std::size_t longest() const { return positions_.value.rows; }

 private:
  Parameter symbols_, positions_;  // [V × D], [longest × D]
  bool learned_;
  std::vector<int> ids_;
  std::size_t length_ = 1;
};

// ANCHOR: transformer
template <class A = Attention>
struct Transformer {
  Embedding embedding;
  std::vector<Block<A>> blocks;
  LayerNorm norm;
  Dense out;  // D to V, and starts at zero

  Transformer(const Sizes& s, Random& random)
      : embedding(s, random), norm(s.width), out(Matrix(s.symbols, s.width)) {
    for (std::size_t b = 0; b < s.blocks; ++b) {
      blocks.emplace_back(s.width, s.heads, s.inner, true, random, s.norm);
    }
  }

  // N sequences of `length` symbols, one after another → scores [N·T × V].
  Matrix forward(const std::vector<int>& ids, std::size_t length) {
    Matrix x = embedding.forward(ids, length, 0);
    for (Block<A>& block : blocks) x = block.forward(x, length);
    return out.forward(norm.forward(x));
  }

  void backward(const Matrix& dscores) {
    Matrix dx = back(norm, back(out, dscores));
    for (std::size_t b = blocks.size(); b-- > 0;) dx = blocks[b].backward(dx);
    embedding.accumulate(dx);
  }
  // ANCHOR_END: transformer

  Parameters parameters() {
    Parameters all = embedding.parameters();
    const auto add = [&](const Parameters& more) {
      all.insert(all.end(), more.begin(), more.end());
    };
    for (Block<A>& block : blocks) add(block.parameters());
    add(norm.parameters());
    add(out.parameters());
    return all;
  }
};

}  // namespace ch10
