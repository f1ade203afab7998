#include <cairn/cairn.h>

#include "tests/catch.h"
#include "tests/error_text.h"

namespace cairn {
namespace {

using Longs = std::vector<std::int64_t>;
using Floats = std::vector<float>;

TEST_CASE("factories make what they say") {
  CHECK(zeros({2, 2}).to_vector<float>() == Floats(4, 0));
  CHECK(ones({3}, f64).to_vector<double>() == std::vector<double>(3, 1));
  CHECK(full({2}, 7, u8).to_vector<std::uint8_t>() == std::vector<std::uint8_t>{7, 7});
  CHECK(arange(2, 8, 2, i64).to_vector<std::int64_t>() == Longs{2, 4, 6});
  CHECK(arange(0, -3, -1, i64).to_vector<std::int64_t>() == Longs{0, -1, -2});
  CHECK(arange(3, 3).numel() == 0);
  CHECK(linspace(0, 1, 5).to_vector<float>() == Floats{0, 0.25F, 0.5F, 0.75F, 1});
  CHECK(eye(2).to_vector<float>() == Floats{1, 0, 0, 1});
  CHECK(tensor({{1, 2}, {3, 4}}).shape() == Shape{2, 2});
  CHECK(scalar(4).item<int>() == 4);
  CHECK(scalar(4).dim() == 0);
  CHECK_THROWS_AS(tensor({{1, 2}, {3}}), ShapeError);
  CHECK_THROWS_AS(arange(0, 1, 0), ValueError);
}

TEST_CASE("elements go in and come out") {
  const Tensor t = Tensor::from_vector<std::int64_t>({1, 2, 3, 4, 5, 6}, {2, 3});
  CHECK(t.dtype() == i64);
  CHECK(t.t().to_vector<std::int64_t>() == Longs{1, 4, 2, 5, 3, 6});
  CHECK(t[1][2].item<double>() == 6);
  CHECK_ERROR(ShapeError, Tensor::from_vector<float>({1, 2, 3}, {2, 2}),
              "3 values do not fill shape (2, 2), which has 4 elements");
  CHECK_ERROR(DTypeError, t.data<float>(),
              "asked for f32 elements of a tensor of dtype i64");
  CHECK_ERROR(ShapeError, t.item<float>(), "shape (2, 3) and 6 elements");
}

TEST_CASE("copies share elements and clones do not") {
  Tensor a = zeros({3});
  Tensor same = a, copy = a.clone(), view = a.slice(0, 1, 3);
  a.fill_(5);
  CHECK(same.to_vector<float>() == Floats{5, 5, 5});
  CHECK(view.to_vector<float>() == Floats{5, 5});
  CHECK(copy.to_vector<float>() == Floats{0, 0, 0});
}

TEST_CASE("views are where indices say") {
  const Tensor t = arange(0, 24, 1, i64).reshape({2, 3, 4});
  CHECK(t.permute({2, 0, 1}).to_vector<std::int64_t>()[1] == 4);
  CHECK(t.slice(2, 1, 4, 2).to_vector<std::int64_t>() ==
        Longs{1, 3, 5, 7, 9, 11, 13, 15, 17, 19, 21, 23});
  CHECK(t.slice(0, -1, 99).to_vector<std::int64_t>() == t[1].to_vector<std::int64_t>());
  CHECK(t.slice(1, 3, 1).numel() == 0);
  CHECK(t.select(1, -1).to_vector<std::int64_t>() ==
        Longs{8, 9, 10, 11, 20, 21, 22, 23});
  CHECK(t.transpose(0, 2).shape() == Shape{4, 3, 2});
  CHECK(t.reshape({-1, 6}).shape() == Shape{4, 6});
  CHECK(t.flatten(1).shape() == Shape{2, 12});
  CHECK(t.unsqueeze(-1).shape() == Shape{2, 3, 4, 1});
  CHECK(t.unsqueeze(0).squeeze(0).shape() == t.shape());
  CHECK(tensor({1, 2}).unsqueeze(1).expand({2, 3}).to_vector<float>() ==
        Floats{1, 1, 1, 2, 2, 2});
  CHECK(tensor({1, 2}).expand({3, -1}).shape() == Shape{3, 2});
}

TEST_CASE("reshape shares elements where strides allow it") {
  const Tensor t = arange(0, 24).reshape({2, 3, 4});
  CHECK(t.reshape({6, 4}).data<float>() == t.data<float>());
  const Tensor p = t.permute({1, 2, 0});  // (3, 4, 2)
  CHECK(p.reshape({12, 2}).data<float>() == t.data<float>());
  CHECK(p.reshape({12, 2}).to_vector<float>() == p.to_vector<float>());
  CHECK(p.reshape({3, 8}).to_vector<float>() == p.to_vector<float>());
  CHECK(p.slice(0, 0, 3, 2).reshape({16}).to_vector<float>() ==
        p.slice(0, 0, 3, 2).to_vector<float>());
  CHECK(p.reshape({3, 2, 2, 1, 2}).to_vector<float>() == p.to_vector<float>());
  CHECK(zeros({0, 3}).reshape({3, 0, 5}).numel() == 0);
}

TEST_CASE("contiguous and dense are told apart") {
  const Tensor t = zeros({2, 3, 4});
  CHECK(t.is_contiguous());
  const Tensor p = t.permute({0, 2, 1});
  CHECK_FALSE(p.is_contiguous());
  CHECK(p.is_dense());
  CHECK(p.contiguous().is_contiguous());
  CHECK_FALSE(t.slice(2, 0, 3).is_dense());
  CHECK_FALSE(zeros({1, 3}).expand({2, 3}).is_dense());
  CHECK(zeros({2, 1, 3}).transpose(0, 1).is_contiguous());
}

TEST_CASE("conversions between dtypes") {
  CHECK(tensor({1.7, -1.7}).to(i64).to_vector<std::int64_t>() == Longs{1, -1});
  CHECK(Tensor::from_vector<std::uint8_t>({255}).to(f64).item<double>() == 255);
  const Tensor t = tensor({1, 2});
  CHECK(t.to(f32).data<float>() == t.data<float>());
}

TEST_CASE("an undefined tensor says so") {
  const Tensor none;
  CHECK_FALSE(none.defined());
  CHECK_ERROR(ValueError, none.shape(), "shape() was given an undefined tensor");
  CHECK_ERROR(ValueError, none + none, "add was given an undefined tensor");
  CHECK(none.to_string() == "undefined");
}

TEST_CASE("changes in place reach every view") {
  Tensor t = zeros({2, 3});
  t.slice(1, 1, 2).fill_(4);
  CHECK(t.to_vector<float>() == Floats{0, 4, 0, 0, 4, 0});
  t.t().add_(tensor({1, 2}), 10);
  CHECK(t.to_vector<float>() == Floats{10, 14, 10, 20, 24, 20});
  t.mul_(0.5);
  t[0].copy_(scalar(1));
  CHECK(t.to_vector<float>() == Floats{1, 1, 1, 10, 12, 10});
  const std::int64_t before = t.version();
  t.zero_();
  CHECK(t.version() == before + 1);
  CHECK(t[0].version() == t.version());
}

}  // namespace
}  // namespace cairn
