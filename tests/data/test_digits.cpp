#include <cairn/core/error.h>
#include <cairn/core/parallel.h>
#include <cairn/data/synthetic_digits.h>

#include <algorithm>
#include <array>

#include "tests/catch.h"
#include "tests/error_text.h"

using namespace cairn;
using namespace cairn::data;

namespace {

using Bytes = std::vector<std::uint8_t>;

Bytes images(const Digits& digits) { return digits.images.to_vector<std::uint8_t>(); }

/// The label of the nearest of the first `known` images, for each of the others.
double nearest_neighbour_accuracy(const Digits& digits, std::int64_t known) {
  constexpr std::int64_t kPixels = 784, kRow = 28;
  const std::uint8_t* pixels = digits.images.data<std::uint8_t>();
  const std::int64_t* labels = digits.labels.data<std::int64_t>();
  const std::int64_t total = digits.labels.numel();
  std::int64_t right = 0;
  for (std::int64_t i = known; i < total; ++i) {
    std::int64_t best = -1, best_label = -1;
    for (std::int64_t k = 0; k < known; ++k) {
      std::int64_t distance = 0;
      for (std::int64_t p = 0; p < kPixels; ++p) {
        // Too far already: no need to look on.
        if (p % kRow == 0 && best >= 0 && distance >= best) break;
        const int d = pixels[i * kPixels + p] - pixels[k * kPixels + p];
        distance += d * d;
      }
      if (best < 0 || distance < best) best = distance, best_label = labels[k];
    }
    right += best_label == labels[i];
  }
  return static_cast<double>(right) / static_cast<double>(total - known);
}

}  // namespace

TEST_CASE("drawn digits have the shape of MNIST", "[data]") {
  const Digits digits = synthetic_digits(300, 9);
  CHECK(digits.images.shape() == Shape{300, 28, 28});
  CHECK(digits.images.dtype() == u8);
  CHECK(digits.labels.shape() == Shape{300});
  CHECK(digits.labels.dtype() == i64);
  CHECK(synthetic_digits(0).images.shape() == Shape{0, 28, 28});
  CHECK_ERROR(ValueError, synthetic_digits(-1), "synthetic_digits: -1 images");
}

TEST_CASE("a drawn digit depends on its seed and number alone", "[data]") {
  const Digits many = synthetic_digits(257, 4);
  const Digits few = synthetic_digits(31, 4);
  const Bytes all = images(many);
  CHECK(images(few) == Bytes(all.begin(), all.begin() + 31 * 784));
  CHECK(few.labels.to_vector<std::int64_t>() ==
        many.labels.slice(0, 0, 31).to_vector<std::int64_t>());
  const int before = num_threads();
  set_num_threads(5);
  CHECK(images(synthetic_digits(257, 4)) == all);
  set_num_threads(before);
  CHECK(images(synthetic_digits(257, 5)) != all);
}

TEST_CASE("no two drawn digits are alike and all ten are drawn", "[data]") {
  const Digits digits = synthetic_digits(2000, 1);
  std::array<int, 10> counts{};
  for (const std::int64_t label : digits.labels.to_vector<std::int64_t>()) {
    REQUIRE(label >= 0);
    REQUIRE(label <= 9);
    ++counts[static_cast<std::size_t>(label)];
  }
  // 200 each are expected, with a standard deviation of 13.4: five of them either way.
  for (const int count : counts) {
    CHECK(count > 133);
    CHECK(count < 267);
  }
  std::vector<Bytes> seen;
  const Bytes all = images(digits);
  for (std::ptrdiff_t i = 0; i < 2000; ++i) {
    seen.emplace_back(all.begin() + i * 784, all.begin() + (i + 1) * 784);
  }
  std::sort(seen.begin(), seen.end());
  CHECK(std::adjacent_find(seen.begin(), seen.end()) == seen.end());
}

TEST_CASE("strokes lie inside the picture bright on dark", "[data]") {
  const Bytes all = images(synthetic_digits(1000, 2));
  for (std::size_t i = 0; i < 1000; ++i) {
    int ink = 0, ink_at_border = 0;
    for (std::size_t p = 0; p < 784; ++p) {
      const bool dark = all[i * 784 + p] < 120;
      const std::size_t x = p % 28, y = p / 28;
      ink += !dark;
      ink_at_border += !dark && (x == 0 || y == 0 || x == 27 || y == 27);
    }
    CAPTURE(i);
    CHECK(ink >= 12);
    CHECK(ink <= 260);
    CHECK(ink_at_border <= 4);
  }
}

TEST_CASE("drawn digits can be told apart though not by looking them up", "[data]") {
  const double accuracy = nearest_neighbour_accuracy(synthetic_digits(1500, 3), 1200);
  CAPTURE(accuracy);
  CHECK(accuracy > 0.75);
  CHECK(accuracy < 0.995);
}
