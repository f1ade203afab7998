// Convolution where every channel has one filter of its own. No product of matrices is
// in it: vectors run along the channels.
#pragma once

#include <cairn/kernels/conv/conv_call.h>

namespace cairn::kernels {

template <class T>
void depthwise_forward(const ConvOps<T>& ops, const ConvShape& s, const T* x,
                       const T* w, const T* bias, bool relu, T* y);

template <class T>
void depthwise_input_gradient(const ConvOps<T>& ops, const ConvShape& s, const T* dy,
                              const T* w, T* dx);

template <class T>
void depthwise_weight_gradient(const ConvOps<T>& ops, const ConvShape& s, const T* x,
                               const T* dy, T* dw);

}  // namespace cairn::kernels
