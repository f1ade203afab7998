// Chapter 6's layer, computed by the ways of this chapter.
#pragma once

#include <cstddef>

#include "06-convolutional-networks/conv.h"
#include "12-fast-convolution/first_layer.h"
#include "12-fast-convolution/gradients.h"
#include "12-fast-convolution/tile.h"
#include "12-fast-convolution/winograd.h"

namespace ch12 {

// ANCHOR: choose
// Which way pays: Winograd's where its products are large enough, a list where runs are
// short, tiles everywhere else.
inline bool pays_winograd(const Task& t) {
  return t.window.size == 3 && t.window.stride == 1 && t.in.channels >= 16 &&
         t.filters >= 16 && t.out().height >= 6 && t.out().width >= 6;
}

inline Flat convolve(const Task& t, const Flat& x, const Flat& w,
                     const Ending& ending = {}) {
  if (pays_winograd(t)) return by_winograd<F4>(t, x, w, ending);
  if (t.in.channels < 8) return by_list(t, x, w, ending);
  return by_tiles(t, x, w, ending);
}
// ANCHOR_END: choose

// ANCHOR: layer
class FastConv : public ch06::Conv2d {
 public:
  using Conv2d::Conv2d;

  Matrix forward(const Matrix& x) override {
    ch06::require_images(x, in_, "FastConv");
    task_ = {x.rows, in_, window_, weight_.value.rows};
    pixels_ = to_pixels(x, in_, window_.padding);
    const Ending ending{bias_.value.values.data()};
    return to_planes(convolve(task_, pixels_, taps(), ending), x.rows, out_, 0);
  }

  Matrix backward(const Matrix& dy) const override {
    if (window_.stride > 1 || window_.padding >= window_.size) {
      const Flat slopes = to_pixels(dy, out_, phase_frame(task_));
      return to_planes(by_phases(task_, slopes, taps()), dy.rows, in_, window_.padding);
    }
    const Task back = turned_task(task_);
    const Flat slopes = to_pixels(dy, out_, back.window.padding);
    return to_planes(convolve(back, slopes, turned(task_, taps())), dy.rows, in_, 0);
  }

  void accumulate(const Matrix& dy) override {
    const Flat slopes = to_pixels(dy, out_, 0);
    add_by_filter(weight_gradient(task_, pixels_, slopes), in_.channels,
                  weight_.gradient);
    const Flat sums = bias_gradient(slopes, out_.channels);
    for (std::size_t o = 0; o < sums.size(); ++o) bias_.gradient(0, o) += sums[o];
  }

 protected:
  Flat taps() const { return by_tap(weight_.value, in_.channels); }

  Task task_{};
  Flat pixels_;  // the last input, framed, channels last
};
// ANCHOR_END: layer

}  // namespace ch12
