#include <cairn/kernels/gemm/gemm.h>

#include <cairn/core/error.h>
#include <cairn/core/text.h>
#include <cairn/kernels/gemm/gemm_call.h>

namespace cairn {
namespace kernels {
namespace {

template <class T>
[[noreturn]] void refuse(const GemmCall<T>& g, const std::string& what) {
  const auto letter = [](Trans t) { return t == Trans::no ? "no" : "yes"; };
  throw ValueError(detail::concat("gemm: ", what, " (trans_a=", letter(g.trans_a),
                                  ", trans_b=", letter(g.trans_b), ", m=", g.m,
                                  ", n=", g.n, ", k=", g.k, ", lda=", g.lda,
                                  ", ldb=", g.ldb, ", ldc=", g.ldc, ")"));
}

template <class T>
void check_leading(const GemmCall<T>& g, const char* name, char matrix,
                   std::int64_t leading, std::int64_t row_length) {
  const std::int64_t least = row_length > 1 ? row_length : 1;
  if (leading >= least) return;
  refuse(g, detail::concat(name, " = ", leading, " is too small: a row of ", matrix,
                           ", as it lies in memory, has ", row_length,
                           " elements; pass at least ", least));
}

template <class T>
void check(const GemmCall<T>& g) {
  if (g.m < 0 || g.n < 0 || g.k < 0) refuse(g, "m, n and k must not be negative");
  check_leading(g, "lda", 'A', g.lda, g.trans_a == Trans::no ? g.k : g.m);
  check_leading(g, "ldb", 'B', g.ldb, g.trans_b == Trans::no ? g.n : g.k);
  check_leading(g, "ldc", 'C', g.ldc, g.n);
  if (g.m == 0 || g.n == 0) return;
  if (g.c == nullptr) refuse(g, "c is null, yet there is a result to store");
  if (g.k == 0 || g.alpha == T(0)) return;
  if (g.a == nullptr) refuse(g, "a is null, yet there is a product to compute");
  if (g.b == nullptr) refuse(g, "b is null, yet there is a product to compute");
}

}  // namespace

void gemm(const GemmCall<float>& call, const KernelTable& table) {
  check(call);
  multiply(table.gemm->f32, call);
}

void gemm(const GemmCall<double>& call, const KernelTable& table) {
  check(call);
  multiply(table.gemm->f64, call);
}

void gemm(const GemmCall<float>& call) { gemm(call, kernels()); }
void gemm(const GemmCall<double>& call) { gemm(call, kernels()); }

}  // namespace kernels

void gemm(Trans trans_a, Trans trans_b, std::int64_t m, std::int64_t n, std::int64_t k,
          float alpha, const float* a, std::int64_t lda, const float* b,
          std::int64_t ldb, float beta, float* c, std::int64_t ldc) {
  kernels::gemm(kernels::GemmCall<float>{
      trans_a, trans_b, m, n, k, alpha, a, lda, b, ldb, beta, c, ldc, {}});
}

void gemm(Trans trans_a, Trans trans_b, std::int64_t m, std::int64_t n, std::int64_t k,
          double alpha, const double* a, std::int64_t lda, const double* b,
          std::int64_t ldb, double beta, double* c, std::int64_t ldc) {
  kernels::gemm(kernels::GemmCall<double>{
      trans_a, trans_b, m, n, k, alpha, a, lda, b, ldb, beta, c, ldc, {}});
}

}  // namespace cairn
