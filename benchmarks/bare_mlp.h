// A training step of a multilayer perceptron as the kernels see it: the calls that the
// library makes, with the same arguments, on memory that was laid out beforehand. What
// a step of the library takes longer than this is the price of tensors, tape and
// layers.
#pragma once

#include <cmath>
#include <cstdint>
#include <utility>
#include <vector>

#include <cairn/core/subnormals.h>
#include <cairn/kernels/gemm/gemm_call.h>
#include <cairn/kernels/table.h>

namespace cairn::bench {

enum class Method { sgd, adam };

/// Linear layers with ReLU between them, cross-entropy at the end.
class BareMlp {
 public:
  /// `widths` are the numbers of features from the inputs to the classes.
  BareMlp(std::vector<std::int64_t> widths, std::int64_t batch, Method method)
      : method_(method), n_(batch) {
    for (std::size_t i = 0; i + 1 < widths.size(); ++i) {
      layers_.push_back(Layer(widths[i], widths[i + 1], batch));
    }
  }

  /// The weight [out, in] and the bias [out] of a layer, to be filled in.
  std::vector<float>& weight(std::size_t layer) { return layers_[layer].w.value; }
  std::vector<float>& bias(std::size_t layer) { return layers_[layer].b.value; }
  std::size_t size() const { return layers_.size(); }

  double step(const float* x, const std::int64_t* labels) {
    forward(x);
    const double value = loss(labels);
    backward(x);
    update();
    return value;
  }

  void forward(const float* x) {
    for (std::size_t i = 0; i < layers_.size(); ++i) {
      Layer& l = layers_[i];
      auto call = product(Trans::no, Trans::yes, n_, l.out, l.in, i == 0 ? x : y(i - 1),
                          l.w.value.data(), l.y.data());
      call.epilogue.bias = l.b.value.data();
      call.epilogue.relu = i + 1 < layers_.size();
      kernels::gemm(call);
    }
  }

  /// The mean over the batch; its gradient goes where backward() looks for it.
  double loss(const std::int64_t* labels) {
    Layer& last = layers_.back();
    const float share = static_cast<float>(1 / static_cast<double>(n_));
    math().softmax_cross_entropy_rows(losses_.data(), last.dy.data(), last.y.data(),
                                      labels, n_, last.out, share);
    return math().sum(losses_.data(), n_) * share;
  }

  void backward(const float* x) {
    for (std::size_t i = layers_.size(); i-- > 0;) {
      Layer& l = layers_[i];
      if (i + 1 < layers_.size()) {
        math().relu_backward(l.dy.data(), l.dy.data(), l.y.data(), n_ * l.out);
      }
      if (i > 0) {
        kernels::gemm(product(Trans::no, Trans::no, n_, l.in, l.out, l.dy.data(),
                              l.w.value.data(), layers_[i - 1].dy.data()));
      }
      kernels::gemm(product(Trans::yes, Trans::no, l.out, l.in, n_, l.dy.data(),
                            i == 0 ? x : y(i - 1), l.w.gradient.data()));
      math().column_sums(l.b.gradient.data(), l.dy.data(), n_, l.out, false);
    }
  }

  /// SGD without momentum at 0.01, or Adam as it is by default.
  void update() {
    const cairn::detail::FlushSubnormals guard;
    ++steps_;
    for (Layer& l : layers_) {
      update(l.w);
      update(l.b);
    }
  }

 private:
  struct Parameter {
    explicit Parameter(std::int64_t size)
        : value(size), gradient(size), first(size), second(size) {}
    std::vector<float> value, gradient, first, second;
  };

  struct Layer {
    Layer(std::int64_t in, std::int64_t out, std::int64_t n)
        : in(in), out(out), w(in * out), b(out), y(n * out), dy(n * out) {}
    std::int64_t in, out;
    Parameter w, b;
    std::vector<float> y, dy;
  };

  static const kernels::MathKernels& math() { return *kernels::kernels().math; }
  const float* y(std::size_t layer) const { return layers_[layer].y.data(); }

  static kernels::GemmCall<float> product(Trans trans_a, Trans trans_b, std::int64_t m,
                                          std::int64_t n, std::int64_t k,
                                          const float* a, const float* b, float* c) {
    kernels::GemmCall<float> call;
    call.trans_a = trans_a, call.trans_b = trans_b;
    call.m = m, call.n = n, call.k = k;
    call.a = a, call.lda = trans_a == Trans::no ? k : m;
    call.b = b, call.ldb = trans_b == Trans::no ? n : k;
    call.c = c, call.ldc = n;
    return call;
  }

  void update(Parameter& p) {
    const auto n = static_cast<std::int64_t>(p.value.size());
    if (method_ == Method::sgd) {
      const kernels::SgdStep s{0.01F, 0, 0, 0, false, steps_ == 1};
      math().sgd_step(p.value.data(), p.gradient.data(), nullptr, n, s);
      return;
    }
    kernels::AdamStep s{};
    const auto t = static_cast<double>(steps_);
    s.beta2 = 0.999F, s.fresh1 = static_cast<float>(1 - 0.9);
    s.fresh2 = static_cast<float>(1 - 0.999), s.eps = 1e-8F, s.shrink = 1;
    s.step_size = static_cast<float>(1e-3 / (1 - std::pow(0.9, t)));
    s.inv_sqrt_bias2 = static_cast<float>(1 / std::sqrt(1 - std::pow(0.999, t)));
    math().adam_step(p.value.data(), p.gradient.data(), p.first.data(), p.second.data(),
                     nullptr, n, s);
  }

  Method method_;
  std::int64_t n_, steps_ = 0;
  std::vector<Layer> layers_;
  std::vector<float> losses_ = std::vector<float>(static_cast<std::size_t>(n_));
};

}  // namespace cairn::bench
