// How the results of convolution abreast are cut into tiles.
#pragma once

#include <algorithm>

#include <cairn/kernels/conv/abreast_kernels.h>
#include <cairn/kernels/gemm/blocking.h>

namespace cairn::kernels {

/// Channels × pixels of a result, or channels × numbers of x for a gradient's sums.
struct AbreastTiling {
  Split rows, across;
};

/// What decides between tilings.
struct TilingCost {
  double each;  ///< what a step of a tile costs beside its FMAs and loads, in cycles
  bool tall;    ///< of tilings that cost the same the one of most rows, else of fewest
};

/// The tiling that costs least; most_across[R] is what a tile of R rows has room for, 0
/// where there is no tile so tall. A step of a tile takes a cycle for two FMAs or two
/// loads, and at least four, which is how long a sum waits for the one before.
inline AbreastTiling cheapest_tiling(std::int64_t rows, std::int64_t across,
                                     const int (&most_across)[kMaxAbreastRows + 1],
                                     const TilingCost& decides) {
  AbreastTiling best{};
  double least = 0;
  for (int most = 1; most <= kMaxAbreastRows && most_across[most] > 0; ++most) {
    const Split high = Split::at_most(rows, most);
    const Split wide = Split::at_most(across, most_across[high.size(high.parts - 1)]);
    double cost = 0;
    for (std::int64_t i = 0; i < high.parts; ++i) {
      for (std::int64_t j = 0; j < wide.parts; ++j) {
        const auto r = static_cast<double>(high.size(i));
        const auto p = static_cast<double>(wide.size(j));
        cost += std::max({r * p / 2, (r + p) / 2, 4.0}) + decides.each;
      }
    }
    if (most == 1 || cost < least || (decides.tall && cost == least)) {
      least = cost;
      best = {high, wide};
    }
  }
  return best;
}

}  // namespace cairn::kernels
