#include <cairn/ops/index.h>

#include <algorithm>
#include <numeric>
#include <vector>

#include <cairn/autograd/node.h>
#include <cairn/core/tensor_impl.h>
#include <cairn/core/text.h>

namespace cairn {

using autograd::Gradients;
using autograd::record;
using autograd::Saved;
using autograd::should_record;
using detail::concat;
using detail::data_of;

namespace {

// A contiguous tensor as lines along one dimension: element k of line (o, i) stands at
// (o · length + k) · inner + i.
struct Lines {
  std::int64_t outer = 1, length = 1, inner = 1;

  Lines(const Shape& shape, int d) : length(shape[d]) {
    for (int i = 0; i < d; ++i) outer *= shape[i];
    for (int i = d + 1; i < shape.dim(); ++i) inner *= shape[i];
  }
};

// f(place in the index, place in x) for every element of the index.
template <class F>
void each_pick(const Tensor& index, const Lines& x, F f) {
  const auto* const at = data_of<std::int64_t>(index);
  const std::int64_t line = index.numel() / std::max<std::int64_t>(x.outer, 1);
  for (std::int64_t j = 0; j < index.numel(); ++j) {
    f(j, (j / line * x.length + at[j]) * x.inner + j % x.inner);
  }
}

void check_index(const Tensor& x, int d, const Tensor& index) {
  if (index.dtype() != DType::i64) {
    throw DTypeError(concat("gather: the index is ", index.dtype(),
                            "; it counts elements: convert it with .to(cairn::i64)"));
  }
  Shape wanted = x.shape();
  if (index.dim() == x.dim()) wanted[d] = index.size(d);
  if (index.shape() != wanted) {
    throw ShapeError(concat("gather: an index of shape ", index.shape(),
                            " for a tensor of shape ", x.shape(), " along dimension ",
                            d, "; the other sizes must agree: slice or unsqueeze one"));
  }
  const auto* const at = data_of<std::int64_t>(index);
  const std::int64_t n = x.size(d);
  for (std::int64_t i = 0; i < index.numel(); ++i) {
    if (at[i] >= 0 && at[i] < n) continue;
    throw IndexError(concat("gather: number ", at[i], " at position ", i,
                            " of an index of shape ", index.shape(),
                            " is outside dimension ", d, " of shape ", x.shape(),
                            ", which is counted from 0 to ", n - 1));
  }
}

// NaN above all numbers.
bool before(double a, double b) { return a < b || (b != b && a == a); }
bool before(std::int64_t a, std::int64_t b) { return a < b; }

template <class T>
void sort_lines(const Tensor& x, const Tensor& out, int d, bool descending) {
  const Lines lines(x.shape(), d);
  const T* const from = data_of<T>(x);
  auto* const to = data_of<std::int64_t>(out);
  std::vector<std::int64_t> order(static_cast<std::size_t>(lines.length));
  for (std::int64_t line = 0; line < lines.outer * lines.inner; ++line) {
    const std::int64_t start =
        line / lines.inner * lines.length * lines.inner + line % lines.inner;
    const auto value = [&](std::int64_t k) { return from[start + k * lines.inner]; };
    std::iota(order.begin(), order.end(), std::int64_t{0});
    std::sort(order.begin(), order.end(), [&](std::int64_t a, std::int64_t b) {
      const T u = value(descending ? b : a), v = value(descending ? a : b);
      return before(u, v) || (!before(v, u) && a < b);
    });
    for (std::size_t k = 0; k < order.size(); ++k) {
      to[start + static_cast<std::int64_t>(k) * lines.inner] = order[k];
    }
  }
}

}  // namespace

Tensor gather(const Tensor& input, int d, const Tensor& index) {
  d = detail::wrap_dim(d, detail::checked(input, "gather").shape.dim(), "gather");
  detail::checked(index, "gather");
  const Tensor at = index.detach().contiguous();
  check_index(input, d, at);
  const Tensor x = input.detach().contiguous();
  const Tensor y = empty(at.shape(), x.dtype());
  const Lines lines(x.shape(), d);
  detail::visit_dtype(x.dtype(), [&](auto zero) {
    using T = decltype(zero);
    const T* const from = data_of<T>(x);
    T* const to = data_of<T>(y);
    each_pick(at, lines, [&](std::int64_t j, std::int64_t i) { to[j] = from[i]; });
  });
  if (should_record(input)) {
    record("gather", y, {&input},
           [at = Saved(at), lines, shape = x.shape()](const Tensor& dy, Gradients& dx) {
             Tensor whole = zeros(shape, dy.dtype());
             const Tensor from = dy.contiguous();
             detail::visit_floating(dy.dtype(), "gather", [&](auto zero) {
               using T = decltype(zero);
               const T* const g = data_of<T>(from);
               T* const to = data_of<T>(whole);
               each_pick(at.get("gather"), lines,
                         [&](std::int64_t j, std::int64_t i) { to[i] += g[j]; });
             });
             dx.add(0, std::move(whole));
           });
  }
  return y;
}

Tensor argsort(const Tensor& input, int d, bool descending) {
  d = detail::wrap_dim(d, detail::checked(input, "argsort").shape.dim(), "argsort");
  // Every f32 is a double, and every u8 an i64.
  const bool real = is_floating(input.dtype());
  const Tensor x = input.detach().to(real ? f64 : i64).contiguous();
  const Tensor out = empty(x.shape(), i64);
  if (real) sort_lines<double>(x, out, d, descending);
  else sort_lines<std::int64_t>(x, out, d, descending);
  return out;
}

TopK topk(const Tensor& x, std::int64_t k, int d) {
  d = detail::wrap_dim(d, detail::checked(x, "topk").shape.dim(), "topk");
  if (k < 0 || k > x.size(d)) {
    throw ValueError(concat("topk: the ", k, " largest of dimension ", d, " of shape ",
                            x.shape(), ", which has ", x.size(d), "; ask for 0 to ",
                            x.size(d)));
  }
  const Tensor indices = argsort(x, d, true).slice(d, 0, k).contiguous();
  return {gather(x, d, indices), indices};
}

}  // namespace cairn
