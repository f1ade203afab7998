// Convolutions to test with: random shapes and operands, and the definition's answers.
#pragma once

#include <algorithm>
#include <cmath>
#include <cstdint>
#include <limits>
#include <random>
#include <sstream>
#include <string>
#include <vector>

#include <cairn/kernels/conv/abreast.h>
#include <cairn/kernels/conv/conv_algorithm.h>
#include <cairn/kernels/conv/conv_call.h>
#include <cairn/kernels/typed_tables.h>

namespace conv_test {

using cairn::ConvAlgorithm;
using cairn::Isa;
using cairn::kernels::ConvShape;
using cairn::kernels::KernelTable;

// One way of computing for the length of a scope.
class Using {
 public:
  explicit Using(ConvAlgorithm algorithm) : before_(cairn::conv_algorithm()) {
    cairn::set_conv_algorithm(algorithm);
  }
  ~Using() { cairn::set_conv_algorithm(before_); }
  Using(const Using&) = delete;
  Using& operator=(const Using&) = delete;

 private:
  ConvAlgorithm before_;
};

class Random {
 public:
  explicit Random(unsigned seed) : engine_(seed) {}
  std::int64_t pick(std::int64_t low, std::int64_t high) {
    return std::uniform_int_distribution<std::int64_t>(low, high)(engine_);
  }
  bool one_in(std::int64_t n) { return pick(1, n) == 1; }
  template <class T>
  std::vector<T> numbers(std::int64_t n) {
    std::vector<T> values(static_cast<std::size_t>(n));
    for (T& v : values) v = static_cast<T>(normal_(engine_));
    return values;
  }

 private:
  std::mt19937 engine_;
  std::normal_distribution<double> normal_;
};

// Room for `extra` positions more than one along each axis.
inline ConvShape sized(ConvShape s, std::int64_t extra_rows,
                       std::int64_t extra_columns) {
  const std::int64_t taps[2] = {s.kh, s.kw}, extra[2] = {extra_rows, extra_columns};
  std::int64_t* const extents[2] = {&s.height, &s.width};
  std::int64_t* const outputs[2] = {&s.oh, &s.ow};
  for (int d = 0; d < 2; ++d) {
    const std::int64_t reach = s.dilation[d] * (taps[d] - 1) + 1;
    *extents[d] = std::max<std::int64_t>(1, reach - 2 * s.padding[d]) + extra[d];
    *outputs[d] = (*extents[d] + 2 * s.padding[d] - reach) / s.stride[d] + 1;
  }
  return s;
}

inline ConvShape square(std::int64_t n, std::int64_t size, std::int64_t in,
                        std::int64_t out, std::int64_t kernel, std::int64_t stride,
                        std::int64_t padding) {
  ConvShape s{};
  s.n = n, s.height = s.width = size, s.channels = in, s.out = out, s.groups = 1;
  s.kh = s.kw = kernel;
  s.oh = s.ow = (size + 2 * padding - kernel) / stride + 1;
  for (int d = 0; d < 2; ++d) {
    s.stride[d] = stride, s.padding[d] = padding, s.dilation[d] = 1;
  }
  return s;
}

// A stride, a dilation and a padding along each axis.
inline ConvShape windowed(ConvShape s, Random& random, std::int64_t most_stride,
                          std::int64_t most_padding) {
  for (int d = 0; d < 2; ++d) {
    s.stride[d] = random.pick(1, most_stride);
    s.dilation[d] = random.one_in(4) ? 2 : 1;
    s.padding[d] = random.pick(0, most_padding);
  }
  return s;
}

// Every kind in turn: plain, strided, dilated, grouped, depthwise, one by one, and
// images of few channels.
inline ConvShape random_shape(Random& random, std::int64_t channels,
                              std::int64_t extra) {
  ConvShape s{};
  s.n = random.pick(1, 3);
  s.groups = random.one_in(3) ? random.pick(2, 4) : 1;
  s.channels = s.groups * random.pick(1, random.one_in(2) ? channels : 4);
  s.out = s.groups * random.pick(1, channels);
  if (random.one_in(6)) s.groups = s.channels = s.out = random.pick(2, 2 * channels);
  s.kh = random.pick(1, 5), s.kw = random.pick(1, 7);
  for (int d = 0; d < 2; ++d) {
    s.stride[d] = random.one_in(2) ? random.pick(1, 4) : 1;
    s.dilation[d] = random.one_in(3) ? random.pick(1, 4) : 1;
    s.padding[d] = random.pick(0, 4);
  }
  if (random.one_in(8)) {
    s.kh = s.kw = s.stride[0] = s.stride[1] = 1;
    s.padding[0] = s.padding[1] = 0;
  }
  return sized(s, random.pick(0, extra), random.pick(0, extra));
}

inline std::string text(const ConvShape& s) {
  std::ostringstream out;
  out << s.n << "x" << s.height << "x" << s.width << "x" << s.channels << " -> "
      << s.out << ", kernel " << s.kh << "x" << s.kw << ", stride " << s.stride[0]
      << " " << s.stride[1] << ", padding " << s.padding[0] << " " << s.padding[1]
      << ", dilation " << s.dilation[0] << " " << s.dilation[1] << ", groups "
      << s.groups;
  return out.str();
}

// A problem with its three right answers.
template <class T>
struct Problem {
  ConvShape s;
  std::vector<T> x, w, bias, dy;
  bool biased, relu;
  std::vector<T> y, dx, dw;

