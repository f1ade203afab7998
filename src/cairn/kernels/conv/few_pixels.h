// Small batches of small images: the weights are more than the pixels, and to bring
// them into the order of the tiles costs more than to multiply by them. The pixels are
// brought into the order of the weights instead, a row of all that its taps see for
// each output ("im2col"), and the passes are matrix products with weights as they lie:
//
//   forward                  y = columns · wᵀ
//   gradient of the input    columns' gradient = dy · w, added up pixel by pixel
//   gradient of the weights  dw = dyᵀ · columns
#pragma once

#include <cairn/export.h>
#include <cairn/kernels/conv/conv_call.h>

namespace cairn::kernels {

/// Whether it is likely to be the fastest way.
bool few_pixels_forward_pays(const ConvShape& s);
bool few_pixels_input_gradient_pays(const ConvShape& s);
bool few_pixels_weight_gradient_pays(const ConvShape& s);

/// Of one group, as conv_forward() and the others.
template <class T>
CAIRN_API void few_pixels_forward(const ConvShape& s, const T* x, const T* w,
                                  const T* bias, bool relu, T* y,
                                  const KernelTable& table);
template <class T>
CAIRN_API void few_pixels_input_gradient(const ConvShape& s, const T* dy, const T* w,
                                         T* dx, const KernelTable& table);
template <class T>
CAIRN_API void few_pixels_weight_gradient(const ConvShape& s, const T* x, const T* dy,
                                          T* dw, const KernelTable& table);

}  // namespace cairn::kernels
