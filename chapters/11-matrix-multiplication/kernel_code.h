// The kernels' text. kernels.h includes it once for each kind of processor, each time
// in another namespace, where Vector is something else; so there is no #pragma once.

// ANCHOR: add_row
// c += a b, for `count` numbers: a vector at a time, and what is left over one by one.
template <class T>
void add_row(std::size_t count, T a, const T* b, T* c) {
  using V = Vector<T>;
  const V all_a = V::all(a);
  std::size_t j = 0;
  for (; j + V::kLanes <= count; j += V::kLanes) {
    V sum = V::load(c + j);
    sum.add_product(all_a, V::load(b + j));
    sum.store(c + j);
  }
  for (; j < count; ++j) c[j] += a * b[j];
}
// ANCHOR_END: add_row

// ANCHOR: tile_step
// One step of the depth: adds a column of A times a row of B to all sums.
template <class T, int kRows, int kVectors>
CH11_INLINE void add_step(Vector<T> (&sums)[kRows][kVectors], const T* a,
                          std::size_t a_row, const T* b) {
  Vector<T> row_of_b[kVectors];
  CH11_UNROLL
  for (int v = 0; v < kVectors; ++v) {
    row_of_b[v] = Vector<T>::load(b + v * Vector<T>::kLanes);
  }
  CH11_UNROLL
  for (int r = 0; r < kRows; ++r) {
    const auto from_a = Vector<T>::all(a[r * a_row]);
    CH11_UNROLL
    for (int v = 0; v < kVectors; ++v) sums[r][v].add_product(from_a, row_of_b[v]);
  }
}
// ANCHOR_END: tile_step

template <class T, int kRows, int kVectors>
CH11_INLINE void add_to(T* c, std::size_t c_row,
                        const Vector<T> (&sums)[kRows][kVectors]) {
  CH11_UNROLL
  for (int r = 0; r < kRows; ++r) {
    CH11_UNROLL
    for (int v = 0; v < kVectors; ++v) {
      T* const at = c + r * c_row + v * Vector<T>::kLanes;
      Vector<T> sum = Vector<T>::load(at);
      sum.add(sums[r][v]);
      sum.store(at);
    }
  }
}

// ANCHOR: tile
// C's tile += A's rows times B's columns, which are kVectors vectors wide.
template <class T, int kRows, int kVectors, Tile kTile>
void tile(const TileCall<T>& call) {
  constexpr bool packed = kTile != Tile::kAsItLies;
  constexpr bool asks = kTile == Tile::kAsking || kTile == Tile::kFast;
  const std::size_t a_row = packed ? 1 : call.a_row;
  const std::size_t a_step = packed ? kRows : call.a_step;
  const T *a = call.a, *b = call.b;
  Vector<T> sums[kRows][kVectors];
  CH11_UNROLL
  for (int r = 0; r < kRows; ++r) {
    if (asks) ask_for(call.c + r * call.c_row, kVectors * Vector<T>::kLanes);
    CH11_UNROLL
    for (int v = 0; v < kVectors; ++v) sums[r][v] = Vector<T>::all(0);
  }
  std::size_t p = 0;
  if (kTile == Tile::kFast) {
    for (; p + 4 <= call.depth; p += 4) {
      CH11_UNROLL
      for (int step = 0; step < 4; ++step) {
        add_step<T, kRows, kVectors>(sums, a, a_row, b);
        a += a_step, b += call.b_step;
      }
    }
  }
  for (; p < call.depth; ++p) {
    add_step<T, kRows, kVectors>(sums, a, a_row, b);
    a += a_step, b += call.b_step;
  }
  add_to<T, kRows, kVectors>(call.c, call.c_row, sums);
}
// ANCHOR_END: tile

template <class T>
Kernels<T> kernels() {
  constexpr int r = kTileRows, v = kTileVectors;
  return {r,
          v * Vector<T>::kLanes,
          add_row<T>,
          tile<T, r, v, Tile::kAsItLies>,
          tile<T, r, v, Tile::kPacked>,
          tile<T, r, v, Tile::kAsking>,
          tile<T, r, v, Tile::kFast>};
}
