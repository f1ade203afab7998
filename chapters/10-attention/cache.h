// Reading one symbol at a time: keys and values of all symbols before it are kept.
#pragma once

#include <cstddef>
#include <vector>

#include "10-attention/transformer.h"

namespace ch10 {

// ANCHOR: memory
// What a block's attention remembers of the symbols read so far: [t × D] each.
struct Memory {
  Matrix k, v;
};

inline void append(Matrix& m, const Matrix& row) {
  m.cols = row.cols;
  m.rows += row.rows;
  m.values.insert(m.values.end(), row.values.begin(), row.values.end());
}

// Attention for one more symbol, x [1 × D]: one query among t + 1 keys.
template <class A>
Matrix attend_next(Heads<A>& a, const Matrix& x, Memory& m) {
  append(m.k, a.key.forward(x));
  append(m.v, a.value.forward(x));
  const Matrix q = a.query.forward(x);
  const std::size_t d = x.cols / a.count, seen = m.k.rows;
  Matrix found(1, x.cols);
  for (std::size_t h = 0; h < a.count; ++h) {
    Head head{A::cut(q, 0, 1, h, d),
              A::cut(m.k, 0, seen, h, d),
              A::cut(m.v, 0, seen, h, d),
              a.causal,
              {}};
    A::paste(A::forward(head), found, 0, h);
  }
  return a.out.forward(found);
}
// ANCHOR_END: memory

// ANCHOR: reader
template <class A = Attention>
class Reader {
 public:
  explicit Reader(Transformer<A>& model)
      : model_(&model), memory_(model.blocks.size()) {}

  // The scores [1 × V] for what follows `id`.
  Matrix read(int id) {
    Matrix x = model_->embedding.forward({id}, 1, read_++);
    for (std::size_t b = 0; b < memory_.size(); ++b) {
      Block<A>& block = model_->blocks[b];
      x = block.run(x, [&](const Matrix& at) {
        return attend_next(block.attention, at, memory_[b]);
      });
    }
    return model_->out.forward(model_->norm.forward(x));
  }
  // ANCHOR_END: reader

 private:
  Transformer<A>* model_;
  std::vector<Memory> memory_;  // one for each block
  std::size_t read_ = 0;        // how many symbols it has read
};

}  // namespace ch10
