// A 3 × 3 convolution to test with: random operands and the definition, in double.
#pragma once

#include <algorithm>
#include <cmath>
#include <cstdint>
#include <limits>
#include <random>
#include <sstream>
#include <stdexcept>
#include <string>
#include <vector>

#include <cairn/kernels/conv/winograd.h>

namespace winograd_test {

using cairn::Isa;
using cairn::kernels::KernelTable;
using cairn::kernels::WinogradShape;

/// The tables that this machine can run.
inline std::vector<const KernelTable*> tables() {
  std::vector<const KernelTable*> found;
  for (const Isa isa : {Isa::scalar, Isa::avx2, Isa::avx512}) {
    if (cairn::kernels::cpu_supports(isa)) {
      found.push_back(&cairn::kernels::kernels_for(isa));
    }
  }
  return found;
}

inline std::string text(const WinogradShape& s) {
  std::ostringstream out;
  out << s.batch << " images " << s.height << 'x' << s.width << 'x' << s.channels
      << " to " << s.out << " channels, padding " << s.pad_h << 'x' << s.pad_w;
  return out.str();
}

struct Error {
  double rms = 0;    ///< of the errors, relative to the rms of the true values
  double worst = 0;  ///< likewise
};

inline Error error_of(const std::vector<float>& values,
                      const std::vector<double>& truth) {
  double errors = 0, squares = 0, worst = 0;
  for (std::size_t i = 0; i < truth.size(); ++i) {
    const double e = std::fabs(values[i] - truth[i]);
    errors += e * e;
    squares += truth[i] * truth[i];
    // A NaN compares false with everything and must not be lost.
    worst = e <= worst ? worst : e;
  }
  const double rms = std::sqrt(squares / truth.size());
  return {std::sqrt(errors / truth.size()) / rms, worst / rms};
}

class Problem {
 public:
  explicit Problem(const WinogradShape& shape, unsigned seed = 1)
      : shape_(shape), random_(seed) {
    x = values(shape.batch * shape.height * shape.width * shape.channels);
    weight = values(shape.out * shape.channels * 9);
    bias = values(shape.out);
    dy = values(shape.batch * shape.out_height() * shape.out_width() * shape.out);
  }

  /// f(index of x, index of weight, index of y) for every product of the definition.
  template <class F>
  void each_product(F f) const {
    const WinogradShape& s = shape_;
    const std::int64_t oh = s.out_height(), ow = s.out_width();
    for (std::int64_t pixel = 0; pixel < s.batch * oh * ow; ++pixel) {
      const std::int64_t n = pixel / (oh * ow), i = pixel / ow % oh, j = pixel % ow;
      for (std::int64_t tap = 0; tap < 9; ++tap) {
        const std::int64_t y = i - s.pad_h + tap / 3, x = j - s.pad_w + tap % 3;
        if (y < 0 || y >= s.height || x < 0 || x >= s.width) continue;
        const std::int64_t from = ((n * s.height + y) * s.width + x) * s.channels;
        for (std::int64_t o = 0; o < s.out; ++o) {
          for (std::int64_t c = 0; c < s.channels; ++c) {
            f(from + c, (o * s.channels + c) * 9 + tap, pixel * s.out + o);
          }
        }
      }
    }
  }

  std::vector<double> true_y(bool with_bias, bool relu) const {
    std::vector<double> y(dy.size());
    for (std::size_t i = 0; with_bias && i < y.size(); ++i) y[i] = bias[i % shape_.out];
    each_product([&](std::int64_t xi, std::int64_t wi, std::int64_t yi) {
      y[yi] += double{x[xi]} * weight[wi];
    });
    for (double& v : y) v = relu ? std::max(v, 0.0) : v;
    return y;
  }
  std::vector<double> true_dx() const {
    std::vector<double> dx(x.size());
    each_product([&](std::int64_t xi, std::int64_t wi, std::int64_t yi) {
      dx[xi] += double{dy[yi]} * weight[wi];
    });
    return dx;
  }
  std::vector<double> true_dweight() const {
    std::vector<double> dweight(weight.size());
    each_product([&](std::int64_t xi, std::int64_t wi, std::int64_t yi) {
      dweight[wi] += double{dy[yi]} * x[xi];
    });
    return dweight;
  }

  // The kernels' results. Guards stand before and behind; they begin as NaN, so that a
  // value that is not written shows.
  std::vector<float> y(const KernelTable& table, bool with_bias, bool relu) const {
    return guarded(dy.size(), [&](float* to) {
      cairn::kernels::winograd_forward(shape_, x.data(), weight.data(),
                                       with_bias ? bias.data() : nullptr, relu, to,
                                       table);
    });
  }
  std::vector<float> dx(const KernelTable& table) const {
    return guarded(x.size(), [&](float* to) {
      cairn::kernels::winograd_input_gradient(shape_, dy.data(), weight.data(), to,
                                              table);
    });
  }
  std::vector<float> dweight(const KernelTable& table) const {
    return guarded(weight.size(), [&](float* to) {
      cairn::kernels::winograd_weight_gradient(shape_, x.data(), dy.data(), to, table);
    });
  }

  std::vector<float> x, weight, bias, dy;

 private:
  /// Sometimes small whole numbers would hide an error; normal ones hide none.
  std::vector<float> values(std::int64_t count) {
    std::normal_distribution<float> normal;
    std::vector<float> v(count);
    for (float& e : v) e = normal(random_);
    return v;
  }

  template <class F>
  static std::vector<float> guarded(std::size_t count, F f) {
    constexpr std::size_t kGuard = 64;
    std::vector<float> memory(count + 2 * kGuard,
                              std::numeric_limits<float>::quiet_NaN());
    f(memory.data() + kGuard);
    for (std::size_t i = 0; i < kGuard; ++i) {
      if (!std::isnan(memory[i]) || !std::isnan(memory[memory.size() - 1 - i])) {
        throw std::runtime_error("a kernel wrote outside its result");
      }
    }
    return {memory.begin() + kGuard, memory.end() - kGuard};
  }

  WinogradShape shape_;
  std::mt19937 random_;
};

}  // namespace winograd_test
