// Views: the same elements seen with another shape or other strides. Each view's
// gradient is the reverse view of the output's gradient.
#include <cairn/ops/shape.h>

#include <algorithm>
#include <utility>

#include <cairn/autograd/node.h>
#include <cairn/core/strided.h>
#include <cairn/core/text.h>
#include <cairn/ops/broadcast.h>
#include <cairn/ops/copy.h>

namespace cairn {

using autograd::Gradients;
using autograd::record;
using autograd::should_record;
using detail::concat;
using detail::wrap_dim;

namespace {

// The strides under which `t` reads as `shape` without copying, if there are such.
bool view_strides(const Tensor& t, const Shape& shape, Strides& out) {
  if (t.is_contiguous() || t.numel() == 0) {
    out = detail::contiguous_strides(shape);
    return true;
  }
  // Walk both shapes from the right in groups of equal size; within a group of the old
  // shape, elements must lie evenly.
  out = Shape::filled(shape.dim(), 0);
  int d = t.dim() - 1;
  int to = shape.dim() - 1;
  while (d >= 0) {
    std::int64_t old_size = t.shape()[d];
    const std::int64_t step = t.strides()[d];
    while (d > 0 && (t.shape()[d - 1] == 1 || t.strides()[d - 1] == step * old_size)) {
      old_size *= t.shape()[--d];
    }
    std::int64_t new_size = 1;
    while (to >= 0 && (new_size < old_size || shape[to] == 1)) {
      out[to] = step * new_size;
      new_size *= shape[to--];
    }
    if (new_size != old_size) return false;
    --d;
  }
  while (to >= 0) out[to--] = 1;  // leading ones
  return true;
}

Shape complete_shape(const Tensor& t, const Shape& wanted) {
  Shape shape = wanted;
  int open = -1;
  for (int d = 0; d < shape.dim(); ++d) {
    if (shape[d] == -1 && open < 0) open = d;
  }
  if (open >= 0) shape[open] = 1;
  const std::int64_t known = shape.numel();  // throws where it is beyond counting
  if (open >= 0) shape[open] = -1;
  if (open >= 0 && known > 0 && t.numel() % known == 0) shape[open] = t.numel() / known;
  bool valid = true;
  for (const std::int64_t size : shape) valid = valid && size >= 0;
  if (!valid || shape.numel() != t.numel()) {
    throw ShapeError(concat("reshape: a tensor of shape ", t.shape(), " has ",
                            t.numel(), " elements, which do not fill shape ", wanted,
                            "; one size may be -1, for whatever is left"));
  }
  return shape;
}

}  // namespace

Tensor Tensor::reshape(const Shape& wanted) const {
  detail::checked(*this, "reshape");
  const Shape to = complete_shape(*this, wanted);
  Strides strides;
  if (!view_strides(*this, to, strides)) return contiguous().reshape(to);
  const Tensor y = detail::make_view(*this, to, strides, impl()->offset);
  if (should_record(*this)) {
    record("reshape", y, {this}, [from = shape()](const Tensor& dy, Gradients& dx) {
      dx.add(0, dy.reshape(from));
    });
  }
  return y;
}

Tensor Tensor::flatten(int start, int end) const {
  if (dim() == 0) return reshape({1});
  start = wrap_dim(start, dim(), "flatten");
  end = wrap_dim(end, dim(), "flatten");
  if (start > end) {
    throw ShapeError(concat("flatten: dimension ", start, " comes after dimension ",
                            end, "; name the first one first"));
  }
  Shape to;
  for (int d = 0; d < start; ++d) to.push_back(shape()[d]);
  std::int64_t joined = 1;
  for (int d = start; d <= end; ++d) joined *= shape()[d];
  to.push_back(joined);
  for (int d = end + 1; d < dim(); ++d) to.push_back(shape()[d]);
  return reshape(to);
}

Tensor Tensor::permute(const Shape& order) const {
  detail::checked(*this, "permute");
  Shape to, from = Shape::filled(dim(), -1);
  Strides to_strides;
  if (order.dim() == dim()) {
    for (int d = 0; d < dim(); ++d) {
      const int source = wrap_dim(static_cast<int>(order[d]), dim(), "permute");
      from[source] = d;
      to.push_back(shape()[source]);
      to_strides.push_back(strides()[source]);
    }
  }
  if (order.dim() != dim() || std::count(from.begin(), from.end(), -1) > 0) {
    throw ShapeError(concat("permute: ", order,
                            " does not name each dimension of shape ", shape(),
                            " once"));
  }
  const Tensor y = detail::make_view(*this, to, to_strides, impl()->offset);
  if (should_record(*this)) {
    record("permute", y, {this},
           [from](const Tensor& dy, Gradients& dx) { dx.add(0, dy.permute(from)); });
  }
  return y;
}

Tensor Tensor::transpose(int d0, int d1) const {
  Shape order;
  for (int d = 0; d < dim(); ++d) order.push_back(d);
  std::swap(order[wrap_dim(d0, dim(), "transpose")],
            order[wrap_dim(d1, dim(), "transpose")]);
  return permute(order);
}

Tensor Tensor::t() const {
  if (dim() == 2) return transpose(0, 1);
  throw ShapeError(concat("t: a tensor of shape ", shape(),
                          " is not a matrix; transpose(d0, d1) exchanges any two "
                          "dimensions"));
}

Tensor Tensor::slice(int d, std::int64_t start, std::int64_t end,
                     std::int64_t step) const {
  d = wrap_dim(d, detail::checked(*this, "slice").shape.dim(), "slice");
  if (step < 1) {
    throw ValueError(concat("slice: the step is ", step, "; it must be 1 or more"));
  }
  const std::int64_t n = shape()[d];
  if (start < 0) start += n;
  if (end < 0) end += n;
  start = std::clamp<std::int64_t>(start, 0, n);
  end = std::clamp(end, start, n);
  step =
      std::min(step, std::max<std::int64_t>(n, 1));  // one beyond n takes one element
  Shape to = shape();
  to[d] = (end - start + step - 1) / step;
  Strides to_strides = strides();
  to_strides[d] *= step;
  const Tensor y =
      detail::make_view(*this, to, to_strides, impl()->offset + start * strides()[d]);
  if (should_record(*this)) {
    record("slice", y, {this},
           [from = shape(), d, start, end, step](const Tensor& dy, Gradients& dx) {
             Tensor whole = zeros(from, dy.dtype());
             detail::copy_elements(whole.slice(d, start, end, step), dy);
             dx.add(0, std::move(whole));
           });
  }
  return y;
}

Tensor Tensor::select(int d, std::int64_t index) const {
  d = wrap_dim(d, detail::checked(*this, "select").shape.dim(), "select");
  const std::int64_t n = shape()[d];
  if (index < -n || index >= n) {
    throw IndexError(concat(
        "select: index ", index, " is outside dimension ", d, " of shape ", shape(),
        n > 0 ? concat("; use ", -n, " to ", n - 1) : std::string(", which is empty")));
  }
  if (index < 0) index += n;
  return slice(d, index, index + 1).squeeze(d);
}

Tensor Tensor::unsqueeze(int d) const {
  Shape to = detail::checked(*this, "unsqueeze").shape;
  to.insert(wrap_dim(d, dim() + 1, "unsqueeze"), 1);
  return reshape(to);
}

Tensor Tensor::squeeze(int d) const {
  d = wrap_dim(d, detail::checked(*this, "squeeze").shape.dim(), "squeeze");
  Shape to = shape();
  if (to[d] != 1) {
    throw ShapeError(concat("squeeze: dimension ", d, " of shape ", to,
                            " is not of size 1; select() picks one of its entries"));
  }
  to.erase(d);
  return reshape(to);
}

Tensor Tensor::expand(const Shape& wanted) const {
  const Shape& from = detail::checked(*this, "expand").shape;
  const int added = wanted.dim() - dim();
  Shape to = wanted;
  bool fits = added >= 0;
  for (int d = 0; d < dim() && fits; ++d) {
    if (to[d + added] == -1) to[d + added] = from[d];
    fits = from[d] == to[d + added] || from[d] == 1;
  }
  for (const std::int64_t size : to) fits = fits && size >= 0;
  if (!fits) {
    throw ShapeError(
        concat("expand: shape ", from, " does not repeat to ", wanted,
               "; only dimensions of size 1 repeat, and new ones come first"));
  }
  const Tensor y = detail::make_view(
      *this, to, detail::broadcast_strides(from, strides(), to), impl()->offset);
  if (should_record(*this)) {
    record("expand", y, {this}, [from](const Tensor& dy, Gradients& dx) {
      dx.add(0, detail::sum_to(dy, from));
    });
  }
  return y;
}

Tensor cat(const std::vector<Tensor>& tensors, int d) {
  if (tensors.empty())
    throw ValueError("cat: there are no tensors to join; give one or more");
  Shape shape = detail::checked(tensors[0], "cat").shape;
  d = wrap_dim(d, shape.dim(), "cat");
  shape[d] = 0;
  for (const Tensor& t : tensors) {
    detail::checked(t, "cat");
    detail::require_same_dtype(tensors[0], t, "cat");
    Shape rest = t.shape();
    if (rest.dim() == shape.dim()) rest[d] = shape[d];
    if (rest != shape) {
      throw ShapeError(
          concat("cat: shapes ", tensors[0].shape(), " and ", t.shape(),
                 " differ in more than dimension ", d,
                 ", along which they are joined; slice or reshape one of them"));
    }
    shape[d] += t.shape()[d];
  }
  const Tensor y = empty(shape, tensors[0].dtype());
  std::int64_t at = 0;
  for (const Tensor& t : tensors) {
    detail::copy_elements(y.slice(d, at, at + t.shape()[d]), t);
    at += t.shape()[d];
  }
  if (should_record(tensors)) {
    std::vector<std::int64_t> sizes;
    for (const Tensor& t : tensors) sizes.push_back(t.shape()[d]);
    record("cat", y, tensors, [sizes, d](const Tensor& dy, Gradients& dx) {
      std::int64_t start = 0;
      for (std::size_t i = 0; i < sizes.size(); ++i) {
        dx.add(static_cast<int>(i), dy.slice(d, start, start + sizes[i]));
        start += sizes[i];
      }
    });
  }
  return y;
}

Tensor stack(const std::vector<Tensor>& tensors, int d) {
  std::vector<Tensor> rows;
  for (const Tensor& t : tensors) {
    if (detail::checked(t, "stack").shape == tensors[0].shape()) continue;
    throw ShapeError(
        concat("stack: shapes ", tensors[0].shape(), " and ", t.shape(),
               " differ; all must be the same (cat() joins unequal ones)"));
  }
  if (tensors.empty()) {
    throw ValueError("stack: there are no tensors to join; give one or more");
  }
  for (const Tensor& t : tensors) rows.push_back(t.unsqueeze(d));
  return cat(rows, d);
}

}  // namespace cairn
