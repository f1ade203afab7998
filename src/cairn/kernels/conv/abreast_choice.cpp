// When images are taken abreast. What the other way loses is lanes: so many channels
// fill so much of their vectors.
#include <cairn/kernels/conv/abreast.h>
#include <cairn/kernels/gemm/blocking.h>

namespace cairn::kernels {
namespace {

/// Of `n` numbers in vectors of `width`, a quarter or more of the lanes are empty.
bool wastes_lanes(std::int64_t n, std::int64_t width) {
  return 4 * n <= 3 * round_up(n, width);
}

bool has_full_groups(const ConvShape& s, std::int64_t width) {
  return width > 1 && s.groups == 1 && (s.n % width == 0 || !wastes_lanes(s.n, width));
}

}  // namespace

bool abreast_forward_pays(const ConvShape& s, std::int64_t width) {
  if (!has_full_groups(s, width)) return false;
  // Or where many taps pay for the two transpositions: 6 to 16 channels, 5 × 5.
  return wastes_lanes(s.out, width) ||
         (s.channels < 8 && s.out <= 16 && s.filter_size() >= 100);
}

bool abreast_input_gradient_pays(const ConvShape& s, std::int64_t width) {
  return has_full_groups(s, width) && wastes_lanes(s.channels, width);
}

bool abreast_weight_gradient_pays(const ConvShape& s, std::int64_t width) {
  return has_full_groups(s, width) && wastes_lanes(s.out, width);
}

}  // namespace cairn::kernels
