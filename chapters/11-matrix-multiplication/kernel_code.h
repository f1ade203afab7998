// The kernels' text. kernels.h includes it once for each kind of processor, each time in
// another namespace in which Vector is something else; so no #pragma once.

// ANCHOR: tile
// C's tile += A's rows times B's columns: kRows rows and kVectors vectors of columns.
template <class T, int kRows, int kVectors>
void tile(const TileCall<T>& call) {
  using V = Vector<T>;
  V sums[kRows][kVectors];
  CH11_UNROLL
  for (int r = 0; r < kRows; ++r) {
    CH11_UNROLL
    for (int v = 0; v < kVectors; ++v) sums[r][v] = V::all(0);
  }
  const T *a = call.a, *b = call.b;
  for (std::size_t p = 0; p < call.depth; ++p) {
    V row_of_b[kVectors];
    CH11_UNROLL
    for (int v = 0; v < kVectors; ++v) row_of_b[v] = V::load(b + v * V::kLanes);
    CH11_UNROLL
    for (int r = 0; r < kRows; ++r) {
      const V from_a = V::all(a[r * call.a_row]);
      CH11_UNROLL
      for (int v = 0; v < kVectors; ++v) sums[r][v].add_product(from_a, row_of_b[v]);
    }
    a += call.a_step;
    b += call.b_step;
  }
  CH11_UNROLL
  for (int r = 0; r < kRows; ++r) {
    CH11_UNROLL
    for (int v = 0; v < kVectors; ++v) {
      T* const c = call.c + r * call.c_row + v * V::kLanes;
      V sum = V::load(c);
      sum.add(sums[r][v]);
      sum.store(c);
    }
  }
}
// ANCHOR_END: tile

template <class T>
Kernels<T> kernels() {
  return {Vector<T>::kLanes, kTileRows, kTileVectors * Vector<T>::kLanes,
          tile<T, kTileRows, kTileVectors>};
}
