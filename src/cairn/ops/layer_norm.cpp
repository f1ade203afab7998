#include <algorithm>
#include <utility>

#include <cairn/autograd/node.h>
#include <cairn/core/text.h>
#include <cairn/kernels/norm/norm_reference.h>
#include <cairn/kernels/table.h>
#include <cairn/ops/binary_loop.h>
#include <cairn/ops/norm.h>

namespace cairn {

using autograd::Gradients;
using autograd::record;
using autograd::Saved;
using autograd::should_record;
using detail::concat;
using detail::data_of;

namespace {

const kernels::NormKernels& norm() { return *kernels::kernels().norm; }
namespace reference = kernels::reference;

void check(const Tensor& x, const Shape& normalized, const Tensor& weight,
           const Tensor& bias, double eps) {
  detail::require_floating(detail::checked(x, "layer_norm").dtype, "layer_norm");
  const int own = x.dim() - normalized.dim();
  bool fits = own >= 0 && normalized.dim() >= 1 && normalized.numel() > 0;
  for (int d = 0; fits && d < normalized.dim(); ++d) {
    fits = x.size(own + d) == normalized[d];
  }
  if (!fits) {
    throw ShapeError(concat("layer_norm: an input of shape ", x.shape(),
                            " does not end in ", normalized,
                            ", the dimensions that are normalised together; name its "
                            "last ones, of which none is empty"));
  }
  for (const Tensor& t : {weight, bias}) {
    if (!t.defined()) continue;
    detail::require_same_dtype(x, t, "layer_norm");
    if (t.shape() == normalized) continue;
    throw ShapeError(concat("layer_norm: a weight or bias of shape ", t.shape(),
                            "; both must have the normalised shape ", normalized));
  }
  if (!(eps >= 0)) {
    throw ValueError(concat("layer_norm: eps is ", eps, "; it must be 0 or more"));
  }
}

struct Rows {
  std::int64_t rows, n;
  // Rows that are worth a thread's while.
  std::int64_t grain() const { return 1 + 8192 / n; }
};

template <class T>
void forward(const Rows& s, T* y, T* mean, T* inverse, const T* x, const T* weight,
             const T* bias, double eps) {
  parallel_for(s.rows, s.grain(), [&](std::int64_t begin, std::int64_t end) {
    if constexpr (sizeof(T) == 4) {
      norm().layer_norm_rows(y + begin * s.n, mean + begin, inverse + begin,
                             x + begin * s.n, weight, bias, end - begin, s.n,
                             static_cast<float>(eps));
    } else {
      for (std::int64_t r = begin; r < end; ++r) {
        reference::layer_norm_row(y + r * s.n, mean + r, inverse + r, x + r * s.n,
                                  weight, bias, s.n, eps);
      }
    }
  });
}

// Rows begin … end, whose shares of the weight's and the bias's gradient are added to.
template <class T>
void backward_rows(const Rows& s, std::int64_t begin, std::int64_t end, T* dx,
                   double* d_weight, double* d_bias, const T* dy, const T* x,
                   const T* mean, const T* inverse, const T* weight) {
  const std::int64_t n = s.n, at = begin * n;
  T* const to = dx == nullptr ? nullptr : dx + at;
  if constexpr (sizeof(T) == 4) {
    const detail::ScratchBuffer partial(static_cast<std::size_t>(2 * n) *
                                        sizeof(float));
    norm().layer_norm_backward_rows(to, d_weight, d_bias, partial.as<float>(), dy + at,
                                    x + at, mean + begin, inverse + begin, weight,
                                    end - begin, n);
  } else {
    for (std::int64_t r = begin; r < end; ++r) {
      reference::layer_norm_backward_row(dx == nullptr ? nullptr : dx + r * n, d_weight,
                                         d_bias, dy + r * n, x + r * n, mean[r],
                                         inverse[r], weight, n);
    }
  }
}

// Rows are cut into a fixed number of parts with sums of their own, added in order.
template <class T>
void backward(const Rows& s, T* dx, T* d_weight, T* d_bias, const T* dy, const T* x,
              const T* mean, const T* inverse, const T* weight) {
  const std::int64_t parts = std::clamp<std::int64_t>(s.rows / s.grain(), 1, 16);
  const std::int64_t size = 2 * s.n;
  const detail::ScratchBuffer scratch(static_cast<std::size_t>(parts * size) *
                                      sizeof(double));
  double* const sums = scratch.as<double>();
  std::fill(sums, sums + parts * size, 0.0);
  parallel_for(parts, 1, [&](std::int64_t first, std::int64_t last) {
    for (std::int64_t part = first; part < last; ++part) {
      double* const own = sums + part * size;
      backward_rows(s, s.rows * part / parts, s.rows * (part + 1) / parts, dx, own,
                    own + s.n, dy, x, mean, inverse, weight);
    }
  });
  for (std::int64_t i = 0; i < s.n; ++i) {
    double w = 0, b = 0;
    for (std::int64_t part = 0; part < parts; ++part) {
      w += sums[part * size + i], b += sums[part * size + s.n + i];
    }
    d_weight[i] = static_cast<T>(w), d_bias[i] = static_cast<T>(b);
  }
}

// `t` row by row, or numbers that change nothing.
Tensor or_constant(const Tensor& t, const Shape& shape, double value, DType dtype) {
  return t.defined() ? t.detach().contiguous() : full(shape, value, dtype);
}

}  // namespace

Tensor layer_norm(const Tensor& input, const Shape& normalized_shape,
                  const Tensor& weight, const Tensor& bias, double eps) {
  check(input, normalized_shape, weight, bias, eps);
  const Tensor x = input.detach().contiguous();
  const DType dtype = x.dtype();
  // Without both there is nothing to multiply by: the kernel then reads neither.
  const bool plain = !weight.defined() && !bias.defined() && dtype == DType::f32 &&
                     !should_record(input);
  const Tensor factor = plain ? x : or_constant(weight, normalized_shape, 1, dtype);
  const Tensor offset = plain ? x : or_constant(bias, normalized_shape, 0, dtype);
  const Rows s{x.numel() / normalized_shape.numel(), normalized_shape.numel()};
  const Tensor y = empty(x.shape(), dtype), kept = empty({2, s.rows}, dtype);
  detail::visit_floating(dtype, "layer_norm", [&](auto zero) {
    using T = decltype(zero);
    T* const mean = data_of<T>(kept);
    forward<T>(s, data_of<T>(y), mean, mean + s.rows, data_of<T>(x),
               plain ? nullptr : data_of<T>(factor),
               plain ? nullptr : data_of<T>(offset), eps);
  });
  if (should_record(input, weight, bias)) {
    record("layer_norm", y, {&input, &weight, &bias},
           [s, x = Saved(x), kept = Saved(kept), factor = Saved(factor),
            normalized_shape](const Tensor& gradient, Gradients& dx) {
             const char* const name = dx.operation();
             const Tensor& from = x.get(name);
             const Tensor dy = gradient.contiguous();
             Tensor d_weight = empty(normalized_shape, from.dtype());
             Tensor d_bias = empty_like(d_weight);
             Tensor out = dx.wants(0) ? empty_like(from) : Tensor();
             detail::visit_floating(from.dtype(), name, [&](auto zero) {
               using T = decltype(zero);
               const T* const mean = data_of<T>(kept.get(name));
               backward<T>(s, out.defined() ? data_of<T>(out) : nullptr,
                           data_of<T>(d_weight), data_of<T>(d_bias), data_of<T>(dy),
                           data_of<T>(from), mean, mean + s.rows,
                           data_of<T>(factor.get(name)));
             });
             if (out.defined()) dx.add(0, std::move(out));
             if (dx.wants(1)) dx.add(1, std::move(d_weight));
             if (dx.wants(2)) dx.add(2, std::move(d_bias));
           });
  }
  return y;
}

}  // namespace cairn
