// Solution 1: the best tile for a number of registers.
#pragma once

#include <cstddef>

namespace ch11 {

struct TileShape {
  int rows = 0, vectors = 0;
};

inline TileShape best_tile(int registers, int chains) {
  TileShape best;
  double fewest = 1e9;
  for (int v = 1; v < registers; ++v) {
    const int r = (registers - v - 1) / v;
    if (r < 1 || r * v < chains) continue;
    const double loads = static_cast<double>(r + v) / (r * v);
    if (loads < fewest) {
      fewest = loads;
      best = {r, v};
    }
  }
  return best;
}

}  // namespace ch11
