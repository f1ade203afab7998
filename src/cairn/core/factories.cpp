#include <cairn/core/tensor.h>

#include <cmath>

#include <cairn/core/tensor_impl.h>
#include <cairn/core/text.h>

namespace cairn {
namespace {

// Fills a contiguous tensor with value(i), converted to its dtype.
template <class F>
Tensor generate(const char* name, Tensor out, F value) {
  detail::visit_dtype(out.dtype(), [&](auto zero) {
    using T = decltype(zero);
    T* const to = detail::data_of<T>(out);
    for (std::int64_t i = 0; i < out.numel(); ++i) {
      const double v = value(i);
      if constexpr (std::is_integral_v<T>) detail::require_fits(v, out.dtype(), name);
      to[i] = static_cast<T>(v);
    }
  });
  return out;
}

}  // namespace

Tensor empty(const Shape& shape, DType dtype) {
  return detail::make_tensor(shape, detail::contiguous_strides(shape), dtype);
}

Tensor full(const Shape& shape, double value, DType dtype) {
  Tensor out = empty(shape, dtype);
  out.fill_(value);
  return out;
}

Tensor zeros(const Shape& shape, DType dtype) { return full(shape, 0, dtype); }
Tensor ones(const Shape& shape, DType dtype) { return full(shape, 1, dtype); }
Tensor scalar(double value, DType dtype) { return full({}, value, dtype); }

Tensor empty_like(const Tensor& like) {
  const auto& from = detail::checked(like, "empty_like");
  const bool dense = detail::strides_are_dense(from.shape, from.strides);
  return detail::make_tensor(
      from.shape, dense ? from.strides : detail::contiguous_strides(from.shape),
      from.dtype);
}

Tensor zeros_like(const Tensor& like) { return empty_like(like).fill_(0); }
Tensor ones_like(const Tensor& like) { return empty_like(like).fill_(1); }

Tensor arange(double start, double end, double step, DType dtype) {
  const double count = std::ceil((end - start) / step);
  if (step == 0 || !(count < 1e15)) {
    throw ValueError(detail::concat("arange: from ", start, " to ", end,
                                    " in steps of ", step,
                                    " never arrives; take a step that is not 0"));
  }
  const auto n = static_cast<std::int64_t>(count > 0 ? count : 0);
  return generate("arange", empty({n}, dtype), [&](std::int64_t i) {
    return start + static_cast<double>(i) * step;
  });
}

Tensor linspace(double start, double end, std::int64_t count, DType dtype) {
  if (count < 0) {
    throw ValueError(
        detail::concat("linspace: cannot make ", count, " numbers; ask for 0 or more"));
  }
  const double last = static_cast<double>(count > 1 ? count - 1 : 1);
  return generate("linspace", empty({count}, dtype), [&](std::int64_t i) {
    const double share = static_cast<double>(i) / last;
    return start * (1 - share) + end * share;
  });
}

Tensor eye(std::int64_t n, DType dtype) {
  return generate("eye", empty({n, n}, dtype),
                  [&](std::int64_t i) { return i / n == i % n ? 1.0 : 0.0; });
}

Tensor tensor(std::initializer_list<double> values, DType dtype) {
  return generate("tensor", empty({static_cast<std::int64_t>(values.size())}, dtype),
                  [&](std::int64_t i) { return values.begin()[i]; });
}

Tensor tensor(std::initializer_list<std::initializer_list<double>> rows, DType dtype) {
  const auto n = static_cast<std::int64_t>(rows.size());
  const auto width = n > 0 ? static_cast<std::int64_t>(rows.begin()->size()) : 0;
  for (const auto& row : rows) {
    if (static_cast<std::int64_t>(row.size()) == width) continue;
    throw ShapeError(detail::concat("tensor: rows of ", width, " and of ", row.size(),
                                    " values; all rows must be equally long"));
  }
  return generate("tensor", empty({n, width}, dtype), [&](std::int64_t i) {
    // NOLINTNEXTLINE(clang-analyzer-core.DivideZero): without columns it is not called
    return rows.begin()[i / width].begin()[i % width];
  });
}

}  // namespace cairn
