#include <algorithm>
#include <cmath>
#include <utility>

#include <cairn/autograd/node.h>
#include <cairn/core/text.h>
#include <cairn/ops/binary_loop.h>
#include <cairn/ops/channels.h>
#include <cairn/ops/copy.h>
#include <cairn/ops/norm.h>

namespace cairn {

using autograd::Gradients;
using autograd::record;
using autograd::Saved;
using autograd::should_record;
using detail::ChannelScale;
using detail::concat;
using detail::data_of;

namespace {

void check_numbers(const Tensor& x, const Tensor& t, const char* what) {
  if (!t.defined()) return;
  detail::require_same_dtype(x, t, "batch_norm");
  if (t.dim() == 1 && t.size(0) == x.size(1)) return;
  throw ShapeError(concat("batch_norm: ", x.size(1), " channels in an input of shape ",
                          x.shape(), ", but the ", what, " has shape ", t.shape(),
                          "; it must hold one number a channel: (", x.size(1), ",)"));
}

void check(const Tensor& x, const Tensor& running_mean, const Tensor& running_var,
           const Tensor& weight, const Tensor& bias, bool training, double momentum,
           double eps) {
  detail::require_floating(detail::checked(x, "batch_norm").dtype, "batch_norm");
  if (x.dim() < 2) {
    throw ShapeError(concat("batch_norm: an input of shape ", x.shape(),
                            " has no channels; it must be (n, channels, ...)"));
  }
  check_numbers(x, running_mean, "running mean");
  check_numbers(x, running_var, "running variance");
  check_numbers(x, weight, "weight");
  check_numbers(x, bias, "bias");
  if (!(eps >= 0) || !(momentum >= 0 && momentum <= 1)) {
    throw ValueError(concat("batch_norm: eps is ", eps, " and momentum ", momentum,
                            "; eps must be 0 or more, momentum in [0, 1]"));
  }
  if (!training && (!running_mean.defined() || !running_var.defined())) {
    throw ValueError(
        "batch_norm: outside training the running mean and variance are needed, and "
        "one "
        "of them is undefined; pass both");
  }
  const std::int64_t count = x.size(1) > 0 ? x.numel() / x.size(1) : 0;
  if (training && count < 2) {
    throw ValueError(
        concat("batch_norm: an input of shape ", x.shape(), " has ", count,
               count == 1 ? " value" : " values",
               " a channel, of which there is no variance; train on larger "
               "batches, or call eval() first"));
  }
}

// Two numbers a channel in doubles: the mean, and 1 / √(variance + eps).
class Statistics {
 public:
  explicit Statistics(std::int64_t channels) : t_(empty({2, channels}, DType::f64)) {}
  explicit Statistics(const Tensor& t) : t_(t) {}
  double* mean() const { return data_of<double>(t_); }
  double* inverse() const { return mean() + t_.size(1); }
  const Tensor& tensor() const { return t_; }

