#pragma once

#include <cairn/core/tensor.h>
#include <cairn/kernels/norm/norm_reference.h>

/// Sums and scalings by channel of tensors [n, channels, …]: what batch normalisation
/// is made of. Images may lie channels-last (a matrix whose columns are the channels)
/// or plane by plane; f32 goes to the kernels, f64 to their reference.
namespace cairn::detail {

/// How a tensor lies in memory.
struct Channels {
  kernels::reference::ChannelView view;
  bool last;  ///< channels-last

  std::int64_t count() const { return view.images * view.pixels; }
};

/// x itself if it lies channels-last or plane by plane, else a contiguous copy.
Tensor in_channel_order(const Tensor& x);

/// The order of a tensor that in_channel_order gave.
Channels channels_of(const Tensor& x);

/// mean[c] and squares[c] = Σ (x − mean)², from one pass over x.
void channel_moments(const Tensor& x, double* mean, double* squares);

/// y = scale · x + shift, with [channels] numbers of y's dtype.
struct ChannelScale {
  Tensor scale, shift;
};

/// Makes y from x, with `relu` 0 in place of what is negative.
void scale_channels(const Tensor& y, const Tensor& x, const ChannelScale& by,
                    bool relu);

/// sum[c] = Σ dy and product[c] = Σ dy (x − mean), from one pass over both. If a ReLU
/// came after a scaling, `gate` is that scaling: where it gave nothing above 0, dy
/// counts as 0. Else its tensors are undefined.
void channel_gradient_sums(const Tensor& dy, const Tensor& x, const double* mean,
                           double* sum, double* product, const ChannelScale& gate);

/// dx = a · dy + b · x + c with [channels] numbers, and the same gate.
void combine_channels(const Tensor& dx, const Tensor& dy, const Tensor& x,
                      const Tensor& a, const Tensor& b, const Tensor& c,
                      const ChannelScale& gate);

}  // namespace cairn::detail
