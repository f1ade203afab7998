#pragma once

#include <cstdint>
#include <memory>
#include <utility>
#include <vector>

#include <cairn/core/tensor.h>

namespace cairn::data {

/// Some samples put together: inputs x and targets y, both with the samples along
/// dimension 0. y is undefined for a data set without targets.
struct Batch {
  Tensor x;  ///< inputs
  Tensor y;  ///< targets, or undefined
};

/// A collection of samples that can be asked for by number.
class CAIRN_API Dataset {
 public:
  virtual ~Dataset();

  /// How many samples there are.
  virtual std::int64_t size() const = 0;

  /// The `count` samples numbered `indices[0]`, `indices[1]`, …, in that order. Throws
  /// IndexError for a number outside 0 … size() − 1.
  virtual Batch gather(const std::int64_t* indices, std::int64_t count) const = 0;

  /// The same for a list.
  Batch gather(const std::vector<std::int64_t>& indices) const;
  /// Samples first … first + count − 1.
  Batch range(std::int64_t first, std::int64_t count) const;
  /// The whole set in one batch.
  Batch all() const { return range(0, size()); }
};

/// Samples that lie in memory: row i of x with row i of y.
///
/// Inputs of dtype u8 stay bytes (60,000 images of 28 × 28 take 47 MB) and become f32
/// when a batch is gathered, value · scale + shift, by default value / 255. Inputs of
/// other dtypes and all targets are copied as they are.
class CAIRN_API TensorDataset final : public Dataset {
 public:
  /// Throws ShapeError unless x and y have as many rows; y may be undefined.
  explicit TensorDataset(Tensor x, Tensor y = Tensor());

  /// Inputs become (value / 255 − mean) / deviation for u8, (value − mean) / deviation
  /// for real dtypes. Throws ValueError unless deviation > 0.
  TensorDataset& normalize(double mean, double deviation);

  std::int64_t size() const override;
  using Dataset::gather;
  Batch gather(const std::int64_t* indices, std::int64_t count) const override;

  /// The tensors it was made of; x before conversion.
  ///@{
  const Tensor& x() const { return x_; }
  const Tensor& y() const { return y_; }
  ///@}

 private:
  Tensor x_, y_;
  double scale_ = 1, shift_ = 0;
};

/// Some of another data set's samples, in an order of their own.
class CAIRN_API Subset final : public Dataset {
 public:
  /// Throws IndexError for an index that the data set does not have.
  Subset(std::shared_ptr<const Dataset> dataset, std::vector<std::int64_t> indices);

  std::int64_t size() const override;
  using Dataset::gather;
  Batch gather(const std::int64_t* indices, std::int64_t count) const override;

  /// The samples' numbers in the other data set.
  const std::vector<std::int64_t>& indices() const { return indices_; }

 private:
  std::shared_ptr<const Dataset> dataset_;
  std::vector<std::int64_t> indices_;
};

/// The two parts of a data set that was split.
struct Split {
  Subset train;       ///< what remains to train on
  Subset validation;  ///< what is set aside
};

/// Sets aside `fraction` of the samples, chosen at random by `seed`, for validation (at
/// least one when the fraction is not 0 and two samples are there). Throws ValueError
/// unless 0 ≤ fraction < 1.
CAIRN_API Split train_validation_split(std::shared_ptr<const Dataset> dataset,
                                       double fraction, std::uint64_t seed = 0);

/// The same for a data set given by value (a TensorDataset shares its tensors).
template <class D>
Split train_validation_split(D dataset, double fraction, std::uint64_t seed = 0) {
  std::shared_ptr<const Dataset> shared = std::make_shared<const D>(std::move(dataset));
  return train_validation_split(std::move(shared), fraction, seed);
}

}  // namespace cairn::data
