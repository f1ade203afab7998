#include <cairn/ops/embedding.h>

#include <algorithm>
#include <cstring>
#include <utility>

#include <cairn/autograd/node.h>
#include <cairn/core/parallel.h>
#include <cairn/core/text.h>

namespace cairn {

using autograd::Gradients;
using autograd::record;
using autograd::Saved;
using autograd::should_record;
using detail::concat;
using detail::data_of;

namespace {

void check(const Tensor& indices, const Tensor& weight) {
  detail::require_floating(detail::checked(weight, "embedding").dtype, "embedding");
  if (weight.dim() != 2) {
    throw ShapeError(concat("embedding: the weight has shape ", weight.shape(),
                            "; it must be a matrix (entries, size)"));
  }
  if (detail::checked(indices, "embedding").dtype != DType::i64) {
    throw DTypeError(concat("embedding: the indices are ", indices.dtype(),
                            "; they must be i64, as they count rows: convert them with "
                            ".to(i64)"));
  }
}

// A row's number from one that may count from the end.
std::int64_t padding_row(std::int64_t padding_idx, std::int64_t entries) {
  if (padding_idx == no_padding) return -1;
  if (padding_idx < -entries || padding_idx >= entries) {
    throw IndexError(concat("embedding: padding_idx ", padding_idx, " is none of the ",
                            entries, " rows; use ", -entries, " to ", entries - 1));
  }
  return padding_idx < 0 ? padding_idx + entries : padding_idx;
}

void check_indices(const Tensor& indices, std::int64_t entries) {
  const auto* const index = data_of<std::int64_t>(indices);
  for (std::int64_t i = 0; i < indices.numel(); ++i) {
    if (index[i] >= 0 && index[i] < entries) continue;
    throw IndexError(concat("embedding: index ", index[i], " at position ", i,
                            " of indices of shape ", indices.shape(),
                            " is none of the ", entries,
                            " rows, which are counted from 0 to ", entries - 1));
  }
}

// Rows that are worth a thread's while.
std::int64_t rows_worth(std::int64_t size) {
  return 1 + 32768 / std::max<std::int64_t>(size, 1);
}

// dw[index] += dy. Each part has rows of dw for itself and walks all indices, so that no
// sum depends on where the parts are cut.
template <class T>
void scatter(const Tensor& dw, const Tensor& dy, const Tensor& indices,
             std::int64_t padding) {
  const std::int64_t size = dw.size(1), entries = dw.size(0);
  const auto* const index = data_of<std::int64_t>(indices);
  const T* const from = data_of<T>(dy);
  T* const to = data_of<T>(dw);
  const bool little = indices.numel() < rows_worth(size);
  parallel_for(entries, little ? entries : std::max<std::int64_t>(entries / 8, 1),
               [&](std::int64_t begin, std::int64_t end) {
                 std::fill(to + begin * size, to + end * size, T(0));
                 for (std::int64_t i = 0; i < indices.numel(); ++i) {
                   if (index[i] < begin || index[i] >= end || index[i] == padding)
                     continue;
                   T* const row = to + index[i] * size;
                   for (std::int64_t k = 0; k < size; ++k) row[k] += from[i * size + k];
                 }
               });
}

}  // namespace

Tensor embedding(const Tensor& indices, const Tensor& weight,
                 std::int64_t padding_idx) {
  check(indices, weight);
  const std::int64_t entries = weight.size(0), size = weight.size(1);
  const std::int64_t padding = padding_row(padding_idx, entries);
  const Tensor index = indices.detach().contiguous();
  check_indices(index, entries);
  const Tensor rows = weight.detach().contiguous();
  Shape shape = indices.shape();
  shape.push_back(size);
  const Tensor y = empty(shape, weight.dtype());
  const std::size_t bytes = static_cast<std::size_t>(size) * dtype_size(y.dtype());
  const auto* const at = data_of<std::int64_t>(index);
  parallel_for(
      index.numel(), rows_worth(size), [&](std::int64_t begin, std::int64_t end) {
        for (std::int64_t i = begin; i < end; ++i) {
          std::memcpy(y.impl()->data() + static_cast<std::size_t>(i) * bytes,
                      rows.impl()->data() + static_cast<std::size_t>(at[i]) * bytes,
                      bytes);
        }
      });
  if (should_record(weight)) {
    record("embedding", y, {&weight},
           [index = Saved(index), padding, entries, size](const Tensor& gradient,
                                                          Gradients& dx) {
             const Tensor dy = gradient.contiguous();
             Tensor dw = empty({entries, size}, dy.dtype());
             detail::visit_floating(dy.dtype(), "embedding", [&](auto zero) {
               scatter<decltype(zero)>(dw, dy, index.get("embedding"), padding);
             });
             dx.add(0, std::move(dw));
           });
  }
  return y;
}

}  // namespace cairn
