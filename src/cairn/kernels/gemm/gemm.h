// Matrix multiplication on raw pointers.
#pragma once

#include <cstdint>

#include <cairn/export.h>

namespace cairn {

/// Whether an operand is used as it lies in memory or transposed.
enum class Trans { no, yes };

/// C ← alpha · op(A) · op(B) + beta · C, all matrices row-major.
///
/// | matrix | shape | lies in memory as | leading dimension at least |
/// |---|---|---|---|
/// | op(A) | m × k | m × k, or k × m if `trans_a` is yes | its row length |
/// | op(B) | k × n | k × n, or n × k if `trans_b` is yes | its row length |
/// | C | m × n | m × n | n |
///
/// The leading dimension is the distance, in elements, from one row to the next. As in
/// BLAS, `beta` = 0 overwrites C without reading it (NaNs in it do not survive);
/// `alpha` = 0 or `k` = 0 only scales C, and reads neither A nor B; an empty C is left
/// alone. C may not overlap A or B.
///
/// Works in the instruction set of active_isa() and on num_threads() threads; neither
/// the number of threads nor what else is computed changes a bit of the result. Sums
/// are kept in the type of the elements: an element's error is at most about k ε times
/// the sum of the absolute values of its products.
///
/// Throws ValueError for a negative size, a leading dimension that is too small, or a
/// null pointer to a matrix that is needed. Built up step by step in chapter 11; how it
/// is made here: docs/kernels.md.
CAIRN_API void gemm(Trans trans_a, Trans trans_b, std::int64_t m, std::int64_t n,
                    std::int64_t k, float alpha, const float* a, std::int64_t lda,
                    const float* b, std::int64_t ldb, float beta, float* c,
                    std::int64_t ldc);

/// The same in double precision.
CAIRN_API void gemm(Trans trans_a, Trans trans_b, std::int64_t m, std::int64_t n,
                    std::int64_t k, double alpha, const double* a, std::int64_t lda,
                    const double* b, std::int64_t ldb, double beta, double* c,
                    std::int64_t ldc);

}  // namespace cairn
