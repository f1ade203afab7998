#include <cairn/ops/dropout.h>

#include <algorithm>

#include <cairn/autograd/node.h>
#include <cairn/core/text.h>
#include <cairn/kernels/table.h>
#include <cairn/ops/binary_loop.h>
#include <cairn/ops/elementwise.h>

namespace cairn {

using autograd::Gradients;
using autograd::record;
using autograd::Saved;
using autograd::should_record;

namespace {

constexpr std::int64_t kPiece = 4096;  // stays in the first cache

// What one call draws from: blocks of four numbers, one after the other.
struct Draw {
  float keep, scale;
  std::uint64_t seed, stream, first_block;

  // `scale` with probability keep, else 0, for elements begin … begin + n − 1.
  void operator()(float* mask, std::int64_t begin, std::int64_t n) const {
    kernels::kernels().math->random_mask(
        mask, n, keep, scale, seed, stream,
        first_block + static_cast<std::uint64_t>(begin) / 4);
  }
};

// Draws the mask and multiplies by it, piece by piece: x is read and y written once.
void masked(float* y, float* mask, const float* x, std::int64_t numel,
            const Draw& draw) {
  const std::int64_t pieces = (numel + kPiece - 1) / kPiece;
  parallel_for(pieces, detail::kElementGrain / kPiece,
               [&](std::int64_t first, std::int64_t last) {
                 for (std::int64_t piece = first; piece < last; ++piece) {
                   const std::int64_t begin = piece * kPiece;
                   const std::int64_t n = std::min(kPiece, numel - begin);
                   draw(mask + begin, begin, n);
                   kernels::kernels().math->mul(y + begin, x + begin, mask + begin, n);
                 }
               });
}

void masked(double* y, double* mask, const double* x, std::int64_t numel,
            const Draw& draw) {
  float drawn[kPiece];
  for (std::int64_t begin = 0; begin < numel; begin += kPiece) {
    const std::int64_t n = std::min(kPiece, numel - begin);
    draw(drawn, begin, n);
    for (std::int64_t i = 0; i < n; ++i) {
      mask[begin + i] = static_cast<double>(drawn[i]);
      y[begin + i] = x[begin + i] * mask[begin + i];
    }
  }
}

}  // namespace

Tensor dropout(const Tensor& input, double p, Generator& generator) {
  detail::require_floating(detail::checked(input, "dropout").dtype, "dropout");
  if (!(p >= 0 && p < 1)) {
    throw ValueError(detail::concat("dropout: p is ", p,
                                    "; the share that is dropped lies in [0, 1)"));
  }
  if (p == 0) return input;
  const Tensor x = detail::dense_input(input);
  const Tensor y = empty_like(x), mask = empty_like(x);
  const auto blocks = static_cast<std::uint64_t>((x.numel() + 3) / 4);
  const Draw draw{static_cast<float>(1 - p), static_cast<float>(1 / (1 - p)),
                  generator.seed(), generator.stream(), generator.reserve(blocks)};
  detail::visit_floating(x.dtype(), "dropout", [&](auto zero) {
    using T = decltype(zero);
    masked(detail::data_of<T>(y), detail::data_of<T>(mask), detail::data_of<T>(x),
           x.numel(), draw);
  });
  if (should_record(input)) {
    record("dropout", y, {&input},
           [mask = Saved(mask)](const Tensor& dy, Gradients& dx) {
             dx.add(0, dy * mask.get(dx.operation()));
           });
  }
  return y;
}

}  // namespace cairn
