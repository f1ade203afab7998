// Convolution where every channel has one filter of its own. No product of matrices is
// in it: vectors run along the channels.
#pragma once

#include <cairn/kernels/conv/conv_call.h>

namespace cairn::kernels {

template <class T>
void depthwise_forward(const ConvShape& s, const T* x, const T* w, const T* bias,
                       bool relu, T* y, const KernelTable& table);

template <class T>
void depthwise_input_gradient(const ConvShape& s, const T* dy, const T* w, T* dx,
                              const KernelTable& table);

template <class T>
void depthwise_weight_gradient(const ConvShape& s, const T* x, const T* dy, T* dw,
                               const KernelTable& table);

}  // namespace cairn::kernels
