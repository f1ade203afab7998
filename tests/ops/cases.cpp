#include "tests/ops/cases.h"

namespace cairn::test {
namespace {

using Inputs = std::vector<Tensor>;

class Cases {
 public:
  Tensor normal(const Shape& shape) { return randn(shape, generator_, f64); }
  // Away from zero and positive: for logarithms, roots and divisors.
  Tensor positive(const Shape& shape) { return rand(shape, generator_, f64) * 2 + 0.5; }
  // No two equal, none near zero: no element stands on a corner of max or relu.
  Tensor distinct(const Shape& shape) {
    const Tensor order = randperm(shape.numel(), generator_).to(f64).reshape(shape);
    return order * 0.37 - 0.37 * static_cast<double>(shape.numel()) / 2 + 0.11;
  }

  void add(const char* op, const char* what, std::function<Tensor(const Inputs&)> f,
           Inputs inputs) {
    for (Tensor& input : inputs) input = input.detach().requires_grad_();
    cases.push_back({op, what, std::move(f), std::move(inputs)});
  }

  void arithmetic();
  void functions();
  void views();
  void reductions();
  void products();
  void losses();
  void images();
  void normalisation();

  std::vector<OpCase> cases;

 private:
  Generator generator_{2024};
};

void Cases::arithmetic() {
  add("add", "broadcast both ways", [](auto& x) { return x[0] + x[1]; },
      {normal({3, 1, 2}), normal({4, 1})});
  add("add", "one tensor twice", [](auto& x) { return x[0] + x[0]; }, {normal({3, 2})});
  add("sub", "broadcast", [](auto& x) { return x[0] - x[1]; },
      {normal({2, 3}), normal({3})});
  add("mul", "broadcast", [](auto& x) { return x[0] * x[1]; },
      {normal({3, 1, 2}), normal({4, 1})});
  add("mul", "one tensor twice", [](auto& x) { return x[0] * x[0]; }, {normal({5})});
  add("mul", "a transposed operand", [](auto& x) { return x[0].t() * x[1]; },
      {normal({3, 5}), normal({5, 3})});
  add("div", "broadcast", [](auto& x) { return x[0] / x[1]; },
      {normal({3, 1, 2}), positive({4, 1})});
  add("div", "a number by a tensor", [](auto& x) { return 3 / x[0]; }, {positive({7})});
  add("maximum", "broadcast", [](auto& x) { return maximum(x[0], x[1]); },
      {distinct({3, 1, 2}), normal({4, 1})});
  add("minimum", "broadcast", [](auto& x) { return minimum(x[0], x[1]); },
      {distinct({3, 1, 2}), normal({4, 1})});
  add("affine", "a slice with steps",
      [](auto& x) { return affine(x[0].slice(1, 0, 7, 3), -1.5, 0.25); },
      {normal({2, 7})});
  add("where", "broadcast",
      [](auto& x) { return where(gt(x[0], x[1]), x[0], x[1] * 2); },
      {normal({2, 1, 3}), normal({4, 1})});
}

void Cases::functions() {
  add("exp", "permuted",
      [](auto& x) {
        return exp(x[0].permute({2, 0, 1}));
      },
      {normal({2, 3, 4})});
  add("log", "", [](auto& x) { return log(x[0]); }, {positive({3, 5})});
  add("sqrt", "", [](auto& x) { return sqrt(x[0]); }, {positive({3, 5})});
  add("square", "every second column",
      [](auto& x) { return square(x[0].slice(1, 1, 5, 2)); }, {normal({3, 5})});
  add("abs", "", [](auto& x) { return abs(x[0]); }, {distinct({3, 5})});
  add("pow", "cube", [](auto& x) { return pow(x[0], 3); }, {normal({3, 5})});
  add("pow", "a negative power", [](auto& x) { return pow(x[0], -1.5); },
      {positive({3, 5})});
  add("pow", "power zero", [](auto& x) { return pow(x[0], 0); }, {normal({3})});
  add("clamp", "some inside", [](auto& x) { return clamp(x[0], -1, 0.9); },
      {distinct({3, 5})});
  add("relu", "used twice", [](auto& x) { return relu(x[0] * x[0] - x[0]); },
      {distinct({3, 5})});
  add("sigmoid", "large values too", [](auto& x) { return sigmoid(x[0]); },
      {normal({3, 5}) * 4});
  add("tanh", "transposed", [](auto& x) { return tanh(x[0].t()); }, {normal({3, 5})});
  add("leaky_relu", "every third of a row",
      [](auto& x) { return leaky_relu(x[0].slice(1, 0, 7, 3), 0.3); },
      {distinct({3, 7})});
  add("elu", "transposed", [](auto& x) { return elu(x[0].t(), 0.7); },
      {distinct({3, 5})});
  add("silu", "large values too", [](auto& x) { return silu(x[0]); },
      {normal({3, 5}) * 4});
  add("softplus", "permuted",
      [](auto& x) {
        return softplus(x[0].permute({2, 0, 1}) * 3);
      },
      {normal({2, 3, 4})});
  add("dropout", "a fixed mask",
      [](auto& x) {
        Generator same(5);
        return dropout(x[0], 0.4, same);
      },
      {normal({3, 17})});
}

void Cases::views() {
  add("gather", "of a transpose, some twice and some never",
      [](auto& x) {
        return gather(x[0].t(), 0, tensor({{2, 0, 4}, {2, 1, 4}}, i64));
      },
      {normal({3, 5})});
  add("gather", "in the middle",
      [](auto& x) {
        return gather(x[0], 1, tensor({{1, 0, 3}, {3, 3, 2}}, i64).unsqueeze(1));
      },
      {normal({2, 4, 3})});
  add("gather", "the largest three", [](auto& x) { return topk(x[0], 3, 0).values; },
      {distinct({7, 2})});
  add("clone", "of a slice", [](auto& x) { return x[0].slice(0, 1, 3).clone(); },
      {normal({4, 3})});
  add("contiguous", "of a transpose", [](auto& x) { return x[0].t().contiguous(); },
      {normal({4, 3})});
  add("to", "there and back",
      [](auto& x) { return x[0].to(f32).to(f64) * 0 + x[0].to(f64); }, {normal({3})});
  add("reshape", "with a size left open",
      [](auto& x) {
        return x[0].reshape({3, -1});
      },
      {normal({2, 3, 2})});
  add("reshape", "after a permute",
      [](auto& x) {
        return x[0].permute({1, 0, 2}).reshape({6, 2});
      },
      {normal({2, 3, 2})});
  add("permute", "",
      [](auto& x) {
        return x[0].permute({2, 0, 1});
      },
      {normal({2, 3, 4})});
  add("slice", "with steps", [](auto& x) { return x[0].slice(1, 1, 8, 3); },
      {normal({2, 8})});
  add("slice", "one tensor sliced twice",
      [](auto& x) { return x[0].slice(0, 0, 3) * x[0].slice(0, 2, 5); },
      {normal({5, 2})});
  add("expand", "new and old dimensions",
      [](auto& x) {
        return x[0].expand({4, 3, 2});
      },
      {normal({3, 1})});
  add("cat", "unequal parts",
      [](auto& x) {
        return cat({x[0], x[1], x[0]}, 1);
      },
      {normal({2, 3}), normal({2, 1})});
}

void Cases::reductions() {
  add("sum", "all", [](auto& x) { return x[0].sum(); }, {normal({2, 3, 5})});
  add("sum", "first and last dimension",
      [](auto& x) {
        return x[0].sum({0, 2});
      },
      {normal({2, 3, 5})});
  add("sum", "keepdim of a permuted tensor",
      [](auto& x) {
        return x[0].permute({1, 2, 0}).sum({1}, true);
      },
      {normal({2, 3, 5})});
  add("amax", "two dimensions",
      [](auto& x) {
        return amax(x[0], {0, 2});
      },
      {distinct({2, 3, 5})});
  add("amin", "keepdim", [](auto& x) { return amin(x[0], {1}, true); },
      {distinct({2, 3, 5})});
  add("softmax", "the middle dimension", [](auto& x) { return softmax(x[0], 1); },
      {normal({2, 3, 5})});
  add("softmax", "the last dimension", [](auto& x) { return softmax(x[0], -1); },
      {normal({4, 3}) * 3});
  add("log_softmax", "the first dimension",
      [](auto& x) { return log_softmax(x[0], 0); }, {normal({2, 3, 5})});
}

void Cases::products() {
  add("matmul", "matrices", [](auto& x) { return matmul(x[0], x[1]); },
      {normal({3, 5}), normal({5, 2})});
  add("matmul", "transposed views", [](auto& x) { return matmul(x[0].t(), x[1].t()); },
      {normal({5, 3}), normal({2, 5})});
  add("matmul", "broadcast batches", [](auto& x) { return matmul(x[0], x[1]); },
      {normal({2, 1, 3, 5}), normal({4, 5, 2})});
  add("matmul", "a matrix by itself", [](auto& x) { return matmul(x[0], x[0]); },
      {normal({3, 3})});
  add("linear", "three dimensions", [](auto& x) { return linear(x[0], x[1], x[2]); },
      {normal({2, 3, 5}), normal({4, 5}), normal({4})});
  add("linear", "transposed views",
      [](auto& x) { return linear(x[0].t(), x[1].t(), Tensor()); },
      {normal({5, 3}), normal({5, 2})});
  add("linear_relu", "matrices", [](auto& x) { return linear_relu(x[0], x[1], x[2]); },
      {normal({3, 5}), normal({7, 5}), normal({7})});
  add("linear_relu", "three dimensions and no bias",
      [](auto& x) { return linear_relu(x[0], x[1], Tensor()); },
      {normal({2, 3, 5}), normal({4, 5})});
  add("linear_relu", "a square matrix by itself",
      [](auto& x) { return linear_relu(x[0], x[0], x[1]); },
      {normal({3, 3}), normal({3})});
}

void Cases::losses() {
  const Tensor labels = Tensor::from_vector<std::int64_t>({1, 0, 3});
  add("cross_entropy", "mean",
      [labels](auto& x) { return cross_entropy(x[0], labels); }, {normal({3, 4})});
  add("cross_entropy", "sum",
      [labels](auto& x) { return cross_entropy(x[0], labels, Reduction::sum); },
      {normal({3, 4})});
  add("cross_entropy", "one loss a sample",
      [labels](auto& x) { return cross_entropy(x[0], labels, Reduction::none); },
      {normal({3, 4})});
  const Tensor target = rand({3, 4}, generator_, f64);
  add("binary_cross_entropy_with_logits", "large logits too",
      [target](auto& x) {
        return binary_cross_entropy_with_logits(x[0], target, Reduction::none);
      },
      {normal({3, 4}) * 5});
}

void Cases::images() {
  Window odd;
  odd.stride[0] = 2, odd.padding[1] = 1, odd.dilation[1] = 2;
  add("conv2d", "stride, padding, dilation, groups",
      [odd](auto& x) { return conv2d(x[0], x[1], x[2], odd, 2); },
      {normal({3, 4, 7, 9}), normal({6, 2, 3, 2}), normal({6})});
  add("conv2d", "one by one", [](auto& x) { return conv2d(x[0], x[1], Tensor()); },
      {normal({2, 3, 4, 5}), normal({4, 3, 1, 1})});
  Window same;
  same.padding[0] = same.padding[1] = 2;
  add("conv2d", "padding wider than the image",
      [same](auto& x) { return conv2d(x[0], x[1], x[2], same); },
      {normal({5, 2, 2, 3}), normal({3, 2, 5, 5}), normal({3})});
  Window steep;
  steep.stride[0] = 3, steep.stride[1] = 2, steep.dilation[0] = 2, steep.padding[0] = 3;
  add("conv2d", "stride beyond the kernel, channels last",
      [steep](auto& x) {
        return conv2d(x[0].permute({0, 3, 1, 2}), x[1], x[2], steep);
      },
      {normal({2, 7, 8, 3}), normal({5, 3, 2, 1}), normal({5})});
  Window dilated;
  dilated.stride[0] = 2, dilated.dilation[0] = 3, dilated.dilation[1] = 2;
  dilated.padding[0] = 4, dilated.padding[1] = 1;
  add("conv2d", "stride and dilation without a common factor",
      [dilated](auto& x) { return conv2d(x[0], x[1], x[2], dilated); },
      {normal({2, 3, 6, 8}), normal({2, 3, 3, 3}), normal({2})});
  add("conv2d", "with ReLU",
      [odd](auto& x) { return conv2d_relu(x[0], x[1], x[2], odd); },
      {normal({2, 3, 5, 6}), normal({4, 3, 2, 2}), normal({4})});
  add("conv2d", "few channels, stride along the rows",
      [same](auto& x) {
        Window window = same;
        window.stride[1] = 2;
        return conv2d(x[0], x[1], x[2], window);
      },
      {normal({2, 1, 5, 13}), normal({3, 1, 3, 5}), normal({3})});
  add("conv2d", "groups of many channels",
      [odd](auto& x) { return conv2d(x[0], x[1], x[2], odd, 2); },
      {normal({2, 16, 4, 5}), normal({16, 8, 3, 2}), normal({16})});
  add("conv2d", "depthwise",
      [same](auto& x) { return conv2d(x[0], x[1], x[2], same, 5); },
      {normal({2, 5, 4, 6}), normal({5, 1, 3, 5}), normal({5})});
  add("contiguous", "images with channels last",
      [](auto& x) { return to_channels_last(x[0]); }, {normal({2, 3, 4, 5})});
  Window overlapping;
  overlapping.stride[0] = 2, overlapping.padding[0] = 1;
  add("max_pool2d", "overlapping windows",
      [overlapping](auto& x) {
        return max_pool2d(x[0], {3, 2}, overlapping);
      },
      {distinct({2, 3, 5, 6})});
  add("max_pool2d", "channels last",
      [overlapping](auto& x) {
        return max_pool2d(x[0].permute({0, 3, 1, 2}), {3, 2}, overlapping);
      },
      {distinct({2, 5, 6, 3})});
  add("avg_pool2d", "overlapping windows, channels last",
      [overlapping](auto& x) {
        return avg_pool2d(x[0].permute({0, 3, 1, 2}), {3, 2}, overlapping);
      },
      {normal({2, 5, 6, 3})});
}

void Cases::normalisation() {
  const Tensor none;
  add("batch_norm", "training, plane by plane",
      [none](auto& x) { return batch_norm(x[0], none, none, x[1], x[2], true); },
      {normal({3, 4, 2, 5}) * 2 + 1, normal({4}), normal({4})});
  add("batch_norm", "training, channels last",
      [none](auto& x) {
        return batch_norm(x[0].permute({0, 3, 1, 2}), none, none, x[1], x[2], true, 0.1,
                          0.3);
      },
      {normal({3, 2, 5, 7}), normal({7}), normal({7})});
  add("batch_norm", "training, features, no weight",
      [none](auto& x) { return batch_norm(x[0], none, none, none, none, true); },
      {normal({5, 3})});
  add("batch_norm", "training, sequences turned round, one tensor twice",
      [none](auto& x) {
        const Tensor y = x[0].permute({2, 1, 0});
        return batch_norm(y, none, none, y.sum({0, 2}), x[1], true);
      },
      {normal({4, 3, 2}), normal({3})});
  const Tensor mean = normal({3}), variance = positive({3});
  add("batch_norm", "running statistics",
      [=](auto& x) { return batch_norm(x[0], mean, variance, x[1], x[2], false); },
      {normal({2, 3, 4, 5}), normal({3}), normal({3})});
  add("batch_norm_relu", "training, plane by plane",
      [none](auto& x) { return batch_norm_relu(x[0], none, none, x[1], x[2], true); },
      {normal({3, 4, 2, 5}) * 2 + 1, normal({4}), normal({4})});
  add("batch_norm_relu", "training, channels last, no bias",
      [none](auto& x) {
        return batch_norm_relu(x[0].permute({0, 3, 1, 2}), none, none, x[1], none,
                               true);
      },
      {normal({3, 2, 5, 7}), normal({7})});
  add("batch_norm_relu", "running statistics, features",
      [=](auto& x) { return batch_norm_relu(x[0], mean, variance, x[1], x[2], false); },
      {normal({5, 3}), normal({3}), normal({3})});
  add("batch_norm", "running statistics, channels last, a broadcast gradient",
      [=](auto& x) {
        return batch_norm(x[0].permute({0, 2, 1}), mean, variance, x[1], none, false)
            .sum({0, 1});
      },
      {normal({2, 5, 3}), normal({3})});
  add("layer_norm", "the last dimension",
      [](auto& x) { return layer_norm(x[0], {5}, x[1], x[2]); },
      {normal({2, 3, 5}) * 2 + 1, normal({5}), normal({5})});
  add("layer_norm", "two dimensions of a permuted tensor",
      [](auto& x) {
        return layer_norm(x[0].permute({2, 0, 1}), {3, 5}, x[1], x[2], 0.2);
      },
      {normal({3, 5, 2}), normal({3, 5}), normal({3, 5})});
  add("layer_norm", "no weight, no bias",
      [none](auto& x) { return layer_norm(x[0], {7}, none, none); }, {normal({3, 7})});
}

}  // namespace

std::vector<OpCase> differentiable_operations() {
  Cases all;
  all.arithmetic();
  all.functions();
  all.views();
  all.reductions();
  all.products();
  all.losses();
  all.images();
  all.normalisation();
  add_attention_cases(all.cases);
  add_recurrent_cases(all.cases);
  return std::move(all.cases);
}

}  // namespace cairn::test
