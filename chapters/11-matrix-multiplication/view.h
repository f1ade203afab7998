// A matrix as it lies in memory, which may be transposed without being moved.
#pragma once

#include <cstddef>

namespace ch11 {

// ANCHOR: view
// Element (i, j) is data[i * row + j * column]. Stored row after row, a matrix has
// column == 1, and its transpose has row == 1.
template <class T>
struct View {
  const T* data;
  std::size_t row, column;

  const T& operator()(std::size_t i, std::size_t j) const {
    return data[i * row + j * column];
  }
  View from(std::size_t i, std::size_t j) const {
    return {&(*this)(i, j), row, column};
  }
  View transposed() const { return {data, column, row}; }
};
// ANCHOR_END: view

template <class T>
View<T> by_rows(const T* data, std::size_t row) {
  return {data, row, 1};
}

}  // namespace ch11
