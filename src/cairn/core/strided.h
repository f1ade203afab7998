#pragma once

#include <array>
#include <cstdint>
#include <utility>

#include <cairn/core/shape.h>

namespace cairn::detail {

/// Walks N arrays of one (broadcast) shape together, whatever their strides.
///
/// Dimensions are reordered so that the first operand, the one written, is walked in
/// the order of its memory, and neighbours that lie evenly in every operand are joined:
/// dense operands of the same layout become one run. `run` hands out runs:
/// f(offsets, steps, count), where operand k's elements of the run lie at
/// offsets[k], offsets[k] + steps[k], ….
template <int N>
class StridedLoop {
 public:
  using Offsets = std::array<std::int64_t, N>;

  StridedLoop(const Shape& shape, const std::array<Strides, N>& strides)
      : shape_(shape), strides_(strides), numel_(shape.numel()) {
    sort_dims();
    join_dims();
  }

  std::int64_t numel() const { return numel_; }

  /// The dimensions that are left, outermost first, and operand k's strides along them.
  int dim() const { return shape_.dim(); }
  std::int64_t size(int d) const { return shape_[d]; }
  std::int64_t stride(int k, int d) const { return strides_[k][d]; }

  /// All operands lie in one run.
  bool is_single_run() const { return shape_.dim() <= 1; }

  /// Visits elements [begin, end) of the walk.
  template <class F>
  void run(std::int64_t begin, std::int64_t end, F&& f) const {
    if (begin >= end) return;
    const int dims = shape_.dim();
    if (dims == 0) {
      f(Offsets{}, Offsets{}, std::int64_t{1});
      return;
    }
    Offsets steps;
    for (int k = 0; k < N; ++k) steps[k] = strides_[k][dims - 1];
    Shape at = position(begin);
    while (begin < end) {
      Offsets offsets{};
      for (int k = 0; k < N; ++k) {
        for (int d = 0; d < dims; ++d) offsets[k] += at[d] * strides_[k][d];
      }
      const std::int64_t left = shape_[dims - 1] - at[dims - 1];
      const std::int64_t count = left < end - begin ? left : end - begin;
      f(offsets, steps, count);
      begin += count;
      advance(at, count);
    }
  }

 private:
  // Insertion sort, outermost dimension first: larger strides of the output outside,
  // and where the output does not tell them apart the next operand decides.
  void sort_dims() {
    for (int i = 1; i < shape_.dim(); ++i) {
      for (int j = i; j > 0 && belongs_before(j, j - 1); --j) swap_dims(j, j - 1);
    }
  }

  bool belongs_before(int a, int b) const {
    for (int k = 0; k < N; ++k) {
      const std::int64_t in_a = strides_[k][a], in_b = strides_[k][b];
      if (in_a == 0 || in_b == 0 || in_a == in_b) continue;
      return in_a > in_b;
    }
    return false;
  }

  void swap_dims(int a, int b) {
    std::swap(shape_[a], shape_[b]);
    for (int k = 0; k < N; ++k) std::swap(strides_[k][a], strides_[k][b]);
  }

  void join_dims() {
    for (int d = shape_.dim() - 1; d >= 0; --d) {
      if (shape_[d] == 1) {
        erase_dim(d);
      } else if (d + 1 < shape_.dim() && joins_next(d)) {
        shape_[d + 1] *= shape_[d];
        erase_dim(d);
      }
    }
  }

  bool joins_next(int d) const {
    for (int k = 0; k < N; ++k) {
      if (strides_[k][d] != strides_[k][d + 1] * shape_[d + 1]) return false;
    }
    return true;
  }

  void erase_dim(int d) {
    shape_.erase(d);
    for (int k = 0; k < N; ++k) strides_[k].erase(d);
  }

  Shape position(std::int64_t element) const {
    Shape at = Shape::filled(shape_.dim(), 0);
    for (int d = shape_.dim() - 1; d >= 0; --d) {
      at[d] = element % shape_[d];
      element /= shape_[d];
    }
    return at;
  }

  void advance(Shape& at, std::int64_t count) const {
    int d = shape_.dim() - 1;
    at[d] += count;
    while (d > 0 && at[d] == shape_[d]) {
      at[d] = 0;
      ++at[--d];
    }
  }

  Shape shape_;
  std::array<Strides, N> strides_;
  std::int64_t numel_;
};

/// Strides under which a tensor of `shape` reads as one of `out`: repeated dimensions
/// get stride 0. The shapes must broadcast.
inline Strides broadcast_strides(const Shape& shape, const Strides& strides,
                                 const Shape& out) {
  Strides result = Shape::filled(out.dim(), 0);
  const int missing = out.dim() - shape.dim();
  for (int d = 0; d < shape.dim(); ++d) {
    if (shape[d] != 1) result[d + missing] = strides[d];
  }
  return result;
}

}  // namespace cairn::detail
