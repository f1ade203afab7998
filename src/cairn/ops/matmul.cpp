#include <cairn/ops/matmul.h>

#include <algorithm>
#include <utility>

#include <cairn/autograd/node.h>
#include <cairn/core/strided.h>
#include <cairn/core/text.h>
#include <cairn/kernels/gemm/gemm.h>
#include <cairn/ops/binary_loop.h>
#include <cairn/ops/gemm_layout.h>

namespace cairn {

using autograd::Gradients;
using autograd::record;
using autograd::Saved;
using autograd::should_record;
using detail::concat;
using detail::sum_to;

namespace {

// A matrix as gemm takes it: rows contiguous, or columns contiguous and read transposed.
struct Operand {
  Tensor tensor;
  Trans trans;
  std::int64_t lead;  // distance from one row of the memory to the next
};

// The last two dimensions of `t` without copying where their strides allow it.
Operand as_operand(const Tensor& t) {
  detail::GemmLayout layout;
  Tensor matrix = t;
  if (!detail::gemm_layout(matrix, layout)) {
    matrix = t.contiguous();
    detail::gemm_layout(matrix, layout);
  }
  return {std::move(matrix), layout.trans, layout.lead};
}

// y[n,m] = a[n,k] b[k,m] for one pair of matrices.
template <class T>
void multiply(const Operand& a, const T* from_a, const Operand& b, const T* from_b,
              T* y, std::int64_t n, std::int64_t m, std::int64_t k) {
  gemm(a.trans, b.trans, n, m, k, T(1), from_a, a.lead, from_b, b.lead, T(0), y,
       std::max<std::int64_t>(m, 1));
}

void check_inner(const Tensor& a, const Tensor& b, std::int64_t in_a,
                 std::int64_t in_b) {
  if (in_a == in_b) return;
  throw ShapeError(concat("matmul: shapes ", a.shape(), " and ", b.shape(),
                          " do not fit: the first has ", in_a, " columns, the second ",
                          in_b,
                          " rows, and these must be equal; transpose one of them?"));
}

Shape batch_of(const Tensor& t) {
  Shape batch;
  for (int d = 0; d + 2 < t.dim(); ++d) batch.push_back(t.shape()[d]);
  return batch;
}

// The product of tensors of at least two dimensions, without history.
Tensor product(const Tensor& a, const Tensor& b) {
  const std::int64_t n = a.size(-2), k = a.size(-1), m = b.size(-1);
  check_inner(a, b, k, b.size(-2));
  Shape shape = detail::broadcast_shapes(batch_of(a), batch_of(b), "matmul");
  const Shape batch = shape;
  shape.push_back(n);
  shape.push_back(m);
  const Tensor y = empty(shape, a.dtype());
  const Operand left = as_operand(a.detach()), right = as_operand(b.detach());
  const auto batch_strides = [&batch](const Tensor& t) {
    Strides strides;
    for (int d = 0; d + 2 < t.dim(); ++d) strides.push_back(t.strides()[d]);
    return detail::broadcast_strides(batch_of(t), strides, batch);
  };
  const detail::StridedLoop<3> loop(
      batch,
      {batch_strides(y), batch_strides(left.tensor), batch_strides(right.tensor)});
  detail::visit_floating(a.dtype(), "matmul", [&](auto zero) {
    using T = decltype(zero);
    T* const to = detail::data_of<T>(y);
    const T* const from_a = detail::data_of<T>(left.tensor);
    const T* const from_b = detail::data_of<T>(right.tensor);
    const auto walk = [&](std::int64_t begin, std::int64_t end) {
      loop.run(begin, end, [&](const auto& at, const auto& step, std::int64_t count) {
        for (std::int64_t i = 0; i < count; ++i) {
          multiply(left, from_a + at[1] + i * step[1], right,
                   from_b + at[2] + i * step[2], to + at[0] + i * step[0], n, m, k);
        }
      });
    };
    // One product is cut by gemm itself; many are shared out whole.
    if (loop.numel() == 1) walk(0, 1);
    else parallel_for(loop.numel(), 1 + 100000 / (n * m * k + 1), walk);
  });
  return y;
}

Tensor transposed(const Tensor& t) { return t.transpose(-2, -1); }

Tensor matrix_product(const Tensor& a, const Tensor& b) {
  const Tensor y = product(a, b);
  if (should_record(a, b)) {
    record("matmul", y, {&a, &b},
           [a = Saved(a, b), b = Saved(b, a), sa = a.shape(), sb = b.shape()](
               const Tensor& dy, Gradients& dx) {
             if (dx.wants(0)) {
               dx.add(0, sum_to(product(dy, transposed(b.get("matmul"))), sa));
             }
             if (dx.wants(1)) {
               dx.add(1, sum_to(product(transposed(a.get("matmul")), dy), sb));
             }
           });
  }
  return y;
}

}  // namespace

Tensor matmul(const Tensor& a, const Tensor& b) {
  detail::checked(a, "matmul");
  detail::checked(b, "matmul");
  detail::require_same_dtype(a, b, "matmul");
  detail::require_floating(a.dtype(), "matmul");
  if (a.dim() == 0 || b.dim() == 0) {
    throw ShapeError(concat("matmul: shapes ", a.shape(), " and ", b.shape(),
                            ": a number is no matrix; multiply with *"));
  }
  if (a.dim() == 1) {
    check_inner(a, b, a.size(0), b.size(b.dim() == 1 ? 0 : -2));
    const Tensor y = matmul(a.unsqueeze(0), b);
    return y.squeeze(b.dim() == 1 ? 0 : -2);
  }
  if (b.dim() == 1) {
    check_inner(a, b, a.size(-1), b.size(0));
    return matrix_product(a, b.unsqueeze(1)).squeeze(-1);
  }
  return matrix_product(a, b);
}

}  // namespace cairn
