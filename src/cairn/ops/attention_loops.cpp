// The scores of a block of queries are made, used and forgotten while they are in the
// caches; backward makes them again. So memory grows with the length of the sequences
// and not with its square.
#include <cairn/ops/attention_loops.h>

#include <algorithm>

#include <cairn/core/memory.h>
#include <cairn/core/parallel.h>
#include <cairn/core/tensor_impl.h>
#include <cairn/kernels/gemm/gemm.h>
#include <cairn/kernels/table.h>
#include <cairn/ops/attention_rows.h>

namespace cairn::detail {
namespace {

using kernels::ScoreRows;

// Queries of a block: few enough that its scores stay in the second cache, and that a
// causal block does not make many that are thrown away.
std::int64_t rows_of_block(const AttentionPlan& plan) {
  return std::clamp<std::int64_t>(65536 / plan.keys, 8, 32);
}

// One block: queries first … first + rows − 1 of one head of one sample.
struct Block {
  Block(const AttentionPlan& plan, std::int64_t pair, std::int64_t number)
      : n(pair / plan.heads), h(pair % plan.heads) {
    const std::int64_t most = rows_of_block(plan);
    first = number * most;
    rows = std::min(most, plan.queries - first);
    columns = plan.causal ? std::min(plan.keys, first + rows) : plan.keys;
    row_number = pair * plan.queries + first;
  }
  static std::int64_t count(const AttentionPlan& plan) {
    const std::int64_t most = rows_of_block(plan);
    return (plan.queries + most - 1) / most;
  }

