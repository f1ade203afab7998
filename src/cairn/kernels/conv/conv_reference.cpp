#include <algorithm>
#include <vector>

#include <cairn/kernels/conv/conv_call.h>

namespace cairn::kernels {
namespace {

/// Calls f(x index, w index, y index) for every product of the definition.
template <class F>
void each_product(const ConvShape& s, F f) {
  const std::int64_t gc = s.group_channels(), go = s.group_out();
  for (std::int64_t n = 0; n < s.n; ++n) {
    for (std::int64_t i = 0; i < s.oh; ++i) {
      for (std::int64_t j = 0; j < s.ow; ++j) {
        for (std::int64_t o = 0; o < s.out; ++o) {
          for (std::int64_t p = 0; p < s.kh; ++p) {
            const std::int64_t r = i * s.stride[0] + p * s.dilation[0] - s.padding[0];
            if (r < 0 || r >= s.height) continue;
            for (std::int64_t q = 0; q < s.kw; ++q) {
              const std::int64_t c = j * s.stride[1] + q * s.dilation[1] - s.padding[1];
              if (c < 0 || c >= s.width) continue;
              for (std::int64_t k = 0; k < gc; ++k) {
                f(((n * s.height + r) * s.width + c) * s.channels + o / go * gc + k,
                  ((o * gc + k) * s.kh + p) * s.kw + q,
                  ((n * s.oh + i) * s.ow + j) * s.out + o);
              }
            }
          }
        }
      }
    }
  }
}

template <class T>
void store(const std::vector<double>& sums, T* to) {
  std::transform(sums.begin(), sums.end(), to,
                 [](double v) { return static_cast<T>(v); });
}

}  // namespace

template <class T>
void conv_forward_reference(const ConvShape& s, const T* x, const T* w, const T* bias,
                            bool relu, T* y) {
  std::vector<double> sums(static_cast<std::size_t>(s.n * s.oh * s.ow * s.out));
  for (std::size_t i = 0; bias != nullptr && i < sums.size(); ++i) {
    sums[i] = bias[i % static_cast<std::size_t>(s.out)];
  }
  each_product(s, [&](std::int64_t at, std::int64_t tap, std::int64_t to) {
    sums[static_cast<std::size_t>(to)] += static_cast<double>(x[at]) * w[tap];
  });
  for (double& v : sums) {
    if (relu && v < 0) v = 0;
  }
  store(sums, y);
}

template <class T>
void conv_input_gradient_reference(const ConvShape& s, const T* dy, const T* w, T* dx) {
  std::vector<double> sums(
      static_cast<std::size_t>(s.n * s.height * s.width * s.channels));
  each_product(s, [&](std::int64_t at, std::int64_t tap, std::int64_t to) {
    sums[static_cast<std::size_t>(at)] += static_cast<double>(dy[to]) * w[tap];
  });
  store(sums, dx);
}

template <class T>
void conv_weight_gradient_reference(const ConvShape& s, const T* x, const T* dy,
                                    T* dw) {
  std::vector<double> sums(static_cast<std::size_t>(s.out * s.filter_size()));
  each_product(s, [&](std::int64_t at, std::int64_t tap, std::int64_t to) {
    sums[static_cast<std::size_t>(tap)] += static_cast<double>(dy[to]) * x[at];
  });
  store(sums, dw);
}

template CAIRN_API void conv_forward_reference(const ConvShape&, const float*,
                                               const float*, const float*, bool,
                                               float*);
template CAIRN_API void conv_forward_reference(const ConvShape&, const double*,
                                               const double*, const double*, bool,
                                               double*);
template CAIRN_API void conv_input_gradient_reference(const ConvShape&, const float*,
                                                      const float*, float*);
template CAIRN_API void conv_input_gradient_reference(const ConvShape&, const double*,
                                                      const double*, double*);
template CAIRN_API void conv_weight_gradient_reference(const ConvShape&, const float*,
                                                       const float*, float*);
template CAIRN_API void conv_weight_gradient_reference(const ConvShape&, const double*,
                                                       const double*, double*);

}  // namespace cairn::kernels
