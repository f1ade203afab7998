// The scores of a block of queries are made, used and forgotten while they are in the
// caches; backward makes them again. So memory grows with the length of the sequences
// and not with its square.
#include <cairn/ops/attention_loops.h>

#include <algorithm>

#include <cairn/core/memory.h>
#include <cairn/core/parallel.h>
#include <cairn/core/tensor_impl.h>
#include <cairn/kernels/gemm/gemm.h>
#include <cairn/kernels/typed_tables.h>
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

// A matrix of one head as a product reads it.
template <class T>
struct Operand {
  const T* data;
  std::int64_t row;

  Operand from_row(std::int64_t i) const { return {data + i * row, row}; }
};

// c = a b + beta c, where either may be read transposed.
template <class T>
void product(Trans a_turned, Trans b_turned, std::int64_t m, std::int64_t n,
             std::int64_t k, const Operand<T>& a, const Operand<T>& b, T beta, T* c,
             std::int64_t ldc) {
  gemm(a_turned, b_turned, m, n, k, T(1), a.data, a.row, b.data, b.row, beta, c, ldc);
}

// A matrix of one head with its rows together, or turned. In a tensor of all heads rows
// lie so far apart that they share few sets of the first cache.
template <class T>
class Copied {
 public:
  Copied(std::int64_t rows, std::int64_t columns)
      : rows_(rows),
        columns_(columns),
        buffer_(static_cast<std::size_t>(rows * columns) * sizeof(T)) {}

  void copy(const T* from, std::int64_t row) {
    ops_.copy(from, row, rows_, columns_, data(), columns_);
  }
  // The transpose, [columns, rows].
  void turn(const T* from, std::int64_t row) {
    ops_.turn(from, row, columns_, rows_, data(), rows_);
  }
  void copy_to(T* to, std::int64_t row) const {
    for (std::int64_t i = 0; i < rows_; ++i) {
      std::copy_n(data() + i * columns_, columns_, to + i * row);
    }
  }
  T* data() const { return buffer_.as<T>(); }
  Operand<T> plain() const { return {data(), columns_}; }
  Operand<T> turned() const { return {data(), rows_}; }

 private:
  const kernels::GemmOps<T>& ops_ = kernels::gemm_ops<T>(kernels::kernels());
  std::int64_t rows_, columns_;
  ScratchBuffer buffer_;
};

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

// From so many queries on copies of the keys and values are read often enough to pay.
constexpr std::int64_t kManyQueries = 8;

// The forward pass of one head after the other.
template <class T>
class Forward {
 public:
  Forward(const AttentionPlan& plan, const HeadMatrices<const T>& q,
          const HeadMatrices<const T>& k, const HeadMatrices<const T>& v,
          const HeadMatrices<T>& o, T* kept)
      : plan_(plan),
        q_(q),
        k_(k),
        v_(v),
        o_(o),
        kept_(kept),
        copies_(plan.queries >= kManyQueries),
        keys_(copies_ ? plan.keys : 0, plan.depth),
        values_(copies_ ? plan.keys : 0, plan.width),
        scores_(score_bytes<T>(plan, 1)) {}

  void begin_head(std::int64_t n, std::int64_t h) {
    if (!copies_) return;
    keys_.turn(k_.at(n, h), k_.row);
    values_.copy(v_.at(n, h), v_.row);
  }

  void run(const Block& b) const {
    T* const scores = scores_.as<T>();
    const Operand<T> q{q_.at(b.n, b.h) + b.first * q_.row, q_.row};
    const Operand<T> k{k_.at(b.n, b.h), k_.row}, v{v_.at(b.n, b.h), v_.row};
    product<T>(Trans::no, copies_ ? Trans::no : Trans::yes, b.rows, b.columns,
               plan_.depth, q, copies_ ? keys_.turned() : k, T(0), scores, b.columns);
    make_weights(scores_of(plan_, b, scores, kept_));
    if (plan_.drop > 0) {
      const std::int64_t count = b.rows * b.columns;
      const ScratchBuffer mask(static_cast<std::size_t>(count) * sizeof(float));
      draw_mask(plan_, b, mask.as<float>());
      multiply_by(scores, scores, mask.as<float>(), count);
    }
    product<T>(Trans::no, Trans::no, b.rows, plan_.width, b.columns,
               {scores, b.columns}, copies_ ? values_.plain() : v, T(0),
               o_.at(b.n, b.h) + b.first * o_.row, o_.row);
  }

 private:
  const AttentionPlan& plan_;
  const HeadMatrices<const T>&q_, &k_, &v_;
  const HeadMatrices<T>& o_;
  T* kept_;
  bool copies_;
  Copied<T> keys_, values_;
  ScratchBuffer scores_;
};

// The backward pass of one head after the other.
template <class T>
class Backward {
 public:
  Backward(const AttentionPlan& plan, const HeadMatrices<const T>& q,
           const HeadMatrices<const T>& k, const HeadMatrices<const T>& v,
           const HeadMatrices<const T>& d_o, const T* kept,
           const AttentionGradients<T>& to)
      : plan_(plan),
        q_(q),
        k_(k),
        v_(v),
        d_o_(d_o),
        kept_(const_cast<T*>(kept)),
        to_(to),
        queries_(plan.queries, plan.depth),
        keys_(plan.keys, plan.depth),
        turned_keys_(plan.keys, plan.depth),
        turned_values_(plan.keys, plan.width),
        d_outputs_(plan.queries, plan.width),
        d_queries_(plan.queries, plan.depth),
        d_keys_(plan.keys, plan.depth),
        d_values_(plan.keys, plan.width),
        scores_(score_bytes<T>(plan, 2)) {}

