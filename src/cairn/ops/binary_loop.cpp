#include <cairn/ops/binary_loop.h>

#include <cairn/core/strided.h>
#include <cairn/ops/broadcast.h>

namespace cairn::detail {

void walk_binary(const Tensor& out, const Tensor& a, const Tensor& b, BinaryRun run,
                 const void* context) {
  const Shape& shape = out.shape();
  const StridedLoop<3> loop(
      shape, {out.strides(), broadcast_strides(a.shape(), a.strides(), shape),
              broadcast_strides(b.shape(), b.strides(), shape)});
  const auto out_item = static_cast<std::int64_t>(dtype_size(out.dtype()));
  const auto item = static_cast<std::int64_t>(dtype_size(a.dtype()));
  char* const to = data_of<char>(out);
  const char* const from_a = data_of<char>(a);
  const char* const from_b = data_of<char>(b);
  parallel_for(loop.numel(), kElementGrain, [&](std::int64_t begin, std::int64_t end) {
    loop.run(begin, end, [&](const auto& at, const auto& step, std::int64_t n) {
      run(context, to + at[0] * out_item, from_a + at[1] * item, from_b + at[2] * item,
          step.data(), n);
    });
  });
}

}  // namespace cairn::detail
