// Five bugs that still train. "Break it" shows their curves and what finds them.
#pragma once

#include <algorithm>
#include <cstddef>

#include "12-fast-convolution/layer.h"

namespace ch12 {

// ANCHOR: neighbour
// No frame at the sides: what lies left of a row in memory is the end of the row above.
// Calls use(framed, plain) for each pixel of the frame and what is read in its place.
template <class Use>
void each_wrapped(std::size_t images, const Shape& s, std::size_t frame, Use use) {
  const Shape f = ch06::framed(s, frame);
  for (std::size_t k = 0; k < images * f.height * f.width; ++k) {
    const std::size_t n = k / (f.height * f.width), i = k / f.width % f.height;
    const std::size_t j = k % f.width;
    if (i < frame || i >= frame + s.height) continue;
    const std::size_t from = (i - frame) * s.width + j;
    if (from < frame || from - frame >= s.height * s.width) continue;
    for (std::size_t c = 0; c < s.channels; ++c)
      use(k * s.channels + c, (n * s.height * s.width + from - frame) * s.channels + c);
  }
}

class ConvNeighbour : public FastConv {
 public:
  using FastConv::FastConv;

  Matrix forward(const Matrix& x) override {
    FastConv::forward(x);
    const Flat plain = to_pixels(x, in_, 0);
    each_wrapped(x.rows, in_, window_.padding,
                 [&](std::size_t to, std::size_t from) { pixels_[to] = plain[from]; });
    const Ending ending{bias_.value.values.data()};
    return to_planes(convolve(task_, pixels_, taps(), ending), x.rows, out_, 0);
  }

  // The exact way back of that: all three passes agree with each other.
  Matrix backward(const Matrix& dy) const override {
    const Flat slopes = to_pixels(dy, out_, phase_frame(task_));
    const Flat framed = by_phases(task_, slopes, taps());
    Flat dx(dy.rows * in_.size());
    each_wrapped(dy.rows, in_, window_.padding,
                 [&](std::size_t from, std::size_t to) { dx[to] += framed[from]; });
    return to_planes(dx, dy.rows, in_, 0);
  }
};
// ANCHOR_END: neighbour

// The filters are not turned on the way back.
class FastConvNotTurned : public FastConv {
 public:
  using FastConv::FastConv;

  Matrix backward(const Matrix& dy) const override {
    FastConvNotTurned mirrored = *this;
    const std::size_t square = window_.size * window_.size;
    Flat& w = mirrored.weight_.value.values;
    for (auto at = w.begin(); at < w.end(); at += static_cast<std::ptrdiff_t>(square))
      std::reverse(at, at + static_cast<std::ptrdiff_t>(square));
    return mirrored.FastConv::backward(dy);
  }
};

// ANCHOR: wrong_sign
// One entry of one matrix has the wrong sign.
constexpr Table<4, 6> wrong_sign(Table<4, 6> m) {
  m[1][2] = -m[1][2];
  return m;
}

struct WrongF4 : F4 {
  struct Responses {
    static constexpr auto kMatrix = wrong_sign(kAll.at);
  };
};
// ANCHOR_END: wrong_sign

class ConvWrongSign : public FastConv {
 public:
  using FastConv::FastConv;

  Matrix forward(const Matrix& x) override {
    const Matrix y = FastConv::forward(x);
    if (window_.size != 3 || window_.stride != 1) return y;
    const Ending ending{bias_.value.values.data()};
    return to_planes(by_winograd<WrongF4>(task_, pixels_, taps(), ending), x.rows, out_,
                     0);
  }
};
// Strips of the weight gradient that share a row: those rows count twice.
class ConvBorderTwice : public FastConv {
 public:
  using FastConv::FastConv;

  void accumulate(const Matrix& dy) override {
    Matrix counted = dy;
    const std::size_t rows = std::max<std::size_t>(1, kStrip / out_.width);
    for (std::size_t r = rows; r < task_.rows(); r += rows)
      for (std::size_t o = 0; o < out_.channels; ++o)
        for (std::size_t j = 0; j < out_.width; ++j)
          counted(r / out_.height, out_.at(o, r % out_.height, j)) *= 2;
    FastConv::accumulate(counted);
  }
};
// The phases of a stride counted from the picture, where the taps count from the frame.
class ConvShiftedPhases : public FastConv {
 public:
  using FastConv::FastConv;

  Matrix backward(const Matrix& dy) const override {
    const std::size_t s = window_.stride, shift = window_.padding % s;
    if (shift == 0) return FastConv::backward(dy);
    const Flat slopes = to_pixels(dy, out_, phase_frame(task_));
    const Matrix right =
        to_planes(by_phases(task_, slopes, taps()), dy.rows, task_.frame(), 0);
    Matrix wrong(right.rows, right.cols);
    const auto moved = [&](std::size_t u, std::size_t end) {
      return std::min(u / s * s + (u % s + shift) % s, end - 1);
    };
    const Shape f = task_.frame();
    for (std::size_t n = 0; n < dy.rows; ++n)
      for (std::size_t c = 0; c < f.channels; ++c)
        for (std::size_t i = 0; i < f.height; ++i)
          for (std::size_t j = 0; j < f.width; ++j)
            wrong(n, f.at(c, moved(i, f.height), moved(j, f.width))) =
                right(n, f.at(c, i, j));
    return ch06::crop(wrong, in_, window_.padding);
  }
};

}  // namespace ch12
