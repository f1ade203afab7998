// Direct convolution, for any shape: a sum of matrix products, one for each tap of the
// filters. The three passes of conv_call.h.
#pragma once

#include <cairn/kernels/conv/conv_call.h>

namespace cairn::kernels {

template <class T>
void direct_forward(const ConvShape& s, const T* x, const T* w, const T* bias,
                    bool relu, T* y, const KernelTable& table);
template <class T>
void direct_input_gradient(const ConvShape& s, const T* dy, const T* w, T* dx,
                           const KernelTable& table);
template <class T>
void direct_weight_gradient(const ConvShape& s, const T* x, const T* dy, T* dw,
                            const KernelTable& table);

}  // namespace cairn::kernels
