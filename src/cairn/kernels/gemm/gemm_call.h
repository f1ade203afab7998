// What the library's own operations ask of matrix multiplication, beyond the public
// gemm(): an epilogue, and a choice of kernels.
#pragma once

#include <cstdint>

#include <cairn/export.h>
#include <cairn/kernels/gemm/gemm.h>
#include <cairn/kernels/gemm/gemm_kernels.h>
#include <cairn/kernels/table.h>

namespace cairn::kernels {

/// What is done to an element of C once its sum is complete, while it is still in a
/// register:  C(i, j) ← relu(value + bias[j] + row_bias[i]).
template <class T>
struct Epilogue {
  const T* bias = nullptr;      ///< n values, one a column: a Linear layer's bias
  const T* row_bias = nullptr;  ///< m values, one a row
  bool relu = false;            ///< NaN stays NaN
};

/// C ← epilogue(alpha · op(A) · op(B) + beta · C). Fields as the arguments of gemm().
template <class T>
struct GemmCall {
  Trans trans_a = Trans::no;
  Trans trans_b = Trans::no;
  std::int64_t m = 0;
  std::int64_t n = 0;
  std::int64_t k = 0;
  T alpha = 1;
  const T* a = nullptr;
  std::int64_t lda = 0;
  const T* b = nullptr;
  std::int64_t ldb = 0;
  T beta = 0;
  T* c = nullptr;
  std::int64_t ldc = 0;
  Epilogue<T> epilogue;
};

/// Checks the arguments (ValueError) and multiplies with the kernels of active_isa().
CAIRN_API void gemm(const GemmCall<float>& call);
CAIRN_API void gemm(const GemmCall<double>& call);

/// The same with the kernels of a given table, for tests and benchmarks.
CAIRN_API void gemm(const GemmCall<float>& call, const KernelTable& table);
CAIRN_API void gemm(const GemmCall<double>& call, const KernelTable& table);

/// The definition, as three plain loops with sums in double: what every kernel is
/// compared with.
CAIRN_API void gemm_reference(const GemmCall<float>& call);
CAIRN_API void gemm_reference(const GemmCall<double>& call);

/// The loops around the kernels; the call has been checked.
void multiply(const GemmOps<float>& ops, GemmCall<float> call);
void multiply(const GemmOps<double>& ops, GemmCall<double> call);

}  // namespace cairn::kernels
