#include <cairn/ops/copy.h>

#include <algorithm>
#include <cstring>
#include <type_traits>

#include <cairn/core/parallel.h>
#include <cairn/core/strided.h>
#include <cairn/core/tensor_impl.h>
#include <cairn/kernels/typed_tables.h>

namespace cairn::detail {
namespace {

constexpr std::int64_t kGrain = 65536;  // elements that are worth a thread's while

/// Smaller matrices are copied element by element: a call for each would cost more.
constexpr std::int64_t kLeastToTranspose = 64;

/// Element by element, in the order in which `to` lies.
template <class To, class From>
void copy_runs(const StridedLoop<2>& loop, To* to, const From* from) {
  parallel_for(loop.numel(), kGrain, [&](std::int64_t begin, std::int64_t end) {
    loop.run(begin, end, [&](const auto& at, const auto& step, std::int64_t n) {
      To* o = to + at[0];
      const From* i = from + at[1];
      if (std::is_same_v<To, From> && step[0] == 1 && step[1] == 1) {
        std::memcpy(o, i, static_cast<std::size_t>(n) * sizeof(To));
        return;
      }
      for (std::int64_t j = 0; j < n; ++j) {
        const From v = i[j * step[1]];
        if constexpr (std::is_floating_point_v<From> && std::is_integral_v<To>) {
          o[j * step[0]] = saturated<To>(static_cast<double>(v));
        } else {
          o[j * step[0]] = static_cast<To>(v);
        }
      }
    });
  });
}

/// Matrices that are copied transposed, to[p * to_step + j] = from[j * from_step + p],
/// one for every position of the dimensions that remain.
struct Transposition {
  bool found = false;
  std::int64_t depth = 0, columns = 0;  // of p and of j
  std::int64_t from_step = 0, to_step = 0;
  StridedLoop<2> matrices{Shape{}, {}};

  explicit Transposition(const StridedLoop<2>& loop) {
    const int j = loop.dim() - 1;
    if (j < 1 || loop.stride(0, j) != 1 || loop.stride(1, j) <= 1) return;
    Shape shape;
    std::array<Strides, 2> strides;
    for (int d = 0; d < j; ++d) {
      if (!found && loop.stride(1, d) == 1) {
        found = true;
        depth = loop.size(d), to_step = loop.stride(0, d);
        continue;
      }
      shape.push_back(loop.size(d));
      for (int k = 0; k < 2; ++k) strides[k].push_back(loop.stride(k, d));
    }
    columns = loop.size(j), from_step = loop.stride(1, j);
    if (depth * columns < kLeastToTranspose) found = false;
    if (found) matrices = StridedLoop<2>(shape, strides);
  }
};

/// Rows [first, last) of the transposed matrix, `rows` at a time.
template <class T>
void copy_rows(const Transposition& t, std::int64_t rows, std::int64_t first,
               std::int64_t last, T* to, const T* from) {
  // transpose() is the faster one; it may write between the rows, where turn() may not.
  const auto& ops = kernels::gemm_ops<T>(kernels::kernels());
  const auto turn = t.to_step == t.columns ? ops.transpose : ops.turn;
  for (std::int64_t p = first; p < last; p += rows) {
    turn(from + p, t.from_step, std::min(rows, last - p), t.columns, to + p * t.to_step,
         t.to_step);
  }
}

/// Rows of the result are written some at a time, so that they stay in the L1 until
/// their lines are full; fewer where they lie such that the L1 has few places for them.
/// Each such block of rows of each matrix can be a task.
template <class T>
void copy_transposed(const Transposition& t, T* to, const T* from) {
  const std::int64_t rows = t.to_step * sizeof(T) % 1024 == 0 ? 16 : 64;
  const std::int64_t blocks = (t.depth + rows - 1) / rows;
  const std::int64_t grain = 1 + kGrain / (std::min(rows, t.depth) * t.columns);
  const auto copy_blocks = [&](std::int64_t begin, std::int64_t end) {
    std::int64_t block = begin;  // of all of them: matrix · blocks + the block in it
    const auto run = [&](const auto& at, const auto& step, std::int64_t matrices) {
      for (std::int64_t i = 0; i < matrices; ++i) {
        const std::int64_t first = block % blocks;
        const std::int64_t last = std::min(blocks, first + end - block);
        copy_rows(t, rows, first * rows, std::min(last * rows, t.depth),
                  to + at[0] + i * step[0], from + at[1] + i * step[1]);
        block += last - first;
      }
    };
    t.matrices.run(begin / blocks, (end + blocks - 1) / blocks, run);
  };
  parallel_for(t.matrices.numel() * blocks, grain, copy_blocks);
}

}  // namespace

void copy_elements(const Tensor& out, const Tensor& in) {
  const StridedLoop<2> loop(out.shape(), {out.strides(), in.strides()});
  visit_dtype(out.dtype(), [&](auto to_zero) {
    visit_dtype(in.dtype(), [&](auto from_zero) {
      using To = decltype(to_zero);
      using From = decltype(from_zero);
      To* const to = data_of<To>(out);
      const From* const from = data_of<From>(in);
      if constexpr (std::is_same_v<To, From> && std::is_floating_point_v<To>) {
        const Transposition transposition(loop);
        if (transposition.found) return copy_transposed(transposition, to, from);
      }
      copy_runs(loop, to, from);
    });
  });
}

Tensor laid_out(const Tensor& x, const Strides& strides) {
  if (x.strides() == strides) return x;
  Tensor copy = make_tensor(x.shape(), strides, x.dtype());
  copy_elements(copy, x);
  return copy;
}

}  // namespace cairn::detail
