// What every worker is checked against: the same random inputs for all, and the naive
// definition of each kind of work, in double. C functions, so that the Python workers
// can call the very same code.
#pragma once

#include <cstdint>

extern "C" {

/// x[i] uniform in [-1, 1), a function of seed and i alone.
void bench_fill(float* x, std::int64_t n, std::uint64_t seed);

// Each check returns the largest difference from the definition over the elements it
// looks at, divided by the root mean square of the right values. Large results are
// looked at in part, spread over all of it; small ones whole.

/// C [m, n] = op(A) op(B), as in BLAS, row-major and dense.
double bench_check_gemm(int trans_a, int trans_b, std::int64_t m, std::int64_t n,
                        std::int64_t k, const float* a, const float* b, const float* c);

/// A convolution's sizes. Padding is the same on all sides.
struct BenchConv {
  std::int64_t batch, in, height, width, out, kernel_h, kernel_w, stride, padding;
  std::int64_t dilation, groups;
};

/// What a convolution is asked for.
enum BenchPass { kForward = 0, kInputGradient = 1, kWeightGradient = 2 };

/// x [batch, in, h, w], w [out, in / groups, kh, kw] and y [batch, out, oh, ow] in
/// row-major order; the one that `pass` computes is checked against the other two.
double bench_check_conv(const BenchConv* sizes, int pass, const float* x,
                        const float* w, const float* y);

/// y = f(x): exp, tanh, sigmoid. A negative result says that `name` is none of these.
double bench_check_map(const char* name, std::int64_t n, const float* x,
                       const float* y);

/// Rows of `cols`: softmax, or layernorm with eps 1e-5, no scale and no shift.
double bench_check_rows(const char* name, std::int64_t rows, std::int64_t cols,
                        const float* x, const float* y);

/// One Adam step (rate 1e-3, betas 0.9 and 0.999, eps 1e-8) from zero moments turns w
/// into `after` by the gradient g. The difference is measured on the step taken.
double bench_check_adam(std::int64_t n, const float* w, const float* g,
                        const float* after);

}  // extern "C"
