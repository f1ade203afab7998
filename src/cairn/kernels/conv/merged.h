// The gradient of images of few channels: three of them would leave most of a vector
// empty, so several pixels side by side are taken as one of more channels.
#pragma once

#include <cairn/kernels/conv/conv_call.h>

namespace cairn::kernels {

/// How many pixels to take as one, a multiple of the stride; 0 where nothing is gained
/// by it. `width` is that of a vector.
std::int64_t pixels_to_merge(const ConvShape& s, std::int64_t width);

template <class T>
void merged_input_gradient(const ConvOps<T>& ops, const ConvShape& s,
                           std::int64_t merged, const T* dy, const T* w, T* dx);

}  // namespace cairn::kernels
