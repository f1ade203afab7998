// The part of matrix multiplication that is written once per instruction set: what a
// tier has to offer, as plain function pointers. tile_loops.h puts the loops around
// them.
#pragma once

#include <cstddef>
#include <cstdint>

namespace cairn::kernels {

/// What happens to a finished sum on its way into C:
///
///     C[r][j] = relu(alpha · sum + beta · C[r][j] + bias[j] + row_bias[r])
template <class T>
struct GemmFinish {
  T alpha;
  T beta;             ///< 0: C is not read
  const T* bias;      ///< one value a column, or null
  const T* row_bias;  ///< one value a row, or null
  bool relu;          ///< negative results become zero; NaN stays NaN
};

/// Tiles of C in a line, one below the other or side by side, R rows × V vectors each.
/// A tile stays in registers while the whole depth k runs past it. A is read one
/// element at a time, as it is, as its transpose, or packed: one of its two strides
/// is 1. B is read by vectors: its rows are contiguous.
template <class T>
struct GemmTile {
  std::int64_t k;  ///< depth
  const T* a;      ///< A(r, p) = a[r * a_row + p * a_step]
  std::int64_t a_row;
  std::int64_t a_step;
  const T* b;  ///< B(p, j) = b[p * b_step + j]
  std::int64_t b_step;
  T* c;  ///< C(r, j) = c[r * c_row + j]
  std::int64_t c_row;
  std::int64_t tiles;   ///< how many
  std::int64_t a_next;  ///< from a tile's first element of A to that of the next
  /// The same of B: as many columns if tiles lie side by side, or 0.
  std::int64_t b_next;
  std::int64_t b_ahead;       ///< how many rows of B to ask for before they are used:
  std::int64_t b_ahead_next;  ///< by the first tile, and by the others
  int tail;                   ///< columns in the last vector across: 1 … width
  bool b_padded;  ///< B may be read beyond the tail, to the end of that vector
  GemmFinish<T> finish;
};

constexpr int kMaxTileRows = 12;
constexpr int kMaxTileVectors = 4;
constexpr int kMaxDotRows = 6;
constexpr int kMaxDotQuads = 2;

/// The kernels of one instruction set for one element type. Narrow tiles are taller, so
/// that there are always enough independent sums to hide the latency of an FMA.
template <class T>
struct GemmOps {
  using Kernel = void (*)(const GemmTile<T>&);

  int width;                           ///< elements in a vector
  int panel_vectors;                   ///< vectors across the tile for large matrices
  int tile_rows[kMaxTileVectors + 1];  ///< tallest tile, by vectors across
  Kernel tile[kMaxTileVectors + 1][kMaxTileRows + 1];  ///< [vectors][rows]

  /// C = A Bᵀ by inner products, for operands whose rows both lie contiguous: vectors
  /// run along k, and four columns at a time make up a "vector" of C. Here B(j, p) =
  /// b[j * b_step + p] and A(r, p) = a[r * a_row + p].
  int dot_rows[kMaxDotQuads + 1];                 ///< tallest block, by quads across
  Kernel dot[kMaxDotQuads + 1][kMaxDotRows + 1];  ///< [quads][rows]

  using PackFunction = void (*)(const T* in, std::int64_t in_row, std::int64_t k,
                                std::int64_t columns, T* out, std::int64_t out_step);
  /// out[p * out_step + j] = in[p * in_row + j] for p < k, j < columns. Both packers
  /// may write anything between a row's end and out + k * out_step.
  PackFunction copy;
  /// out[p * out_step + j] = in[j * in_row + p] for p < k, j < columns.
  PackFunction transpose;
  /// The same, and nothing else is written: for results, where they belong.
  PackFunction turn;

  /// sum[j] += Σ_p x[p * x_step] · b[p * b_step + j] for p < k, j < n: a vector times a
  /// matrix, at the speed of memory.
  void (*add_rows)(const T* x, std::int64_t x_step, const T* b, std::int64_t b_step,
                   std::int64_t k, std::int64_t n, T* sum);
};

struct GemmKernels {
  GemmOps<float> f32;
  GemmOps<double> f64;
};

extern const GemmKernels gemm_scalar;
extern const GemmKernels gemm_avx2;
extern const GemmKernels gemm_avx512;

}  // namespace cairn::kernels
