#include <algorithm>
#include <vector>

#include <cairn/kernels/gemm/gemm.h>

#include "steps.h"

namespace cairn::bench {

void seven_loops(const Convolution& s) {
  for (std::int64_t n = 0; n < s.n; ++n) {
    for (std::int64_t o = 0; o < s.out; ++o) {
      for (std::int64_t i = 0; i < s.height; ++i) {
        for (std::int64_t j = 0; j < s.width; ++j) {
          float sum = 0;
          for (std::int64_t c = 0; c < s.channels; ++c) {
            for (std::int64_t p = 0; p < 3; ++p) {
              for (std::int64_t q = 0; q < 3; ++q) {
                const std::int64_t row = i + p - 1, column = j + q - 1;
                if (row < 0 || row >= s.height || column < 0 || column >= s.width)
                  continue;
                sum += s.x[((n * s.channels + c) * s.height + row) * s.width + column] *
                       s.weight[((o * s.channels + c) * 3 + p) * 3 + q];
              }
            }
          }
          s.y[((n * s.out + o) * s.height + i) * s.width + j] = sum;
        }
      }
    }
  }
}

// Nine copies of the image, each moved by a tap, make the convolution one product. The
// copies are written and read again: nine times the image's size, for each image.
void columns_and_product(const Convolution& s) {
  const std::int64_t pixels = s.height * s.width, taps = 9 * s.channels;
  std::vector<float> columns(taps * pixels);
  for (std::int64_t n = 0; n < s.n; ++n) {
    float* to = columns.data();
    for (std::int64_t c = 0; c < s.channels; ++c) {
      const float* plane = s.x + (n * s.channels + c) * pixels;
      for (std::int64_t tap = 0; tap < 9; ++tap) {
        const std::int64_t down = tap / 3 - 1, right = tap % 3 - 1;
        for (std::int64_t i = 0; i < s.height; ++i, to += s.width) {
          std::fill_n(to, s.width, 0.0f);
          if (i + down < 0 || i + down >= s.height) continue;
          const std::int64_t first = std::max<std::int64_t>(0, -right);
          const std::int64_t last = std::min(s.width, s.width - right);
          std::copy_n(plane + (i + down) * s.width + first + right, last - first,
                      to + first);
        }
      }
    }
    gemm(Trans::no, Trans::no, s.out, pixels, taps, 1.0f, s.weight, taps,
         columns.data(), pixels, 0.0f, s.y + n * s.out * pixels, pixels);
  }
}

// With the channels last, a row of pixels is a matrix [width, channels], a tap's weights
// are one [channels, out], and their product adds to a row of the result. Nothing is
// copied; but each row of y is read and written nine times.
void product_for_each_tap(const Convolution& s) {
  for (std::int64_t row = 0; row < s.n * s.height; ++row) {
    const std::int64_t image = row / s.height, i = row % s.height;
    float* y = s.y + row * s.width * s.out;
    std::fill_n(y, s.width * s.out, 0.0f);
    for (std::int64_t tap = 0; tap < 9; ++tap) {
      const std::int64_t down = tap / 3 - 1, right = tap % 3 - 1;
      if (i + down < 0 || i + down >= s.height) continue;
      const std::int64_t first = std::max<std::int64_t>(0, -right);
      const std::int64_t last = std::min(s.width, s.width - right);
      const float* x =
          s.x + ((image * s.height + i + down) * s.width + first + right) * s.channels;
      gemm(Trans::no, Trans::no, last - first, s.out, s.channels, 1.0f, x, s.channels,
           s.weight + tap * s.channels * s.out, s.out, 1.0f, y + first * s.out, s.out);
    }
  }
}

}  // namespace cairn::bench