  Problem(const ConvShape& shape, Random& random)
      : s(shape),
        x(random.numbers<T>(s.n * s.height * s.width * s.channels)),
        w(random.numbers<T>(s.out * s.filter_size())),
        bias(random.numbers<T>(s.out)),
        dy(random.numbers<T>(s.n * s.oh * s.ow * s.out)),
        biased(random.one_in(2)),
        relu(random.one_in(2)),
        y(dy.size()),
        dx(x.size()),
        dw(w.size()) {
    using namespace cairn::kernels;
    conv_forward_reference(s, x.data(), w.data(), biased ? bias.data() : nullptr, relu,
                           y.data());
    conv_input_gradient_reference(s, dy.data(), w.data(), dx.data());
    conv_weight_gradient_reference(s, x.data(), dy.data(), dw.data());
  }

  struct Answers {
    std::vector<T> y, dx, dw;
  };
  // Memory that a kernel forgets to write stays NaN.
  Answers nothing() const {
    const T nan = std::numeric_limits<T>::quiet_NaN();
    return {std::vector<T>(y.size(), nan), std::vector<T>(dx.size(), nan),
            std::vector<T>(dw.size(), nan)};
  }
  Answers run(const KernelTable& table) const {
    Answers a = nothing();
    using namespace cairn::kernels;
    conv_forward(s, x.data(), w.data(), biased ? bias.data() : nullptr, relu,
                 a.y.data(), table);
    conv_input_gradient(s, dy.data(), w.data(), a.dx.data(), table);
    conv_weight_gradient(s, x.data(), dy.data(), a.dw.data(), table);
    return a;
  }

  // Whether or not that is thought to pay.
  Answers run_abreast(const KernelTable& table) const {
    using namespace cairn::kernels;
    Answers a = nothing();
    const AbreastOps<T>& ops = abreast_ops<T>(table);
    abreast_forward(ops, s, x.data(), w.data(), biased ? bias.data() : nullptr, relu,
                    a.y.data());
    abreast_input_gradient(ops, s, dy.data(), w.data(), a.dx.data());
    abreast_weight_gradient(ops, s, x.data(), dy.data(), a.dw.data());
    return a;
  }

  // "" where all is right. Every addition rounds a partial sum, whose size grows with
  // the root of the number of terms before it: errors grow with the number of terms.
  std::string fault(Isa isa) const {
    const Using plain(ConvAlgorithm::direct);
    return fault(run(cairn::kernels::kernels_for(isa)));
  }
  std::string fault(const Answers& a) const {
    const double unit = std::numeric_limits<T>::epsilon();
    const auto bound = [&](std::int64_t terms) { return unit * (16 + 2 * terms); };
    const double forward = bound(s.filter_size());
    const double backward = bound(s.taps() * s.group_out());
    const double weights = bound(s.n * s.oh * s.ow);
    return difference("y", a.y, y, forward) + difference("dx", a.dx, dx, backward) +
           difference("dw", a.dw, dw, weights);
  }

 private:
  std::string difference(const char* name, const std::vector<T>& got,
                         const std::vector<T>& wanted, double bound) const {
    for (std::size_t i = 0; i < got.size(); ++i) {
      const double error = std::abs(static_cast<double>(got[i]) - wanted[i]);
      if (error <= bound * (1 + std::abs(static_cast<double>(wanted[i])))) continue;
      std::ostringstream out;
      out << text(s) << ": " << name << " at " << i << " is " << got[i] << ", not "
          << wanted[i] << "; ";
      return out.str();
    }
    return "";
  }
};

inline std::vector<Isa> tiers() {
  std::vector<Isa> result;
  for (const Isa isa : {Isa::scalar, Isa::avx2, Isa::avx512}) {
    if (cairn::kernels::cpu_supports(isa)) result.push_back(isa);
  }
  return result;
}

}  // namespace conv_test
