// A leaf takes the gradient it is given as its own, without a copy, unless somebody else
// holds it: an operation that keeps a handle on what it hands over makes every step go
// over that memory twice more. No result shows it, the memory does.
#include <cairn/cairn.h>

#include <functional>

#include "tests/catch.h"

namespace cairn {
namespace {

class OneThread {
 public:
  OneThread() : before_(num_threads()) { set_num_threads(1); }
  ~OneThread() { set_num_threads(before_); }

 private:
  int before_;
};

std::int64_t bytes_of(const MemoryStats& s) { return s.live_bytes + s.cached_bytes; }

// What a backward pass takes from the system, with nothing cached before it.
std::int64_t growth(const Tensor& y, const Tensor& dy) {
  release_cached_memory();
  const std::int64_t before = bytes_of(memory_stats());
  y.backward(dy, /*retain_graph=*/true);
  return bytes_of(memory_stats()) - before;
}

// Whether the first gradient of a leaf took a copy. The second one is added to the first,
// so it never does: it shows what the pass needs for itself. (Scratch space of just the
// gradient's size would hide a copy: choose other shapes.)
bool copies(const std::function<Tensor(const Tensor&)>& f, const Tensor& input) {
  const Tensor x = input.detach().requires_grad_();
  const Tensor y = f(x);
  const Tensor dy = randn(y.shape());
  const std::int64_t first = growth(y, dy), second = growth(y, dy);
  const std::int64_t bytes = x.numel() * 4;
  REQUIRE(bytes >= 1 << 17);  // far above the tape's own small blocks
  return first - second > bytes / 2;
}

TEST_CASE("a leaf takes over the gradients that operations compute for it") {
  const OneThread one;
  manual_seed(5);
  const Tensor images = randn({8, 16, 32, 32}), filters = randn({96, 64, 5, 5});
  const Tensor matrix = randn({256, 512}), weight = randn({384, 512});
  const Tensor scale = ones({16}), none;
  const auto check = [](const char* what, const std::function<Tensor(const Tensor&)>& f,
                        const Tensor& input) {
    INFO(what);
    CHECK_FALSE(copies(f, input));
  };
  check(
      "conv2d, input",
      [&](auto& x) {
        return conv2d(x, randn({24, 16, 3, 3}), none, {{1, 1}, {1, 1}});
      },
      images);
  check(
      "conv2d, weight",
      [&](auto& w) {
        return conv2d(randn({2, 64, 9, 9}), w, none, {{2, 2}});
      },
      filters);
  check(
      "linear, input", [&](auto& x) { return linear(x, weight, none); }, matrix);
  check(
      "linear, weight", [&](auto& w) { return linear(matrix, w, none); }, weight);
  check(
      "linear, bias",
      [&](auto& b) {
        return linear(randn({2, 4}), randn({40000, 4}), b);
      },
      randn({40000}));
  check(
      "matmul, left", [&](auto& a) { return matmul(a, weight.t()); }, matrix);
  check(
      "matmul, right", [&](auto& b) { return matmul(matrix, b); }, randn({512, 128}));
  check(
      "batch_norm, training",
      [&](auto& x) {
        return batch_norm(x, zeros({16}), ones({16}), scale, scale, true);
      },
      images);
  check(
      "batch_norm with ReLU",
      [&](auto& x) {
        return batch_norm_relu(x, zeros({16}), ones({16}), scale, scale, true);
      },
      images);
  check(
      "batch_norm, running statistics",
      [&](auto& x) {
        return batch_norm(x, zeros({16}), ones({16}), scale, scale, false);
      },
      images);
  check(
      "layer_norm",
      [&](auto& x) { return layer_norm(x, {512}, ones({512}), ones({512})); }, matrix);
  check(
      "max_pool2d",
      [](auto& x) {
        return max_pool2d(x, {2, 2}, {{2, 2}});
      },
      images);
  check(
      "avg_pool2d",
      [](auto& x) {
        return avg_pool2d(x, {2, 2}, {{2, 2}});
      },
      images);
  check(
      "softmax", [](auto& x) { return softmax(x, 1); }, matrix);
  check(
      "cross_entropy", [](auto& x) { return cross_entropy(x, randint(0, 512, {256})); },
      matrix);
  check(
      "dropout", [](auto& x) { return dropout(x, 0.5); }, matrix);
  check(
      "slice", [](auto& x) { return x.slice(1, 1, 400, 3); }, matrix);
  check(
      "mul", [&](auto& x) { return x * matrix; }, randn({256, 512}));
  check(
      "div", [&](auto& x) { return x / matrix; }, randn({256, 512}));
  check(
      "mul by a number", [](auto& x) { return x * 3; }, matrix);
  check(
      "relu", [](auto& x) { return relu(x); }, matrix);
  check(
      "tanh", [](auto& x) { return tanh(x); }, matrix);
  check(
      "exp", [](auto& x) { return exp(x); }, matrix);
}

TEST_CASE("a leaf takes over the gradient of a user's function") {
  const OneThread one;
  const autograd::Function twice{
      "twice", [](const std::vector<Tensor>& x) { return x[0] * 2; },
      [](const std::vector<Tensor>&, const Tensor&, const Tensor& dy) {
        return std::vector<Tensor>{dy * 2};
      }};
  CHECK_FALSE(
      copies([&](auto& x) { return autograd::apply(twice, {x}); }, randn({256, 512})));
}

TEST_CASE("a leaf copies a gradient that another tensor holds") {
  const OneThread one;
  const Tensor matrix = randn({256, 512});
  CHECK(copies([&](auto& x) { return x + matrix; }, randn({256, 512})));
  CHECK(copies([](auto& x) { return x.t(); }, randn({256, 512})));
}

}  // namespace
}  // namespace cairn
