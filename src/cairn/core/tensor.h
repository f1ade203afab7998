#pragma once

#include <cstdint>
#include <initializer_list>
#include <iosfwd>
#include <string>
#include <vector>

#include <cairn/core/tensor_body.h>

namespace cairn {

/// An array of numbers with a shape, the thing everything else computes on.
///
/// A Tensor is a handle: copying it shares the elements, as do the views that
/// `reshape`, `transpose`, `slice` and their like return; `clone()` copies. Elements
/// lie row by row unless the strides say otherwise. A default-constructed Tensor is
/// undefined and may only be assigned to and asked whether it is `defined()`.
///
/// Methods that compute follow the tape (see autograd/): called on tensors that require
/// a gradient they record what backward() needs. The book's chapter 5 derives how.
class CAIRN_API Tensor {
 public:
  Tensor() = default;

  // ── What it is ────────────────────────────────────────────────────────────────────
  /// Whether this is a tensor at all. All else throws ValueError if it is not.
  bool defined() const { return static_cast<bool>(impl_); }
  /// The sizes of the dimensions.
  const Shape& shape() const;
  /// How many elements lie between neighbours along each dimension.
  const Strides& strides() const;
  /// What the elements are.
  DType dtype() const;
  /// How many dimensions there are.
  int dim() const { return shape().dim(); }
  /// The size of dimension `d`; negative counts from the end. Throws ShapeError.
  std::int64_t size(int d) const;
  /// How many elements there are.
  std::int64_t numel() const;
  /// Elements lie row by row without gaps.
  bool is_contiguous() const;
  /// Elements fill their storage without gaps or overlap, in whatever order.
  bool is_dense() const;

  // ── Its elements ──────────────────────────────────────────────────────────────────
  /// The first element. T must be the dtype's C++ type (DTypeError otherwise). Writing
  /// through it is not seen by autograd's check for in-place changes.
  template <class T>
  T* data() const {
    return static_cast<T*>(data_as(detail::dtype_of<T>()));
  }
  /// The only element, converted to T. Throws ShapeError when there is not exactly one.
  template <class T>
  T item() const {
    return static_cast<T>(item_as_double());
  }
  /// A tensor that holds a copy of `values`. Throws ShapeError when the count is wrong.
  template <class T>
  static Tensor from_vector(const std::vector<T>& values, const Shape& shape) {
    return from_memory(values.data(), values.size(), detail::dtype_of<T>(), shape);
  }
  /// The same with one dimension.
  template <class T>
  static Tensor from_vector(const std::vector<T>& values) {
    return from_vector(values, Shape{static_cast<std::int64_t>(values.size())});
  }
  /// The elements in row-major order.
  template <class T>
  std::vector<T> to_vector() const {
    std::vector<T> values(static_cast<std::size_t>(numel()));
    copy_to_memory(values.data(), detail::dtype_of<T>());
    return values;
  }

  // ── Copies and conversions ────────────────────────────────────────────────────────
  /// A copy with elements of its own, in the same order in memory. Differentiable.
  Tensor clone() const;
  /// This tensor if its elements already lie row by row, else such a copy.
  Tensor contiguous() const;
  /// Converted to `dtype`; this tensor if that is its dtype. Differentiable between
  /// real dtypes.
  Tensor to(DType dtype) const;
  /// The same elements without a history on the tape.
  Tensor detach() const;

  // ── Views (they share elements, and are differentiable) ───────────────────────────
  /// The same elements in another shape; one size may be -1, "whatever is left". Copies
  /// only where the strides leave no other way.
  Tensor reshape(const Shape& shape) const;
  /// Joins dimensions `start` to `end` (inclusive) into one.
  Tensor flatten(int start = 0, int end = -1) const;
  /// Dimensions `d0` and `d1` exchanged.
  Tensor transpose(int d0, int d1) const;
  /// The transpose of a matrix.
  Tensor t() const;
  /// Dimensions in another order: permute({0, 2, 3, 1}) turns NCHW into NHWC.
  Tensor permute(const Shape& order) const;
  /// Elements start, start + step, … before `end` of dimension `d`, as Python's
  /// slice: negative positions count from the end, positions past it are cut.
  Tensor slice(int d, std::int64_t start, std::int64_t end,
               std::int64_t step = 1) const;
  /// The part at `index` of dimension `d`, which disappears. Throws IndexError.
  Tensor select(int d, std::int64_t index) const;
  /// select(0, index): a row of a matrix, a sample of a batch.
  Tensor operator[](std::int64_t index) const { return select(0, index); }
  /// Dimensions of size 1 repeated to `shape` without copying; -1 keeps a size.
  Tensor expand(const Shape& shape) const;
  /// With a dimension of size 1 before dimension `d`.
  Tensor unsqueeze(int d) const;
  /// Without dimension `d`, which must be of size 1.
  Tensor squeeze(int d) const;

