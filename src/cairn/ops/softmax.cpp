#include <cairn/ops/softmax.h>

#include <algorithm>
#include <cmath>
#include <utility>

#include <cairn/autograd/node.h>
#include <cairn/core/text.h>
#include <cairn/kernels/table.h>
#include <cairn/ops/binary_loop.h>
#include <cairn/ops/elementwise.h>
#include <cairn/ops/reduce.h>

namespace cairn {

using autograd::Gradients;
using autograd::record;
using autograd::Saved;
using autograd::should_record;

namespace {

const kernels::MathKernels& math() { return *kernels::kernels().math; }

// Kernels work on rows that lie together; this brings dimension d to the end and back.
Tensor with_last(const Tensor& x, int d) { return x.transpose(d, -1).contiguous(); }

// Calls f(offset of the first, how many) for the rows of a contiguous tensor.
template <class F>
void row_parts(const Tensor& x, F f) {
  const std::int64_t n = x.size(-1);
  const std::int64_t rows = n > 0 ? x.numel() / n : 0;
  parallel_for(
      rows, 1 + 4096 / std::max<std::int64_t>(n, 1),
      [&](std::int64_t begin, std::int64_t end) { f(begin * n, end - begin); });
}

// Calls f(offset of the row) for every row of a contiguous tensor.
template <class F>
void each_row(const Tensor& x, F f) {
  const std::int64_t n = x.size(-1);
  row_parts(x, [&](std::int64_t at, std::int64_t rows) {
    for (std::int64_t r = 0; r < rows; ++r) f(at + r * n);
  });
}

void softmax_rows(float* y, const float* x, std::int64_t rows, std::int64_t n) {
  math().softmax_rows(y, x, rows, n);
}

void log_softmax_rows(float* y, const float* x, std::int64_t rows, std::int64_t n) {
  for (std::int64_t r = 0; r < rows; ++r)
    math().log_softmax_row(y + r * n, x + r * n, n);
}

void softmax_row(double* y, const double* x, std::int64_t n) {
  const double top = *std::max_element(x, x + n);
  double total = 0;
  for (std::int64_t i = 0; i < n; ++i) total += y[i] = std::exp(x[i] - top);
  for (std::int64_t i = 0; i < n; ++i) y[i] /= total;
}

void log_softmax_row(double* y, const double* x, std::int64_t n) {
  const double top = *std::max_element(x, x + n);
  double total = 0;
  for (std::int64_t i = 0; i < n; ++i) total += std::exp(x[i] - top);
  const double log_total = std::log(total);
  for (std::int64_t i = 0; i < n; ++i) y[i] = x[i] - top - log_total;
}

// dx = y (dy − Σ dy·y): the Jacobian diag(y) − y yᵀ times dy, without building it.
void softmax_backward_row(double* dx, const double* dy, const double* y,
                          std::int64_t n) {
  double inner = 0;
  for (std::int64_t i = 0; i < n; ++i) inner += dy[i] * y[i];
  for (std::int64_t i = 0; i < n; ++i) dx[i] = y[i] * (dy[i] - inner);
}

// dx = dy − softmax Σ dy, and the softmax is e^y.
void log_softmax_backward_row(double* dx, const double* dy, const double* y,
                              std::int64_t n) {
  double total = 0;
  for (std::int64_t i = 0; i < n; ++i) total += dy[i];
  for (std::int64_t i = 0; i < n; ++i) dx[i] = dy[i] - std::exp(y[i]) * total;
}

using RowsF32 = void (*)(float*, const float*, std::int64_t, std::int64_t);
using RowF64 = void (*)(double*, const double*, std::int64_t);
using BackwardRowF64 = void (*)(double*, const double*, const double*, std::int64_t);

Tensor rows_forward(const char* name, const Tensor& x, RowsF32 rows32, RowF64 row64) {
  Tensor y = empty(x.shape(), x.dtype());
  detail::require_floating(x.dtype(), name);
  if (x.dtype() == DType::f32) {
    float* const to = detail::data_of<float>(y);
    const float* const from = detail::data_of<float>(x);
    row_parts(x, [&](std::int64_t at, std::int64_t rows) {
      rows32(to + at, from + at, rows, x.size(-1));
    });
  } else {
    double* const to = detail::data_of<double>(y);
    const double* const from = detail::data_of<double>(x);
    each_row(x, [&](std::int64_t at) { row64(to + at, from + at, x.size(-1)); });
  }
  return y;
}

Tensor rows_backward(const Tensor& dy, const Tensor& y,
                     kernels::MathKernels::Binary row, BackwardRowF64 row64) {
  Tensor dx = empty(y.shape(), y.dtype());
  if (y.dtype() == DType::f32) {
    float* const to = detail::data_of<float>(dx);
    const float* const g = detail::data_of<float>(dy);
    const float* const v = detail::data_of<float>(y);
    each_row(y, [&](std::int64_t at) { row(to + at, g + at, v + at, y.size(-1)); });
  } else {
    double* const to = detail::data_of<double>(dx);
    const double* const g = detail::data_of<double>(dy);
    const double* const v = detail::data_of<double>(y);
    each_row(y, [&](std::int64_t at) { row64(to + at, g + at, v + at, y.size(-1)); });
  }
  return dx;
}

Tensor by_rows(const char* name, const Tensor& x, int d, RowsF32 rows32, RowF64 row64,
               kernels::MathKernels::Binary backward, BackwardRowF64 backward64) {
  d = detail::wrap_dim(d, detail::checked(x, name).shape.dim(), name);
  const Tensor rows = rows_forward(name, with_last(x.detach(), d), rows32, row64);
  const Tensor y = rows.transpose(d, -1);
  if (should_record(x)) {
    record(
        name, y, {&x},
        [rows = Saved(rows), d, backward, backward64](const Tensor& dy, Gradients& dx) {
          const Tensor g = with_last(dy, d);
          Tensor out = rows_backward(g, rows.get(dx.operation()), backward, backward64);
          out = out.transpose(d, -1);  // and no other tensor holds this memory now
          dx.add(0, std::move(out));
        });
  }
  return y;
}

}  // namespace

Tensor softmax(const Tensor& x, int d) {
  return by_rows("softmax", x, d, softmax_rows, softmax_row,
                 math().softmax_backward_row, softmax_backward_row);
}

Tensor log_softmax(const Tensor& x, int d) {
  return by_rows("log_softmax", x, d, log_softmax_rows, log_softmax_row,
                 math().log_softmax_backward_row, log_softmax_backward_row);
}

Tensor logsumexp(const Tensor& x, int d) {
  // A function of the others: log Σ eˣ = m + log Σ e^(x−m) for any m, so m is a
  // constant.
  const Tensor top = amax(x.detach(), {d}, /*keepdim=*/true);
  return (log(exp(x - top).sum({d}, true)) + top).squeeze(d);
}

}  // namespace cairn
