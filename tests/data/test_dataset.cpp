#include <cairn/core/error.h>
#include <cairn/core/parallel.h>
#include <cairn/data/dataset.h>

#include <set>

#include "tests/catch.h"
#include "tests/error_text.h"

using namespace cairn;
using namespace cairn::data;

namespace {

/// `rows` rows of `columns` bytes: element (i, j) is (7 i + j) modulo 256.
Tensor bytes(std::int64_t rows, std::int64_t columns) {
  std::vector<std::uint8_t> values;
  for (std::int64_t i = 0; i < rows; ++i) {
    for (std::int64_t j = 0; j < columns; ++j) {
      values.push_back(static_cast<std::uint8_t>(7 * i + j));
    }
  }
  return Tensor::from_vector(values, {rows, columns});
}

}  // namespace

TEST_CASE("bytes become numbers from 0 to 1 when they are gathered", "[data]") {
  const TensorDataset data(bytes(50, 13), arange(0, 50, 1, i64));
  const Batch batch = data.gather({49, 0, 3, 3});
  REQUIRE(batch.x.shape() == Shape{4, 13});
  CHECK(batch.x.dtype() == f32);
  CHECK(batch.y.to_vector<std::int64_t>() == std::vector<std::int64_t>{49, 0, 3, 3});
  const std::vector<std::int64_t> order = {49, 0, 3, 3};
  for (std::int64_t i = 0; i < 4; ++i) {
    for (std::int64_t j = 0; j < 13; ++j) {
      const auto byte =
          static_cast<std::uint8_t>(7 * order[static_cast<std::size_t>(i)] + j);
      CHECK(batch.x[i][j].item<float>() == Approx(byte / 255.0));
    }
  }
}

TEST_CASE("bytes can be normalised on the way", "[data]") {
  const TensorDataset data = TensorDataset(bytes(5, 3)).normalize(0.25, 0.5);
  const Batch batch = data.gather({4});
  CHECK_FALSE(batch.y.defined());
  CHECK(batch.x[0][2].item<float>() == Approx((30 / 255.0 - 0.25) / 0.5));
  TensorDataset real(ones({3, 2}, f64));
  CHECK(real.normalize(3, 2).all().x[2][1].item<double>() == -1.0);
  CHECK_ERROR(ValueError, real.normalize(0, 0), "deviation 0");
  TensorDataset whole(ones({3, 2}, i64));
  CHECK_ERROR(DTypeError, whole.normalize(0, 1), "i64");
}

TEST_CASE("other dtypes are copied as they are", "[data]") {
  const std::vector<double> values = {1, 2, 3, 4, 5, 6};
  const TensorDataset data(Tensor::from_vector(values, {3, 2}),
                           Tensor::from_vector<float>({1, 0, 0, 1, 1, 1}, {3, 2}));
  const Batch batch = data.gather({2, 0});
  CHECK(batch.x.dtype() == f64);
  CHECK(batch.x.to_vector<double>() == std::vector<double>{5, 6, 1, 2});
  CHECK(batch.y.to_vector<float>() == std::vector<float>{1, 1, 1, 0});
  // A transposed tensor is read as what it shows.
  const TensorDataset turned(Tensor::from_vector(values, {2, 3}).t());
  CHECK(turned.gather({1}).x.to_vector<double>() == std::vector<double>{2, 5});
}

TEST_CASE("gathering does not depend on the thread count", "[data]") {
  const TensorDataset data(bytes(3000, 784));
  const int before = num_threads();
  set_num_threads(1);
  const std::vector<float> one = data.all().x.to_vector<float>();
  set_num_threads(4);
  CHECK(data.all().x.to_vector<float>() == one);
  set_num_threads(before);
}

TEST_CASE("data set errors name what does not fit", "[data]") {
  CHECK_ERROR(ShapeError, TensorDataset(zeros({4, 2}), zeros({5})),
              "TensorDataset: x has shape (4, 2) and y (5,)");
  CHECK_ERROR(ShapeError, TensorDataset(Tensor()), "undefined");
  CHECK_ERROR(ShapeError, TensorDataset(scalar(1)), "no dimensions");
  const TensorDataset data(zeros({4, 2}));
  CHECK_ERROR(IndexError, data.gather({0, 4}), "sample 4 was asked for; there are 4");
  CHECK_ERROR(IndexError, data.gather({-1}), "sample -1");
  CHECK_ERROR(IndexError, data.range(2, 3), "3 samples from 2");
  CHECK(data.range(4, 0).x.shape() == Shape{0, 2});
}

TEST_CASE("a split parts the samples without loss or overlap", "[data]") {
  const TensorDataset data(arange(0, 103, 1, f64), arange(0, 103, 1, i64));
  const Split split = train_validation_split(data, 0.2, 5);
  CHECK(split.validation.size() == 21);
  CHECK(split.train.size() == 82);
  std::set<std::int64_t> seen;
  for (const Subset* part : {&split.train, &split.validation}) {
    const Batch batch = part->all();
    for (std::int64_t i = 0; i < part->size(); ++i) {
      const auto label = batch.y[i].item<std::int64_t>();
      CHECK(batch.x[i].item<double>() == static_cast<double>(label));
      CHECK(seen.insert(label).second);
    }
  }
  CHECK(seen.size() == 103);
  CHECK(train_validation_split(data, 0.2, 5).validation.indices() ==
        split.validation.indices());
  CHECK(train_validation_split(data, 0.2, 6).validation.indices() !=
        split.validation.indices());
}

TEST_CASE("splits at the edges", "[data]") {
  const TensorDataset two(zeros({2, 1}));
  CHECK(train_validation_split(two, 0).validation.size() == 0);
  CHECK(train_validation_split(two, 0.01).validation.size() == 1);
  CHECK(train_validation_split(two, 0.99).train.size() == 1);
  CHECK(train_validation_split(TensorDataset(zeros({1, 1})), 0.5).train.size() == 1);
  CHECK_ERROR(ValueError, train_validation_split(two, 1), "the fraction is 1");
  CHECK_ERROR(ValueError, train_validation_split(two, -0.5), "the fraction is -0.5");
  const auto shared = std::make_shared<const TensorDataset>(two);
  CHECK_ERROR(IndexError, Subset(shared, {0, 2}), "Subset: sample 2");
}
