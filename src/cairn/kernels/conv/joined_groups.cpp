#include <cairn/kernels/conv/joined_groups.h>

#include <algorithm>
#include <atomic>
#include <cstring>
#include <type_traits>

#include <cairn/core/parallel.h>
#include <cairn/kernels/gemm/blocking.h>

namespace cairn::kernels {
namespace {

/// Calls f(place among wide filters, place among narrow ones) for each filter.
template <class F>
void each_filter(const ConvShape& s, std::int64_t joined, F f) {
  const std::int64_t size = s.filter_size(), share = s.group_out();
  for (std::int64_t o = 0; o < s.out; ++o) {
    f(o * joined * size + o / share % joined * size, o * size);
  }
}

}  // namespace

template <class T>
bool all_finite(const T* x, std::int64_t n) {
  // Exponents of nothing but ones: one more carries into the sign.
  using Bits = std::conditional_t<sizeof(T) == 4, std::uint32_t, std::uint64_t>;
  constexpr int kMantissa = sizeof(T) == 4 ? 23 : 52;
  constexpr Bits kSign = Bits(1) << (8 * sizeof(T) - 1), kOne = Bits(1) << kMantissa;
  constexpr std::int64_t kElements = 1 << 16;  // that a thread is worth waking for
  std::atomic<bool> finite{true};
  parallel_for(n, kElements, [&](std::int64_t begin, std::int64_t end) {
    Bits seen = 0;
    for (std::int64_t i = begin; i < end; ++i) {
      Bits bits;
      std::memcpy(&bits, x + i, sizeof(T));
      seen |= (bits & (kSign - kOne)) + kOne;
    }
    if ((seen & kSign) != 0) finite = false;
  });
  return finite;
}

std::int64_t groups_to_join(const ConvShape& s, std::int64_t width,
                            std::int64_t columns, std::int64_t depth) {
  if (s.groups == 1) return 1;
  // Cycles for one pixel: a group's pixels are copied, unless it is the only one or has
  // taps of one column; a tile of six pixels and two vectors begins and ends, and takes
  // six for each step.
  constexpr double kCopy = 8, kTile = 6, kStep = 0.5;
  const bool copied = s.kw > 1 || s.padding[1] > 0;
  std::int64_t best = 1;
  double least = 0;
  for (std::int64_t joined = 1; joined <= s.groups; ++joined) {
    if (s.groups % joined != 0) continue;
    const auto vectors = static_cast<double>(ceil_div(joined * columns, width));
    const double copies = copied && joined < s.groups ? kCopy : 0;
    const double steps = static_cast<double>(joined * depth * s.taps());
    const std::int64_t groups = s.groups / joined;
    const double cost =
        static_cast<double>(groups) * (copies + vectors * (kTile + kStep * steps));
    if (joined == 1 || cost < 0.95 * least) {
      least = cost;
      best = joined;
    }
  }
  return best;
}

ConvShape with_joined_groups(const ConvShape& s, std::int64_t joined) {
  ConvShape wide = s;
  wide.groups = s.groups / joined;
  return wide;
}

template <class T>
void join_filters(const ConvShape& s, std::int64_t joined, const T* w, T* wide) {
  std::fill(wide, wide + s.out * joined * s.filter_size(), T(0));
  each_filter(s, joined, [&](std::int64_t to, std::int64_t from) {
    std::copy(w + from, w + from + s.filter_size(), wide + to);
  });
}

template <class T>
void part_filters(const ConvShape& s, std::int64_t joined, const T* wide, T* w) {
  each_filter(s, joined, [&](std::int64_t from, std::int64_t to) {
    std::copy(wide + from, wide + from + s.filter_size(), w + to);
  });
}

template bool all_finite(const float*, std::int64_t);
template bool all_finite(const double*, std::int64_t);
template void join_filters(const ConvShape&, std::int64_t, const float*, float*);
template void join_filters(const ConvShape&, std::int64_t, const double*, double*);
template void part_filters(const ConvShape&, std::int64_t, const float*, float*);
template void part_filters(const ConvShape&, std::int64_t, const double*, double*);

}  // namespace cairn::kernels
