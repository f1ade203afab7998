#include <algorithm>

#include "steps.h"

namespace cairn::bench {

// The definition with its loops in another order: the innermost runs over the output
// channels, which lie side by side in the weights and in y, so that the compiler works
// on eight at once.
void channels_last_avx2(const Convolution& s) {
  for (std::int64_t row = 0; row < s.n * s.height; ++row) {
    const std::int64_t image = row / s.height, i = row % s.height;
    for (std::int64_t j = 0; j < s.width; ++j) {
      float* y = s.y + (row * s.width + j) * s.out;
      std::fill_n(y, s.out, 0.0f);
      for (std::int64_t tap = 0; tap < 9; ++tap) {
        const std::int64_t from = i + tap / 3 - 1, column = j + tap % 3 - 1;
        if (from < 0 || from >= s.height || column < 0 || column >= s.width) continue;
        const float* x =
            s.x + ((image * s.height + from) * s.width + column) * s.channels;
        for (std::int64_t c = 0; c < s.channels; ++c) {
          const float* weight = s.weight + (tap * s.channels + c) * s.out;
          for (std::int64_t o = 0; o < s.out; ++o) y[o] += x[c] * weight[o];
        }
      }
    }
  }
}

}  // namespace cairn::bench
