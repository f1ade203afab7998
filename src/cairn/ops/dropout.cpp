#include <cairn/ops/dropout.h>

#include <algorithm>

#include <cairn/autograd/node.h>
#include <cairn/core/text.h>
#include <cairn/kernels/table.h>
#include <cairn/ops/binary_loop.h>
#include <cairn/ops/elementwise.h>

namespace cairn {
namespace {

// 1 / (1 − p) with probability 1 − p, else 0. A block of the generator makes four numbers.
Tensor random_mask(const Tensor& like, double p, Generator& generator) {
  Tensor mask = detail::make_tensor(like.shape(), like.strides(), DType::f32);
  const std::int64_t blocks = (mask.numel() + 3) / 4;
  const std::uint64_t first = generator.reserve(static_cast<std::uint64_t>(blocks));
  float* const to = detail::data_of<float>(mask);
  parallel_for(blocks, detail::kElementGrain / 4, [&](std::int64_t begin, std::int64_t end) {
    const std::int64_t last = std::min(end * 4, mask.numel());
    kernels::kernels().math->random_mask(
        to + begin * 4, last - begin * 4, static_cast<float>(1 - p),
        static_cast<float>(1 / (1 - p)), generator.seed(), generator.stream(),
        first + static_cast<std::uint64_t>(begin));
  });
  return mask.to(like.dtype());
}

}  // namespace

Tensor dropout(const Tensor& x, double p, Generator& generator) {
  detail::require_floating(detail::checked(x, "dropout").dtype, "dropout");
  if (!(p >= 0 && p < 1)) {
    throw ValueError(detail::concat("dropout: p is ", p,
                                    "; the share that is dropped lies in [0, 1)"));
  }
  if (p == 0) return x;
  const Tensor from = x.is_dense() ? x : x.contiguous();
  return from * random_mask(from, p, generator);
}

}  // namespace cairn
