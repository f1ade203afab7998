// Everything that is not a matrix product or a convolution, once per instruction set:
// what a tier has to offer, as plain function pointers.
//
// All arrays are contiguous f32 of any alignment, n may be 0, and an output may be the
// same array as an input (but may not overlap one partly). The kernels run on the
// calling thread; whoever calls them cuts the work into parts.
#pragma once

#include <cstdint>

namespace cairn::kernels {

/// A step of stochastic gradient descent in PyTorch's terms, where weight decay is
/// added to the gradient:
///
///     g ← g + weight_decay · w
///     v ← first_step ? g : momentum · v + (1 − dampening) · g
///     w ← w − lr · (nesterov ? g + momentum · v : v)
struct SgdStep {
  float lr;
  float momentum;  ///< not looked at when there is no velocity array
  float dampening;
  float weight_decay;
  bool nesterov;
  bool first_step;  ///< the velocity holds nothing yet
};

/// A step of Adam (Kingma and Ba, 2015) or of AdamW (Loshchilov and Hutter, 2019) with
/// everything that is the same for all elements worked out beforehand:
///
///     w ← shrink · w,  g ← g + l2 · w
///     m ← m + fresh1 (g − m),  v ← beta2 · v + fresh2 · g²
///     w ← w − step_size · m / (√v · inv_sqrt_bias2 + eps)
///
/// With an array `largest` (AMSGrad: Reddi, Kale and Kumar, 2018), largest ←
/// max(largest, v) takes the place of v in the last line.
struct AdamStep {
  float beta2;
  float fresh1;  ///< 1 − beta1, taken in double: 1 − 0.999f has lost four digits
  float fresh2;  ///< 1 − beta2, likewise
  float eps;
  float step_size;       ///< lr / (1 − beta1ᵗ)
  float inv_sqrt_bias2;  ///< 1 / √(1 − beta2ᵗ)
  float l2;              ///< Adam's weight decay, 0 for AdamW
  float shrink;          ///< AdamW's 1 − lr · weight_decay, 1 for Adam
};

/// A step of RMSprop (Hinton, 2012), with all arrays, or of Adagrad (Duchi, Hazan and
/// Singer, 2011), where keep = fresh = 1 and there is neither m nor b:
///
///     g ← g + l2 · w
///     v ← keep · v + fresh · g²,  m ← m + fresh (g − m)
///     b ← momentum · b + g / (√(v − m²) + eps)
///     w ← w − lr · b
struct RmsStep {
  float keep;
  float fresh;  ///< 1 − keep, taken in double
  float eps;
  float lr;
  float momentum;  ///< not looked at when there is no b
  float l2;        ///< weight decay
};

/// A block of attention's scores, rows of x that lie `stride` apart. Row r takes part up
/// to column min(columns, first_end + r); what is beyond becomes 0. Where first_end is
/// `columns` or more, every row is whole.
template <class T>
struct ScoreRows {
  T* x;
  std::int64_t rows, columns, stride, first_end;
  T scale;                   ///< of the products q·k
  const T* bias;             ///< added to the scaled scores, or null
  std::int64_t bias_stride;  ///< from row to row; 0 where all have the same
  T* largest;                ///< of each row the number that is subtracted,
  T* inverse;                ///< and 1 / Σ exp; 0 where all scores are −∞
};

struct MathKernels {
  using Unary = void (*)(float* out, const float* x, std::int64_t n);
  using Binary = void (*)(float* out, const float* a, const float* b, std::int64_t n);
  using WithScalar = void (*)(float* out, const float* x, float c, std::int64_t n);
  using Reduction = double (*)(const float* x, std::int64_t n);

  // --- elementwise, one input. NaN in gives NaN out; limits as in C's <math.h>.
  // Largest error over all floats: exp 1.1 ULP, log 1.5, sigmoid 2, tanh 3.
  Unary exp;  ///< subnormal results are rounded, not flushed to zero
  Unary log;  ///< log(0) = −∞, of negative numbers NaN
  Unary tanh;
  Unary sigmoid;  ///< 1 / (1 + exp(−x))
  Unary relu;
  Unary neg;
  Unary abs;
  Unary sqrt;
  Unary square;
  Unary reciprocal;  ///< 1 / x, rounded once

  // --- elementwise, two inputs
  Binary add;
  Binary sub;
  Binary mul;
  Binary div;
  Binary max;      ///< NaN where either is NaN
  Binary min;      ///< NaN where either is NaN
  Binary mul_add;  ///< out += a · b

  // --- with numbers that are the same for all elements
  void (*fill)(float* out, float value, std::int64_t n);
  WithScalar add_scalar;   ///< x + c
  WithScalar mul_scalar;   ///< x · c
  WithScalar div_scalar;   ///< x / c
  WithScalar rdiv_scalar;  ///< c / x
  WithScalar axpy;         ///< out += c · x
  /// out = a · x + b
  void (*affine)(float* out, const float* x, float a, float b, std::int64_t n);
  /// out = min(max(x, low), high); NaN stays NaN
  void (*clamp)(float* out, const float* x, float low, float high, std::int64_t n);

