// Between the sizes of any convolution and those of Winograd's.
#pragma once

#include <cairn/kernels/conv/conv_algorithm.h>
#include <cairn/kernels/conv/conv_call.h>
#include <cairn/kernels/conv/winograd.h>

namespace cairn::kernels {

inline WinogradShape winograd_shape(const ConvShape& s) {
  WinogradShape result;
  result.batch = s.n;
  result.height = s.height, result.width = s.width;
  result.channels = s.channels, result.out = s.out;
  result.pad_h = s.padding[0], result.pad_w = s.padding[1];
  return result;
}

}  // namespace cairn::kernels
