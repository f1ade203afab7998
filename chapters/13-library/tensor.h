// A tensor: a handle that says how to find numbers in memory which others may share.
#pragma once

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <utility>
#include <vector>

#include "13-library/pool.h"
#include "13-library/shape.h"

namespace ch13 {

// ANCHOR: storage
// Numbers in memory. They belong to all the tensors that share them.
struct Storage {
  std::size_t size;
  double* data;
  std::uint64_t version = 0;  // how often they have been changed in place

  explicit Storage(std::size_t size) : size(size), data(pool().take(size)) {}
  ~Storage() { pool().give(data, size); }
  Storage(const Storage&) = delete;
  Storage& operator=(const Storage&) = delete;
};
// ANCHOR_END: storage

// ANCHOR: tensor
// Number (i, j, ...) is storage->data[offset + i strides[0] + j strides[1] + ...].
struct Tensor {
  std::shared_ptr<Storage> storage;
  Shape shape;
  Strides strides;
  std::size_t offset = 0;

  Tensor() = default;  // no numbers at all
  explicit Tensor(Shape dimensions)
      : storage(std::make_shared<Storage>(count_of(dimensions))),
        shape(std::move(dimensions)),
        strides(row_major(shape)) {}
  Tensor(Shape dimensions, double fill) : Tensor(std::move(dimensions)) {
    std::fill_n(storage->data, size(), fill);
  }
  Tensor(Shape dimensions, const std::vector<double>& values)
      : Tensor(std::move(dimensions)) {
    require(values.size() == size(), "tensor", shape, {values.size()});
    std::copy(values.begin(), values.end(), storage->data);
  }

  bool empty() const { return storage == nullptr; }
  std::size_t size() const { return count_of(shape); }
  double* data() const { return storage->data + offset; }
  bool in_order() const { return strides == row_major(shape); }

  double& operator()(std::size_t i, std::size_t j) const {
    return data()[i * strides[0] + j * strides[1]];
  }
};
// ANCHOR_END: tensor

// The number of a tensor that holds a single one.
inline double number(const Tensor& x) {
  require(!x.empty() && x.size() == 1, "number", x.shape, {});
  return *x.data();
}

}  // namespace ch13
