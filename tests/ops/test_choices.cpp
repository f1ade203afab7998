// Elements that are chosen: by comparisons, by number, by their order; and the edges of
// operations that were once wrong there.
#include <limits>

#include "tests/error_text.h"
#include "tests/ops/arrays.h"

namespace cairn::test {
namespace {

using Longs = std::vector<std::int64_t>;
using Doubles = std::vector<double>;
constexpr double kNaN = std::numeric_limits<double>::quiet_NaN();
constexpr double kInfinity = std::numeric_limits<double>::infinity();

Longs numbers(const Tensor& t) { return t.to(i64).to_vector<std::int64_t>(); }

// ── Comparisons with numbers ────────────────────────────────────────────────────────

TEST_CASE("comparisons with numbers are those with tensors") {
  for (const DType dtype : {f32, f64, i64, u8}) {
    const Tensor x = tensor({{0, 1, 2}, {3, 2, 1}}, dtype).t();
    INFO(dtype_name(dtype));
    CHECK((x < 2).dtype() == u8);
    CHECK(numbers(x == 2) == Longs{0, 0, 0, 1, 1, 0});
    CHECK(numbers(x != 2) == Longs{1, 1, 1, 0, 0, 1});
    CHECK(numbers(x < 2) == Longs{1, 0, 1, 0, 0, 1});
    CHECK(numbers(x <= 2) == Longs{1, 0, 1, 1, 1, 1});
    CHECK(numbers(x > 2) == Longs{0, 1, 0, 0, 0, 0});
    CHECK(numbers(x >= 2) == Longs{0, 1, 0, 1, 1, 0});
    // Numbers that a tensor of whole ones cannot hold.
    CHECK(numbers(x < 1.5) == Longs{1, 0, 1, 0, 0, 1});
    CHECK(numbers(x == 1.5) == Longs{0, 0, 0, 0, 0, 0});
    CHECK(numbers(x > -1) == Longs{1, 1, 1, 1, 1, 1});
    CHECK(numbers(x < 256) == Longs{1, 1, 1, 1, 1, 1});
    CHECK(numbers(x < kInfinity) == Longs{1, 1, 1, 1, 1, 1});
    CHECK(numbers(x != kNaN) == Longs{1, 1, 1, 1, 1, 1});
    CHECK(numbers(x == x) == Longs{1, 1, 1, 1, 1, 1});
    CHECK(numbers(x[0] >= x[2]) == Longs{0, 1});
  }
  const std::int64_t large = (std::int64_t{1} << 53) + 1;
  CHECK(numbers(Tensor::from_vector<std::int64_t>({large}) == 0x1p53) == Longs{0});
  CHECK_ERROR(ValueError, Tensor() < 1, "lt was given an undefined tensor");
}

TEST_CASE("masked_fill puts a number where the mask is and stops the gradient there") {
  const Tensor x = tensor({{1, 2, 3}, {4, 5, 6}}, f64).requires_grad_();
  const Tensor y = masked_fill(x, x > 4, -kInfinity);
  CHECK(y.detach().to_vector<double>() == Doubles{1, 2, 3, 4, -kInfinity, -kInfinity});
  masked_fill(x, tensor({0, 1, 0}, u8), 7).sum().backward();
  CHECK(x.grad().to_vector<double>() == Doubles{1, 0, 1, 1, 0, 1});
  CHECK_ERROR(DTypeError, masked_fill(x, x, 0), "where: the condition has dtype f64");
}

// ── Picking and sorting ─────────────────────────────────────────────────────────────

TEST_CASE("gather picks by number along any dimension") {
  Generator generator(7);
  for (const Shape& shape : {Shape{7}, Shape{1, 5}, Shape{3, 4, 2}, Shape{2, 0, 3}}) {
    for (int d = 0; d < shape.dim(); ++d) {
      Shape size = shape;
      size[d] = shape[d] == 0 ? 0 : 6;
      const Tensor x = randn(shape, generator);
      const Tensor at =
          randint(0, std::max<std::int64_t>(shape[d], 1), size, generator);
      const Tensor y = gather(x, d, at), numbers = at.to(f64);
      REQUIRE(y.shape() == size);
      each_index(size, [&](const Index& i) {
        Index from = i;
        from[static_cast<std::size_t>(d)] = static_cast<std::int64_t>(real(numbers, i));
        CHECK(real(y, i) == real(x, from));
      });
      CHECK(gather(x, d - shape.dim(), at).to_vector<float>() == y.to_vector<float>());
    }
  }
}

TEST_CASE("gather says what does not fit") {
  const Tensor x = zeros({3, 4});
  CHECK_ERROR(DTypeError, gather(x, 1, zeros({3, 1})), "the index is f32; it counts");
  CHECK_ERROR(
      ShapeError, gather(x, 1, zeros({2, 1}, i64)),
      "an index of shape (2, 1) for a tensor of shape (3, 4) along dimension 1");
  CHECK_ERROR(ShapeError, gather(x, 1, zeros({3}, i64)), "an index of shape (3,)");
  CHECK_ERROR(IndexError, gather(x, 1, full({3, 1}, 4, i64)),
              "number 4 at position 0 of an index of shape (3, 1) is outside dimension "
              "1 of shape (3, 4), which is counted from 0 to 3");
  CHECK_ERROR(IndexError, gather(x, 1, full({3, 1}, -1, i64)), "number -1");
  CHECK_ERROR(ShapeError, gather(scalar(1), 0, zeros({1}, i64)), "no dimension 0");
}

TEST_CASE("argsort orders every line and keeps equal ones as they were") {
  const Tensor x = tensor({{3, 1, 2, 1, 3}, {0, 0, 5, 4, 0}});
  CHECK(numbers(argsort(x)) == Longs{1, 3, 2, 0, 4, 0, 1, 4, 3, 2});
  CHECK(numbers(argsort(x, 1, true)) == Longs{0, 4, 2, 1, 3, 2, 3, 0, 1, 4});
  CHECK(numbers(argsort(x, 0)) == Longs{1, 1, 0, 0, 1, 0, 0, 1, 1, 0});
  CHECK(numbers(argsort(x.t(), 0).t()) == numbers(argsort(x)));
  for (const DType dtype : {f64, i64, u8}) {
    CHECK(numbers(argsort(x.to(dtype))) == numbers(argsort(x)));
  }
  const Tensor odd = tensor({kNaN, 1, kInfinity, -kInfinity, kNaN}, f64);
  CHECK(numbers(argsort(odd)) == Longs{3, 1, 2, 0, 4});
  CHECK(numbers(argsort(odd, 0, true)) == Longs{0, 4, 2, 1, 3});
  const std::int64_t large = std::int64_t{1} << 60;  // beyond what a double tells apart
  CHECK(numbers(argsort(Tensor::from_vector<std::int64_t>({large + 1, large}))) ==
        Longs{1, 0});
  CHECK(argsort(zeros({0, 3})).shape() == Shape{0, 3});
  CHECK(argsort(zeros({3, 0})).shape() == Shape{3, 0});
}

TEST_CASE("topk takes the largest and hands their gradients back") {
  const Tensor x = tensor({{3, 1, 4}, {1, 5, 9}}, f64).requires_grad_();
  const TopK top = topk(x, 2);
  CHECK(top.values.detach().to_vector<double>() == Doubles{4, 3, 9, 5});
  CHECK(numbers(top.indices) == Longs{2, 0, 2, 1});
  (top.values * tensor({{1, 2}, {3, 4}}, f64)).sum().backward();
  CHECK(x.grad().to_vector<double>() == Doubles{2, 0, 1, 0, 4, 3});
  CHECK(topk(x, 0, 0).values.shape() == Shape{0, 3});
  CHECK_ERROR(ValueError, topk(x, 4), "the 4 largest of dimension 1 of shape (2, 3)");
  CHECK_ERROR(ValueError, topk(x, -1), "ask for 0 to 3");
}

// ── Activations at their ends ───────────────────────────────────────────────────────

TEST_CASE("activations keep NaN and do not overflow") {
  for (const DType dtype : {f32, f64}) {
    const Tensor x = tensor({-kInfinity, -1000, 0, 1000, kInfinity, kNaN}, dtype);
    const auto of = [](const Tensor& t) { return t.to(f64).to_vector<double>(); };
    const auto check = [&](const Tensor& y, const Doubles& wanted) {
      const Doubles found = of(y);
      for (std::size_t i = 0; i < 5; ++i) CHECK(found[i] == wanted[i]);
      CHECK(std::isnan(found[5]));
    };
    check(leaky_relu(x, 0.5), {-kInfinity, -500, 0, 1000, kInfinity});
    check(elu(x, 2), {-2, -2, 0, 1000, kInfinity});
    check(softplus(x), {0, 0, of(softplus(scalar(0, dtype)))[0], 1000, kInfinity});
    CHECK(of(silu(x))[3] == 1000);
    CHECK(of(silu(x))[1] == 0);
    Tensor w = tensor({-1000, -50, 0, 50, 1000}, dtype).requires_grad_();
    (silu(w) + softplus(w) + elu(w) + leaky_relu(w)).sum().backward();
    for (const double g : of(w.grad())) CHECK(std::isfinite(g));
  }
  CHECK_ERROR(DTypeError, silu(ones({2}, i64)), "silu works on real numbers");
}

// ── Losses with settings ────────────────────────────────────────────────────────────

TEST_CASE("what is ignored changes neither loss nor gradients") {
  Tensor x = tensor({{1, 2, -kInfinity}, {0, 1, 2}, {-kInfinity, 1, 2}}, f64);
  x.requires_grad_();
  const Tensor labels = tensor({1, 0, -100}, i64);
  const Tensor loss =
      cross_entropy(x, labels, CrossEntropyOptions().ignore_index(-100));
  const Tensor alone = cross_entropy(x.detach().slice(0, 0, 2), labels.slice(0, 0, 2));
  CHECK(std::abs(loss.item<double>() - alone.item<double>()) < 1e-15);
  loss.backward();
  for (const double g : x.grad()[2].to_vector<double>()) CHECK(g == 0);
  const auto options = CrossEntropyOptions().ignore_index(-100);
  CHECK_ERROR(ValueError, cross_entropy(x, full({3}, -100, i64), options),
              "every sample is ignored or of weight 0");
  CHECK_ERROR(IndexError, cross_entropy(x, tensor({1, 0, -1}, i64), options),
              "cross_entropy: label -1 of sample 2");
}

TEST_CASE("settings of losses that make no sense are told") {
  const Tensor x = zeros({2, 3}), labels = zeros({2}, i64),
               shares = full({2, 3}, 1. / 3);
  using Options = CrossEntropyOptions;
  CHECK_ERROR(ValueError, cross_entropy(x, labels, Options().label_smoothing(1.5)),
              "a label smoothing of 1.5; it is a share");
  CHECK_ERROR(ShapeError, cross_entropy(x, labels, Options().weight(ones({2}))),
              "class weights of shape (2,) for logits of shape (2, 3)");
  CHECK_ERROR(DTypeError, cross_entropy(x, labels, Options().weight(ones({3}, f64))),
              "cross_entropy: tensors of dtypes f32 and f64");
  CHECK_ERROR(ValueError, cross_entropy(x, shares, Options().ignore_index(0)),
              "which go with class numbers: i64 of shape (2,)");
  CHECK_ERROR(ValueError, huber_loss(x, x, 0), "a delta (or beta) of 0");
  CHECK_ERROR(ShapeError, l1_loss(x, labels.to(f32)), "l1_loss: the prediction has");
}

// ── Edges ───────────────────────────────────────────────────────────────────────────

TEST_CASE("a change in place that is refused changes nothing not even the version") {
  Tensor t = ones({3});
  const Tensor wrong = ones({2});
  const auto before = t.version();
  CHECK_THROWS_AS(t.copy_(wrong), ShapeError);
  CHECK_THROWS_AS(t.add_(wrong), ShapeError);
  CHECK_THROWS_AS(t.mul_(wrong), ShapeError);
  Tensor whole = ones({3}, i64);
  const auto made = whole.version();
  CHECK_ERROR(ValueError, whole.mul_(0.5), "mul_: a factor of 0.5");
  CHECK_ERROR(ValueError, whole.add_(whole, 0.5), "add_: a factor of 0.5");
  CHECK_ERROR(ValueError, whole.fill_(kNaN), "fill_: nan is no number of dtype i64");
  CHECK(whole.version() == made);
  CHECK(t.version() == before);
  CHECK(numbers(whole) == Longs{1, 1, 1});
}

TEST_CASE("integers are not divided by a fraction") {
  const Tensor x = tensor({7, -7}, i64);
  CHECK(numbers(x / 2) == Longs{3, -3});
  CHECK_ERROR(ValueError, x / 0.5, "div: 0.5 and a tensor of dtype i64");
  CHECK_ERROR(ValueError, 2.5 / x, "div: 2.5 and a tensor of dtype i64");
}

TEST_CASE("numbers that no integer holds become the nearest") {
  const Tensor x = tensor({-3.9, 3.9, 300, 1e30, -1e30, kInfinity, kNaN}, f64);
  for (const Tensor& from : {x, x.to(f32), stack({x, x}).t().select(1, 0)}) {
    CHECK(from.to(u8).to_vector<std::uint8_t>() ==
          std::vector<std::uint8_t>{0, 3, 255, 255, 0, 255, 0});
    constexpr auto kLeast = std::numeric_limits<std::int64_t>::min();
    constexpr auto kMost = std::numeric_limits<std::int64_t>::max();
    CHECK(numbers(from) == Longs{-3, 3, 300, kMost, kLeast, kMost, kLeast});
  }
  CHECK_ERROR(ValueError, tensor({1, 256}, u8), "tensor: 256 is no number of dtype u8");
  CHECK_ERROR(ValueError, full({2}, -1, u8), "fill_: -1 is no number of dtype u8");
  CHECK_ERROR(ValueError, arange(0, 300, 1, u8), "arange: 256 is no number");
}

TEST_CASE("sizes beyond counting are told and overflow nothing") {
  const Tensor x = arange(0, 6);
  constexpr auto kMost = std::numeric_limits<std::int64_t>::max();
  CHECK(x.slice(0, 1, 6, kMost).to_vector<float>() == std::vector<float>{1});
  CHECK(x.slice(0, 0, 0, kMost).numel() == 0);
  CHECK_ERROR(ShapeError, x.reshape({kMost, kMost, -1}), "more elements than");
  CHECK_ERROR(ShapeError, x.reshape({kMost, 3}), "more elements than");
  CHECK_ERROR(ShapeError, zeros({0, kMost, kMost}), "more elements than");
  CHECK(zeros({0, 3}).reshape({3, 0}).shape() == Shape{3, 0});
}

// ── conv1d ──────────────────────────────────────────────────────────────────────────

TEST_CASE("conv1d says what does not fit") {
  CHECK_ERROR(ShapeError, conv1d(zeros({2, 3}), zeros({1, 3, 2}), Tensor()),
              "conv1d: shapes (2, 3) and (1, 3, 2) in 1 groups; the input must be (n,");
  CHECK_ERROR(ShapeError, nn::Conv1d(3, 4, 5)(zeros({2, 2, 9})),
              "channels/groups, taps");
  CHECK_ERROR(ValueError, nn::Conv1d(nn::Conv1dOptions(3, 4, 5).groups(2)),
              "Conv1d: 3 to 4 channels with 5 taps in 2 groups");
  CHECK(nn::Conv1d(nn::Conv1dOptions(2, 4, 5).groups(2).stride(3).bias(false))
            .describe() == "Conv1d(2, 4, 5, stride 3, groups 2, no bias)");
}

}  // namespace
}  // namespace cairn::test
