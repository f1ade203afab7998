#include <cairn/kernels/conv/one_tap.h>

#include <algorithm>

#include <cairn/core/parallel.h>
#include <cairn/kernels/conv/short_copy.h>

namespace cairn::kernels {

ConvShape without_stride(const ConvShape& s) {
  ConvShape dense = s;
  dense.height = s.oh, dense.width = s.ow;
  dense.stride[0] = dense.stride[1] = 1;
  return dense;
}

template <class T>
void gather_seen(const ConvShape& s, const T* x, T* seen) {
  const std::int64_t row = s.width * s.channels, step = s.stride[1] * s.channels;
  const std::int64_t seen_row = s.ow * s.channels;
  parallel_for(s.n * s.oh, 1 + kTaskNumbers / seen_row,
               [&](std::int64_t begin, std::int64_t end) {
                 for (std::int64_t i = begin; i < end; ++i) {
                   const T* const from =
                       x + (i / s.oh * s.height + i % s.oh * s.stride[0]) * row;
                   T* const to = seen + i * seen_row;
                   for (std::int64_t j = 0; j < s.ow; ++j) {
                     short_copy(from + j * step, s.channels, to + j * s.channels);
                   }
                 }
               });
}

template <class T>
void spread_seen(const ConvShape& s, const T* seen, T* x) {
  const std::int64_t row = s.width * s.channels, step = s.stride[1] * s.channels;
  const std::int64_t seen_row = s.ow * s.channels;
  parallel_for(s.n * s.height, 1 + kTaskNumbers / row,
               [&](std::int64_t begin, std::int64_t end) {
                 // To write all of x is faster than to write what is between.
                 std::fill(x + begin * row, x + end * row, T(0));
                 for (std::int64_t i = begin; i < end; ++i) {
                   const std::int64_t n = i / s.height, h = i % s.height;
                   const std::int64_t from = h / s.stride[0];
                   if (h % s.stride[0] != 0 || from >= s.oh) continue;
                   const T* const pixels = seen + (n * s.oh + from) * seen_row;
                   for (std::int64_t j = 0; j < s.ow; ++j) {
                     short_copy(pixels + j * s.channels, s.channels,
                                x + i * row + j * step);
                   }
                 }
               });
}

template void gather_seen(const ConvShape&, const float*, float*);
template void gather_seen(const ConvShape&, const double*, double*);
template void spread_seen(const ConvShape&, const float*, float*);
template void spread_seen(const ConvShape&, const double*, double*);

}  // namespace cairn::kernels
