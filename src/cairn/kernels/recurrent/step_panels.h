// The product of a recurrent layer's every step. The right side is the same each time, so
// it is copied once into the order in which tiles read it; what a step asks for then are
// columns of the product, a panel at a time, so that their cells can be computed while the
// sums are still in the first cache.
#pragma once

#include <cairn/core/memory.h>
#include <cairn/kernels/gemm/tile_column.h>

namespace cairn::kernels {

/// One or several matrices [depth, columns], cut at the same columns into panels.
template <class T>
class CAIRN_API StepPanels {
 public:
  /// For products with `rows` rows on their left side.
  StepPanels(const GemmOps<T>& ops, std::int64_t rows, std::int64_t depth,
             std::int64_t columns, int matrices);

  std::int64_t panels() const { return panels_.parts; }
  /// Where panel j begins, and how many columns it has.
  std::int64_t begin(std::int64_t j) const { return panels_.begin(j) * ops_.width; }
  std::int64_t size(std::int64_t j) const;

  /// Copies the transpose of w, [columns, depth], as matrix number `matrix`.
  void copy_transposed(int matrix, const T* w, std::int64_t w_row);
  /// Copies w, [depth, columns], as rows `first` … first + depth − 1 of the only matrix.
  void copy_rows(std::int64_t first, const T* w, std::int64_t w_row,
                 std::int64_t depth);

  /// C = A · B + beta · C + bias for panel j of a matrix; c and bias are those of its
  /// first column, bias may be null.
  void multiply(std::int64_t j, int matrix, const T* a, std::int64_t a_row, T beta,
                const T* bias, T* c, std::int64_t c_row) const;

  /// The same a part of the depth at a time, in order; what comes next from memory can be
  /// asked for in between.
  ///@{
  std::int64_t parts() const { return depth_.parts; }
  void multiply_part(std::int64_t part, std::int64_t j, int matrix, const T* a,
                     std::int64_t a_row, T beta, const T* bias, T* c,
                     std::int64_t c_row) const;
  ///@}

 private:
  T* at(std::int64_t j, int matrix) const {
    return buffer_.template as<T>() + (j * matrices_ + matrix) * panel_size_;
  }
  std::int64_t step(std::int64_t j) const { return panels_.size(j) * ops_.width; }

  const GemmOps<T>& ops_;
  std::int64_t rows_, columns_;
  int matrices_;
  Split panels_;  // of the columns, in vectors
  Split depth_;   // what stays in the first cache
  std::int64_t panel_size_;
  detail::ScratchBuffer buffer_;
};

extern template class StepPanels<float>;
extern template class StepPanels<double>;

}  // namespace cairn::kernels
