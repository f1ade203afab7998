#include <cairn/data/dataset.h>

#include <algorithm>
#include <cmath>
#include <cstring>
#include <utility>

#include <cairn/core/error.h>
#include <cairn/core/parallel.h>
#include <cairn/core/random.h>
#include <cairn/core/text.h>

namespace cairn::data {
namespace {

using detail::concat;

// Rows are handed to several threads in parts of about this many elements.
constexpr std::int64_t kGrain = 1 << 16;

void require_indices(const char* what, const std::int64_t* indices, std::int64_t count,
                     std::int64_t size) {
  for (std::int64_t i = 0; i < count; ++i) {
    if (indices[i] < 0 || indices[i] >= size) {
      throw IndexError(concat(what, ": sample ", indices[i],
                              " was asked for; there are ", size, ", numbered from 0"));
    }
  }
}

/// The shape of `count` rows like those of `source`.
Shape rows_shape(const Tensor& source, std::int64_t count) {
  Shape shape = source.shape();
  shape[0] = count;
  return shape;
}

std::int64_t row_length(const Tensor& source) {
  return source.size(0) == 0 ? 0 : source.numel() / source.size(0);
}

template <class F>
void for_rows(std::int64_t count, std::int64_t length, F&& f) {
  const std::int64_t grain =
      std::max<std::int64_t>(1, kGrain / std::max<std::int64_t>(1, length));
  parallel_for(count, grain, f);
}

/// Rows of `source` as they are.
Tensor copy_rows(const Tensor& source, const std::int64_t* indices,
                 std::int64_t count) {
  Tensor out = empty(rows_shape(source, count), source.dtype());
  const std::int64_t length = row_length(source);
  detail::visit_dtype(source.dtype(), [&](auto zero) {
    using T = decltype(zero);
    const T* from = source.data<T>();
    T* to = out.data<T>();
    for_rows(count, length, [&](std::int64_t begin, std::int64_t end) {
      for (std::int64_t i = begin; i < end; ++i) {
        std::memcpy(to + i * length, from + indices[i] * length,
                    static_cast<std::size_t>(length) * sizeof(T));
      }
    });
  });
  return out;
}

/// Asks for a row that is needed soon: rows in random order are no pattern that the
/// processor could foresee, and fetching them is most of the work.
template <class T>
void prefetch(const T* row, std::int64_t length) {
#if defined(__GNUC__)
  constexpr std::int64_t kLine = 64 / sizeof(T);
  for (std::int64_t i = 0; i < length; i += kLine) __builtin_prefetch(row + i);
#else
  (void)row, (void)length;
#endif
}
constexpr std::int64_t kAhead = 2;  // rows

/// Rows of `source` as real numbers: value · scale + shift.
template <class From, class To>
Tensor scale_rows(const Tensor& source, const std::int64_t* indices, std::int64_t count,
                  double scale, double shift) {
  Tensor out = empty(rows_shape(source, count), detail::dtype_of<To>());
  const std::int64_t length = row_length(source);
  const From* from = source.data<From>();
  To* to = out.data<To>();
  const To factor = static_cast<To>(scale), offset = static_cast<To>(shift);
  for_rows(count, length, [&](std::int64_t begin, std::int64_t end) {
    for (std::int64_t i = begin; i < end; ++i) {
      if (i + kAhead < end) prefetch(from + indices[i + kAhead] * length, length);
      const From* row = from + indices[i] * length;
      To* out_row = to + i * length;
      for (std::int64_t j = 0; j < length; ++j) {
        out_row[j] = static_cast<To>(row[j]) * factor + offset;
      }
    }
  });
  return out;
}

}  // namespace

Dataset::~Dataset() = default;

Batch Dataset::gather(const std::vector<std::int64_t>& indices) const {
  return gather(indices.data(), static_cast<std::int64_t>(indices.size()));
}

Batch Dataset::range(std::int64_t first, std::int64_t count) const {
  if (first < 0 || count < 0 || count > size() - first) {
    throw IndexError(concat("Dataset::range: ", count, " samples from ", first,
                            " on were asked for; there are ", size()));
  }
  std::vector<std::int64_t> indices(static_cast<std::size_t>(count));
  for (std::int64_t i = 0; i < count; ++i)
    indices[static_cast<std::size_t>(i)] = first + i;
  return gather(indices);
}

TensorDataset::TensorDataset(Tensor x, Tensor y) {
  if (!x.defined() || x.dim() == 0) {
    throw ShapeError(
        "TensorDataset: x must have the samples along dimension 0, but it " +
        std::string(x.defined() ? "has no dimensions" : "is undefined"));
  }
  if (y.defined() && (y.dim() == 0 || y.size(0) != x.size(0))) {
    throw ShapeError(concat("TensorDataset: x has shape ", x.shape(), " and y ",
                            y.shape(), "; give one row of y for each row of x"));
  }
  x_ = x.contiguous();
  if (y.defined()) y_ = y.contiguous();
  if (x_.dtype() == u8) scale_ = 1.0 / 255;
}

TensorDataset& TensorDataset::normalize(double mean, double deviation) {
  if (!(deviation > 0) || !std::isfinite(mean) || !std::isfinite(deviation)) {
    throw ValueError(concat("TensorDataset::normalize: mean ", mean, " and deviation ",
                            deviation, "; both must be finite, the deviation above 0"));
  }
  if (x_.dtype() == i64) {
    throw DTypeError("TensorDataset::normalize: x is i64; convert it by to(f32) first");
  }
  scale_ = (x_.dtype() == u8 ? 1.0 / 255 : 1.0) / deviation;
  shift_ = -mean / deviation;
  return *this;
}

std::int64_t TensorDataset::size() const { return x_.size(0); }

Batch TensorDataset::gather(const std::int64_t* indices, std::int64_t count) const {
  require_indices("TensorDataset::gather", indices, count, size());
  Batch batch;
  if (x_.dtype() == u8) {
    batch.x = scale_rows<std::uint8_t, float>(x_, indices, count, scale_, shift_);
  } else if (scale_ == 1 && shift_ == 0) {
    batch.x = copy_rows(x_, indices, count);
  } else if (x_.dtype() == f32) {
    batch.x = scale_rows<float, float>(x_, indices, count, scale_, shift_);
  } else {
    batch.x = scale_rows<double, double>(x_, indices, count, scale_, shift_);
  }
  if (y_.defined()) batch.y = copy_rows(y_, indices, count);
  return batch;
}

Subset::Subset(std::shared_ptr<const Dataset> dataset,
               std::vector<std::int64_t> indices)
    : dataset_(std::move(dataset)), indices_(std::move(indices)) {
  require_indices("Subset", indices_.data(), static_cast<std::int64_t>(indices_.size()),
                  dataset_->size());
}

std::int64_t Subset::size() const { return static_cast<std::int64_t>(indices_.size()); }

Batch Subset::gather(const std::int64_t* indices, std::int64_t count) const {
  require_indices("Subset::gather", indices, count, size());
  std::vector<std::int64_t> mapped(static_cast<std::size_t>(count));
  for (std::size_t i = 0; i < mapped.size(); ++i) {
    mapped[i] = indices_[static_cast<std::size_t>(indices[i])];
  }
  return dataset_->gather(mapped);
}

Split train_validation_split(std::shared_ptr<const Dataset> dataset, double fraction,
                             std::uint64_t seed) {
  if (!(fraction >= 0 && fraction < 1)) {
    throw ValueError(concat("train_validation_split: the fraction is ", fraction,
                            "; give one from 0 up to, but not including, 1"));
  }
  const std::int64_t total = dataset->size();
  std::int64_t held_out = std::llround(fraction * static_cast<double>(total));
  if (fraction > 0 && total >= 2) held_out = std::max<std::int64_t>(1, held_out);
  held_out = std::min(held_out, std::max<std::int64_t>(0, total - 1));
  Generator generator(seed, /*stream=*/0x73706C6974);  // "split"
  std::vector<std::int64_t> order =
      randperm(total, generator).to_vector<std::int64_t>();
  const auto cut = order.begin() + held_out;
  // Each part in the data's own order: only which samples it holds is random.
  std::sort(order.begin(), cut);
  std::sort(cut, order.end());
  return {Subset(dataset, {cut, order.end()}),
          Subset(std::move(dataset), {order.begin(), cut})};
}

}  // namespace cairn::data
