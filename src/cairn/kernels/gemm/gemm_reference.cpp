#include <cairn/kernels/gemm/gemm_call.h>

namespace cairn::kernels {
namespace {

template <class T>
void reference(const GemmCall<T>& g) {
  for (std::int64_t i = 0; i < g.m; ++i) {
    for (std::int64_t j = 0; j < g.n; ++j) {
      double sum = 0;
      if (g.alpha != T(0)) {
        for (std::int64_t p = 0; p < g.k; ++p) {
          const T a = g.trans_a == Trans::no ? g.a[i * g.lda + p] : g.a[p * g.lda + i];
          const T b = g.trans_b == Trans::no ? g.b[p * g.ldb + j] : g.b[j * g.ldb + p];
          sum += static_cast<double>(a) * b;
        }
      }
      T& c = g.c[i * g.ldc + j];
      double value = g.alpha * sum;
      if (g.beta != T(0)) value += static_cast<double>(g.beta) * c;
      if (g.epilogue.bias != nullptr) value += g.epilogue.bias[j];
      if (g.epilogue.row_bias != nullptr) value += g.epilogue.row_bias[i];
      if (g.epilogue.relu && value < 0) value = 0;
      c = static_cast<T>(value);
    }
  }
}

}  // namespace

void gemm_reference(const GemmCall<float>& call) { reference(call); }
void gemm_reference(const GemmCall<double>& call) { reference(call); }

}  // namespace cairn::kernels
