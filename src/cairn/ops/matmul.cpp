#include <cairn/ops/matmul.h>

#include <algorithm>

#include <cairn/autograd/node.h>
#include <cairn/core/text.h>
#include <cairn/kernels/gemm/gemm_call.h>
#include <cairn/ops/binary_loop.h>

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
  const int d = t.dim();
  const std::int64_t rows = t.shape()[d - 2], columns = t.shape()[d - 1];
  const std::int64_t down = t.strides()[d - 2], right = t.strides()[d - 1];
  if ((right == 1 || columns == 1) && (down >= columns || rows == 1)) {
    return {t, Trans::no, std::max(down, std::max<std::int64_t>(columns, 1))};
  }
  if ((down == 1 || rows == 1) && (right >= rows || columns == 1)) {
    return {t, Trans::yes, std::max(right, std::max<std::int64_t>(rows, 1))};
  }
  return {t.contiguous(), Trans::no, std::max<std::int64_t>(columns, 1)};
}

// y[n,m] = a[n,k] b[k,m] for one pair of matrices.
template <class T>
void multiply(const Operand& a, const T* from_a, const Operand& b, const T* from_b, T* y,
              std::int64_t n, std::int64_t m, std::int64_t k) {
  gemm(a.trans, b.trans, n, m, k, T(1), from_a, a.lead, from_b, b.lead, T(0), y,
       std::max<std::int64_t>(m, 1));
}

void check_inner(const Tensor& a, const Tensor& b, std::int64_t in_a, std::int64_t in_b) {
  if (in_a == in_b) return;
  throw ShapeError(concat("matmul: shapes ", a.shape(), " and ", b.shape(),
                          " do not fit: the first has ", in_a,
                          " columns, the second ", in_b,
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
      batch, {batch_strides(y), batch_strides(left.tensor), batch_strides(right.tensor)});
  detail::visit_floating(a.dtype(), "matmul", [&](auto zero) {
    using T = decltype(zero);
    T* const to = detail::data_of<T>(y);
    const T* const from_a = detail::data_of<T>(left.tensor);
    const T* const from_b = detail::data_of<T>(right.tensor);
    const auto walk = [&](std::int64_t begin, std::int64_t end) {
      loop.run(begin, end, [&](const auto& at, const auto& step, std::int64_t count) {
        for (std::int64_t i = 0; i < count; ++i) {
          multiply(left, from_a + at[1] + i * step[1], right, from_b + at[2] + i * step[2],
                   to + at[0] + i * step[0], n, m, k);
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
           [a = Saved(a, b), b = Saved(b, a), sa = a.shape(),
            sb = b.shape()](const Tensor& dy, Gradients& dx) {
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

void check_linear(const Tensor& x, const Tensor& weight, const Tensor& bias) {
  detail::checked(x, "linear");
  detail::checked(weight, "linear");
  detail::require_same_dtype(x, weight, "linear");
  detail::require_floating(x.dtype(), "linear");
  if (weight.dim() != 2) {
    throw ShapeError(concat("linear: the weight has shape ", weight.shape(),
                            "; it must be a matrix (out features, in features)"));
  }
  if (x.dim() < 1 || x.size(-1) != weight.size(1)) {
    throw ShapeError(concat("linear: an input of shape ", x.shape(), " does not end in ",
                            weight.size(1), " features, which the weight of shape ",
                            weight.shape(), " asks for; flatten the input?"));
  }
  if (bias.defined() && bias.shape() != Shape{weight.size(0)}) {
    throw ShapeError(concat("linear: a bias of shape ", bias.shape(),
                            " for a weight of shape ", weight.shape(),
                            "; it must have one number for each output"));
  }
  if (bias.defined()) detail::require_same_dtype(x, bias, "linear");
}

// y[n,out] = x[n,in] weight[out,in]ᵀ + bias, the bias added before anything is stored.
Tensor linear_rows(const Tensor& x, const Tensor& weight, const Tensor& bias) {
  const std::int64_t n = x.size(0), in = x.size(1), out = weight.size(0);
  const Tensor y = empty({n, out}, x.dtype());
  const Operand left = as_operand(x), right = as_operand(weight.t());
  const Tensor b = bias.defined() ? bias.detach().contiguous() : Tensor();
  detail::visit_floating(x.dtype(), "linear", [&](auto zero) {
    using T = decltype(zero);
    kernels::GemmCall<T> product;
    product.trans_a = left.trans, product.trans_b = right.trans;
    product.m = n, product.n = out, product.k = in;
    product.a = detail::data_of<T>(left.tensor), product.lda = left.lead;
    product.b = detail::data_of<T>(right.tensor), product.ldb = right.lead;
    product.c = detail::data_of<T>(y), product.ldc = std::max<std::int64_t>(out, 1);
    if (b.defined()) product.epilogue.bias = detail::data_of<T>(b);
    kernels::gemm(product);
  });
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

Tensor linear(const Tensor& x, const Tensor& weight, const Tensor& bias) {
  check_linear(x, weight, bias);
  const std::int64_t in = weight.size(1), out = weight.size(0);
  Shape shape = x.shape();
  shape[shape.dim() - 1] = out;
  const std::int64_t rows = in > 0 ? x.numel() / in : shape.numel() / std::max<std::int64_t>(out, 1);
  const Tensor flat = x.detach().reshape({rows, in});
  const Tensor y = linear_rows(flat, weight.detach(), bias).reshape(shape);
  if (should_record(x, weight, bias)) {
    record("linear", y, {&x, &weight, &bias},
           [x = Saved(flat, weight), w = Saved(weight, x), shape = x.shape(), rows,
            out](const Tensor& dy, Gradients& dx) {
             const Tensor g = dy.reshape({rows, out});
             if (dx.wants(0)) dx.add(0, product(g, w.get("linear")).reshape(shape));
             if (dx.wants(1)) dx.add(1, product(g.t(), x.get("linear")));
             if (dx.wants(2)) dx.add(2, g.sum({0}));
           });
  }
  return y;
}

}  // namespace cairn
