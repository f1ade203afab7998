#include <cairn/ops/channels_last.h>

#include <algorithm>

#include <cairn/autograd/node.h>
#include <cairn/core/parallel.h>
#include <cairn/core/text.h>
#include <cairn/kernels/table.h>

namespace cairn {

using autograd::Gradients;
using autograd::record;
using autograd::should_record;

namespace {

Strides channels_last_strides(const Shape& s) {
  return {s[1] * s[2] * s[3], 1, s[3] * s[1], s[1]};
}

template <class T>
const kernels::GemmOps<T>& transposer() {
  if constexpr (sizeof(T) == sizeof(float))
    return kernels::kernels().gemm->f32;
  else
    return kernels::kernels().gemm->f64;
}

// Each image is a matrix [rows, columns] to be transposed. Where the new rows are long,
// some of them at a time, so that what is written stays in the L1 until its lines are
// full.
template <class T>
void transpose_images(std::int64_t n, std::int64_t rows, std::int64_t columns,
                      const T* from, T* to) {
  const auto& ops = transposer<T>();
  parallel_for(n, 1 + 65536 / (rows * columns + 1),
               [&](std::int64_t begin, std::int64_t end) {
                 for (std::int64_t i = begin; i < end; ++i) {
                   const T* const in = from + i * rows * columns;
                   T* const out = to + i * rows * columns;
                   constexpr std::int64_t kColumns = 64;
                   for (std::int64_t c = 0; c < columns; c += kColumns) {
                     ops.transpose(in + c, columns, std::min(kColumns, columns - c),
                                   rows, out + c * rows, rows);
                   }
                 }
               });
}

// Whether `out` and `in` are the same images in the two orders; then copied.
template <class T>
bool copy_reordered(const Tensor& out, const Tensor& in) {
  const std::int64_t channels = in.size(1), pixels = in.size(2) * in.size(3);
  const T* const from = detail::data_of<T>(in);
  T* const to = detail::data_of<T>(out);
  if (channels == 1 || pixels == 1) return false;  // one order is like the other
  if (in.is_contiguous() && is_channels_last(out)) {
    transpose_images(in.size(0), channels, pixels, from, to);
    return true;
  }
  if (is_channels_last(in) && out.is_contiguous()) {
    transpose_images(in.size(0), pixels, channels, from, to);
    return true;
  }
  return false;
}

}  // namespace

namespace detail {

Tensor empty_channels_last(const Shape& shape, DType dtype) {
  return make_tensor(shape, channels_last_strides(shape), dtype);
}

void copy_images(const Tensor& out, const Tensor& in) {
  if (in.dim() == 4 && in.dtype() == out.dtype()) {
    if (in.dtype() == f32 && copy_reordered<float>(out, in)) return;
    if (in.dtype() == f64 && copy_reordered<double>(out, in)) return;
  }
  copy_elements(out, in);
}

}  // namespace detail

bool is_channels_last(const Tensor& images) {
  if (images.dim() != 4) return false;
  const Strides wanted = channels_last_strides(images.shape());
  for (int d = 0; d < 4; ++d) {
    if (images.size(d) != 1 && images.strides()[d] != wanted[d]) return false;
  }
  return true;
}

Tensor to_channels_last(const Tensor& images) {
  detail::checked(images, "to_channels_last");
  if (images.dim() != 4) {
    throw ShapeError(detail::concat("to_channels_last: a tensor of shape ",
                                    images.shape(),
                                    "; images are (n, channels, height, width)"));
  }
  if (is_channels_last(images)) return images;
  const Tensor y = detail::empty_channels_last(images.shape(), images.dtype());
  detail::copy_images(y, images);
  if (should_record(images)) {
    record("contiguous", y, {&images},
           [](const Tensor& dy, Gradients& dx) { dx.add(0, dy); });
  }
  return y;
}

}  // namespace cairn
