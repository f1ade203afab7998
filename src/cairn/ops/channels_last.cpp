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

// Each image is a matrix [channels, pixels] to be transposed: some pixels at a time, so
// that what is written stays in the L1 until its lines are full.
template <class T>
void transpose_images(const Shape& shape, const T* from, T* to) {
  const std::int64_t channels = shape[1], pixels = shape[2] * shape[3];
  const auto& ops = transposer<T>();
  parallel_for(shape[0], 1 + 65536 / (channels * pixels + 1),
               [&](std::int64_t begin, std::int64_t end) {
                 for (std::int64_t n = begin; n < end; ++n) {
                   const T* const in = from + n * channels * pixels;
                   T* const out = to + n * channels * pixels;
                   constexpr std::int64_t kPixels = 64;
                   for (std::int64_t p = 0; p < pixels; p += kPixels) {
                     ops.transpose(in + p, pixels, std::min(kPixels, pixels - p),
                                   channels, out + p * channels, channels);
                   }
                 }
               });
}

}  // namespace

namespace detail {

Tensor empty_channels_last(const Shape& shape, DType dtype) {
  return make_tensor(shape, channels_last_strides(shape), dtype);
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
  if (images.is_contiguous() && images.dtype() == f32) {
    transpose_images(images.shape(), detail::data_of<float>(images),
                     detail::data_of<float>(y));
  } else if (images.is_contiguous() && images.dtype() == f64) {
    transpose_images(images.shape(), detail::data_of<double>(images),
                     detail::data_of<double>(y));
  } else {
    detail::copy_elements(y, images);
  }
  if (should_record(images)) {
    record("contiguous", y, {&images},
           [](const Tensor& dy, Gradients& dx) { dx.add(0, dy); });
  }
  return y;
}

}  // namespace cairn
