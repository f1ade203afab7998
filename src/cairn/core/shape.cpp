#include <cairn/core/shape.h>

#include <algorithm>

#include <cairn/core/error.h>
#include <cairn/core/text.h>

namespace cairn {

using detail::concat;

Shape::Shape(const std::vector<std::int64_t>& sizes) {
  for (const std::int64_t size : sizes) push_back(size);
}

std::int64_t Shape::unusual_numel() const {
  std::int64_t product = 1;
  bool zero = false;
  for (const std::int64_t size : *this) {
    if (size == 0) zero = true;
    std::int64_t next = 0;
    if (size > 0 && __builtin_mul_overflow(product, size, &next)) {
      throw ShapeError(concat("shape ", *this,
                              " has more elements than a 64-bit integer can count"));
    }
    if (size > 0) product = next;
  }
  return zero ? 0 : product;
}

void Shape::throw_too_many() {
  throw ShapeError(
      concat("a tensor has at most ", kMaxDims, " dimensions; join some with reshape"));
}

void Shape::insert(int at, std::int64_t size) {
  push_back(size);
  std::rotate(sizes_ + at, sizes_ + dims_ - 1, sizes_ + dims_);
}

void Shape::erase(int at) {
  std::copy(sizes_ + at + 1, sizes_ + dims_, sizes_ + at);
  --dims_;
}

std::string Shape::to_string() const {
  std::string out = "(";
  for (int d = 0; d < dims_; ++d) {
    if (d > 0) out += ", ";
    out += std::to_string(sizes_[d]);
  }
  return out + (dims_ == 1 ? ",)" : ")");
}

namespace detail {

Strides contiguous_strides(const Shape& shape) {
  Strides strides = Shape::filled(shape.dim(), 1);
  for (int d = shape.dim() - 2; d >= 0; --d) {
    // Modulo 2⁶⁴: of a shape too large for any tensor, which numel() refuses.
    const auto inner = static_cast<std::uint64_t>(strides[d + 1]);
    strides[d] = static_cast<std::int64_t>(
        inner * static_cast<std::uint64_t>(std::max<std::int64_t>(shape[d + 1], 1)));
  }
  return strides;
}

Shape broadcast_shapes(const Shape& a, const Shape& b, const char* operation) {
  const int dims = std::max(a.dim(), b.dim());
  Shape out = Shape::filled(dims, 1);
  for (int d = 1; d <= dims; ++d) {  // from the right
    const std::int64_t in_a = d <= a.dim() ? a[a.dim() - d] : 1;
    const std::int64_t in_b = d <= b.dim() ? b[b.dim() - d] : 1;
    if (in_a != in_b && in_a != 1 && in_b != 1) {
      throw ShapeError(
          concat(operation, ": shapes ", a, " and ", b, " do not broadcast: dimension ",
                 d, " from the right is ", in_a, " in one and ", in_b,
                 " in the other, and neither is 1; reshape or unsqueeze one of them"));
    }
    out[dims - d] = in_a == 1 ? in_b : in_a;
  }
  return out;
}

int wrap_dim(int d, int dims, const char* operation) {
  const int wrapped = d < 0 ? d + dims : d;
  if (dims == 0) {
    throw ShapeError(concat(operation, ": there is no dimension ", d,
                            " in a tensor of none; reshape it to (1,) first"));
  }
  if (wrapped < 0 || wrapped >= dims) {
    throw ShapeError(concat(operation, ": there is no dimension ", d,
                            " in a tensor of ", dims, " dimensions; use ", -dims,
                            " to ", dims - 1));
  }
  return wrapped;
}

}  // namespace detail
}  // namespace cairn
