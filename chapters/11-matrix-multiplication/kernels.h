// The kernels, compiled for each kind of processor, and the choice among them.
#pragma once

#include <cstddef>

#include "11-matrix-multiplication/isa.h"
#include "11-matrix-multiplication/vectors.h"

namespace ch11 {

// ANCHOR: tile_call
// A tile of C, and where its factors lie. A's element (r, p) is a[r * a_row + p *
// a_step], B's row p begins at b[p * b_step] and has no gaps: packed and unpacked are
// one code.
template <class T>
struct TileCall {
  std::size_t depth;
  const T* a;
  std::size_t a_row, a_step;
  const T* b;
  std::size_t b_step;
  T* c;
  std::size_t c_row;
};
// ANCHOR_END: tile_call

enum class Tile {
  kAsItLies,  // reads A and B where they lie
  kPacked,    // reads a copy of A, in its own order
  kAsking,    // the same, and asks for C ahead of time
  kFast       // the same, four steps of the depth in a turn
};

template <class T>
struct Kernels {
  std::size_t rows, columns;  // of the tile
  void (*add_row)(std::size_t count, T a, const T* b, T* c);
  void (*as_it_lies)(const TileCall<T>&);
  void (*packed)(const TileCall<T>&);
  void (*asking)(const TileCall<T>&);
  void (*fast)(const TileCall<T>&);
};

// Asks for the lines that hold these numbers, and waits for none of them.
template <class T>
void ask_for(const T* x, std::size_t count) {
#if defined(__GNUC__)
  for (std::size_t i = 0; i < count; i += 64 / sizeof(T)) __builtin_prefetch(x + i);
  __builtin_prefetch(x + count - 1);
#else
  (void)x, (void)count;
#endif
}

// ANCHOR: three_times
namespace portable {
#include "11-matrix-multiplication/kernel_code.h"
}  // namespace portable

#if CH11_X86
CH11_BEGIN("avx2,fma")
namespace avx2 {
#include "11-matrix-multiplication/kernel_code.h"
}  // namespace avx2
CH11_END

CH11_BEGIN("avx512f,avx2,fma")
namespace avx512 {
#include "11-matrix-multiplication/kernel_code.h"
}  // namespace avx512
CH11_END
#endif

template <class T>
Kernels<T> kernels(Isa isa = active_isa()) {
#if CH11_X86
  if (isa == Isa::kAvx512) return avx512::kernels<T>();
  if (isa == Isa::kAvx2) return avx2::kernels<T>();
#endif
  return portable::kernels<T>();
}
// ANCHOR_END: three_times

}  // namespace ch11