 private:
  Tensor t_;
};

// running ← (1 − momentum) running + momentum · new, in place.
template <class T>
void move_towards(const Tensor& running, const double* values, double factor,
                  double momentum) {
  if (!running.defined()) return;
  T* const to = data_of<T>(running);
  const std::int64_t step = running.strides()[0];
  for (std::int64_t c = 0; c < running.numel(); ++c) {
    const double old = to[c * step];
    to[c * step] = static_cast<T>(old + momentum * (values[c] * factor - old));
  }
  running.impl()->storage->bump_version();
}

// Of the batch; the running ones follow it.
template <class T>
void batch_statistics(const Statistics& s, const Tensor& x, const Tensor& running_mean,
                      const Tensor& running_var, double momentum, double eps) {
  const std::int64_t channels = x.size(1);
  const std::int64_t each = x.numel() / channels;
  const auto count = static_cast<double>(each);
  detail::channel_moments(x, s.mean(), s.inverse());
  move_towards<T>(running_mean, s.mean(), 1, momentum);
  move_towards<T>(running_var, s.inverse(), 1 / (count - 1), momentum);
  for (std::int64_t c = 0; c < channels; ++c) {
    s.inverse()[c] = 1 / std::sqrt(s.inverse()[c] / count + eps);
  }
}

template <class T>
void running_statistics(const Statistics& s, const Tensor& running_mean,
                        const Tensor& running_var, double eps) {
  for (std::int64_t c = 0; c < running_mean.numel(); ++c) {
    s.mean()[c] = data_of<T>(running_mean)[c * running_mean.strides()[0]];
    const double variance = data_of<T>(running_var)[c * running_var.strides()[0]];
    s.inverse()[c] = 1 / std::sqrt(variance + eps);
  }
}

// Element c of a vector that may be undefined.
template <class T>
double at_or(const Tensor& t, std::int64_t c, double otherwise) {
  return t.defined() ? data_of<T>(t)[c * t.strides()[0]] : otherwise;
}

// y = scale · x + shift is the whole formula.
template <class T>
ChannelScale scale_of(const Statistics& s, const Tensor& weight, const Tensor& bias,
                      DType dtype) {
  const std::int64_t channels = s.tensor().size(1);
  ChannelScale by{empty({channels}, dtype), empty({channels}, dtype)};
  for (std::int64_t c = 0; c < channels; ++c) {
    const double factor = at_or<T>(weight, c, 1) * s.inverse()[c];
    data_of<T>(by.scale)[c] = static_cast<T>(factor);
    data_of<T>(by.shift)[c] =
        static_cast<T>(at_or<T>(bias, c, 0) - s.mean()[c] * factor);
  }
  return by;
}

// With h = (x − mean) / √(variance + eps) and g = dy · weight / √(variance + eps),
//
//     d_bias = Σ dy,  d_weight = Σ dy h,
//     dx = g − (Σ g + h Σ g h) / count,
//
// where the sums in dx come from the mean and the variance, which depend on x in
// training only. All is one linear form a channel: dx = a dy + b x + c. A ReLU behind it
// is a gate for dy, wherever that stands.
template <class T>
void backward(const Statistics& s, const Tensor& dy, const Tensor& x,
              const Tensor& weight, bool training, const ChannelScale& gate,
              Gradients& dx) {
  const std::int64_t channels = x.size(1);
  const double count = static_cast<double>(x.numel()) / static_cast<double>(channels);
  const Statistics sums(channels);  // Σ dy and Σ dy (x − mean)
  double* const sum = sums.mean();
  double* const product = sums.inverse();
  detail::channel_gradient_sums(dy, x, s.mean(), sum, product, gate);
  Tensor d_weight = empty({channels}, x.dtype()), d_bias = empty_like(d_weight);
  const Tensor a = empty_like(d_weight), b = empty_like(a), c = empty_like(a);
  for (std::int64_t k = 0; k < channels; ++k) {
    const double inverse = s.inverse()[k], g = at_or<T>(weight, k, 1) * inverse;
    data_of<T>(d_weight)[k] = static_cast<T>(product[k] * inverse);
    data_of<T>(d_bias)[k] = static_cast<T>(sum[k]);
    const double slope = training ? -g * inverse * inverse * product[k] / count : 0;
    const double level = training ? -g * sum[k] / count : 0;
    data_of<T>(a)[k] = static_cast<T>(g);
    data_of<T>(b)[k] = static_cast<T>(slope);
    data_of<T>(c)[k] = static_cast<T>(level - slope * s.mean()[k]);
  }
  if (dx.wants(0)) {
    Tensor out = empty_like(x);
    detail::combine_channels(out, dy, x, a, b, c, gate);
    dx.add(0, std::move(out));
  }
  if (dx.wants(1)) dx.add(1, std::move(d_weight));
  if (dx.wants(2)) dx.add(2, std::move(d_bias));
}

Tensor normalize(const Tensor& input, const Tensor& running_mean,
                 const Tensor& running_var, const Tensor& weight, const Tensor& bias,
                 bool training, double momentum, double eps, bool relu) {
  check(input, running_mean, running_var, weight, bias, training, momentum, eps);
  const Tensor x = detail::in_channel_order(input);
  const Statistics s(x.size(1));
  const ChannelScale by =
      detail::visit_floating(x.dtype(), "batch_norm", [&](auto zero) {
        using T = decltype(zero);
        if (training) {
          batch_statistics<T>(s, x, running_mean, running_var, momentum, eps);
        } else {
          running_statistics<T>(s, running_mean, running_var, eps);
        }
        return scale_of<T>(s, weight, bias, x.dtype());
      });
  const Tensor y = empty_like(x);
  detail::scale_channels(y, x, by, relu);
  if (should_record(input, weight, bias)) {
    record(relu ? "batch_norm_relu" : "batch_norm", y, {&input, &weight, &bias},
           [x = Saved(x), kept = Saved(s.tensor()),
            weight = weight.defined() ? Saved(weight.detach()) : Saved(), training,
            scaled = weight.defined(),
            gate = relu ? by : ChannelScale{}](const Tensor& gradient, Gradients& dx) {
             const char* const name = dx.operation();
             const Tensor& from = x.get(name);
             const Tensor dy = detail::laid_out(gradient, from.strides());
             const Tensor factor = scaled ? weight.get(name) : Tensor();
             detail::visit_floating(from.dtype(), name, [&](auto zero) {
               backward<decltype(zero)>(Statistics(kept.get(name)), dy, from, factor,
                                        training, gate, dx);
             });
           });
  }
  return y;
}

}  // namespace

Tensor batch_norm(const Tensor& x, const Tensor& running_mean,
                  const Tensor& running_var, const Tensor& weight, const Tensor& bias,
                  bool training, double momentum, double eps) {
  return normalize(x, running_mean, running_var, weight, bias, training, momentum, eps,
                   false);
}

Tensor batch_norm_relu(const Tensor& x, const Tensor& running_mean,
                       const Tensor& running_var, const Tensor& weight,
                       const Tensor& bias, bool training, double momentum, double eps) {
  return normalize(x, running_mean, running_var, weight, bias, training, momentum, eps,
                   true);
}

}  // namespace cairn
