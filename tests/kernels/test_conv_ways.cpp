// Ways of convolution that are taken for few shapes, whether or not they would be
// chosen: few pixels, and groups that are joined. The general tests are in
// test_conv.cpp.
#include <algorithm>
#include <cmath>
#include <limits>
#include <random>
#include <string>
#include <vector>

#include <cairn/kernels/conv/conv_call.h>
#include <cairn/kernels/conv/few_pixels.h>

#include "tests/catch.h"

namespace {

using cairn::Isa;
using cairn::kernels::ConvShape;
using cairn::kernels::KernelTable;

std::mt19937 engine(17);

std::int64_t pick(std::int64_t low, std::int64_t high) {
  return std::uniform_int_distribution<std::int64_t>(low, high)(engine);
}

template <class T>
std::vector<T> numbers(std::int64_t n) {
  std::normal_distribution<double> normal;
  std::vector<T> values(static_cast<std::size_t>(n));
  for (T& v : values) v = static_cast<T>(normal(engine));
  return values;
}

// Filters, strides and padding at random for these channels and groups.
ConvShape shape_of(std::int64_t groups, std::int64_t channels, std::int64_t out) {
  ConvShape s{};
  s.n = pick(1, 3);
  s.groups = groups, s.channels = groups * channels, s.out = groups * out;
  s.kh = pick(1, 4), s.kw = pick(1, 5);
  std::int64_t extents[2], outputs[2];
  for (int d = 0; d < 2; ++d) {
    s.stride[d] = pick(1, 3), s.dilation[d] = pick(1, 2), s.padding[d] = pick(0, 2);
    const std::int64_t reach = s.dilation[d] * ((d == 0 ? s.kh : s.kw) - 1) + 1;
    extents[d] = std::max<std::int64_t>(1, reach - 2 * s.padding[d]) + pick(0, 7);
    outputs[d] = (extents[d] + 2 * s.padding[d] - reach) / s.stride[d] + 1;
  }
  s.height = extents[0], s.width = extents[1], s.oh = outputs[0], s.ow = outputs[1];
  return s;
}

// Memory that is forgotten stays NaN.
template <class T>
std::vector<T> nothing(std::size_t n) {
  return std::vector<T>(n, std::numeric_limits<T>::quiet_NaN());
}

// Whether `got` is as near to `wanted` as sums of so many terms can be.
template <class T>
bool near(const std::vector<T>& got, const std::vector<T>& wanted, std::int64_t terms) {
  const double bound =
      std::numeric_limits<T>::epsilon() * (16 + 2 * static_cast<double>(terms));
  for (std::size_t i = 0; i < got.size(); ++i) {
    const double right = wanted[i];
    if (!(std::abs(got[i] - right) <= bound * (1 + std::abs(right)))) return false;
  }
  return true;
}

template <class T>
struct Problem {
  ConvShape s;
  std::vector<T> x, w, bias, dy;

  explicit Problem(const ConvShape& shape)
      : s(shape),
        x(numbers<T>(s.n * s.height * s.width * s.channels)),
        w(numbers<T>(s.out * s.filter_size())),
        bias(numbers<T>(s.out)),
        dy(numbers<T>(s.n * s.oh * s.ow * s.out)) {}

