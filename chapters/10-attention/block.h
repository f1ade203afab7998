// One block of a Transformer: attention, then the same two dense layers for each token,
// each beside a way past it.
#pragma once

#include "10-attention/parts.h"

namespace ch10 {

// ANCHOR: block
// Where the normalisation stands: before what is added, or after the addition.
enum class Norm { kBefore, kAfter };

template <class A = Attention>
struct Block {
  Norm place;
  LayerNorm norm1, norm2;
  Heads<A> attention;
  FeedForward feed;

  Block(std::size_t width, std::size_t heads, std::size_t inner, bool causal,
        Random& random, Norm place = Norm::kBefore)
      : place(place),
        norm1(width),
        norm2(width),
        attention(width, heads, causal, random),
        feed(width, inner, random) {}

  // x [N·T × D] → the same shape. `attend` is what attention does.
  template <class Attend>
  Matrix run(const Matrix& x, const Attend& attend) {
    if (place == Norm::kAfter) {
      const Matrix y = norm1.forward(sum(x, attend(x)));
      return norm2.forward(sum(y, feed.forward(y)));
    }
    const Matrix y = sum(x, attend(norm1.forward(x)));
    return sum(y, feed.forward(norm2.forward(y)));
  }

  Matrix forward(const Matrix& x, std::size_t length) {
    return run(x, [&](const Matrix& at) { return attention.forward(at, length); });
  }
  // ANCHOR_END: block

  // ANCHOR: block_backward
  Matrix backward(const Matrix& dz) {
    if (place == Norm::kAfter) {
      const Matrix du = back(norm2, dz);
      const Matrix dv = back(norm1, sum(du, feed.backward(du)));
      return sum(dv, attention.backward(dv));
    }
    const Matrix dy = sum(dz, back(norm2, feed.backward(dz)));
    return sum(dy, back(norm1, attention.backward(dy)));
  }
  // ANCHOR_END: block_backward

  Parameters parameters() {
    Parameters all = norm1.parameters();
    for (const Parameters& more :
         {attention.parameters(), norm2.parameters(), feed.parameters()}) {
      all.insert(all.end(), more.begin(), more.end());
    }
    return all;
  }
};

}  // namespace ch10
