#pragma once

#include <cstdint>
#include <initializer_list>
#include <string>
#include <vector>

#include <cairn/export.h>

namespace cairn {

/// A short list of integers kept in place, without the heap: the sizes of a tensor's
/// dimensions, or its strides counted in elements. At most eight.
class CAIRN_API Shape {
 public:
  /// The most dimensions a tensor can have.
  static constexpr int kMaxDims = 8;

  Shape() = default;
  /// Shape{2, 3}. Throws ShapeError for more than eight sizes.
  Shape(std::initializer_list<std::int64_t> sizes) {
    for (const std::int64_t size : sizes) push_back(size);
  }
  /// The same from a vector.
  explicit Shape(const std::vector<std::int64_t>& sizes);
  /// `dims` entries of `value`. Throws ShapeError for more than eight.
  static Shape filled(int dims, std::int64_t value) {
    Shape shape;
    for (int d = 0; d < dims; ++d) shape.push_back(value);
    return shape;
  }

  /// How many sizes there are, and whether there is none.
  ///@{
  int dim() const { return dims_; }
  bool empty() const { return dims_ == 0; }
  ///@}
  /// Size number `d`, from 0 to dim() − 1, which is not checked.
  ///@{
  std::int64_t operator[](int d) const { return sizes_[d]; }
  std::int64_t& operator[](int d) { return sizes_[d]; }
  ///@}
  /// For loops over the sizes.
  ///@{
  const std::int64_t* begin() const { return sizes_; }
  const std::int64_t* end() const { return sizes_ + dims_; }
  ///@}
  /// The last size; there must be one.
  std::int64_t back() const { return sizes_[dims_ - 1]; }

  /// The product of all sizes: how many elements a tensor of this shape has (1 for
  /// none).
  std::int64_t numel() const {
    std::int64_t product = 1;
    for (int d = 0; d < dims_; ++d) {
      if (sizes_[d] <= 0 || __builtin_mul_overflow(product, sizes_[d], &product)) {
        return unusual_numel();
      }
    }
    return product;
  }
  /// Appends a size. Throws ShapeError where there are eight already.
  void push_back(std::int64_t size) {
    if (dims_ == kMaxDims) throw_too_many();
    sizes_[dims_++] = size;
  }
  /// Puts a size before number `at`, or takes number `at` away. Neither checks `at`.
  ///@{
  void insert(int at, std::int64_t size);
  void erase(int at);
  ///@}

  /// All sizes agree.
  bool operator==(const Shape& other) const {
    if (dims_ != other.dims_) return false;
    for (int d = 0; d < dims_; ++d) {
      if (sizes_[d] != other.sizes_[d]) return false;
    }
    return true;
  }
  /// They do not.
  bool operator!=(const Shape& other) const { return !(*this == other); }

  /// As Python prints a tuple: (), (3,), (2, 3).
  std::string to_string() const;

 private:
  std::int64_t unusual_numel() const;  // with a size of 0 or less, or far too large
  [[noreturn]] static void throw_too_many();

  std::int64_t sizes_[kMaxDims] = {};
  int dims_ = 0;
};

/// Strides, in elements.
using Strides = Shape;

namespace detail {

/// Row-major strides of a dense tensor.
CAIRN_API Strides contiguous_strides(const Shape& shape);

/// The shape that `a` and `b` broadcast to by NumPy's rules: aligned at the right,
/// sizes equal or 1. Throws ShapeError naming `operation` where they do not fit.
CAIRN_API Shape broadcast_shapes(const Shape& a, const Shape& b, const char* operation);

/// A dimension counted from the end when negative, checked. Throws ShapeError.
CAIRN_API int wrap_dim(int d, int dims, const char* operation);

inline void append_text(std::string& out, const Shape& shape) {
  out += shape.to_string();
}

}  // namespace detail
}  // namespace cairn
