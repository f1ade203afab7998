#include <cairn/kernels/conv/few_pixels.h>

#include <algorithm>

#include <cairn/core/memory.h>
#include <cairn/core/parallel.h>
#include <cairn/kernels/conv/conv_algorithm.h>
#include <cairn/kernels/conv/correlation.h>
#include <cairn/kernels/cpu.h>
#include <cairn/kernels/gemm/gemm_call.h>
#include <cairn/kernels/typed_tables.h>

namespace cairn::kernels {
namespace {

std::int64_t pixels_of(const ConvShape& s) { return s.n * s.oh * s.ow; }

template <class T>
std::size_t column_bytes(const ConvShape& s) {
  return static_cast<std::size_t>(pixels_of(s) * s.filter_size()) * sizeof(T);
}

/// Calls f(tap, pixel of the image) for all taps of output (i, j) that lie inside it.
template <class F>
void each_tap(const ConvShape& s, std::int64_t i, std::int64_t j, F f) {
  for (std::int64_t p = 0; p < s.kh; ++p) {
    const std::int64_t row = i * s.stride[0] + p * s.dilation[0] - s.padding[0];
    if (row < 0 || row >= s.height) continue;
    for (std::int64_t q = 0; q < s.kw; ++q) {
      const std::int64_t column = j * s.stride[1] + q * s.dilation[1] - s.padding[1];
      if (column >= 0 && column < s.width) f(p * s.kw + q, row * s.width + column);
    }
  }
}

/// columns[output][channel][tap], as the weights have it.
template <class T>
void to_columns(const ConvShape& s, const T* x, T* columns) {
  const std::int64_t size = s.filter_size(), taps = s.taps(), outputs = s.oh * s.ow;
  parallel_for(
      s.n * outputs, 1 + (1 << 14) / size, [&](std::int64_t first, std::int64_t last) {
        for (std::int64_t k = first; k < last; ++k) {
          const T* const image = x + k / outputs * s.height * s.width * s.channels;
          T* const to = columns + k * size;
          if (s.padding[0] + s.padding[1] > 0) std::fill(to, to + size, T(0));
          each_tap(s, k % outputs / s.ow, k % s.ow,
                   [&](std::int64_t tap, std::int64_t pixel) {
                     const T* const from = image + pixel * s.channels;
                     for (std::int64_t c = 0; c < s.channels; ++c) {
                       to[c * taps + tap] = from[c];
                     }
                   });
        }
      });
}

/// The other way: what all outputs give to a pixel, added up.
template <class T>
void add_columns(const ConvShape& s, const T* columns, T* dx) {
  const std::int64_t size = s.filter_size(), taps = s.taps(), outputs = s.oh * s.ow;
  const std::int64_t image = s.height * s.width * s.channels;
  parallel_for(s.n, 1 + (1 << 14) / (outputs * size),
               [&](std::int64_t first, std::int64_t last) {
                 std::fill(dx + first * image, dx + last * image, T(0));
                 for (std::int64_t k = first * outputs; k < last * outputs; ++k) {
                   T* const sums = dx + k / outputs * image;
                   const T* const from = columns + k * size;
                   each_tap(s, k % outputs / s.ow, k % s.ow,
                            [&](std::int64_t tap, std::int64_t pixel) {
                              T* const to = sums + pixel * s.channels;
                              for (std::int64_t c = 0; c < s.channels; ++c) {
                                to[c] += from[c * taps + tap];
                              }
                            });
                 }
               });
}

template <class T>
GemmCall<T> product(std::int64_t m, std::int64_t n, std::int64_t k, const T* a,
                    std::int64_t lda, const T* b, std::int64_t ldb, T* c) {
  GemmCall<T> call;
  call.m = m, call.n = n, call.k = k;
  call.a = a, call.lda = lda;
  call.b = b, call.ldb = ldb;
  call.c = c, call.ldc = n;
  return call;
}

/// dw = dyᵀ · x of a few weights and many pixels: parts of the pixels have sums of their
/// own, and pass by in blocks that stay in the L2.
template <class T>
void sum_pixels(const GemmOps<T>& ops, const ConvShape& s, const T* x, const T* dy,
                T* dw) {
  const std::int64_t size = s.out * s.channels;
  const std::int64_t bytes =
      (s.out + s.channels) * static_cast<std::int64_t>(sizeof(T));
  const Split blocks = Split::at_most(
      pixels_of(s), std::max<std::int64_t>(64, cache_sizes().l2 / 4 / bytes));
  const Split parts{blocks.parts, std::min(blocks.parts, kMostParts)};
  const detail::ScratchBuffer buffer(static_cast<std::size_t>(parts.parts * size) *
                                     sizeof(T));
  T* const sums = buffer.as<T>();
  parallel_for(parts.parts, 1, [&](std::int64_t first, std::int64_t last) {
    for (std::int64_t part = first; part < last; ++part) {
      for (std::int64_t i = parts.begin(part); i < parts.begin(part + 1); ++i) {
        GemmCall<T> call = product<T>(
            s.out, s.channels, blocks.size(i), dy + blocks.begin(i) * s.out, s.out,
            x + blocks.begin(i) * s.channels, s.channels, sums + part * size);
        call.trans_a = Trans::yes;
        call.beta = i == parts.begin(part) ? T(0) : T(1);
        multiply(ops, call);
      }
    }
  });
  add_parts(sums, parts.parts, size, size);
  std::copy(sums, sums + size, dw);
}

bool possible(const ConvShape& s) {
  return s.groups == 1 && conv_algorithm() != ConvAlgorithm::winograd;
}

/// Pixels, and as many more as the zeros that columns hold for taps beyond the edges
/// are worth: the other ways leave most of these out.
double pixels_with_zeros(const ConvShape& s) {
  double inside = 1;
  for (int d = 0; d < 2; ++d) {
    const std::int64_t outputs = d == 0 ? s.oh : s.ow, taps = d == 0 ? s.kh : s.kw;
    const ConvAxis axis{taps, s.stride[d], s.dilation[d], -s.padding[d]};
    std::int64_t met = 0;
    for (std::int64_t i = 0; i < outputs; ++i) {
      const ConvAxis::Taps within = axis.inside(i, d == 0 ? s.height : s.width);
      met += within.last - within.first;
    }
    inside *= static_cast<double>(met) / static_cast<double>(outputs * taps);
  }
  return static_cast<double>(pixels_of(s)) / std::max(inside, 0.01);
}

constexpr std::int64_t kFewPixels = 64;
// Without columns there is nothing to pay for; with few weights nothing to be brought
// into order, and matrix multiplication wins by what it spares around small tiles.
constexpr std::int64_t kFewPointwise = 256;
constexpr std::int64_t kFewWeights = 2048;

}  // namespace

// Measured on a Zen 3, 16 to 196 pixels, 32 to 256 channels.

bool few_pixels_forward_pays(const ConvShape& s) {
  const std::int64_t pixels = pixels_of(s);
  if (!possible(s)) return false;
  if (s.pointwise()) {
    return pixels <= kFewPointwise ||
           (s.channels >= 32 && s.out >= 16 && s.channels * s.out <= kFewWeights);
  }
  return 2 * pixels <= kFewPixels && 2 * pixels_with_zeros(s) <= s.out;
}

bool few_pixels_input_gradient_pays(const ConvShape& s) {
  const std::int64_t pixels = pixels_of(s);
  if (!possible(s)) return false;
  if (s.pointwise()) {
    return pixels <= kFewPointwise || (s.channels % 16 == 0 && s.out <= 32);
  }
  return pixels <= kFewPixels && 2 * pixels_with_zeros(s) <= 3 * s.out;
}

bool few_pixels_weight_gradient_pays(const ConvShape& s) {
  const std::int64_t pixels = pixels_of(s);
  if (!possible(s)) return false;
  if (s.pointwise()) {
    return pixels <= kFewPointwise || s.channels * s.out <= 4 * kFewWeights;
  }
  return pixels <= kFewPixels && 4 * pixels_with_zeros(s) <= 3 * s.out;
}

template <class T>
void few_pixels_forward(const ConvShape& s, const T* x, const T* w, const T* bias,
                        bool relu, T* y, const KernelTable& table) {
  const detail::ScratchBuffer columns(s.pointwise() ? 1 : column_bytes<T>(s));
  if (!s.pointwise()) to_columns(s, x, columns.as<T>());
  const std::int64_t depth = s.filter_size();
  GemmCall<T> call =
      product<T>(pixels_of(s), s.out, depth, s.pointwise() ? x : columns.as<T>(), depth,
                 w, depth, y);
  call.trans_b = Trans::yes;
  call.epilogue.bias = bias;
  call.epilogue.relu = relu;
  multiply(gemm_ops<T>(table), call);
}

template <class T>
void few_pixels_input_gradient(const ConvShape& s, const T* dy, const T* w, T* dx,
                               const KernelTable& table) {
  const detail::ScratchBuffer columns(s.pointwise() ? 1 : column_bytes<T>(s));
  multiply(gemm_ops<T>(table),
           product<T>(pixels_of(s), s.filter_size(), s.out, dy, s.out, w,
                      s.filter_size(), s.pointwise() ? dx : columns.as<T>()));
  if (!s.pointwise()) add_columns(s, columns.as<T>(), dx);
}

template <class T>
void few_pixels_weight_gradient(const ConvShape& s, const T* x, const T* dy, T* dw,
                                const KernelTable& table) {
  if (s.pointwise()) return sum_pixels(gemm_ops<T>(table), s, x, dy, dw);
  const detail::ScratchBuffer columns(column_bytes<T>(s));
  to_columns(s, x, columns.as<T>());
  GemmCall<T> call = product<T>(s.out, s.filter_size(), pixels_of(s), dy, s.out,
                                columns.as<T>(), s.filter_size(), dw);
  call.trans_a = Trans::yes;
  multiply(gemm_ops<T>(table), call);
}

template CAIRN_API void few_pixels_forward(const ConvShape&, const float*, const float*,
                                           const float*, bool, float*,
                                           const KernelTable&);
template CAIRN_API void few_pixels_forward(const ConvShape&, const double*,
                                           const double*, const double*, bool, double*,
                                           const KernelTable&);
template CAIRN_API void few_pixels_input_gradient(const ConvShape&, const float*,
                                                  const float*, float*,
                                                  const KernelTable&);
template CAIRN_API void few_pixels_input_gradient(const ConvShape&, const double*,
                                                  const double*, double*,
                                                  const KernelTable&);
template CAIRN_API void few_pixels_weight_gradient(const ConvShape&, const float*,
                                                   const float*, float*,
                                                   const KernelTable&);
template CAIRN_API void few_pixels_weight_gradient(const ConvShape&, const double*,
                                                   const double*, double*,
                                                   const KernelTable&);

}  // namespace cairn::kernels
