#include <cairn/data/transform.h>

#include <algorithm>
#include <cmath>
#include <cstring>

#include <cairn/core/error.h>
#include <cairn/core/parallel.h>
#include <cairn/core/tensor_impl.h>
#include <cairn/core/text.h>

namespace cairn::data {
namespace {

using detail::concat;

constexpr std::int64_t kGrain = 1 << 15;  // elements a thread takes at least

std::int64_t samples_at_once(const Tensor& x) {
  const std::int64_t n = std::max<std::int64_t>(1, x.size(0));
  return std::max<std::int64_t>(1, kGrain / std::max<std::int64_t>(1, x.numel() / n));
}

}  // namespace

Transform::~Transform() = default;

Normalize::Normalize(std::vector<double> mean, std::vector<double> deviation)
    : mean_(std::move(mean)), deviation_(std::move(deviation)) {
  if (mean_.empty() || mean_.size() != deviation_.size()) {
    throw ValueError(concat("Normalize: ", mean_.size(), " means and ",
                            deviation_.size(),
                            " deviations; give one of each for every channel"));
  }
  for (std::size_t c = 0; c < mean_.size(); ++c) {
    if (std::isfinite(mean_[c]) && std::isfinite(deviation_[c]) && deviation_[c] > 0) {
      continue;
    }
    throw ValueError(concat("Normalize: channel ", c, " has mean ", mean_[c],
                            " and deviation ", deviation_[c],
                            "; both must be finite, the deviation above 0"));
  }
}

Tensor Normalize::apply(const Tensor& x, const SampleStreams&) const {
  const auto channels = static_cast<std::int64_t>(mean_.size());
  if (channels > 1 && (x.dim() < 2 || x.size(1) != channels)) {
    throw ShapeError(concat("Normalize: x has shape ", x.shape(), " and there are ",
                            channels, " means; dimension 1 must be the channels"));
  }
  const Tensor in = x.contiguous();
  Tensor out = empty(x.shape(), x.dtype());
  if (x.numel() == 0) return out;
  // A single mean serves everything: then a plane is a sample.
  const std::int64_t planes = x.size(0) * channels, length = x.numel() / planes;
  detail::visit_floating(x.dtype(), "Normalize", [&](auto zero) {
    using T = decltype(zero);
    const T* from = in.data<T>();
    T* to = out.data<T>();
    parallel_for(planes, std::max<std::int64_t>(1, kGrain / length),
                 [&](std::int64_t begin, std::int64_t end) {
                   for (std::int64_t p = begin; p < end; ++p) {
                     const auto c = static_cast<std::size_t>(p % channels);
                     const T scale = static_cast<T>(1 / deviation_[c]);
                     const T shift = static_cast<T>(-mean_[c] / deviation_[c]);
                     for (std::int64_t i = p * length; i < (p + 1) * length; ++i) {
                       to[i] = from[i] * scale + shift;
                     }
                   }
                 });
  });
  return out;
}

RandomCrop::RandomCrop(std::int64_t height, std::int64_t width, std::int64_t padding)
    : height_(height), width_(width), padding_(padding) {
  constexpr std::int64_t kMost = 1 << 24;
  for (const std::int64_t value : {height, width, padding}) {
    if (value >= 0 && value <= kMost) continue;
    throw ValueError(concat("RandomCrop: ", height, " × ", width,
                            " pixels with a padding of ", padding,
                            "; give numbers from 0 to ", kMost));
  }
}

Tensor RandomCrop::apply(const Tensor& x, const SampleStreams& streams) const {
  if (x.dim() < 3) {
    throw ShapeError(concat("RandomCrop: x has shape ", x.shape(),
                            "; images are [N, H, W] or [N, C, H, W]"));
  }
  const std::int64_t h = x.size(-2), w = x.size(-1);
  const std::int64_t out_h = height_ > 0 ? height_ : h, out_w = width_ > 0 ? width_ : w;
  const std::int64_t room_h = h + 2 * padding_ - out_h,
                     room_w = w + 2 * padding_ - out_w;
  if (room_h < 0 || room_w < 0) {
    throw ShapeError(concat("RandomCrop: images of ", h, " × ", w,
                            " pixels with a padding of ", padding_, " have no part of ",
                            out_h, " × ", out_w, "; take a smaller one or pad more"));
  }
  const Tensor in = x.contiguous();
  Shape shape = x.shape();
  shape[x.dim() - 2] = out_h;
  shape[x.dim() - 1] = out_w;
  Tensor out = empty(shape, x.dtype());
  if (out.numel() == 0) return out;
  const auto bytes = static_cast<std::int64_t>(dtype_size(x.dtype()));
  const std::int64_t rows = out.numel() / x.size(0) / out_w;  // of a sample
  const char* from = reinterpret_cast<const char*>(in.impl()->data());
  char* to = reinterpret_cast<char*>(out.impl()->data());
  const auto crop = [&](std::int64_t sample) {
    Generator generator = streams[sample];
    const std::int64_t top = generator.below(room_h + 1) - padding_;
    const std::int64_t left = generator.below(room_w + 1) - padding_;
    // Columns of the result that lie on the image.
    const std::int64_t first = std::clamp<std::int64_t>(-left, 0, out_w);
    const std::int64_t last = std::clamp<std::int64_t>(w - left, first, out_w);
    for (std::int64_t r = 0; r < rows; ++r) {
      char* row = to + (sample * rows + r) * out_w * bytes;
      const std::int64_t plane = sample * (rows / out_h) + r / out_h;
      const std::int64_t y = r % out_h + top;
      std::memset(row, 0, static_cast<std::size_t>(out_w * bytes));
      if (y < 0 || y >= h || first == last) continue;
      std::memcpy(row + first * bytes,
                  from + ((plane * h + y) * w + left + first) * bytes,
                  static_cast<std::size_t>((last - first) * bytes));
    }
  };
  parallel_for(x.size(0), samples_at_once(x),
               [&](std::int64_t begin, std::int64_t end) {
                 for (std::int64_t i = begin; i < end; ++i) crop(i);
               });
  return out;
}

RandomHorizontalFlip::RandomHorizontalFlip(double probability)
    : probability_(probability) {
  if (probability >= 0 && probability <= 1) return;
  throw ValueError(concat("RandomHorizontalFlip: the probability is ", probability,
                          "; give one from 0 to 1"));
}

Tensor RandomHorizontalFlip::apply(const Tensor& x,
                                   const SampleStreams& streams) const {
  if (x.dim() < 2) {
    throw ShapeError(concat("RandomHorizontalFlip: x has shape ", x.shape(),
                            "; images are [N, H, W] or [N, C, H, W]"));
  }
  const Tensor in = x.contiguous();
  Tensor out = empty(x.shape(), x.dtype());
  if (x.numel() == 0) return out;
  const std::int64_t w = x.size(-1), rows = x.numel() / x.size(0) / w;
  detail::visit_dtype(x.dtype(), [&](auto zero) {
    using T = decltype(zero);
    const T* from = in.data<T>();
    T* to = out.data<T>();
    parallel_for(
        x.size(0), samples_at_once(x), [&](std::int64_t begin, std::int64_t end) {
          for (std::int64_t i = begin; i < end; ++i) {
            const bool flip = streams[i].uniform() < probability_;
            for (std::int64_t at = i * rows * w; at < (i + 1) * rows * w; at += w) {
              if (flip) {
                std::reverse_copy(from + at, from + at + w, to + at);
              } else {
                std::copy(from + at, from + at + w, to + at);
              }
            }
          }
        });
  });
  return out;
}

Tensor apply_transforms(const Transforms& transforms, const Generator& generator,
                        Tensor x, const std::int64_t* samples) {
  const std::int64_t rows = x.size(0);
  for (std::size_t i = 0; i < transforms.size(); ++i) {
    x = transforms[i]->apply(x, SampleStreams(generator.fork(i), samples));
    if (x.defined() && x.dim() > 0 && x.size(0) == rows) continue;
    throw ShapeError(concat("transform ", i, " gave a batch of ",
                            x.defined() ? x.shape().to_string() : "no shape", " for ",
                            rows, " samples; it must keep dimension 0"));
  }
  return x;
}

TransformedDataset::TransformedDataset(std::shared_ptr<const Dataset> dataset,
                                       Transforms transforms)
    : dataset_(std::move(dataset)), transforms_(std::move(transforms)) {
  const bool none =
      std::find(transforms_.begin(), transforms_.end(), nullptr) != transforms_.end();
  if (dataset_ == nullptr || none) {
    throw ValueError("TransformedDataset: the data set or a transform is missing");
  }
}

Batch TransformedDataset::gather(const std::int64_t* indices,
                                 std::int64_t count) const {
  Batch batch = dataset_->gather(indices, count);
  batch.x =
      apply_transforms(transforms_, Generator(0, /*stream=*/0x66697865),  // "fixe"
                       batch.x, indices);
  return batch;
}

ChannelStatistics channel_statistics(const Tensor& images) {
  if (images.dtype() != u8) {
    throw DTypeError(
        concat("channel_statistics: images are ", images.dtype(), "; u8 was expected"));
  }
  if ((images.dim() != 3 && images.dim() != 4) || images.numel() == 0) {
    throw ShapeError(concat("channel_statistics: images have shape ", images.shape(),
                            "; some of [N, C, H, W] or [N, H, W] were expected"));
  }
  const Tensor in = images.contiguous();
  const std::int64_t channels = images.dim() == 4 ? images.size(1) : 1;
  const std::int64_t planes = images.size(0) * channels;
  const std::int64_t length = images.numel() / planes;
  const std::uint8_t* pixel = in.data<std::uint8_t>();
  // Whole numbers: sums are exact, in whatever order.
  std::vector<std::uint64_t> sums(static_cast<std::size_t>(channels)), squares = sums;
  for (std::int64_t p = 0; p < planes; ++p) {
    std::uint64_t sum = 0, square = 0;
    for (std::int64_t i = 0; i < length; ++i, ++pixel) {
      sum += *pixel;
      square += static_cast<std::uint32_t>(*pixel) * *pixel;
    }
    sums[static_cast<std::size_t>(p % channels)] += sum;
    squares[static_cast<std::size_t>(p % channels)] += square;
  }
  ChannelStatistics result;
  const double count = static_cast<double>(images.numel() / channels);
  for (std::size_t c = 0; c < sums.size(); ++c) {
    const double mean = static_cast<double>(sums[c]) / count;
    const double variance = static_cast<double>(squares[c]) / count - mean * mean;
    result.mean.push_back(mean / 255);
    result.deviation.push_back(variance > 1e-9 ? std::sqrt(variance) / 255 : 1);
  }
  return result;
}

}  // namespace cairn::data
