// What the loops around the tile kernels share: how wide a tile is, and how a panel is
// cut into tiles.
#pragma once

#include <cstdint>

#include <cairn/kernels/gemm/blocking.h>
#include <cairn/kernels/gemm/gemm_kernels.h>

namespace cairn::kernels {

/// The vectors across a tile: few rows are taken at once, by the widest that has room
/// for them. What takes two tiles anyhow takes two of the widest.
template <class T>
std::int64_t widest_tile(const GemmOps<T>& ops, std::int64_t rows) {
  std::int64_t vectors = ops.panel_vectors;
  const std::int64_t tiles = rows <= ops.tile_rows[vectors] ? 1 : 2;
  while (vectors < kMaxTileVectors && tiles * ops.tile_rows[vectors + 1] >= rows)
    ++vectors;
  return vectors;
}

/// So many vectors cut into panels as wide as a tile. Where one would be left over, and
/// there is a tile for it, a panel takes three in place of two and one: a tile of one
/// vector loads more than it multiplies.
inline Split split_panels(std::int64_t vectors, std::int64_t widest) {
  Split panels = Split::at_most(vectors, widest);
  if (widest == 2 && vectors % 2 == 1 && vectors > 1) --panels.parts;
  return panels;
}

/// A panel of C: n rows cut evenly into tiles of two heights that differ by a row. As
/// Split has it, but with fewer divisions, which for tiles of little depth would be
/// felt. `t` says where the first tile lies and how the rows follow.
template <class T>
void run_tile_column(const GemmOps<T>& ops, std::int64_t vectors, std::int64_t n,
                     GemmTile<T> t) {
  const std::int64_t tallest = ops.tile_rows[vectors];
  const std::int64_t tiles = n <= tallest ? 1 : ceil_div(n, tallest);
  const std::int64_t low = tiles == 1 ? n : n / tiles, higher = n - low * tiles;
  const auto run = [&](std::int64_t count, std::int64_t rows) {
    if (count == 0) return;
    t.tiles = count;
    t.a_next = rows * t.a_row;
    ops.tile[vectors][rows](t);
    t.a += count * t.a_next;
    t.c += count * rows * t.c_row;
    if (t.finish.row_bias != nullptr) t.finish.row_bias += count * rows;
  };
  run(higher, low + 1);
  run(tiles - higher, low);
}

}  // namespace cairn::kernels
