#include <cairn/core/error.h>
#include <cairn/core/parallel.h>
#include <cairn/data/loader.h>
#include <cairn/data/transform.h>

#include <cmath>
#include <set>

#include "tests/catch.h"
#include "tests/error_text.h"

using namespace cairn;
using namespace cairn::data;

namespace {

using Floats = std::vector<float>;

const std::vector<std::int64_t> kNumbers = [] {
  std::vector<std::int64_t> numbers;
  for (std::int64_t i = 0; i < 1000; ++i) numbers.push_back(i);
  return numbers;
}();

/// One epoch of the seed, with the samples in order.
SampleStreams streams(std::uint64_t seed = 3) {
  return SampleStreams(Generator(seed), kNumbers.data());
}

/// n images of c × h × w, no pixel of which is 0 or like another.
Tensor images(std::int64_t n, std::int64_t c, std::int64_t h, std::int64_t w) {
  return arange(1, static_cast<double>(n * c * h * w + 1)).reshape({n, c, h, w});
}

/// What a loader gives in two epochs.
Floats two_epochs(DataLoader& loader) {
  Floats all;
  for (int epoch = 0; epoch < 2; ++epoch) {
    for (const Batch& batch : loader) {
      const Floats values = batch.x.to_vector<float>();
      all.insert(all.end(), values.begin(), values.end());
    }
  }
  return all;
}

DataLoaderOptions augmented(std::uint64_t seed) {
  return DataLoaderOptions(7)
      .shuffle(true)
      .seed(seed)
      .transform(RandomCrop(2))
      .transform(RandomHorizontalFlip())
      .transform(Normalize({50, 60, 70}, {3, 4, 5}));
}

}  // namespace

TEST_CASE("normalising is per channel or by one number", "[data]") {
  const Tensor x = images(2, 3, 2, 2);
  const Tensor y = Normalize({1, 2, 3}, {2, 4, 8}).apply(x, streams());
  for (std::int64_t c = 0; c < 3; ++c) {
    const double mean = static_cast<double>(c + 1), deviation = std::pow(2, c + 1);
    for (std::int64_t n = 0; n < 2; ++n) {
      const double expected = (x[n][c][1][0].item<double>() - mean) / deviation;
      CHECK(y[n][c][1][0].item<double>() == Approx(expected));
    }
  }
  const Tensor rows =
      Normalize({2}, {4}).apply(arange(0, 6, 1, f64).reshape({3, 2}), streams());
  CHECK(rows.to_vector<double>() ==
        std::vector<double>{-0.5, -0.25, 0, 0.25, 0.5, 0.75});
  CHECK_ERROR(ValueError, Normalize({}, {}), "0 means");
  CHECK_ERROR(ValueError, Normalize({1}, {1, 2}), "1 means and 2 deviations");
  CHECK_ERROR(ValueError, Normalize({1, 2}, {1, 0}), "channel 1 has mean 2");
  CHECK_ERROR(ShapeError, Normalize({1, 2}, {1, 1}).apply(x, streams()),
              "x has shape (2, 3, 2, 2) and there are 2 means");
  CHECK_ERROR(DTypeError, Normalize({1}, {1}).apply(zeros({2}, u8), streams()), "u8");
}

TEST_CASE("a crop is a part of the padded image", "[data]") {
  const std::int64_t n = 200, h = 3, w = 4, pad = 2;
  const Tensor x = images(n, 2, h, w);
  const Tensor y = RandomCrop(pad).apply(x, streams());
  REQUIRE(y.shape() == x.shape());
  std::set<std::pair<std::int64_t, std::int64_t>> places;
  for (std::int64_t i = 0; i < n; ++i) {
    int fits = 0;
    const Floats got = y[i].to_vector<float>();
    for (std::int64_t top = -pad; top <= pad; ++top) {
      for (std::int64_t left = -pad; left <= pad; ++left) {
        Floats wanted;
        for (std::int64_t c = 0; c < 2; ++c) {
          for (std::int64_t r = top; r < top + h; ++r) {
            for (std::int64_t q = left; q < left + w; ++q) {
              const bool inside = r >= 0 && r < h && q >= 0 && q < w;
              const std::int64_t at = ((i * 2 + c) * h + r) * w + q;
              wanted.push_back(inside ? static_cast<float>(at + 1) : 0.0F);
            }
          }
        }
        if (wanted == got) ++fits, places.emplace(top, left);
      }
    }
    CHECK(fits == 1);
  }
  CHECK(places.size() == 25);  // every place comes
}

TEST_CASE("a crop may be smaller or as large as padding allows", "[data]") {
  const Tensor x = images(5, 1, 6, 7);
  CHECK(RandomCrop(2, 3).apply(x, streams()).shape() == Shape{5, 1, 2, 3});
  CHECK(RandomCrop(10, 11, 2).apply(x, streams()).sum().item<float>() ==
        x.sum().item<float>());
  CHECK(RandomCrop(3, 3).apply(zeros({2, 5, 5}, u8), streams()).shape() ==
        Shape{2, 3, 3});
  CHECK_ERROR(ShapeError, RandomCrop(11, 11, 2).apply(x, streams()),
              "images of 6 × 7 pixels with a padding of 2 have no part of 11 × 11");
  CHECK_ERROR(ShapeError, RandomCrop(1).apply(ones({2, 2}), streams()), "(2, 2)");
  CHECK_ERROR(ValueError, RandomCrop(-1), "padding of -1");
}

