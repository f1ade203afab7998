// Reductions: sum, mean, extremes and where they are.
#include <cairn/ops/reduce.h>

#include <algorithm>
#include <cmath>

#include <cairn/autograd/node.h>
#include <cairn/core/strided.h>
#include <cairn/core/text.h>
#include <cairn/kernels/table.h>
#include <cairn/ops/binary_loop.h>
#include <cairn/ops/elementwise.h>

namespace cairn {

using autograd::Gradients;
using autograd::record;
using autograd::Saved;
using autograd::should_record;
using detail::concat;

namespace {

const kernels::MathKernels& math() { return *kernels::kernels().math; }

// Sums are taken in blocks of this many elements, then over the blocks in order: the same
// whatever the number of threads.
constexpr std::int64_t kBlock = 65536;

// What a reduction keeps and what it sums away.
struct Plan {
  Shape kept_shape;    // sizes that stay, 1 elsewhere: the keepdim shape
  Shape outer, inner;  // sizes of the kept and of the reduced dimensions
  Strides outer_strides, inner_strides;
  std::int64_t count;  // elements behind each result
};

Plan make_plan(const Tensor& x, const Shape& dims, const char* name) {
  detail::checked(x, name);
  bool reduced[Shape::kMaxDims] = {};
  for (const std::int64_t dim : dims) {
    const int d = detail::wrap_dim(static_cast<int>(dim), x.dim(), name);
    if (reduced[d]) {
      throw ShapeError(concat(name, ": dimension ", d, " is named twice in ", dims,
                              "; name it once"));
    }
    reduced[d] = true;
  }
  Plan plan;
  for (int d = 0; d < x.dim(); ++d) {
    plan.kept_shape.push_back(reduced[d] ? 1 : x.shape()[d]);
    (reduced[d] ? plan.inner : plan.outer).push_back(x.shape()[d]);
    (reduced[d] ? plan.inner_strides : plan.outer_strides).push_back(x.strides()[d]);
  }
  plan.count = plan.inner.numel();
  return plan;
}

Shape all_dims(const Tensor& x, const char* name) {
  Shape dims;
  for (int d = 0; d < detail::checked(x, name).shape.dim(); ++d) dims.push_back(d);
  return dims;
}

Shape result_shape(const Plan& plan, bool keepdim) {
  return keepdim ? plan.kept_shape : plan.outer;
}

// Calls f(result number, offset of its first element) for every result.
template <class F>
void each_result(const Plan& plan, F f) {
  const std::int64_t results = plan.outer.numel();
  const std::int64_t grain =
      1 + detail::kElementGrain / (plan.count > 0 ? plan.count : 1);
  const Strides numbering = detail::contiguous_strides(plan.outer);
  const detail::StridedLoop<2> loop(plan.outer, {numbering, plan.outer_strides});
  parallel_for(results, grain, [&](std::int64_t begin, std::int64_t end) {
    loop.run(begin, end, [&](const auto& at, const auto& step, std::int64_t n) {
      for (std::int64_t i = 0; i < n; ++i) f(at[0] + i * step[0], at[1] + i * step[1]);
    });
  });
}

// Sum of n evenly spaced numbers, carried in double.
template <class T>
double sum_run(const T* x, std::int64_t step, std::int64_t n) {
  if constexpr (std::is_same_v<T, float>) {
    if (step == 1) return math().sum(x, n);
  }
  double total = 0;
  for (std::int64_t i = 0; i < n; ++i) total += static_cast<double>(x[i * step]);
  return total;
}

std::int64_t sum_run(const std::int64_t* x, std::int64_t step, std::int64_t n) {
  std::int64_t total = 0;
  for (std::int64_t i = 0; i < n; ++i) total += x[i * step];
  return total;
}

// Everything, of a tensor without gaps.
template <class T>
double sum_flat(const T* x, std::int64_t n) {
  const std::int64_t blocks = (n + kBlock - 1) / kBlock;
  if (blocks <= 1) return static_cast<double>(sum_run(x, 1, n));
  const detail::ScratchBuffer partial(static_cast<std::size_t>(blocks) *
                                      sizeof(double));
  double* const sums = partial.as<double>();
  parallel_for(blocks, 1, [&](std::int64_t begin, std::int64_t end) {
    for (std::int64_t b = begin; b < end; ++b) {
      const std::int64_t left = n - b * kBlock;
      sums[b] = static_cast<double>(sum_run(x + b * kBlock, 1, std::min(left, kBlock)));
    }
  });
  double total = 0;
  for (std::int64_t b = 0; b < blocks; ++b) total += sums[b];
  return total;
}

// What is summed as the rows of a matrix: the gradient of a bias, dy.sum({0}), and that of
// a channel where images lie channels-last, dy.sum({0, 2, 3}).
struct Matrix {
  std::int64_t rows, cols;  // no columns: it is no matrix
};

Matrix as_matrix(const Plan& plan) {
  const std::int64_t rows = plan.count, cols = plan.outer.numel();
  if (rows == 0 || plan.outer_strides != detail::contiguous_strides(plan.outer)) {
    return {0, 0};
  }
  if (plan.inner.dim() == 1) {
    return rows == 1 || plan.inner_strides[0] == cols ? Matrix{rows, cols}
                                                      : Matrix{0, 0};
  }
  const detail::StridedLoop<1> loop(plan.inner, {plan.inner_strides});
  bool even = loop.is_single_run();
  if (even) {
    loop.run(0, 1, [&](const auto&, const auto& step, std::int64_t) {
      even = rows == 1 || step[0] == cols;
    });
  }
  return even ? Matrix{rows, cols} : Matrix{0, 0};
}

// The sums of all rows. Rows are cut into a fixed number of parts, whose sums are added in
// order, in double.
void sum_rows(float* to, const float* from, const Matrix& m) {
  const std::int64_t parts =
      std::clamp<std::int64_t>(std::min(m.rows / 64, m.rows * m.cols / kBlock), 1, 16);
  if (parts == 1) return math().column_sums(to, from, m.rows, m.cols, false);
  const detail::ScratchBuffer scratch(static_cast<std::size_t>(parts * m.cols) *
                                      sizeof(float));
  float* const sums = scratch.as<float>();
  parallel_for(parts, 1, [&](std::int64_t first, std::int64_t last) {
    for (std::int64_t part = first; part < last; ++part) {
      const std::int64_t begin = m.rows * part / parts;
      const std::int64_t end = m.rows * (part + 1) / parts;
      math().column_sums(sums + part * m.cols, from + begin * m.cols, end - begin,
                         m.cols, false);
    }
  });
  for (std::int64_t j = 0; j < m.cols; ++j) {
    double total = 0;
    for (std::int64_t part = 0; part < parts; ++part) {
      total += static_cast<double>(sums[part * m.cols + j]);
    }
    to[j] = static_cast<float>(total);
  }
}

template <class T>
void sum_values(const Tensor& out, const Tensor& x, const Plan& plan) {
  T* const to = detail::data_of<T>(out);
  const T* const from = detail::data_of<T>(x);
  if (plan.outer.numel() == 1 && x.is_dense() && !std::is_same_v<T, std::int64_t>) {
    *to = static_cast<T>(sum_flat(from, x.numel()));
    return;
  }
  if constexpr (std::is_same_v<T, float>) {
    if (const Matrix m = as_matrix(plan); m.cols > 1) return sum_rows(to, from, m);
  }
  const detail::StridedLoop<1> inner(plan.inner, {plan.inner_strides});
  each_result(plan, [&](std::int64_t number, std::int64_t offset) {
    decltype(sum_run(from, 1, 1)) total = 0;
    inner.run(0, inner.numel(), [&](const auto& at, const auto& step, std::int64_t n) {
      total += sum_run(from + offset + at[0], step[0], n);
    });
    to[number] = static_cast<T>(total);
  });
}

template <class T>
bool is_nan(T v) {
  if constexpr (std::is_floating_point_v<T>) return std::isnan(v);
  return false;
}

// The best value of each group; better(a, b) says that a replaces b.
template <class T, class Better>
void extreme_values(const Tensor& out, const Tensor& x, const Plan& plan,
                    Better better) {
  T* const to = detail::data_of<T>(out);
  const T* const from = detail::data_of<T>(x);
  const detail::StridedLoop<1> inner(plan.inner, {plan.inner_strides});
  each_result(plan, [&](std::int64_t number, std::int64_t offset) {
    T best = from[offset];
    inner.run(0, inner.numel(), [&](const auto& at, const auto& step, std::int64_t n) {
      for (std::int64_t i = 0; i < n; ++i) {
        const T v = from[offset + at[0] + i * step[0]];
        if (better(v, best) || is_nan(v)) best = v;  // NaN wins and stays
      }
    });
    to[number] = best;
  });
}

template <class Better>
Tensor extreme(const char* name, const Tensor& x, const Shape& dims, bool keepdim,
               Better better) {
  const Plan plan = make_plan(x, dims, name);
  if (plan.count == 0) {
    throw ShapeError(concat(name, ": a tensor of shape ", x.shape(),
                            " has no elements to choose from; check numel() first"));
  }
  const Tensor y = empty(result_shape(plan, keepdim), x.dtype());
  detail::visit_dtype(x.dtype(), [&](auto zero) {
    extreme_values<decltype(zero)>(y, x, plan, better);
  });
  if (should_record(x)) {
    record(name, y, {&x},
           [x = Saved(x), y = Saved(y), kept = plan.kept_shape, dims](const Tensor& dy,
                                                                      Gradients& dx) {
             const Tensor& input = x.get(dx.operation());
             const Tensor best = y.get(dx.operation()).reshape(kept);
             const Tensor chosen = eq(input, best).to(dy.dtype());
             dx.add(0, chosen * (dy.reshape(kept) / chosen.sum(dims, true)));
           });
  }
  return y;
}

}  // namespace

Tensor Tensor::sum(const Shape& dims, bool keepdim) const {
  const Plan plan = make_plan(*this, dims, "sum");
  if (dtype() == DType::u8) return to(DType::i64).sum(dims, keepdim);
  const Tensor y = empty(result_shape(plan, keepdim), dtype());
  detail::visit_dtype(
      dtype(), [&](auto zero) { sum_values<decltype(zero)>(y, detach(), plan); });
  if (should_record(*this)) {
    record("sum", y, {this},
           [from = shape(), kept = plan.kept_shape](const Tensor& dy, Gradients& dx) {
             dx.add(0, dy.reshape(kept).expand(from));
           });
  }
  return y;
}

Tensor Tensor::sum() const { return sum(all_dims(*this, "sum")); }

Tensor Tensor::mean(const Shape& dims, bool keepdim) const {
  detail::require_floating(detail::checked(*this, "mean").dtype, "mean");
  const std::int64_t count = make_plan(*this, dims, "mean").count;
  return sum(dims, keepdim) / static_cast<double>(count);
}

Tensor Tensor::mean() const { return mean(all_dims(*this, "mean")); }

Tensor amax(const Tensor& x, const Shape& dims, bool keepdim) {
  return extreme("amax", x, dims, keepdim, [](auto a, auto b) { return a > b; });
}

Tensor amin(const Tensor& x, const Shape& dims, bool keepdim) {
  return extreme("amin", x, dims, keepdim, [](auto a, auto b) { return a < b; });
}

Tensor Tensor::max() const { return amax(*this, all_dims(*this, "max")); }
Tensor Tensor::min() const { return amin(*this, all_dims(*this, "min")); }

Tensor Tensor::argmax(int d) const {
  const Plan plan = make_plan(*this, {d}, "argmax");
  if (plan.count == 0) {
    throw ShapeError(
        concat("argmax: dimension ", d, " of shape ", shape(),
               " is empty, so nothing in it is largest; check size() first"));
  }
  const Tensor out = empty(plan.outer, DType::i64);
  auto* const to = detail::data_of<std::int64_t>(out);
  detail::visit_dtype(dtype(), [&](auto zero) {
    using T = decltype(zero);
    const T* const from = detail::data_of<T>(*this);
    const std::int64_t step = plan.inner_strides[0];
    each_result(plan, [&](std::int64_t number, std::int64_t offset) {
      std::int64_t best = 0;
      for (std::int64_t i = 0; i < plan.count; ++i) {
        const T v = from[offset + i * step];
        const T held = from[offset + best * step];
        if (!is_nan(held) && (v > held || is_nan(v))) best = i;  // the first NaN stays
      }
      to[number] = best;
    });
  });
  return out;
}

Tensor dot(const Tensor& a, const Tensor& b) {
  if (detail::checked(a, "dot").shape != detail::checked(b, "dot").shape) {
    throw ShapeError(
        concat("dot: shapes ", a.shape(), " and ", b.shape(),
               " differ; dot() takes two of one shape, matmul() multiplies matrices"));
  }
  return (a * b).sum();
}

std::int64_t count_nonfinite(const Tensor& x) {
  if (!is_floating(detail::checked(x, "count_nonfinite").dtype)) return 0;
  const Tensor flat = detail::dense_input(x);
  if (x.dtype() == DType::f32) {
    return math().count_nonfinite(detail::data_of<float>(flat), flat.numel());
  }
  std::int64_t count = 0;
  const double* const values = detail::data_of<double>(flat);
  for (std::int64_t i = 0; i < flat.numel(); ++i) count += !std::isfinite(values[i]);
  return count;
}

}  // namespace cairn
