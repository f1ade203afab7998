// The order in memory: what is channels-last stays so through elementwise operations
// and pooling, and every other operation is right about such tensors too.
#include "tests/ops/arrays.h"

namespace cairn::test {
namespace {

constexpr std::int64_t kN = 2, kChannels = 3, kHeight = 5, kWidth = 7;
const Shape kShape{kN, kChannels, kHeight, kWidth};

Tensor channels_last(const Tensor& x) {
  return x.permute({0, 2, 3, 1}).contiguous().permute({0, 3, 1, 2});
}

// The strides of a dense channels-last tensor.
Strides strides_of_channels_last(const Shape& s) {
  return {s[1] * s[2] * s[3], 1, s[1] * s[3], s[1]};
}

void check_same(const Tensor& a, const Tensor& b, double tolerance = 0) {
  REQUIRE(a.shape() == b.shape());
  CHECK(abs(a.to(f64) - b.to(f64)).max().item<double>() <= tolerance);
}

struct Images {
  Generator generator{61};
  Tensor rows = rand(kShape, generator) + 0.5;  // as they come from files, and the same
  Tensor last = channels_last(rows);            // numbers in the other order
  Tensor other = rand(kShape, generator) + 0.5;
};

template <class Function>
void keeps_order(const char* name, Function f) {
  INFO(name);
  Images images;
  const Tensor y = f(images.last), straight = f(images.rows);
  CHECK(straight.is_contiguous());
  CHECK(y.strides() == strides_of_channels_last(y.shape()));
  check_same(y, straight);
}

TEST_CASE("the test's own tensors are channels-last") {
  const Images images;
  CHECK(images.last.strides() == Strides{105, 1, 21, 3});
  CHECK(images.last.is_dense());
  CHECK_FALSE(images.last.is_contiguous());
}

TEST_CASE("images copied into the other order and back are the same") {
  Generator generator{62};
  for (const DType dtype : {f32, f64, i64}) {
    for (const Shape& shape :
         {Shape{1, 1, 1, 1}, Shape{3, 6, 5, 5}, Shape{2, 16, 9, 8}, Shape{2, 70, 11, 7},
          Shape{5, 3, 1, 4}, Shape{0, 2, 3, 3}, Shape{2, 5, 20, 21}}) {
      INFO(shape[1] << " channels of " << shape[2] << " by " << shape[3]);
      const Tensor x = (rand(shape, generator) * 1000).to(dtype);
      const Tensor last = to_channels_last(x);
      CHECK(is_channels_last(last));
      const Tensor back = last.contiguous();
      CHECK(back.is_contiguous());
      const Tensor pixels = x.permute({0, 2, 3, 1}).reshape({-1});
      CHECK(last.permute({0, 2, 3, 1}).reshape({-1}).to(f64).to_vector<double>() ==
            pixels.to(f64).to_vector<double>());
      CHECK(back.to(f64).to_vector<double>() == x.to(f64).to_vector<double>());
    }
  }
}

// Matrices of every height and width, in one piece and as parts of others; large ones
// are cut into blocks for threads.
TEST_CASE("copies of transposed tensors have the same elements") {
  Generator generator{63};
  const std::vector<Shape> shapes{{1, 1},     {7, 17},     {17, 7},     {63, 65},
                                  {31, 256},  {256, 31},   {3, 300},    {300, 3},
                                  {700, 513}, {2, 11, 13}, {5, 16, 24}, {3, 70, 4}};
  const auto numbers = [](const Tensor& t) { return t.to(f64).to_vector<double>(); };
  for (const DType dtype : {f32, f64, i64}) {
    for (const Shape& shape : shapes) {
      INFO(shape.dim() << " dimensions, " << shape[0] << " by " << shape[1]);
      const Tensor x = (rand(shape, generator) * 1e6).to(dtype);
      const std::vector<double> expected = [&] {  // by the definition
        const std::vector<double> from = numbers(x);
        const std::int64_t rows = x.size(-2), columns = x.size(-1);
        std::vector<double> to(from.size());
        for (std::size_t i = 0; i < to.size(); ++i) {
          const auto at = static_cast<std::int64_t>(i) % (rows * columns);
          const std::int64_t matrix = static_cast<std::int64_t>(i) - at;
          to[i] =
              from[static_cast<std::size_t>(matrix + at % rows * columns + at / rows)];
        }
        return to;
      }();
      const Tensor turned = x.transpose(-1, -2);
      CHECK(numbers(turned.contiguous()) == expected);
      // Into the middle of something wider, whose other elements stay what they are.
      Shape wide = turned.shape();
      wide[wide.dim() - 1] += 5;
      const Tensor around = full(wide, -1, dtype);
      const std::int64_t end = wide[wide.dim() - 1] - 2;
      around.slice(-1, 3, end).copy_(turned);
      CHECK(numbers(around.slice(-1, 3, end)) == expected);
      CHECK(eq(around, full(wide, -1, dtype)).to(i64).sum().item<std::int64_t>() ==
            around.numel() - x.numel());
    }
  }
}

TEST_CASE("functions of one tensor keep its order in memory") {
  keeps_order("exp", [](auto& x) { return exp(x); });
  keeps_order("log", [](auto& x) { return log(x); });
  keeps_order("sqrt", [](auto& x) { return sqrt(x); });
  keeps_order("square", [](auto& x) { return square(x); });
  keeps_order("abs", [](auto& x) { return abs(x); });
  keeps_order("pow", [](auto& x) { return pow(x, 1.5); });
  keeps_order("clamp", [](auto& x) { return clamp(x, 0.7, 1.2); });
  keeps_order("relu", [](auto& x) { return relu(x - 1); });
  keeps_order("sigmoid", [](auto& x) { return sigmoid(x); });
  keeps_order("tanh", [](auto& x) { return tanh(x); });
  keeps_order("affine", [](auto& x) { return x * 2 + 1; });
  keeps_order("quotients", [](auto& x) { return (x / 3) + (1 / x); });
  keeps_order("to", [](auto& x) { return x.to(f64); });
  keeps_order("clone", [](auto& x) { return x.clone(); });
  keeps_order("zeros_like", [](auto& x) { return zeros_like(x); });
  keeps_order("dropout", [](auto& x) {
    Generator g(1);
    return zeros_like(
        dropout(x, 0.5, g));  // the mask follows memory: compare the order
  });
}

TEST_CASE("functions of two tensors keep the order of a dense operand") {
  Images images;
  const Tensor other = channels_last(images.other);
  const Tensor per_channel = images.other[0].slice(1, 0, 1).slice(2, 0, 1);  // [3,1,1]
  using Binary = Tensor (*)(const Tensor&, const Tensor&);
  const std::vector<Binary> all{add, sub, mul, div, maximum, minimum,
                                eq,  ne,  lt,  le,  gt,      ge};
  for (std::size_t i = 0; i < all.size(); ++i) {
    INFO("operation " << i);
    keeps_order("both dense", [&](auto& x) {
      return all[i](x, x.is_contiguous() ? images.other : other);
    });
    keeps_order("a number for each channel",
                [&](auto& x) { return all[i](x, per_channel); });
    keeps_order("on the right", [&](auto& x) { return all[i](per_channel, x); });
  }
  keeps_order("where",
              [&](auto& x) { return where(gt(x, per_channel), x, per_channel); });
}

Window overlapping() {
  Window w;
  w.stride[0] = 2, w.padding[0] = w.padding[1] = 1;
  return w;
}

TEST_CASE("pooling keeps the order in memory") {
  keeps_order("max", [](auto& x) { return max_pool2d(x, {3, 2}, overlapping()); });
  keeps_order("avg", [](auto& x) { return avg_pool2d(x, {3, 2}, overlapping()); });
}

// y = f(x), and a gradient in the same order from an upstream one in either order.
template <class Function>
void check_gradient(const char* name, bool keeps, double tolerance, Function f) {
  INFO(name);
  Images images;
  Tensor rows = images.rows.detach().requires_grad_();
  const Tensor y = f(rows);
  const Tensor upstream = randn(y.shape(), images.generator);
  y.backward(upstream);
  for (const bool straight : {true, false}) {
    Tensor last = images.last.detach().requires_grad_();
    const Tensor z = f(last);
    check_same(z, y, tolerance);
    z.backward(straight              ? upstream
               : upstream.dim() == 4 ? channels_last(upstream)
                                     : upstream);
    check_same(last.grad(), rows.grad(), tolerance);
    if (keeps) CHECK(last.grad().strides() == strides_of_channels_last(kShape));
  }
}

TEST_CASE("gradients of channels-last tensors are right and keep the order") {
  check_gradient("relu", true, 0, [](auto& x) { return relu(x - 1); });
  check_gradient("tanh", true, 0, [](auto& x) { return tanh(x); });
  check_gradient("max_pool2d", true, 0, [](auto& x) {
    return max_pool2d(x, {3, 2}, overlapping());
  });
  check_gradient("avg_pool2d", true, 1e-6, [](auto& x) {
    return avg_pool2d(x, {3, 2}, overlapping());
  });
}

TEST_CASE("operations that need rows are right about channels-last tensors") {
  Generator generator(62);
  const Tensor filters = randn({4, 3, 3, 2}, generator), bias = randn({4}, generator);
  const Tensor weight = randn({6, kChannels * kHeight * kWidth}, generator);
  check_gradient("conv2d", false, 2e-5,
                 [&](auto& x) { return conv2d(x, filters, bias, overlapping()); });
  for (int d = 0; d < 4; ++d) {
    check_gradient("softmax", false, 1e-6, [d](auto& x) { return softmax(x, d); });
    check_gradient("log_softmax", false, 1e-6,
                   [d](auto& x) { return log_softmax(x, d); });
    check_gradient("sum", false, 1e-5, [d](auto& x) { return x.sum({d}); });
    check_gradient("amax", false, 0, [d](auto& x) { return amax(x, {d}); });
    check_gradient("cat", false, 0, [d](auto& x) { return cat({x, x}, d); });
  }
  check_gradient("flatten and linear", false, 2e-5,
                 [&](auto& x) { return linear(x.flatten(1), weight, Tensor()); });
  check_gradient("matmul", false, 2e-5, [&](auto& x) {
    return matmul(x, filters[0].reshape({2, 9}).slice(1, 0, 7).t());
  });
  check_gradient("mse_loss", false, 1e-6,
                 [](auto& x) { return mse_loss(x, zeros(kShape), Reduction::none); });
  check_gradient("bce", false, 1e-6, [](auto& x) {
    return binary_cross_entropy_with_logits(x, ones(kShape), Reduction::none);
  });
}

TEST_CASE("gaps and repeats are no order to keep") {
  Images images;
  CHECK(exp(images.last.slice(3, 0, 7, 2)).is_contiguous());
  CHECK(exp(images.rows.slice(1, 0, 1).expand(kShape)).is_contiguous());
  CHECK((images.rows + images.last).is_contiguous());  // the first of two dense ones
  CHECK((images.last + images.rows).strides() == strides_of_channels_last(kShape));
}

}  // namespace
}  // namespace cairn::test