TEST_CASE("a flip turns whole images and about half of them", "[data]") {
  const Tensor x = images(1000, 2, 1, 3);
  const Floats from = x.to_vector<float>();
  const Floats to = RandomHorizontalFlip().apply(x, streams()).to_vector<float>();
  int flipped = 0;
  for (std::size_t i = 0; i < 1000; ++i) {
    const bool turned = to[i * 6] != from[i * 6];
    flipped += turned;
    for (std::size_t r = 0; r < 2; ++r) {
      for (std::size_t q = 0; q < 3; ++q) {
        const std::size_t at = i * 6 + r * 3;
        CHECK(to[at + q] == from[at + (turned ? 2 - q : q)]);
      }
    }
  }
  CHECK((flipped > 440 && flipped < 560));
  CHECK(RandomHorizontalFlip(0).apply(x, streams()).to_vector<float>() == from);
  CHECK(RandomHorizontalFlip(1).apply(x, streams()).to_vector<float>()[0] == from[2]);
  CHECK_ERROR(ValueError, RandomHorizontalFlip(1.5), "the probability is 1.5");
}

TEST_CASE("the same seed gives the same batches whoever gathers them", "[data]") {
  const TensorDataset data(images(40, 3, 5, 6));
  DataLoader plain(data, augmented(1));
  const Floats expected = two_epochs(plain);
  const int before = num_threads();
  for (const int threads : {1, 4}) {
    set_num_threads(threads);
    for (const std::int64_t ahead : {0, 1, 3}) {
      INFO("threads " << threads << " ahead " << ahead);
      DataLoader loader(data, augmented(1).prefetch(ahead));
      CHECK(two_epochs(loader) == expected);
    }
  }
  set_num_threads(before);
  DataLoader other(data, augmented(2));
  CHECK(two_epochs(other) != expected);
}

TEST_CASE("every epoch and every transform draws anew", "[data]") {
  const TensorDataset data(images(64, 1, 8, 8));
  DataLoader loader(data, DataLoaderOptions(64).transform(RandomCrop(3)));
  const Floats both = two_epochs(loader);
  const auto half = both.begin() + static_cast<std::ptrdiff_t>(both.size() / 2);
  CHECK_FALSE(std::equal(both.begin(), half, half));
  // Two crops in a row that drew alike would move all images by an even number.
  DataLoader twice(TensorDataset(images(64, 1, 1, 9)),
                   DataLoaderOptions(64)
                       .transform(RandomCrop(1, 9, 0))
                       .transform(RandomCrop(1, 5))
                       .transform(RandomCrop(1, 1)));
  std::set<float> places;
  for (const Batch& batch : twice) {
    const Floats values = batch.x.to_vector<float>();
    for (std::size_t i = 0; i < values.size(); ++i) {
      places.insert(values[i] - 9 * static_cast<float>(i));
    }
  }
  CHECK(places.size() >= 7);
}

TEST_CASE("a loader that continues draws what it would have drawn", "[data]") {
  const TensorDataset data(images(40, 3, 5, 6));
  DataLoader whole(data, augmented(1)), first(data, augmented(1));
  const Floats expected = two_epochs(whole);
  Floats seen;
  const auto take = [&](const Batch& batch) {
    const Floats values = batch.x.to_vector<float>();
    seen.insert(seen.end(), values.begin(), values.end());
  };
  for (const Batch& batch : first) take(batch);
  int count = 0;
  for (const Batch& batch : first) {
    take(batch);
    if (++count == 2) break;
  }
  DataLoader second(data, augmented(1).prefetch(2));
  second.set_state(first.state());
  for (const Batch& batch : second) take(batch);
  CHECK(seen == expected);
}

TEST_CASE("a transformed data set is the same each time", "[data]") {
  const TransformedDataset data(TensorDataset(images(9, 1, 4, 4)), RandomCrop(1));
  CHECK(data.size() == 9);
  const Floats all = data.all().x.to_vector<float>();
  CHECK(data.all().x.to_vector<float>() == all);
  CHECK(data.gather({7}).x.to_vector<float>() ==
        Floats(all.begin() + 7 * 16, all.begin() + 8 * 16));
  CHECK_ERROR(ValueError, TransformedDataset(nullptr, {}), "is missing");
}

TEST_CASE("a transform must keep the number of samples", "[data]") {
  struct Halves final : Transform {
    Tensor apply(const Tensor& x, const SampleStreams&) const override {
      return x.slice(0, 0, 1);
    }
  };
  DataLoader loader(TensorDataset(ones({4, 2})),
                    DataLoaderOptions(2).transform(Halves()));
  CHECK_ERROR(ShapeError, (loader.begin(), 0),
              "transform 0 gave a batch of (1, 2) for 2 samples");
  CHECK_ERROR(ValueError,
              DataLoaderOptions(2).transform(std::shared_ptr<const Transform>()),
              "there is none");
}

TEST_CASE("statistics of channels are those of the pixels", "[data]") {
  const Tensor bytes =
      Tensor::from_vector<std::uint8_t>({0, 255, 10, 10, 255, 0, 10, 10}, {2, 2, 1, 2});
  const ChannelStatistics two = channel_statistics(bytes);
  REQUIRE(two.mean.size() == 2);
  CHECK(two.mean[0] == Approx(0.5));
  CHECK(two.deviation[0] == Approx(0.5));
  CHECK(two.mean[1] == Approx(10 / 255.0));
  CHECK(two.deviation[1] == 1);
  CHECK(channel_statistics(bytes.reshape({4, 1, 2})).mean.size() == 1);
  CHECK_ERROR(DTypeError, channel_statistics(ones({2, 2, 2})), "f32");
  CHECK_ERROR(ShapeError, channel_statistics(zeros({0, 2, 2}, u8)), "(0, 2, 2)");
}
