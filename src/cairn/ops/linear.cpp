// y = x Wᵀ + b, with or without a ReLU behind it. A small network spends a good part of
// its step on what surrounds its products, so these are asked for directly: no view of
// a transpose, no general sum, nothing stored that is read again only to be cut at 0.
#include <algorithm>
#include <utility>

#include <cairn/autograd/node.h>
#include <cairn/core/text.h>
#include <cairn/kernels/gemm/gemm_call.h>
#include <cairn/ops/gemm_layout.h>
#include <cairn/ops/matmul.h>
#include <cairn/ops/relu_gradient.h>

namespace cairn {

using autograd::Gradients;
using autograd::record;
using autograd::Saved;
using autograd::should_record;
using detail::concat;

namespace {

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
    throw ShapeError(concat("linear: an input of shape ", x.shape(),
                            " does not end in ", weight.size(1),
                            " features, which the weight of shape ", weight.shape(),
                            " asks for; flatten the input?"));
  }
  if (bias.defined() && (bias.dim() != 1 || bias.size(0) != weight.size(0))) {
    throw ShapeError(concat("linear: a bias of shape ", bias.shape(),
                            " for a weight of shape ", weight.shape(),
                            "; it must have one number for each output"));
  }
  if (bias.defined()) detail::require_same_dtype(x, bias, "linear");
}

// A matrix as gemm reads it; `copy` is defined only where its strides asked for one.
struct Matrix {
  explicit Matrix(const Tensor& t) : source(&t) {
    if (detail::gemm_layout(t, layout)) return;
    copy = t.detach().contiguous();
    source = nullptr;
    detail::gemm_layout(copy, layout);
  }
  template <class T>
  const T* data() const {
    return detail::data_of<T>(source != nullptr ? *source : copy);
  }
  Matrix transposed() && {
    layout.trans = detail::flipped(layout.trans);
    return std::move(*this);
  }

  const Tensor* source;
  Tensor copy;
  detail::GemmLayout layout;
};

// c[m,n] = a[m,k] b[k,n], then the epilogue.
template <class T>
void multiply(const Matrix& a, const Matrix& b, const Tensor& c, std::int64_t m,
              std::int64_t n, std::int64_t k,
              const kernels::Epilogue<T>& epilogue = {}) {
  kernels::GemmCall<T> call;
  call.trans_a = a.layout.trans, call.trans_b = b.layout.trans;
  call.m = m, call.n = n, call.k = k;
  call.a = a.data<T>(), call.lda = a.layout.lead;
  call.b = b.data<T>(), call.ldb = b.layout.lead;
  call.c = detail::data_of<T>(c), call.ldc = std::max<std::int64_t>(n, 1);
  call.epilogue = epilogue;
  kernels::gemm(call);
}

Tensor contiguous_without_history(const Tensor& t) {
  return !t.defined() || t.is_contiguous() ? t : t.detach().contiguous();
}

// y[rows,out] in whatever shape y has.
void compute(const Tensor& y, const Tensor& x, const Tensor& weight, const Tensor& bias,
             std::int64_t rows, bool then_relu) {
  const Tensor b = contiguous_without_history(bias);
  detail::visit_floating(x.dtype(), "linear", [&](auto zero) {
    using T = decltype(zero);
    kernels::Epilogue<T> epilogue;
    if (b.defined()) epilogue.bias = detail::data_of<T>(b);
    epilogue.relu = then_relu;
    multiply<T>(Matrix(x), Matrix(weight).transposed(), y, rows, weight.size(0),
                weight.size(1), epilogue);
  });
}

void sum_rows(float* out, const float* x, std::int64_t rows, std::int64_t columns) {
  kernels::kernels().math->column_sums(out, x, rows, columns, false);
}

void sum_rows(double* out, const double* x, std::int64_t rows, std::int64_t columns) {
  std::fill(out, out + columns, 0.0);
  for (std::int64_t i = 0; i < rows; ++i) {
    for (std::int64_t j = 0; j < columns; ++j) out[j] += x[i * columns + j];
  }
}

// What backward needs of a linear layer; x is [rows, in].
struct Kept {
  Saved x, weight;
  Shape shape;  // of the input as it was given
  std::int64_t rows, in, out;
};

// dX = dY W, dW = dYᵀ X, db = the sum of dY's rows.
void backward(const Kept& kept, const Tensor& gradient, Gradients& dx) {
  const std::int64_t rows = kept.rows, in = kept.in, out = kept.out;
  const Tensor packed = contiguous_without_history(gradient);
  const Tensor dy = packed.dim() == 2 ? packed : packed.reshape({rows, out});
  detail::visit_floating(dy.dtype(), "linear", [&](auto zero) {
    using T = decltype(zero);
    if (dx.wants(0)) {
      Tensor to = empty(kept.shape, dy.dtype());
      multiply<T>(Matrix(dy), Matrix(kept.weight.get(dx.operation())), to, rows, in,
                  out);
      dx.add(0, std::move(to));
    }
    if (dx.wants(1)) {
      Tensor to = empty({out, in}, dy.dtype());
      multiply<T>(Matrix(dy).transposed(), Matrix(kept.x.get(dx.operation())), to, out,
                  in, rows);
      dx.add(1, std::move(to));
    }
    if (dx.wants(2)) {
      Tensor to = empty({out}, dy.dtype());
      sum_rows(detail::data_of<T>(to), detail::data_of<T>(dy), rows, out);
      dx.add(2, std::move(to));
    }
  });
}

// Shapes and strides of one application.
struct Call {
  Call(const Tensor& x, const Tensor& weight)
      : in(weight.size(1)), out(weight.size(0)) {
    shape = x.shape();
    shape[shape.dim() - 1] = out;
    rows = 1;
    for (int d = 0; d + 1 < shape.dim(); ++d) rows *= shape[d];
    flat = x.dim() == 2 ? x : x.detach().reshape({rows, in});
  }

  Kept kept(const Tensor& x, const Tensor& weight) const {
    return {Saved(flat, weight), Saved(weight, x), x.shape(), rows, in, out};
  }

  std::int64_t in, out, rows;
  Shape shape;  // of the result
  Tensor flat;  // the input as [rows, in]
};

}  // namespace

Tensor linear(const Tensor& x, const Tensor& weight, const Tensor& bias) {
  check_linear(x, weight, bias);
  const Call call(x, weight);
  const Tensor y = empty(call.shape, x.dtype());
  compute(y, call.flat, weight, bias, call.rows, false);
  if (should_record(x, weight, bias)) {
    record("linear", y, {&x, &weight, &bias},
           [kept = call.kept(x, weight)](const Tensor& dy, Gradients& dx) {
             backward(kept, dy, dx);
           });
  }
  return y;
}

Tensor linear_relu(const Tensor& x, const Tensor& weight, const Tensor& bias) {
  check_linear(x, weight, bias);
  const Call call(x, weight);
  const Tensor y = empty(call.shape, x.dtype());
  compute(y, call.flat, weight, bias, call.rows, true);
  if (should_record(x, weight, bias)) {
    record(
        "linear_relu", y, {&x, &weight, &bias},
        [kept = call.kept(x, weight), y = Saved(y)](const Tensor& dy, Gradients& dx) {
          backward(kept, detail::relu_gradient(dy, y.get("linear_relu")), dx);
        });
  }
  return y;
}

}  // namespace cairn