  // ── Reductions (over all elements, or over some dimensions) ───────────────────────
  /// The sum of all elements, or along each of `dims`, which disappear or, with
  /// `keepdim`, become 1. Sums of u8 are i64.
  ///@{
  Tensor sum() const;
  Tensor sum(const Shape& dims, bool keepdim = false) const;
  ///@}
  /// The mean, likewise. Throws DTypeError unless real.
  ///@{
  Tensor mean() const;
  Tensor mean(const Shape& dims, bool keepdim = false) const;
  ///@}
  /// The extremes of all elements; equal ones share the gradient. NaN if any is. Throws
  /// ShapeError where there are no elements. amax() and amin() have dimensions.
  ///@{
  Tensor max() const;
  Tensor min() const;
  ///@}
  /// The position of the largest element along `d` (the first of equals), as i64.
  Tensor argmax(int d) const;

  // ── In place ──────────────────────────────────────────────────────────────────────
  /// Each bumps the version that backward() checks, and throws ValueError on a tensor
  /// that the tape is recording; wrap updates of parameters in a NoGradGuard. Operands
  /// broadcast to this tensor's shape.
  ///@{
  Tensor& fill_(double value);
  Tensor& zero_() { return fill_(0); }
  Tensor& copy_(const Tensor& source);
  Tensor& add_(const Tensor& other, double alpha = 1);  ///< this + alpha · other
  Tensor& mul_(const Tensor& other);
  Tensor& mul_(double factor);
  ///@}

  // ── Autograd ──────────────────────────────────────────────────────────────────────
  /// Whether backward() reaches this tensor.
  bool requires_grad() const;
  /// Asks backward() to collect a gradient in this tensor. Throws DTypeError unless
  /// real, ValueError on a tensor that was computed from others that require one.
  Tensor& requires_grad_(bool required = true);
  /// The collected gradient; undefined before the first backward().
  Tensor grad() const;
  /// Replaces the collected gradient; an undefined one forgets it. Throws ShapeError
  /// for one of another shape.
  void set_grad(const Tensor& gradient);
  /// Not computed on the tape: made by the user, or detached.
  bool is_leaf() const;
  /// Keeps the gradient of a computed tensor too.
  Tensor& retain_grad();
  /// Computes d(this)/d(leaf) for every leaf that requires it and adds it to grad().
  /// Without `gradient` this must have one element. The graph is freed unless kept.
  void backward(const Tensor& gradient = Tensor(), bool retain_graph = false) const;
  /// How often the elements were changed in place.
  std::int64_t version() const;

  // ── Text ──────────────────────────────────────────────────────────────────────────
  /// As NumPy prints an array; more than 1,000 elements are shortened to their edges.
  std::string to_string() const;

  /// For the library's own rooms.
  ///@{
  explicit Tensor(detail::Ref<detail::TensorImpl> impl) : impl_(std::move(impl)) {}
  detail::TensorImpl* impl() const { return impl_.get(); }
  const detail::Ref<detail::TensorImpl>& ref() const { return impl_; }
  ///@}

 private:
  void* data_as(DType wanted) const;
  double item_as_double() const;
  static Tensor from_memory(const void* values, std::size_t count, DType dtype,
                            const Shape& shape);
  void copy_to_memory(void* out, DType dtype) const;

  detail::Ref<detail::TensorImpl> impl_;
};

/// Writes to_string().
CAIRN_API std::ostream& operator<<(std::ostream& stream, const Tensor& tensor);

// ── Factories ───────────────────────────────────────────────────────────────────────

/// A tensor whose elements are whatever the memory held.
CAIRN_API Tensor empty(const Shape& shape, DType dtype = f32);
/// A tensor of one number throughout.
///@{
CAIRN_API Tensor zeros(const Shape& shape, DType dtype = f32);
CAIRN_API Tensor ones(const Shape& shape, DType dtype = f32);
CAIRN_API Tensor full(const Shape& shape, double value, DType dtype = f32);
///@}
/// The same of another's shape and dtype; see empty_like().
///@{
CAIRN_API Tensor zeros_like(const Tensor& like);
CAIRN_API Tensor ones_like(const Tensor& like);
///@}
/// Same shape, dtype and, where `like` is dense, the same order in memory.
CAIRN_API Tensor empty_like(const Tensor& like);
/// start, start + step, … before end.
CAIRN_API Tensor arange(double start, double end, double step = 1, DType dtype = f32);
/// `count` numbers from `start` to `end`, both included.
CAIRN_API Tensor linspace(double start, double end, std::int64_t count,
                          DType dtype = f32);
/// The identity matrix of `n` rows.
CAIRN_API Tensor eye(std::int64_t n, DType dtype = f32);
/// A tensor from nested braces: tensor({1, 2, 3}) or tensor({{1, 2}, {3, 4}}).
///@{
CAIRN_API Tensor tensor(std::initializer_list<double> values, DType dtype = f32);
CAIRN_API Tensor tensor(std::initializer_list<std::initializer_list<double>> rows,
                        DType dtype = f32);
///@}
/// A tensor of no dimensions that holds `value`.
CAIRN_API Tensor scalar(double value, DType dtype = f32);

}  // namespace cairn
