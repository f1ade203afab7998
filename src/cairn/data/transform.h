#pragma once

#include <cstdint>
#include <memory>
#include <type_traits>
#include <utility>
#include <vector>

#include <cairn/core/random.h>
#include <cairn/data/dataset.h>

namespace cairn::data {

/// Where the samples of a batch draw their random numbers from: each from a stream of
/// its own, named by the seed, the epoch and the sample's number. So neither the number
/// of threads nor what is gathered ahead changes a batch.
class CAIRN_API SampleStreams {
 public:
  /// Row i of the batch is sample `samples[i]` and draws from base.fork(samples[i]).
  SampleStreams(const Generator& base, const std::int64_t* samples)
      : base_(base), samples_(samples) {}
  /// The generator of row `row`, at its beginning.
  Generator operator[](std::int64_t row) const {
    return base_.fork(static_cast<std::uint64_t>(samples_[row]));
  }

 private:
  Generator base_;
  const std::int64_t* samples_;
};

/// What is done to the inputs of a batch between data set and network. Give one to
/// DataLoaderOptions::transform or train::FitOptions::transform, or derive your own.
class CAIRN_API Transform {
 public:
  virtual ~Transform();
  /// The inputs changed: a new tensor, with the samples along dimension 0. `streams`
  /// has one generator for each. May be called on a thread of the loader's own.
  virtual Tensor apply(const Tensor& x, const SampleStreams& streams) const = 0;
};

/// Transforms in the order in which they are applied.
using Transforms = std::vector<std::shared_ptr<const Transform>>;

/// (value − mean) / deviation, channel by channel: x is real, [N, C, …].
class CAIRN_API Normalize final : public Transform {
 public:
  /// One mean and one deviation for each channel; channel_statistics() has them of a
  /// set of images. One of each alone serves tensors of any shape. Throws ValueError
  /// unless there are as many of both, all finite and the deviations above 0.
  Normalize(std::vector<double> mean, std::vector<double> deviation);
  Tensor apply(const Tensor& x, const SampleStreams& streams) const override;

 private:
  std::vector<double> mean_, deviation_;
};

/// A part of the image at a random place: x is [N, …, H, W]. Images can be given a
/// border of zeros first: black, or behind a Normalize the mean.
class CAIRN_API RandomCrop final : public Transform {
 public:
  /// The image's own size out of one with `padding` pixels more on every side. Throws
  /// ValueError for a negative one.
  explicit RandomCrop(std::int64_t padding) : RandomCrop(0, 0, padding) {}
  /// height × width pixels. Throws ValueError for sizes or a padding below 0; apply()
  /// throws ShapeError where the padded image is smaller.
  RandomCrop(std::int64_t height, std::int64_t width, std::int64_t padding = 0);
  Tensor apply(const Tensor& x, const SampleStreams& streams) const override;

 private:
  std::int64_t height_, width_, padding_;
};

/// Left and right exchanged, by lot: x is [N, …, W].
class CAIRN_API RandomHorizontalFlip final : public Transform {
 public:
  /// Throws ValueError unless 0 ≤ probability ≤ 1.
  explicit RandomHorizontalFlip(double probability = 0.5);
  Tensor apply(const Tensor& x, const SampleStreams& streams) const override;

 private:
  double probability_;
};

/// A data set whose samples are transformed when they are gathered, alike each time:
/// what is needed for testing as well as for training, such as Normalize. Give the
/// random ones to the loader or to fit(), where every epoch draws anew.
class CAIRN_API TransformedDataset final : public Dataset {
 public:
  TransformedDataset(std::shared_ptr<const Dataset> dataset, Transforms transforms);
  /// The same for a data set and a transform given by value.
  template <class D, class T,
            class = std::enable_if_t<std::is_base_of_v<Dataset, D> &&
                                     std::is_base_of_v<Transform, T>>>
  TransformedDataset(D dataset, T transform)
      : TransformedDataset(
            std::make_shared<const D>(std::move(dataset)),
            Transforms{std::make_shared<const T>(std::move(transform))}) {}

  std::int64_t size() const override { return dataset_->size(); }
  using Dataset::gather;
  Batch gather(const std::int64_t* indices, std::int64_t count) const override;

 private:
  std::shared_ptr<const Dataset> dataset_;
  Transforms transforms_;
};

/// Applies them one after the other, each with streams of its own (internal).
Tensor apply_transforms(const Transforms& transforms, const Generator& generator,
                        Tensor x, const std::int64_t* samples);

/// Means and deviations of the channels of images, as shares of 255.
struct ChannelStatistics {
  std::vector<double> mean, deviation;
};

/// Of u8 images [N, C, H, W] or [N, H, W] (one channel); what Normalize wants of them.
/// A channel that is the same everywhere has the deviation 1. Throws DTypeError and
/// ShapeError.
CAIRN_API ChannelStatistics channel_statistics(const Tensor& images);

}  // namespace cairn::data
