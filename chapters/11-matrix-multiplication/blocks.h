// How large the blocks are that stay in each cache.
#pragma once

#include <algorithm>
#include <cstddef>

#if defined(__unix__)
#include <unistd.h>
#endif

#include "11-matrix-multiplication/kernels.h"

namespace ch11 {

// Of one core, in bytes; l3 is what all cores share.
struct CacheSizes {
  std::size_t l1 = 32u << 10, l2 = 512u << 10, l3 = 8u << 20;
};

// What the system says, or a usual size where it says nothing.
inline CacheSizes find_caches() {
  CacheSizes sizes;
#if defined(_SC_LEVEL1_DCACHE_SIZE)
  const auto ask = [](int name, std::size_t& size) {
    const long said = sysconf(name);
    if (said > 0) size = static_cast<std::size_t>(said);
  };
  ask(_SC_LEVEL1_DCACHE_SIZE, sizes.l1);
  ask(_SC_LEVEL2_CACHE_SIZE, sizes.l2);
  ask(_SC_LEVEL3_CACHE_SIZE, sizes.l3);
#endif
  return sizes;
}

inline const CacheSizes& caches() {
  static const CacheSizes sizes = find_caches();
  return sizes;
}

// ANCHOR: blocks
struct Blocks {
  std::size_t mc, kc, nc;
};

inline std::size_t round_down(std::size_t n, std::size_t unit) {
  return std::max(unit, n / unit * unit);
}

// A panel of B, kc × columns, takes half of the L1; a block of A, mc × kc, half of the
// L2; a block of B, kc × nc, a quarter of the L3.
template <class T>
Blocks choose_blocks(const Kernels<T>& kernel, const CacheSizes& size) {
  Blocks blocks;
  blocks.kc = std::max<std::size_t>(128, size.l1 / 2 / (kernel.columns * sizeof(T)));
  blocks.mc = round_down(size.l2 / 2 / (blocks.kc * sizeof(T)), kernel.rows);
  blocks.nc = round_down(size.l3 / 4 / (blocks.kc * sizeof(T)), kernel.columns);
  return blocks;
}
// ANCHOR_END: blocks

}  // namespace ch11
