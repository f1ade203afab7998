#include <cairn/core/error.h>
#include <cairn/core/shape.h>
#include <cairn/core/strided.h>

#include <algorithm>
#include <vector>

#include "tests/catch.h"
#include "tests/error_text.h"

namespace cairn {
namespace {

TEST_CASE("shapes count compare and print") {
  CHECK(Shape{}.numel() == 1);
  CHECK(Shape{2, 3, 4}.numel() == 24);
  CHECK(Shape{2, 0, 4}.numel() == 0);
  CHECK(Shape{2, 3} != Shape{3, 2});
  CHECK(Shape{2, 3} != Shape{2, 3, 1});
  CHECK(Shape{}.to_string() == "()");
  CHECK(Shape{5}.to_string() == "(5,)");
  CHECK(Shape{5, 6}.to_string() == "(5, 6)");
  Shape s{1, 2, 3};
  s.insert(1, 9);
  CHECK(s == Shape{1, 9, 2, 3});
  s.erase(0);
  CHECK(s == Shape{9, 2, 3});
}

TEST_CASE("shapes beyond what can be counted are refused") {
  CHECK_ERROR(ShapeError, (Shape{1LL << 40, 1LL << 40}.numel()), "more elements than");
  Shape s = Shape::filled(8, 1);
  CHECK_ERROR(ShapeError, s.push_back(1), "at most 8 dimensions");
}

TEST_CASE("broadcasting follows NumPy") {
  using detail::broadcast_shapes;
  CHECK(broadcast_shapes({3, 1}, {4}, "t") == Shape{3, 4});
  CHECK(broadcast_shapes({}, {2, 3}, "t") == Shape{2, 3});
  CHECK(broadcast_shapes({2, 1, 5}, {1, 3, 1}, "t") == Shape{2, 3, 5});
  CHECK(broadcast_shapes({0, 1}, {1, 4}, "t") == Shape{0, 4});
  CHECK_ERROR(
      ShapeError, broadcast_shapes({2, 3}, {4}, "add"),
      "add: shapes (2, 3) and (4,) do not broadcast: dimension 1 from the right");
}

// Every element is visited exactly once, at the right place in every operand.
TEST_CASE("strided walks visit what indices say however they are cut") {
  const Shape shape{3, 1, 4, 5};
  const Strides permuted{20, 7, 1, 4};  // an order of its own
  const Strides broadcast{0, 0, 5, 1};  // repeated along the first dimension
  const detail::StridedLoop<2> loop(shape, {permuted, broadcast});
  for (const std::int64_t cut : {1, 7, 60}) {
    std::vector<int> seen(60, 0);
    for (std::int64_t begin = 0; begin < 60; begin += cut) {
      loop.run(begin, std::min<std::int64_t>(begin + cut, 60),
               [&](const auto& at, const auto& step, std::int64_t n) {
                 for (std::int64_t i = 0; i < n; ++i) {
                   const std::int64_t a = at[0] + i * step[0], b = at[1] + i * step[1];
                   const std::int64_t i0 = a / 20, i2 = a % 4, i3 = a % 20 / 4;
                   CHECK(b == 5 * i2 + i3);
                   ++seen[static_cast<std::size_t>(20 * i0 + 5 * i2 + i3)];
                 }
               });
    }
    CHECK(seen == std::vector<int>(60, 1));
  }
}

TEST_CASE("dense operands of one layout are a single run") {
  const Strides nhwc{60, 1, 15, 3};
  const detail::StridedLoop<3> loop({2, 3, 4, 5}, {nhwc, nhwc, nhwc});
  CHECK(loop.is_single_run());
  const detail::StridedLoop<2> mixed({2, 3}, {Strides{3, 1}, Strides{1, 2}});
  CHECK_FALSE(mixed.is_single_run());
}

}  // namespace
}  // namespace cairn
