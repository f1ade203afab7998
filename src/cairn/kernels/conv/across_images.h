// Correlation in tiles that take one pixel of several images. No tap that lies beyond an
// edge is multiplied and nothing is copied, where a tile of pixels side by side meets
// columns of zeros: 9 % of all products with 5 × 5 taps on 14 pixels.
#pragma once

#include <cairn/kernels/conv/correlation.h>

namespace cairn::kernels {

/// Whether there are images enough, and zeros enough to be saved.
template <class T>
bool pays_across_images(const ConvOps<T>& ops, const Correlation<T>& c);

template <class T>
void correlate_across_images(const ConvOps<T>& ops, const Correlation<T>& c);

}  // namespace cairn::kernels
