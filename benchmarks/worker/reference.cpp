#include "reference.h"

#include <algorithm>
#include <cmath>
#include <cstring>
#include <functional>
#include <vector>

namespace {

/// Collects differences from the right values.
class Difference {
 public:
  void add(double got, double want) {
    const double difference = std::fabs(got - want);
    if (!(difference <= largest_)) largest_ = difference;  // a NaN stays
    squares_ += want * want;
    ++count_;
  }
  double relative() const {
    if (!std::isfinite(largest_)) return HUGE_VAL;
    return largest_ / (std::sqrt(squares_ / std::max<std::int64_t>(count_, 1)) + 1e-30);
  }

 private:
  double largest_ = 0, squares_ = 0;
  std::int64_t count_ = 0;
};

/// SplitMix64: a well mixed function of a counter.
std::uint64_t mix(std::uint64_t z) {
  z += 0x9E3779B97F4A7C15u;
  z = (z ^ (z >> 30)) * 0xBF58476D1CE4E5B9u;
  z = (z ^ (z >> 27)) * 0x94D049BB133111EBu;
  return z ^ (z >> 31);
}

/// `most` of the numbers below n, spread evenly with both ends; all of them if few.
std::vector<std::int64_t> spread(std::int64_t n, std::int64_t most) {
  std::vector<std::int64_t> chosen;
  const std::int64_t count = std::min(n, most);
  for (std::int64_t i = 0; i < count; ++i) {
    chosen.push_back(count == 1 ? 0 : i * (n - 1) / (count - 1));
  }
  return chosen;
}

/// One element of a convolution, or of one of its gradients, by definition.
class Convolution {
 public:
  Convolution(const BenchConv& s, const float* x, const float* w, const float* y)
      : s_(s), x_(x), w_(w), y_(y) {
    const std::int64_t reach_h = (s.kernel_h - 1) * s.dilation + 1;
    const std::int64_t reach_w = (s.kernel_w - 1) * s.dilation + 1;
    oh_ = (s.height + 2 * s.padding - reach_h) / s.stride + 1;
    ow_ = (s.width + 2 * s.padding - reach_w) / s.stride + 1;
    in_group_ = s.in / s.groups;
    out_group_ = s.out / s.groups;
  }

  std::int64_t count(int pass) const {
    if (pass == kForward) return s_.batch * s_.out * oh_ * ow_;
    if (pass == kInputGradient) return s_.batch * s_.in * s_.height * s_.width;
    return s_.out * in_group_ * s_.kernel_h * s_.kernel_w;
  }
  double got(int pass, std::int64_t i) const {
    return (pass == kForward ? y_ : pass == kInputGradient ? x_ : w_)[i];
  }
  double want(int pass, std::int64_t i) const {
    if (pass == kForward) return forward(i);
    return pass == kInputGradient ? input_gradient(i) : weight_gradient(i);
  }

 private:
  float x(std::int64_t n, std::int64_t c, std::int64_t i, std::int64_t j) const {
    if (i < 0 || j < 0 || i >= s_.height || j >= s_.width) return 0;
    return x_[((n * s_.in + c) * s_.height + i) * s_.width + j];
  }
  /// Zero where o's group does not see channel c of the image.
  float w(std::int64_t o, std::int64_t c, std::int64_t p, std::int64_t q) const {
    if (c / in_group_ != o / out_group_) return 0;
    return w_[((o * in_group_ + c % in_group_) * s_.kernel_h + p) * s_.kernel_w + q];
  }
  /// The output that comes to lie at row and column of stride steps, if there is one.
  float y(std::int64_t n, std::int64_t o, std::int64_t i, std::int64_t j) const {
    if (i < 0 || j < 0 || i % s_.stride || j % s_.stride) return 0;
    i /= s_.stride, j /= s_.stride;
    return i < oh_ && j < ow_ ? y_[((n * s_.out + o) * oh_ + i) * ow_ + j] : 0;
  }

  double forward(std::int64_t index) const {
    const std::int64_t j = index % ow_, i = index / ow_ % oh_;
    const std::int64_t o = index / (ow_ * oh_) % s_.out,
                       n = index / (ow_ * oh_ * s_.out);
    double sum = 0;
    for (std::int64_t c = 0; c < s_.in; ++c) {
      for (std::int64_t p = 0; p < s_.kernel_h; ++p) {
        for (std::int64_t q = 0; q < s_.kernel_w; ++q) {
          sum += double{w(o, c, p, q)} *
                 x(n, c, i * s_.stride + p * s_.dilation - s_.padding,
                   j * s_.stride + q * s_.dilation - s_.padding);
        }
      }
    }
    return sum;
  }
  double input_gradient(std::int64_t index) const {
    const std::int64_t j = index % s_.width, i = index / s_.width % s_.height;
    const std::int64_t c = index / (s_.width * s_.height) % s_.in;
    const std::int64_t n = index / (s_.width * s_.height * s_.in);
    double sum = 0;
    for (std::int64_t o = 0; o < s_.out; ++o) {
      for (std::int64_t p = 0; p < s_.kernel_h; ++p) {
        for (std::int64_t q = 0; q < s_.kernel_w; ++q) {
          sum += double{w(o, c, p, q)} * y(n, o, i + s_.padding - p * s_.dilation,
                                           j + s_.padding - q * s_.dilation);
        }
      }
    }
    return sum;
  }
  double weight_gradient(std::int64_t index) const {
    const std::int64_t q = index % s_.kernel_w, p = index / s_.kernel_w % s_.kernel_h;
    const std::int64_t o = index / (s_.kernel_w * s_.kernel_h * in_group_);
    const std::int64_t c =
        o / out_group_ * in_group_ + index / (s_.kernel_w * s_.kernel_h) % in_group_;
    double sum = 0;
    for (std::int64_t n = 0; n < s_.batch; ++n) {
      for (std::int64_t i = 0; i < oh_; ++i) {
        for (std::int64_t j = 0; j < ow_; ++j) {
          sum += double{y_[((n * s_.out + o) * oh_ + i) * ow_ + j]} *
                 x(n, c, i * s_.stride + p * s_.dilation - s_.padding,
                   j * s_.stride + q * s_.dilation - s_.padding);
        }
      }
    }
    return sum;
  }

