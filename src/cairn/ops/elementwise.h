#pragma once

#include <cairn/core/tensor.h>

namespace cairn {

/// Arithmetic, element by element. Shapes broadcast by NumPy's rules (ShapeError where
/// they do not fit); dtypes must agree (DTypeError). Results keep the order in memory
/// of a dense operand. A double operand stands for a tensor of the other's dtype.
/// Integers wrap. What was broadcast is summed in the gradient (chapter 5).
///@{
CAIRN_API Tensor add(const Tensor& a, const Tensor& b);
CAIRN_API Tensor sub(const Tensor& a, const Tensor& b);
CAIRN_API Tensor mul(const Tensor& a, const Tensor& b);
///@}
/// Likewise. For integers, C++'s division (7 / −2 is −3); throws ValueError on an
/// integer division by zero.
CAIRN_API Tensor div(const Tensor& a, const Tensor& b);
/// The larger or smaller of each pair; NaN where either is. Where both are equal each
/// gets half of the gradient.
///@{
CAIRN_API Tensor maximum(const Tensor& a, const Tensor& b);
CAIRN_API Tensor minimum(const Tensor& a, const Tensor& b);
///@}
/// scale·x + shift
CAIRN_API Tensor affine(const Tensor& x, double scale, double shift);

/// The functions above, as C++ writes them.
///@{
inline Tensor operator+(const Tensor& a, const Tensor& b) { return add(a, b); }
inline Tensor operator-(const Tensor& a, const Tensor& b) { return sub(a, b); }
inline Tensor operator*(const Tensor& a, const Tensor& b) { return mul(a, b); }
inline Tensor operator/(const Tensor& a, const Tensor& b) { return div(a, b); }
inline Tensor operator+(const Tensor& x, double c) { return affine(x, 1, c); }
inline Tensor operator+(double c, const Tensor& x) { return affine(x, 1, c); }
inline Tensor operator-(const Tensor& x, double c) { return affine(x, 1, -c); }
inline Tensor operator-(double c, const Tensor& x) { return affine(x, -1, c); }
inline Tensor operator*(const Tensor& x, double c) { return affine(x, c, 0); }
inline Tensor operator*(double c, const Tensor& x) { return affine(x, c, 0); }
CAIRN_API Tensor operator/(const Tensor& x, double c);
CAIRN_API Tensor operator/(double c, const Tensor& x);
inline Tensor operator-(const Tensor& x) { return affine(x, -1, 0); }
///@}

/// eˣ
CAIRN_API Tensor exp(const Tensor& x);
/// The natural logarithm.
CAIRN_API Tensor log(const Tensor& x);
/// √x and x².
///@{
CAIRN_API Tensor sqrt(const Tensor& x);
CAIRN_API Tensor square(const Tensor& x);
///@}
/// |x|; the gradient at 0 is 0.
CAIRN_API Tensor abs(const Tensor& x);
/// x to a power that is the same for all; NaN where C's pow is.
CAIRN_API Tensor pow(const Tensor& x, double exponent);
/// x cut to [low, high]; the gradient passes where x lies inside, ends included.
CAIRN_API Tensor clamp(const Tensor& x, double low, double high);

// Activations (chapter 4 derives them).

/// max(x, 0); the gradient at 0 is 0.
CAIRN_API Tensor relu(const Tensor& x);
/// 1 / (1 + e⁻ˣ)
CAIRN_API Tensor sigmoid(const Tensor& x);
/// (eˣ − e⁻ˣ) / (eˣ + e⁻ˣ)
CAIRN_API Tensor tanh(const Tensor& x);

/// The two forms of gelu().
enum class GeluForm { exact, tanh };
/// x Φ(x), where Φ is the share of the normal distribution below x (Hendrycks and Gimpel,
/// 2016); in the form `tanh`, x (1 + tanh(√(2/π) (x + 0.044715 x³))) / 2, as GPT-2 has
/// it. PyTorch calls them approximate="none" and "tanh".
CAIRN_API Tensor gelu(const Tensor& x, GeluForm form = GeluForm::exact);

/// x where it is positive, else slope·x.
CAIRN_API Tensor leaky_relu(const Tensor& x, double slope = 0.01);
/// x where it is positive, else α(eˣ − 1) (Clevert and others, 2015).
CAIRN_API Tensor elu(const Tensor& x, double alpha = 1);
/// x / (1 + e⁻ˣ), also called swish (Elfwing and others, 2017).
CAIRN_API Tensor silu(const Tensor& x);
/// log(1 + eˣ), a smooth max(x, 0); computed as max(x, 0) + log(1 + e^−|x|).
CAIRN_API Tensor softplus(const Tensor& x);

/// Comparisons: u8 tensors of 0 and 1, not differentiable. Shapes broadcast.
///@{
CAIRN_API Tensor eq(const Tensor& a, const Tensor& b);
CAIRN_API Tensor ne(const Tensor& a, const Tensor& b);
CAIRN_API Tensor lt(const Tensor& a, const Tensor& b);
CAIRN_API Tensor le(const Tensor& a, const Tensor& b);
CAIRN_API Tensor gt(const Tensor& a, const Tensor& b);
CAIRN_API Tensor ge(const Tensor& a, const Tensor& b);
///@}

/// The comparisons as C++ writes them. What they give are tensors and not truth values:
/// `(a == b).to(f32).mean()` is the share of equal elements. A number need not be one of
/// x's dtype: whole numbers may be compared with 0.5.
///@{
inline Tensor operator==(const Tensor& a, const Tensor& b) { return eq(a, b); }
inline Tensor operator!=(const Tensor& a, const Tensor& b) { return ne(a, b); }
inline Tensor operator<(const Tensor& a, const Tensor& b) { return lt(a, b); }
inline Tensor operator<=(const Tensor& a, const Tensor& b) { return le(a, b); }
inline Tensor operator>(const Tensor& a, const Tensor& b) { return gt(a, b); }
inline Tensor operator>=(const Tensor& a, const Tensor& b) { return ge(a, b); }
CAIRN_API Tensor operator==(const Tensor& x, double c);
CAIRN_API Tensor operator!=(const Tensor& x, double c);
CAIRN_API Tensor operator<(const Tensor& x, double c);
CAIRN_API Tensor operator<=(const Tensor& x, double c);
CAIRN_API Tensor operator>(const Tensor& x, double c);
CAIRN_API Tensor operator>=(const Tensor& x, double c);
///@}

/// a where `condition` (u8) is not 0, else b; all three broadcast.
CAIRN_API Tensor where(const Tensor& condition, const Tensor& a, const Tensor& b);
/// x with `value` where `mask` (u8) is not 0: where() with a number.
CAIRN_API Tensor masked_fill(const Tensor& x, const Tensor& mask, double value);

}  // namespace cairn
