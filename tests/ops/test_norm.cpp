// Batch and layer normalisation: values, the order in memory, running statistics, and
// numbers that a careless variance would lose.
#include <cairn/cairn.h>

#include <cmath>
#include <cstring>

#include <cairn/kernels/norm/norm_reference.h>

#include "tests/catch.h"
#include "tests/ops/arrays.h"

namespace cairn::test {
namespace {

const Tensor none;

// The largest difference, in f64.
double difference(const Tensor& a, const Tensor& b) {
  return abs(a.detach().to(f64) - b.detach().to(f64)).max().item<double>();
}

bool same_bits(const Tensor& a, const Tensor& b) {
  const auto u = a.to(f64).to_vector<double>(), v = b.to(f64).to_vector<double>();
  return u.size() == v.size() &&
         std::memcmp(u.data(), v.data(), u.size() * sizeof(double)) == 0;
}

// The same numbers with the channels fastest.
Tensor channels_last(const Tensor& x) {
  return x.permute({0, 2, 3, 1}).contiguous().permute({0, 3, 1, 2});
}

struct Result {
  Tensor y, dx, d_weight, d_bias;
};

Result run(const Tensor& x0, const Tensor& dy, bool training, DType dtype) {
  const std::int64_t channels = x0.size(1);
  Tensor x = x0.to(dtype).detach().requires_grad_();
  Tensor weight = linspace(-1, 2, channels).to(dtype).detach().requires_grad_();
  Tensor bias = linspace(3, 1, channels).to(dtype).detach().requires_grad_();
  const Tensor mean = linspace(0, 1, channels).to(dtype);
  const Tensor variance = linspace(1, 2, channels).to(dtype);
  const Tensor y =
      batch_norm(x, mean.clone(), variance.clone(), weight, bias, training);
  y.backward(dy.to(dtype));
  return {y, x.grad(), weight.grad(), bias.grad()};
}

TEST_CASE("batch_norm in f32 agrees with f64 in both orders of memory") {
  Generator generator(7);
  for (const Shape& shape :
       {Shape{2, 1, 3, 5}, Shape{3, 7, 5, 3}, Shape{5, 16, 8, 9}, Shape{33, 33, 6, 7},
        Shape{2, 65, 31, 1}, Shape{40, 3, 32, 32}, Shape{70, 130, 4, 4}}) {
    const Tensor x = randn(shape, generator) * 2 + 5, dy = randn(shape, generator);
    for (const bool training : {true, false}) {
      INFO(shape.to_string() << (training ? " training" : " running"));
      const Result want = run(x, dy, training, f64);
      const Result planes = run(x, dy, training, f32);
      const Result last = run(channels_last(x), channels_last(dy), training, f32);
      CHECK(planes.y.is_contiguous());
      CHECK(last.y.strides() == channels_last(x).strides());
      const double count =
          static_cast<double>(x.numel()) / static_cast<double>(shape[1]);
      for (const Result& found : {planes, last}) {
        CHECK(difference(found.y, want.y) < 5e-6);
        CHECK(difference(found.dx, want.dx) < 5e-6);
        CHECK(difference(found.d_weight, want.d_weight) < 2e-6 * (20 + count));
        CHECK(difference(found.d_bias, want.d_bias) < 1e-6 * (20 + count));
      }
    }
  }
}

// y, and the gradients of x, weight and bias, with the ReLU joined or apart.
std::vector<Tensor> run_relu(const Tensor& x0, const Tensor& dy, bool training,
                             bool joined) {
  const std::int64_t channels = x0.size(1);
  Tensor x = x0.detach().requires_grad_();
  Tensor weight = linspace(-1, 2, channels).to(x.dtype()).detach().requires_grad_();
  Tensor bias = linspace(0.5, -0.5, channels).to(x.dtype()).detach().requires_grad_();
  const Tensor mean = linspace(0, 1, channels).to(x.dtype()), variance = mean + 1;
  const auto apart = [](auto&&... arguments) { return relu(batch_norm(arguments...)); };
  const Tensor y =
      joined ? batch_norm_relu(x, mean, variance, weight, bias, training, 0.1, 1e-5)
             : apart(x, mean, variance, weight, bias, training, 0.1, 1e-5);
  y.backward(dy);
  return {y, x.grad(), weight.grad(), bias.grad()};
}

TEST_CASE("batch_norm_relu gives the numbers of its two operations") {
  Generator generator(9);
  for (const Shape& shape : {Shape{5, 3}, Shape{2, 1, 3, 5}, Shape{9, 7, 5, 3},
                             Shape{33, 33, 6, 7}, Shape{40, 24, 8, 8}}) {
    for (const DType dtype : {f32, f64}) {
      Tensor x = randn(shape, generator).to(dtype) * 2 + 1;
      x.slice(0, 0, 1).slice(1, 0, 1).fill_(std::nan(""));
      const Tensor dy = randn(shape, generator).to(dtype);
      for (const bool training : {true, false}) {
        for (const bool last : {false, true}) {
          if (last && x.dim() < 4) continue;
          INFO(shape.to_string() << (training ? " training" : " running") << last);
          const Tensor from = last ? channels_last(x) : x;
          const auto want = run_relu(from, dy, training, false);
          const auto found = run_relu(from, dy, training, true);
          for (std::size_t i = 0; i < want.size(); ++i) {
            CHECK(found[i].strides() == want[i].strides());
            CHECK(same_bits(found[i], want[i]));
          }
        }
      }
    }
  }
}

TEST_CASE("a gradient may arrive in another order of memory than the input") {
  Generator generator(8);
  const Tensor x = randn({3, 5, 4, 6}, generator), dy = randn({3, 5, 4, 6}, generator);
  const Result same = run(x, dy, true, f32);
  const Result other = run(x, channels_last(dy), true, f32);
  CHECK(difference(same.dx, other.dx) == 0);
  CHECK(difference(same.d_weight, other.d_weight) == 0);
}

TEST_CASE("features and sequences are normalised by channel too") {
  Generator generator(9);
  const Tensor x = randn({17, 31}, generator) * 3 - 2;
  const Tensor y = batch_norm(x, none, none, none, none, true);
  CHECK(abs(y.mean({0})).max().item<double>() < 1e-6);
  CHECK(abs(square(y).mean({0}) - 1).max().item<double>() < 1e-4);
  const Tensor sequences = randn({4, 3, 7}, generator) * 3 - 2;
  const Tensor z = batch_norm(sequences, none, none, none, none, true);
  CHECK(abs(z.mean({0, 2})).max().item<double>() < 1e-6);
  CHECK(abs(square(z).mean({0, 2}) - 1).max().item<double>() < 1e-4);
}

TEST_CASE("running statistics move by the momentum and hold a sample's variance") {
  const Tensor x =
      tensor({{1, 10}, {3, 30}, {5, 20}});  // means 3, 20; variances 4, 100
  Tensor mean = tensor({1, 0}), variance = tensor({1, 50});
  batch_norm(x, mean, variance, none, none, true, 0.25);
  CHECK(mean.to_vector<float>() == std::vector<float>{1.5, 5});
  CHECK(variance.to_vector<float>() == std::vector<float>{1.75, 62.5});
  CHECK(mean.version() == 1);
  const Tensor y = batch_norm(x, mean, variance, none, none, false, 0.25, 0);
  CHECK(mean.version() == 1);
  CHECK(y.to_vector<float>()[1] == Approx(5 / std::sqrt(62.5)));
}

TEST_CASE("a variance far from zero keeps its digits") {
  Generator generator(10);
  // A thousand deviations from zero, and the first image a thousand away from the rest.
  Tensor x = (randn({64, 6, 8, 8}, generator) + 1000).contiguous();
  x.slice(0, 0, 1).mul_(2);
  const Result want = run(x, ones_like(x), true, f64);
  CHECK(difference(run(x, ones_like(x), true, f32).y, want.y) < 2e-5);
  CHECK(difference(run(channels_last(x), ones_like(x), true, f32).y, want.y) < 2e-5);
  const Tensor rows = randn({5, 129}, generator) + 1000;
  CHECK(difference(layer_norm(rows, {129}, none, none),
                   layer_norm(rows.to(f64), {129}, none, none)) < 2e-4);
}

TEST_CASE("normalisation does not depend on the number of threads") {
  Generator generator(11);
  const Tensor x = randn({64, 24, 16, 16}, generator),
               dy = randn({64, 24, 16, 16}, generator);
  const Tensor rows = randn({3000, 130}, generator);
  const auto all = [&] {
    std::vector<float> bits;
    const auto keep = [&](const Tensor& t) {
      for (const float v : t.to_vector<float>()) bits.push_back(v);
    };
    for (const Tensor& input : {x, channels_last(x)}) {
      const Result r = run(input, dy, true, f32);
      keep(r.y), keep(r.dx), keep(r.d_weight), keep(r.d_bias);
    }
    Tensor leaf = rows.clone().requires_grad_();
    Tensor weight = ones({130}).requires_grad_();
    const Tensor y = layer_norm(leaf, {130}, weight, none);
    y.backward(rows * rows);
    keep(y), keep(leaf.grad()), keep(weight.grad());
    return bits;
  };
  const int threads = num_threads();
  set_num_threads(1);
  const std::vector<float> one = all();
  set_num_threads(3);
  const std::vector<float> three = all();
  set_num_threads(threads);
  CHECK(one == three);
}

TEST_CASE("layer_norm in f32 agrees with f64") {
  Generator generator(12);
  for (const Shape& shape :
       {Shape{1, 1}, Shape{7, 3, 17}, Shape{65, 128}, Shape{300, 1000}}) {
    const Shape last{shape.back()};
    const Tensor x = randn(shape, generator) * 2 + 5, dy = randn(shape, generator);
    const auto with = [&](DType dtype) -> Result {
      Tensor a = x.to(dtype).clone().requires_grad_();
      Tensor w = linspace(-1, 2, last[0]).to(dtype).clone().requires_grad_();
      Tensor b = linspace(3, 1, last[0]).to(dtype).clone().requires_grad_();
      const Tensor y = layer_norm(a, last, w, b);
      y.backward(dy.to(dtype));
      return {y, a.grad(), w.grad(), b.grad()};
    };
    INFO(shape.to_string());
    const Result found = with(f32), want = with(f64);
    CHECK(difference(found.y, want.y) < 5e-6);
    CHECK(difference(found.dx, want.dx) < 5e-6);
    CHECK(difference(found.d_weight, want.d_weight) < 5e-5);
    CHECK(difference(found.d_bias, want.d_bias) < 5e-5);
  }
}

TEST_CASE("normalisation of nothing and of NaN") {
  const Tensor mean = zeros({3}), variance = ones({3});
  CHECK(batch_norm(zeros({0, 3, 2, 2}), mean, variance, none, none, false).shape() ==
        Shape{0, 3, 2, 2});
  Tensor leaf = zeros({0, 3}).requires_grad_();
  Tensor weight = ones({3}).requires_grad_();
  layer_norm(leaf, {3}, weight, none).sum().backward();
  CHECK(weight.grad().to_vector<float>() == std::vector<float>{0, 0, 0});
  Tensor x = ones({4, 3});
  x.slice(0, 1, 2).slice(1, 2, 3).fill_(NAN);
  const Tensor y = batch_norm(x, none, none, none, none, true);
  CHECK(count_nonfinite(y) == 4);                               // the channel it is in
  CHECK(count_nonfinite(layer_norm(x, {3}, none, none)) == 3);  // the row
}

}  // namespace
}  // namespace cairn::test