  BenchConv s_;
  const float *x_, *w_, *y_;
  std::int64_t oh_, ow_;
  std::int64_t in_group_, out_group_;  // channels of one group
};

}  // namespace

void bench_fill(float* x, std::int64_t n, std::uint64_t seed) {
  const std::uint64_t start = mix(seed);
  for (std::int64_t i = 0; i < n; ++i) {
    const auto bits = static_cast<std::uint32_t>(mix(start + i) >> 40);
    x[i] = static_cast<float>(bits) * 0x1p-23f - 1.0f;
  }
}

double bench_check_gemm(int trans_a, int trans_b, std::int64_t m, std::int64_t n,
                        std::int64_t k, const float* a, const float* b,
                        const float* c) {
  const std::int64_t a_row = trans_a ? 1 : k, a_step = trans_a ? m : 1;
  const std::int64_t b_column = trans_b ? k : 1, b_step = trans_b ? 1 : n;
  Difference difference;
  const auto look_at = [&](std::int64_t i, std::int64_t j) {
    double sum = 0;
    for (std::int64_t p = 0; p < k; ++p) {
      sum += double{a[i * a_row + p * a_step]} * b[p * b_step + j * b_column];
    }
    difference.add(c[i * n + j], sum);
  };
  const bool whole = m * n * k <= 4'000'000;
  for (std::int64_t i : spread(m, whole ? m : 13)) {
    for (std::int64_t j = 0; j < n; ++j) look_at(i, j);
  }
  if (!whole) {
    for (std::int64_t j : spread(n, 13)) {
      for (std::int64_t i : spread(m, 2000)) look_at(i, j);
    }
  }
  return difference.relative();
}

double bench_check_conv(const BenchConv* sizes, int pass, const float* x,
                        const float* w, const float* y) {
  const Convolution convolution(*sizes, x, w, y);
  const std::int64_t count = convolution.count(pass);
  // Odd steps through the result visit every row, column and channel.
  const std::int64_t step = std::max<std::int64_t>(1, count / 1500) | 1;
  Difference difference;
  for (std::int64_t i = 0; i < count; i += step) {
    difference.add(convolution.got(pass, i), convolution.want(pass, i));
  }
  difference.add(convolution.got(pass, count - 1), convolution.want(pass, count - 1));
  return difference.relative();
}

double bench_check_map(const char* name, std::int64_t n, const float* x,
                       const float* y) {
  double (*f)(double) = nullptr;
  if (!std::strcmp(name, "exp")) f = [](double v) { return std::exp(v); };
  if (!std::strcmp(name, "tanh")) f = [](double v) { return std::tanh(v); };
  if (!std::strcmp(name, "sigmoid"))
    f = [](double v) { return 1 / (1 + std::exp(-v)); };
  if (!f) return -1;
  Difference difference;
  for (std::int64_t i = 0; i < n; ++i) difference.add(y[i], f(x[i]));
  return difference.relative();
}

double bench_check_rows(const char* name, std::int64_t rows, std::int64_t cols,
                        const float* x, const float* y) {
  Difference difference;
  for (std::int64_t i = 0; i < rows; ++i, x += cols, y += cols) {
    double sum = 0;
    if (!std::strcmp(name, "softmax")) {
      for (std::int64_t j = 0; j < cols; ++j) sum += std::exp(double{x[j]});
      for (std::int64_t j = 0; j < cols; ++j) {
        difference.add(y[j], std::exp(double{x[j]}) / sum);
      }
    } else if (!std::strcmp(name, "layernorm")) {
      double squares = 0;
      for (std::int64_t j = 0; j < cols; ++j) sum += x[j];
      const double mean = sum / cols;
      for (std::int64_t j = 0; j < cols; ++j) squares += (x[j] - mean) * (x[j] - mean);
      const double scale = 1 / std::sqrt(squares / cols + 1e-5);
      for (std::int64_t j = 0; j < cols; ++j)
        difference.add(y[j], (x[j] - mean) * scale);
    } else {
      return -1;
    }
  }
  return difference.relative();
}

double bench_check_adam(std::int64_t n, const float* w, const float* g,
                        const float* after) {
  // With both biases corrected, the first step is rate · g / (|g| + eps).
  double largest = 0;
  for (std::int64_t i = 0; i < n; ++i) {
    const double want = w[i] - 1e-3 * g[i] / (std::fabs(double{g[i]}) + 1e-8);
    // w is rounded to float at every step: at most half a unit in its last place.
    const double excess = std::fabs(after[i] - want) - 1.2e-7 * std::fabs(want);
    if (!(excess <= largest)) largest = excess;
  }
  return std::isfinite(largest) ? largest / 1e-3 : HUGE_VAL;
}
