// Programs that measure the processor, compiled as kernel_code.h is.

// ANCHOR: chains
// kChains sums, each of which waits for nothing but its own last addition. Returns
// something that depends on all of them, or the compiler would leave them out.
template <class T, int kChains>
T chains(std::size_t steps, T factor, T term) {
  using V = Vector<T>;
  V x[kChains];
  for (int c = 0; c < kChains; ++c) x[c] = V::all(static_cast<T>(c));
  const V times = V::all(factor), plus = V::all(term);
  for (std::size_t s = 0; s < steps; ++s) {
    CH11_UNROLL
    for (int c = 0; c < kChains; ++c) {
      V next = plus;
      next.add_product(x[c], times);
      x[c] = next;
    }
  }
  for (int c = 1; c < kChains; ++c) x[0].add(x[c]);
  T lanes[V::kLanes];
  x[0].store(lanes);
  return lanes[0];
}
// ANCHOR_END: chains

// ANCHOR: read
// Loads every number of x once, eight vectors at a time.
template <class T>
T read(const T* x, std::size_t count) {
  using V = Vector<T>;
  V sums[8];
  for (V& s : sums) s = V::all(0);
  for (std::size_t i = 0; i + 8 * V::kLanes <= count; i += 8 * V::kLanes) {
    CH11_UNROLL
    for (int v = 0; v < 8; ++v) sums[v].add(V::load(x + i + v * V::kLanes));
  }
  for (int v = 1; v < 8; ++v) sums[0].add(sums[v]);
  T lanes[V::kLanes];
  sums[0].store(lanes);
  return lanes[0];
}
// ANCHOR_END: read

template <class T>
Probes<T> probes() {
  Probes<T> all;
  all.lanes = Vector<T>::kLanes;
  all.chains = {{1, chains<T, 1>},   {2, chains<T, 2>},  {3, chains<T, 3>},
                {4, chains<T, 4>},   {6, chains<T, 6>},  {8, chains<T, 8>},
                {10, chains<T, 10>}, {12, chains<T, 12>}};
  all.shapes = {
      {1, 1, tile<T, 1, 1, Tile::kPacked>}, {2, 1, tile<T, 2, 1, Tile::kPacked>},
      {4, 1, tile<T, 4, 1, Tile::kPacked>}, {2, 2, tile<T, 2, 2, Tile::kPacked>},
      {4, 2, tile<T, 4, 2, Tile::kPacked>}, {4, 3, tile<T, 4, 3, Tile::kPacked>},
      {6, 2, tile<T, 6, 2, Tile::kPacked>}, {8, 2, tile<T, 8, 2, Tile::kPacked>},
      {8, 3, tile<T, 8, 3, Tile::kPacked>}};
  all.read = read<T>;
  return all;
}