  // --- derivatives, from the output y of the forward pass: (dx, dy, y)
  Binary relu_backward;     ///< dy where y > 0, else 0
  Binary sigmoid_backward;  ///< dy · y (1 − y)
  Binary tanh_backward;     ///< dy (1 − y²)

  // --- GELU: y = x Φ(x), or Φ by way of tanh; unless `slope` is null, it gets dy/dx, and
  // may be the array of x
  using Curve = void (*)(float* y, float* slope, const float* x, std::int64_t n);
  Curve gelu;
  Curve gelu_tanh;

  // --- attention
  /// x ← softmax(scale · x + bias), row by row; sets `largest` and `inverse`.
  void (*attention_weights)(const ScoreRows<float>& rows);
  /// The same weights, bit for bit, from `largest` and `inverse`.
  void (*attention_weights_again)(const ScoreRows<float>& rows);
  /// x holds the gradient of the weights, which lie as x does, and gets that of the
  /// unscaled scores: x ← scale · p (x − Σ x·p).
  void (*attention_gradient)(const ScoreRows<float>& rows, const float* weights);

  // --- matrices [rows, cols]
  /// out[i][j] = x[i][j] + bias[j]
  void (*add_row_bias)(float* out, const float* x, const float* bias, std::int64_t rows,
                       std::int64_t cols);
  /// out[j] = Σ_i x[i][j], added to what is there if `accumulate`
  void (*column_sums)(float* out, const float* x, std::int64_t rows, std::int64_t cols,
                      bool accumulate);

  // --- reductions. Sums run in f32 for some hundred elements, then go on in double.
  Reduction sum;
  Reduction sum_squares;
  double (*dot)(const float* a, const float* b, std::int64_t n);
  float (*max_value)(const float* x, std::int64_t n);  ///< NaN if any is; −∞ when n = 0
  float (*min_value)(const float* x, std::int64_t n);  ///< NaN if any is; +∞ when n = 0
  /// Index of the first maximum, or of the first NaN, as in NumPy; −1 when n = 0.
  std::int64_t (*argmax)(const float* x, std::int64_t n);
  std::int64_t (*count_nonfinite)(const float* x, std::int64_t n);
  bool (*any_nonfinite)(const float* x, std::int64_t n);

  // --- rows of n numbers: one, or all of a matrix [rows, n]. A row that is −∞
  // throughout, or holds +∞ or NaN, gives NaN (but for logsumexp_row, which is exact at
  // ±∞).
  Unary log_softmax_row;
  float (*logsumexp_row)(const float* x, std::int64_t n);
  void (*softmax_rows)(float* out, const float* x, std::int64_t rows, std::int64_t n);
  /// loss[r] = −log softmax(x[r])[label[r]]; unless dx is null, dx[r] = scale ·
  /// (softmax(x[r]) − onehot). Labels must be in [0, n).
  void (*softmax_cross_entropy_rows)(float* loss, float* dx, const float* x,
                                     const std::int64_t* label, std::int64_t rows,
                                     std::int64_t n, float scale);
  Binary softmax_backward_row;      ///< (dx, dy, y): (dy − Σ dy·y) · y
  Binary log_softmax_backward_row;  ///< (dx, dy, y): dy − exp(y) · Σ dy

  // --- random numbers: blocks first_block, first_block + 1, … of four numbers each of
  // cairn::Generator(seed, stream), the same in every tier, bit for bit
  void (*random_bits)(std::uint32_t* out, std::int64_t n, std::uint64_t seed,
                      std::uint64_t stream, std::uint64_t first_block);
  /// In [0, 1): the upper 24 bits of each number, times 2⁻²⁴.
  void (*random_uniform)(float* out, std::int64_t n, std::uint64_t seed,
                         std::uint64_t stream, std::uint64_t first_block);
  /// Dropout's multiplier: `scale` where random_uniform's number is below `keep`, else
  /// 0.
  void (*random_mask)(float* out, std::int64_t n, float keep, float scale,
                      std::uint64_t seed, std::uint64_t stream,
                      std::uint64_t first_block);

  // --- optimizers
  /// `velocity` is null when there is no momentum.
  void (*sgd_step)(float* w, const float* gradient, float* velocity, std::int64_t n,
                   const SgdStep& step);
  /// `largest` is null but for AMSGrad.
  void (*adam_step)(float* w, const float* gradient, float* m, float* v, float* largest,
                    std::int64_t n, const AdamStep& step);
  /// `m` is null where squares are not taken about the mean, `b` without momentum.
  void (*rms_step)(float* w, const float* gradient, float* v, float* m, float* b,
                   std::int64_t n, const RmsStep& step);
};

extern const MathKernels math_scalar;
extern const MathKernels math_avx2;
extern const MathKernels math_avx512;

}  // namespace cairn::kernels
