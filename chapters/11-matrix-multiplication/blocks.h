// How large the blocks are that stay in each cache.
#pragma once

#include <algorithm>
#include <cstddef>
#include <fstream>
#include <string>

#include "11-matrix-multiplication/kernels.h"

namespace ch11 {

// Of one core, in bytes; l3 is what all cores share.
struct CacheSizes {
  std::size_t l1 = 32u << 10, l2 = 512u << 10, l3 = 8u << 20;
};

// What Linux says of the first core, or a usual size where nothing is said.
inline CacheSizes find_caches() {
  CacheSizes sizes;
  for (int index = 0; index < 8; ++index) {
    const std::string folder =
        "/sys/devices/system/cpu/cpu0/cache/index" + std::to_string(index) + "/";
    std::ifstream level_file(folder + "level"), type_file(folder + "type");
    std::ifstream size_file(folder + "size");
    int level = 0;
    std::string type;
    std::size_t size = 0;
    char unit = 0;
    if (!(level_file >> level) || !(type_file >> type) || !(size_file >> size >> unit))
      continue;
    if (type == "Instruction" || size == 0) continue;
    const std::size_t bytes = size << (unit == 'M' ? 20 : 10);
    (level == 1 ? sizes.l1 : level == 2 ? sizes.l2 : sizes.l3) = bytes;
  }
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