  std::int64_t n, h;
  std::int64_t first, rows;
  std::int64_t columns;     // keys that any of them sees
  std::int64_t row_number;  // of the first query among all
};

template <class T>
ScoreRows<T> scores_of(const AttentionPlan& plan, const Block& b, T* x, T* kept) {
  ScoreRows<T> rows;
  rows.x = x;
  rows.rows = b.rows, rows.columns = rows.stride = b.columns;
  rows.first_end = plan.causal ? b.first + 1 : b.columns;
  rows.scale = static_cast<T>(plan.scale);
  rows.bias = nullptr, rows.bias_stride = plan.bias_row;
  if (plan.bias.defined()) {
    rows.bias = data_of<T>(plan.bias) + b.n * plan.bias_batch + b.h * plan.bias_head +
                b.first * plan.bias_row;
  }
  rows.largest = kept + b.row_number;
  rows.inverse = rows.largest + plan.batch * plan.heads * plan.queries;
  return rows;
}

template <class T>
void product(Trans a_turned, Trans b_turned, std::int64_t m, std::int64_t n,
             std::int64_t k, const T* a, std::int64_t lda, const T* b, std::int64_t ldb,
             T beta, T* c, std::int64_t ldc) {
  gemm(a_turned, b_turned, m, n, k, T(1), a, lda, b, ldb, beta, c, ldc);
}

// Dropout's factors for the weights of a block: the same whenever they are drawn.
void draw_mask(const AttentionPlan& plan, const Block& b, float* mask) {
  const std::int64_t blocks = (plan.keys + 3) / 4;
  for (std::int64_t r = 0; r < b.rows; ++r) {
    kernels::kernels().math->random_mask(
        mask + r * b.columns, b.columns, static_cast<float>(1 - plan.drop),
        static_cast<float>(1 / (1 - plan.drop)), plan.seed, plan.stream,
        plan.first_block + static_cast<std::uint64_t>((b.row_number + r) * blocks));
  }
}

// Scratch for the scores of a block, `count` times.
template <class T>
std::size_t score_bytes(const AttentionPlan& plan, std::int64_t count) {
  return static_cast<std::size_t>(count * rows_of_block(plan) * plan.keys) * sizeof(T);
}

template <class T>
void forward_block(const AttentionPlan& plan, const Block& b,
                   const HeadMatrices<const T>& q, const HeadMatrices<const T>& k,
                   const HeadMatrices<const T>& v, const HeadMatrices<T>& o, T* kept,
                   T* scores) {
  product<T>(Trans::no, Trans::yes, b.rows, b.columns, plan.depth,
             q.at(b.n, b.h) + b.first * q.row, q.row, k.at(b.n, b.h), k.row, T(0),
             scores, b.columns);
  make_weights(scores_of(plan, b, scores, kept));
  if (plan.drop > 0) {
    const std::int64_t count = b.rows * b.columns;
    const ScratchBuffer mask(static_cast<std::size_t>(count) * sizeof(float));
    draw_mask(plan, b, mask.as<float>());
    multiply_by(scores, scores, mask.as<float>(), count);
  }
  product<T>(Trans::no, Trans::no, b.rows, plan.width, b.columns, scores, b.columns,
             v.at(b.n, b.h), v.row, T(0), o.at(b.n, b.h) + b.first * o.row, o.row);
}

template <class T>
void backward_block(const AttentionPlan& plan, const Block& b,
                    const HeadMatrices<const T>& q, const HeadMatrices<const T>& k,
                    const HeadMatrices<const T>& v, const HeadMatrices<const T>& d_o,
                    T* kept, const AttentionGradients<T>& to, T* weights, bool add) {
  const std::int64_t n = b.columns, count = b.rows * n;
  const T* const q_rows = q.at(b.n, b.h) + b.first * q.row;
  const T* const dy = d_o.at(b.n, b.h) + b.first * d_o.row;
  const T beta = add ? T(1) : T(0);
  T* const scores = weights + count;
  product<T>(Trans::no, Trans::yes, b.rows, n, plan.depth, q_rows, q.row,
             k.at(b.n, b.h), k.row, T(0), weights, n);
  make_weights_again(scores_of(plan, b, weights, kept));
  const bool drops = plan.drop > 0;
  const ScratchBuffer mask(static_cast<std::size_t>(drops ? count : 0) * sizeof(float));
  const T* used = weights;
  if (drops) {
    draw_mask(plan, b, mask.as<float>());
    multiply_by(scores, weights, mask.as<float>(), count);
    used = scores;
  }
  product<T>(Trans::yes, Trans::no, n, plan.width, b.rows, used, n, dy, d_o.row, beta,
             to.v.at(b.n, b.h), to.v.row);
  product<T>(Trans::no, Trans::yes, b.rows, n, plan.width, dy, d_o.row, v.at(b.n, b.h),
             v.row, T(0), scores, n);
  if (drops) multiply_by(scores, scores, mask.as<float>(), count);
  make_gradient(scores_of(plan, b, scores, kept), weights);
  product<T>(Trans::no, Trans::no, b.rows, plan.depth, n, scores, n, k.at(b.n, b.h),
             k.row, T(0), to.q.at(b.n, b.h) + b.first * to.q.row, to.q.row);
  product<T>(Trans::yes, Trans::no, n, plan.depth, b.rows, scores, n, q_rows, q.row,
             beta, to.k.at(b.n, b.h), to.k.row);
}

template <class T>
void clear_rows(const HeadMatrices<T>& m, std::int64_t n, std::int64_t h,
                std::int64_t begin, std::int64_t end, std::int64_t columns) {
  for (std::int64_t i = begin; i < end; ++i) {
    T* const row = m.at(n, h) + i * m.row;
    std::fill(row, row + columns, T(0));
  }
}

// Where there is no key, and so no product.
template <class T>
void clear_all(const AttentionPlan& plan, const HeadMatrices<T>& m, std::int64_t rows,
               std::int64_t columns) {
  for (std::int64_t pair = 0; pair < plan.batch * plan.heads; ++pair) {
    clear_rows(m, pair / plan.heads, pair % plan.heads, 0, rows, columns);
  }
}

// Tasks that are worth a thread's while.
std::int64_t grain(const AttentionPlan& plan, std::int64_t rows) {
  return 1 + 100000 / (rows * plan.keys * (plan.depth + plan.width) + 1);
}

}  // namespace

template <class T>
void attention_forward(const AttentionPlan& plan, const HeadMatrices<const T>& q,
                       const HeadMatrices<const T>& k, const HeadMatrices<const T>& v,
                       const HeadMatrices<T>& o, T* kept) {
  if (plan.keys == 0) return clear_all(plan, o, plan.queries, plan.width);
  const std::int64_t blocks = Block::count(plan);
  const auto walk = [&](std::int64_t begin, std::int64_t end) {
    const ScratchBuffer scores(score_bytes<T>(plan, 1));
    for (std::int64_t i = begin; i < end; ++i) {
      forward_block<T>(plan, Block(plan, i / blocks, i % blocks), q, k, v, o, kept,
                       scores.as<T>());
    }
  };
  parallel_for(plan.batch * plan.heads * blocks, grain(plan, rows_of_block(plan)),
               walk);
}

// Blocks of one head add to the same gradients of k and v: they belong to one task. The
// last block sees all the keys that any sees, so it comes first, and writes.
template <class T>
void attention_backward(const AttentionPlan& plan, const HeadMatrices<const T>& q,
                        const HeadMatrices<const T>& k, const HeadMatrices<const T>& v,
                        const HeadMatrices<const T>& d_o, const T* kept,
                        const AttentionGradients<T>& to) {
  if (plan.keys == 0) return clear_all(plan, to.q, plan.queries, plan.depth);
  const std::int64_t blocks = Block::count(plan);
  const auto walk = [&](std::int64_t begin, std::int64_t end) {
    const ScratchBuffer scores(score_bytes<T>(plan, 2));
    for (std::int64_t pair = begin; pair < end; ++pair) {
      std::int64_t seen = 0;
      for (std::int64_t i = blocks - 1; i >= 0; --i) {
        const Block b(plan, pair, i);
        backward_block<T>(plan, b, q, k, v, d_o, const_cast<T*>(kept), to,
                          scores.as<T>(), i + 1 < blocks);
        seen = std::max(seen, b.columns);
      }
      const std::int64_t n = pair / plan.heads, h = pair % plan.heads;
      clear_rows(to.k, n, h, seen, plan.keys, plan.depth);
      clear_rows(to.v, n, h, seen, plan.keys, plan.width);
    }
  };
  // A single head leaves the threads to its products.
  const std::int64_t pairs = plan.batch * plan.heads;
  if (pairs == 1) walk(0, 1);
  else parallel_for(pairs, grain(plan, plan.queries), walk);
}

#define CAIRN_INSTANTIATE(T)                                      \
  template void attention_forward<T>(                             \
      const AttentionPlan&, const HeadMatrices<const T>&,         \
      const HeadMatrices<const T>&, const HeadMatrices<const T>&, \
      const HeadMatrices<T>&, T*);                                \
  template void attention_backward<T>(                            \
      const AttentionPlan&, const HeadMatrices<const T>&,         \
      const HeadMatrices<const T>&, const HeadMatrices<const T>&, \
      const HeadMatrices<const T>&, const T*, const AttentionGradients<T>&);
CAIRN_INSTANTIATE(float)
CAIRN_INSTANTIATE(double)
#undef CAIRN_INSTANTIATE

}  // namespace cairn::detail