  // Blocks add to the same gradients of k and v. The last one sees all the keys that any
  // sees, so it comes first, and writes.
  void run_head(std::int64_t pair) {
    const std::int64_t n = pair / plan_.heads, h = pair % plan_.heads;
    queries_.copy(q_.at(n, h), q_.row);
    keys_.copy(k_.at(n, h), k_.row);
    turned_keys_.turn(k_.at(n, h), k_.row);
    turned_values_.turn(v_.at(n, h), v_.row);
    d_outputs_.copy(d_o_.at(n, h), d_o_.row);
    std::int64_t seen = 0;
    for (std::int64_t i = Block::count(plan_) - 1; i >= 0; --i) {
      const Block b(plan_, pair, i);
      run_block(b, seen > 0);
      seen = std::max(seen, b.columns);
    }
    std::fill(d_keys_.data() + seen * plan_.depth,
              d_keys_.data() + plan_.keys * plan_.depth, T(0));
    std::fill(d_values_.data() + seen * plan_.width,
              d_values_.data() + plan_.keys * plan_.width, T(0));
    d_queries_.copy_to(to_.q.at(n, h), to_.q.row);
    d_keys_.copy_to(to_.k.at(n, h), to_.k.row);
    d_values_.copy_to(to_.v.at(n, h), to_.v.row);
  }

 private:
  void run_block(const Block& b, bool add) {
    const std::int64_t n = b.columns, count = b.rows * n;
    const Operand<T> q = queries_.plain().from_row(b.first);
    const Operand<T> dy = d_outputs_.plain().from_row(b.first);
    const T beta = add ? T(1) : T(0);
    T *const weights = scores_.as<T>(), *const scores = weights + count;
    product<T>(Trans::no, Trans::no, b.rows, n, plan_.depth, q, turned_keys_.turned(),
               T(0), weights, n);
    make_weights_again(scores_of(plan_, b, weights, kept_));
    const bool drops = plan_.drop > 0;
    const ScratchBuffer mask(static_cast<std::size_t>(drops ? count : 0) *
                             sizeof(float));
    if (drops) {
      draw_mask(plan_, b, mask.as<float>());
      multiply_by(scores, weights, mask.as<float>(), count);
    }
    product<T>(Trans::yes, Trans::no, n, plan_.width, b.rows,
               {drops ? scores : weights, n}, dy, beta, d_values_.data(), plan_.width);
    product<T>(Trans::no, Trans::no, b.rows, n, plan_.width, dy,
               turned_values_.turned(), T(0), scores, n);
    if (drops) multiply_by(scores, scores, mask.as<float>(), count);
    make_gradient(scores_of(plan_, b, scores, kept_), weights);
    product<T>(Trans::no, Trans::no, b.rows, plan_.depth, n, {scores, n}, keys_.plain(),
               T(0), d_queries_.data() + b.first * plan_.depth, plan_.depth);
    product<T>(Trans::yes, Trans::no, n, plan_.depth, b.rows, {scores, n}, q, beta,
               d_keys_.data(), plan_.depth);
  }

  const AttentionPlan& plan_;
  const HeadMatrices<const T>&q_, &k_, &v_, &d_o_;
  T* kept_;
  const AttentionGradients<T>& to_;
  Copied<T> queries_, keys_, turned_keys_, turned_values_, d_outputs_;
  Copied<T> d_queries_, d_keys_, d_values_;
  ScratchBuffer scores_;
};

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
  // Heads are shared out, and where there are few, their blocks.
  const std::int64_t blocks = Block::count(plan), pairs = plan.batch * plan.heads;
  const auto walk = [&](std::int64_t begin, std::int64_t end) {
    Forward<T> forward(plan, q, k, v, o, kept);
    for (std::int64_t i = begin; i < end; ++i) {
      const Block b(plan, i / blocks, i % blocks);
      if (i == begin || i % blocks == 0) forward.begin_head(b.n, b.h);
      forward.run(b);
    }
  };
  const std::int64_t least = pairs < 8 ? std::max<std::int64_t>(blocks / 8, 1) : blocks;
  parallel_for(pairs * blocks, least * grain(plan, least * rows_of_block(plan)), walk);
}

template <class T>
void attention_backward(const AttentionPlan& plan, const HeadMatrices<const T>& q,
                        const HeadMatrices<const T>& k, const HeadMatrices<const T>& v,
                        const HeadMatrices<const T>& d_o, const T* kept,
                        const AttentionGradients<T>& to) {
  if (plan.keys == 0) return clear_all(plan, to.q, plan.queries, plan.depth);
  const auto walk = [&](std::int64_t begin, std::int64_t end) {
    Backward<T> backward(plan, q, k, v, d_o, kept, to);
    for (std::int64_t pair = begin; pair < end; ++pair) backward.run_head(pair);
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