  /// The passes of `Way` agree with the definition on every tier.
  template <class Way>
  void check(Way way) const {
    using namespace cairn::kernels;
    std::vector<T> y(dy.size()), dx(x.size()), dw(w.size());
    conv_forward_reference(s, x.data(), w.data(), bias.data(), true, y.data());
    conv_input_gradient_reference(s, dy.data(), w.data(), dx.data());
    conv_weight_gradient_reference(s, x.data(), dy.data(), dw.data());
    INFO(s.n << "x" << s.height << "x" << s.width << "x" << s.channels << " to "
             << s.out << ", " << s.kh << "x" << s.kw << ", groups " << s.groups
             << ", stride " << s.stride[0] << " " << s.stride[1] << ", padding "
             << s.padding[0] << " " << s.padding[1] << ", dilation " << s.dilation[0]
             << " " << s.dilation[1]);
    for (const Isa isa : {Isa::scalar, Isa::avx2, Isa::avx512}) {
      if (!cpu_supports(isa)) continue;
      INFO(cairn::isa_name(isa));
      auto got_y = nothing<T>(y.size()), got_dx = nothing<T>(dx.size()),
           got_dw = nothing<T>(dw.size());
      way(*this, kernels_for(isa), got_y.data(), got_dx.data(), got_dw.data());
      CHECK(near(got_y, y, s.filter_size()));
      CHECK(near(got_dx, dx, s.taps() * s.group_out()));
      CHECK(near(got_dw, dw, s.n * s.oh * s.ow));
    }
  }
};

struct FewPixels {
  template <class T>
  void operator()(const Problem<T>& p, const KernelTable& table, T* y, T* dx,
                  T* dw) const {
    using namespace cairn::kernels;
    few_pixels_forward(p.s, p.x.data(), p.w.data(), p.bias.data(), true, y, table);
    few_pixels_input_gradient(p.s, p.dy.data(), p.w.data(), dx, table);
    few_pixels_weight_gradient(p.s, p.x.data(), p.dy.data(), dw, table);
  }
};

struct AsChosen {
  template <class T>
  void operator()(const Problem<T>& p, const KernelTable& table, T* y, T* dx,
                  T* dw) const {
    using namespace cairn::kernels;
    conv_forward(p.s, p.x.data(), p.w.data(), p.bias.data(), true, y, table);
    conv_input_gradient(p.s, p.dy.data(), p.w.data(), dx, table);
    conv_weight_gradient(p.s, p.x.data(), p.dy.data(), dw, table);
  }
};

}  // namespace

TEST_CASE("conv: few pixels", "[conv]") {
  for (int i = 0; i < 80; ++i) {
    Problem<float>(shape_of(1, pick(1, 20), pick(1, 40))).check(FewPixels());
    Problem<double>(shape_of(1, pick(1, 9), pick(1, 17))).check(FewPixels());
  }
}

// Their panels are brought into order one by one, each where it is used.
TEST_CASE("conv: many filters for little input", "[conv]") {
  for (int i = 0; i < 12; ++i) {
    ConvShape s = shape_of(1, pick(50, 90), pick(70, 130));
    Problem<float>(s).check(AsChosen());
    s = shape_of(1, pick(30, 50), pick(40, 90));
    Problem<double>(s).check(AsChosen());
  }
}

TEST_CASE("conv: one tap that leaves pixels out", "[conv]") {
  for (int i = 0; i < 40; ++i) {
    ConvShape s = shape_of(1, i % 2 == 0 ? pick(1, 31) : pick(32, 60), pick(1, 40));
    s.kh = s.kw = 1;
    s.padding[0] = s.padding[1] = 0;
    s.oh = (s.height - 1) / s.stride[0] + 1;
    s.ow = (s.width - 1) / s.stride[1] + 1;
    Problem<float>(s).check(AsChosen());
    Problem<double>(s).check(AsChosen());
  }
}

TEST_CASE("conv: many groups of few channels", "[conv]") {
  for (int i = 0; i < 80; ++i) {
    Problem<float>(shape_of(pick(2, 12), pick(1, 5), pick(2, 6))).check(AsChosen());
    Problem<double>(shape_of(pick(2, 12), pick(1, 4), pick(2, 4))).check(AsChosen());
  }
}

// Groups are joined by filters that are zero, and zero times NaN is not zero.
TEST_CASE("conv: NaN and infinity stay in their group", "[conv]") {
  for (const float bad : {std::numeric_limits<float>::quiet_NaN(),
                          -std::numeric_limits<float>::infinity()}) {
    ConvShape s{2, 8, 5, 5, 8, 3, 3, 5, 5, 4, {1, 1}, {1, 1}, {1, 1}};
    Problem<float> p(s);
    p.x[(2 * 5 + 2) * 8 + 2] = p.dy[(2 * 5 + 2) * 8 + 2] = bad;  // of the second group
    for (const Isa isa : {Isa::scalar, Isa::avx2, Isa::avx512}) {
      if (!cairn::kernels::cpu_supports(isa)) continue;
      INFO(cairn::isa_name(isa));
      std::vector<float> y(p.dy.size()), dx(p.x.size()), dw(p.w.size());
      AsChosen()(p, cairn::kernels::kernels_for(isa), y.data(), dx.data(), dw.data());
      for (const auto* result : {&y, &dx}) {
        for (std::size_t i = 0; i < result->size(); ++i) {
          const bool touched = i < result->size() / 2 && i / 2 % 4 == 1;
          if (!touched) CHECK(std::isfinite((*result)[i]));
        }
      }
    }
  }
}
