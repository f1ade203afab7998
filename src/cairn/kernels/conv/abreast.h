// Convolution of images of few channels, several images abreast.
//
// Vectors that run along the channels are full only where these are many. Here lane l
// of every vector belongs to image l of a group, so they are full whatever the
// channels, and each pixel of a filter is one number that meets as many images at once.
// A group is brought into that order (gathered) as it is needed, some rows at a time,
// and the results are brought back (scattered): two transpositions of what lies in the
// L2.
#pragma once

#include <cairn/kernels/conv/abreast_kernels.h>
#include <cairn/kernels/conv/conv_call.h>

namespace cairn::kernels {

/// Whether that is faster than vectors of channels. `width` is that of a vector.
bool abreast_forward_pays(const ConvShape& s, std::int64_t width);
bool abreast_input_gradient_pays(const ConvShape& s, std::int64_t width);
bool abreast_weight_gradient_pays(const ConvShape& s, std::int64_t width);

/// The three passes of conv_call.h, where all filters see all channels (one group).
template <class T>
CAIRN_API void abreast_forward(const AbreastOps<T>& ops, const ConvShape& s, const T* x,
                               const T* w, const T* bias, bool relu, T* y);
template <class T>
CAIRN_API void abreast_input_gradient(const AbreastOps<T>& ops, const ConvShape& s,
                                      const T* dy, const T* w, T* dx);
template <class T>
CAIRN_API void abreast_weight_gradient(const AbreastOps<T>& ops, const ConvShape& s,
                                       const T* x, const T* dy, T* dw);

}  // namespace cairn::kernels
