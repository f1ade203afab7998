#include <cairn/ops/pool_fast.h>

#include <cairn/core/parallel.h>
#include <cairn/core/tensor_impl.h>
#include <cairn/kernels/table.h>
#include <cairn/ops/channels_last.h>
#include <cairn/ops/pool_loops.h>

namespace cairn::detail {
namespace {

using kernels::PoolKernels;
using kernels::PoolRow;

const PoolKernels& pool() { return *kernels::kernels().pool; }
const kernels::MathKernels& math() { return *kernels::kernels().math; }

constexpr std::int64_t kGrain = 16384;  // elements that are worth a thread's while

// Fewer channels than this leave nearly all of a vector empty.
constexpr std::int64_t kLeastChannels = 2;

bool rows_suit(const ConvShape& s, const Tensor& x, const Tensor& y) {
  return x.dtype() == DType::f32 && s.channels >= kLeastChannels &&
         is_channels_last(x) && is_channels_last(y);
}

bool is_2x2(const ConvShape& s) {
  const Window& w = s.window;
  bool fits = s.kh == 2 && s.kw == 2;
  for (int axis = 0; axis < 2; ++axis) {
    fits = fits && w.stride[axis] == 2 && w.padding[axis] == 0 && w.dilation[axis] == 1;
  }
  return fits;
}

bool planes_suit(const Tensor& x, const Tensor& y) {
  return x.dtype() == DType::f32 && x.is_contiguous() && y.is_contiguous();
}

// One window, as large as the image.
bool is_whole_plane(const ConvShape& s) {
  return s.oh == 1 && s.ow == 1 && s.kh == s.height && s.kw == s.width &&
         s.window.padding[0] == 0 && s.window.padding[1] == 0 &&
         s.window.dilation[0] == 1 && s.window.dilation[1] == 1;
}

std::int64_t taps(const ConvShape& s) { return s.kh * s.kw; }

// No pixel belongs to two windows, along one axis.
bool is_disjoint(const ConvShape& s, int axis) {
  const std::int64_t size = axis == 0 ? s.kh : s.kw;
  return s.window.stride[axis] >= (size - 1) * s.window.dilation[axis] + 1;
}

// Every pixel belongs to a window.
bool is_covered(const ConvShape& s) {
  return s.window.stride[0] == s.kh && s.window.stride[1] == s.kw &&
         s.window.padding[0] == 0 && s.window.padding[1] == 0 &&
         s.height == s.oh * s.kh && s.width == s.ow * s.kw;
}

// Calls f(image, output row, row) for rows of windows, on several threads; those of one
// image on the same one where they overlap and `writes` goes to the pixels.
template <class F>
void each_row(const ConvShape& s, bool writes, F f) {
  const Spans rows(s, 0), columns(s, 1);
  const std::int64_t together = writes && !is_disjoint(s, 0) ? s.oh : 1;
  const std::int64_t work = together * s.ow * s.channels * taps(s);
  parallel_for(s.n * s.oh / together, 1 + kGrain / (work + 1),
               [&](std::int64_t begin, std::int64_t end) {
                 PoolRow row{};
                 row.channels = s.channels, row.width = s.width;
                 row.positions = s.ow, row.columns = &columns[0];
                 row.dilation[0] = s.window.dilation[0];
                 row.dilation[1] = s.window.dilation[1];
                 row.kernel_width = s.kw;
                 for (std::int64_t i = begin * together; i < end * together; ++i) {
                   row.rows = rows[i % s.oh];
                   f(i / s.oh, i, row);
                 }
               });
}

// Where images and rows of windows begin, channels-last.
std::int64_t image_at(const ConvShape& s, std::int64_t n) {
  return n * s.in_pixels() * s.channels;
}
std::int64_t row_at(const ConvShape& s, std::int64_t i) {
  return i * s.ow * s.channels;
}

// Calls f(upper row of pixels, row of windows) for planes under windows of 2 × 2.
template <class F>
void each_2x2(const ConvShape& s, F f) {
  parallel_for(s.n * s.channels, 1 + kGrain / (s.in_pixels() + 1),
               [&](std::int64_t begin, std::int64_t end) {
                 for (std::int64_t plane = begin; plane < end; ++plane) {
                   for (std::int64_t i = 0; i < s.oh; ++i) {
                     f(plane * s.in_pixels() + 2 * i * s.width,
                       (plane * s.oh + i) * s.ow);
                   }
                 }
               });
}

// Calls f(plane) for planes under one window each.
template <class F>
void each_plane(const ConvShape& s, F f) {
  parallel_for(s.n * s.channels, 1 + kGrain / (s.in_pixels() + 1),
               [&](std::int64_t begin, std::int64_t end) {
                 for (std::int64_t plane = begin; plane < end; ++plane) f(plane);
               });
}

float share_of(const ConvShape& s) { return 1 / static_cast<float>(taps(s)); }

}  // namespace

bool fast_max_pool(const ConvShape& s, const Tensor& x, const Tensor& y,
                   const Tensor& index) {
  if (x.dtype() != DType::f32 || index.dtype() != DType::u8) return false;
  const float* const from = data_of<float>(x);
  float* const to = data_of<float>(y);
  std::uint8_t* const winner = data_of<std::uint8_t>(index);
  if (rows_suit(s, x, y)) {
    each_row(s, false, [&](std::int64_t n, std::int64_t i, const PoolRow& row) {
      pool().max_row(to + row_at(s, i), winner + row_at(s, i), from + image_at(s, n),
                     row);
    });
    return true;
  }
  if (!is_2x2(s) || !planes_suit(x, y)) return false;
  each_2x2(s, [&](std::int64_t pixel, std::int64_t at) {
    pool().max_2x2(to + at, winner + at, from + pixel, from + pixel + s.width, s.ow);
  });
  return true;
}

bool fast_mean_pool(const ConvShape& s, const Tensor& x, const Tensor& y) {
  if (x.dtype() != DType::f32) return false;
  const float* const from = data_of<float>(x);
  float* const to = data_of<float>(y);
  if (rows_suit(s, x, y)) {
    each_row(s, false, [&](std::int64_t n, std::int64_t i, const PoolRow& row) {
      pool().mean_row(to + row_at(s, i), from + image_at(s, n), share_of(s), row);
    });
    return true;
  }
  if (!planes_suit(x, y)) return false;
  if (is_whole_plane(s)) {
    each_plane(s, [&](std::int64_t plane) {
      const double total = math().sum(from + plane * s.in_pixels(), s.in_pixels());
      to[plane] = static_cast<float>(total / static_cast<double>(s.in_pixels()));
    });
    return true;
  }
  if (!is_2x2(s)) return false;
  each_2x2(s, [&](std::int64_t pixel, std::int64_t at) {
    pool().mean_2x2(to + at, from + pixel, from + pixel + s.width, s.ow);
  });
  return true;
}

bool fast_max_pool_backward(const ConvShape& s, const Tensor& dx, const Tensor& dy,
                            const Tensor& index) {
  if (dy.dtype() != DType::f32 || index.dtype() != DType::u8) return false;
  const bool rows = rows_suit(s, dx, dy);
  if (!rows && !(is_2x2(s) && planes_suit(dx, dy))) return false;
  if (!is_covered(s)) Tensor(dx).fill_(0);
  const float* const from = data_of<float>(dy);
  float* const to = data_of<float>(dx);
  const std::uint8_t* const winner = data_of<std::uint8_t>(index);
  if (rows) {
    const bool add = !is_disjoint(s, 0) || !is_disjoint(s, 1);
    each_row(s, true, [&](std::int64_t n, std::int64_t i, const PoolRow& row) {
      pool().max_row_backward(to + image_at(s, n), from + row_at(s, i),
                              winner + row_at(s, i), add, row);
    });
  } else {
    each_2x2(s, [&](std::int64_t pixel, std::int64_t at) {
      pool().max_2x2_backward(to + pixel, to + pixel + s.width, from + at, winner + at,
                              s.ow);
    });
  }
  return true;
}

bool fast_mean_pool_backward(const ConvShape& s, const Tensor& dx, const Tensor& dy) {
  if (dy.dtype() != DType::f32) return false;
  const float* const from = data_of<float>(dy);
  float* const to = data_of<float>(dx);
  const bool rows = rows_suit(s, dx, dy);
  if (!rows && is_whole_plane(s) && planes_suit(dx, dy)) {
    each_plane(s, [&](std::int64_t plane) {
      math().fill(to + plane * s.in_pixels(), from[plane] * share_of(s), s.in_pixels());
    });
    return true;
  }
  if (!rows && !(is_2x2(s) && planes_suit(dx, dy))) return false;
  if (!is_covered(s)) Tensor(dx).fill_(0);
  if (rows) {
    const bool add = !is_disjoint(s, 0) || !is_disjoint(s, 1);
    each_row(s, true, [&](std::int64_t n, std::int64_t i, const PoolRow& row) {
      pool().mean_row_backward(to + image_at(s, n), from + row_at(s, i), share_of(s),
                               add, row);
    });
  } else {
    each_2x2(s, [&](std::int64_t pixel, std::int64_t at) {
      pool().mean_2x2_backward(to + pixel, to + pixel + s.width, from + at, s.ow);
    });
  }
  return true;
}

}  // namespace cairn::detail
