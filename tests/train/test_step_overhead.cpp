// The library's training step beside its kernels called bare: the same numbers, and not
// much more time. benchmarks/step_bench.cpp measures; this only notices when it grows.
#include <cairn/cairn.h>

#include <algorithm>
#include <limits>
#include <memory>

#include "benchmarks/bare_mlp.h"
#include "benchmarks/timing.h"
#include "tests/catch.h"

namespace cairn {
namespace {

using bench::BareMlp;
using bench::Method;

// A perceptron trained on one batch, the library's way and the bare way.
class Pair {
 public:
  Pair(const std::vector<std::int64_t>& widths, std::int64_t batch, Method method)
      : bare(widths, batch, method),
        x(randn({batch, widths.front()})),
        y(randint(0, widths.back(), {batch})) {
    for (std::size_t i = 0; i + 1 < widths.size(); ++i) {
      if (i > 0) model.add(nn::ReLU());
      model.add(nn::Linear(widths[i], widths[i + 1]));
    }
    const std::vector<Tensor> parameters = model.parameters();
    for (std::size_t i = 0; i < bare.size(); ++i) {
      bare.weight(i) = parameters[2 * i].to_vector<float>();
      bare.bias(i) = parameters[2 * i + 1].to_vector<float>();
    }
    if (method == Method::sgd) {
      optimizer = optim::SGDOptions(0.01).make(parameters);
    } else {
      optimizer = optim::AdamOptions(1e-3).make(parameters);
    }
  }

  double step() {
    optimizer->zero_grad();
    const Tensor loss = cross_entropy(model(x), y);
    const double value = loss.item<double>();
    loss.backward();
    optimizer->step();
    return value;
  }

  double bare_step() { return bare.step(x.data<float>(), y.data<std::int64_t>()); }

  nn::Sequential model;
  BareMlp bare;
  Tensor x, y;
  std::unique_ptr<optim::Optimizer> optimizer;
};

TEST_CASE("a step learns bit for bit what its kernels called bare learn") {
  manual_seed(3);
  for (const Method method : {Method::sgd, Method::adam}) {
    for (const auto& widths : {std::vector<std::int64_t>{784, 128, 10},
                               std::vector<std::int64_t>{17, 31, 7, 3}}) {
      Pair pair(widths, 32, method);
      for (int i = 0; i < 5; ++i) {
        CHECK(static_cast<float>(pair.bare_step()) ==
              Approx(pair.step()).epsilon(1e-6));
      }
      const std::vector<Tensor> parameters = pair.model.parameters();
      for (std::size_t i = 0; i < pair.bare.size(); ++i) {
        CHECK(parameters[2 * i].to_vector<float>() == pair.bare.weight(i));
        CHECK(parameters[2 * i + 1].to_vector<float>() == pair.bare.bias(i));
      }
    }
  }
}

// The least of many short samples: what other programs do to this one only adds.
template <class Work>
double least_seconds(Work work) {
  double least = std::numeric_limits<double>::infinity();
  for (int trial = 0; trial < 200; ++trial) {
    least = std::min(least, bench::seconds_per_call(bench::Clock::thread, 20, work));
  }
  return least;
}

// The step of 784-128-10 with hardly any numbers in it, so that what is measured is no
// small difference of large times. On an idle machine it is 3 µs.
TEST_CASE("a step of a small perceptron costs little more than its kernels") {
  const int before = num_threads();
  set_num_threads(1);
  Pair pair({8, 8, 4}, 2, Method::adam);
  const double whole = least_seconds([&] { pair.step(); });
  const double bare = least_seconds([&] { pair.bare_step(); });
  INFO("a step takes " << 1e6 * whole << " us, its kernels " << 1e6 * bare);
  CHECK(whole > bare);
  CHECK(whole - bare < 40e-6);
  set_num_threads(before);
}

}  // namespace
}  // namespace cairn
