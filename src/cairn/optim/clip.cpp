#include <cairn/optim/clip.h>

#include <algorithm>
#include <cmath>

#include <cairn/autograd/grad_mode.h>
#include <cairn/core/memory.h>
#include <cairn/core/parallel.h>
#include <cairn/core/tensor_impl.h>
#include <cairn/core/text.h>
#include <cairn/kernels/table.h>

namespace cairn::optim {
namespace {

using cairn::detail::concat;
using cairn::detail::data_of;

constexpr std::int64_t kBlock = 16384;

// Where the elements of a gradient lie one behind the other, in whatever order.
Tensor dense(const Tensor& gradient) {
  return gradient.is_dense() ? gradient : gradient.contiguous();
}

// Σ|x|ᵖ, or the largest |x| where p is infinite; NaN where there is one.
template <class T>
double power_sum(const T* x, std::int64_t n, double p) {
  double sum = 0;
  for (std::int64_t i = 0; i < n; ++i) {
    const double size = std::abs(static_cast<double>(x[i]));
    if (!std::isinf(p)) sum += p == 2 ? size * size : std::pow(size, p);
    else if (!(size <= sum)) sum = std::isnan(sum) ? sum : size;
  }
  return sum;
}

double power_sum(const float* x, std::int64_t n, double p) {
  if (p == 2) return kernels::kernels().math->sum_squares(x, n);
  return power_sum<float>(x, n, p);
}

// Block by block, in whatever threads, and then in order.
double power_sum(const Tensor& gradient, double p) {
  const std::int64_t n = gradient.numel(), blocks = (n + kBlock - 1) / kBlock;
  const cairn::detail::ScratchBuffer room(static_cast<std::size_t>(blocks) *
                                          sizeof(double));
  auto* const parts = room.as<double>();
  cairn::detail::visit_floating(gradient.dtype(), "clip_grad_norm_", [&](auto zero) {
    const auto* const x = data_of<decltype(zero)>(gradient);
    parallel_for(blocks, 4, [&](std::int64_t first, std::int64_t last) {
      for (std::int64_t b = first; b < last; ++b) {
        parts[b] = power_sum(x + b * kBlock, std::min(kBlock, n - b * kBlock), p);
      }
    });
  });
  return std::isinf(p) ? power_sum<double>(parts, blocks, p)
                       : power_sum<double>(parts, blocks, 1);
}

[[noreturn]] void fail_nonfinite(const std::vector<Tensor>& parameters, double norm,
                                 double p) {
  std::size_t i = 0;
  while (i + 1 < parameters.size() &&
         (!parameters[i].grad().defined() ||
          std::isfinite(power_sum(dense(parameters[i].grad()), INFINITY)))) {
    ++i;
  }
  throw ValueError(concat("clip_grad_norm_: the gradients' norm of order ", p, " is ",
                          norm, ", first that of parameter ", i, " of shape ",
                          parameters[i].shape(),
                          "; lower the learning rate, or look for NaN in the data"));
}

void check_limit(const char* operation, const char* limit, double value) {
  if (value >= 0) return;
  throw ValueError(concat(operation, ": ", limit, " is ", value,
                          "; a limit is a number of 0 or more"));
}

}  // namespace

double clip_grad_norm_(const std::vector<Tensor>& parameters, double max_norm,
                       double norm_type, bool error_if_nonfinite) {
  check_limit("clip_grad_norm_", "max_norm", max_norm);
  if (!(norm_type > 0)) {
    throw ValueError(concat("clip_grad_norm_: there is no norm of order ", norm_type,
                            "; use 2, 1 or INFINITY"));
  }
  const NoGradGuard guard;
  double total = 0;
  for (const Tensor& parameter : parameters) {
    const Tensor gradient = parameter.grad();
    if (!gradient.defined() || gradient.numel() == 0) continue;
    const double part = power_sum(dense(gradient), norm_type);
    total = std::isinf(norm_type) ? (part <= total ? total : part) : total + part;
    if (std::isnan(part)) total = part;
  }
  const double norm = std::isinf(norm_type) ? total : std::pow(total, 1 / norm_type);
  if (error_if_nonfinite && !std::isfinite(norm)) {
    fail_nonfinite(parameters, norm, norm_type);
  }
  const double factor = max_norm / (norm + 1e-6);
  if (factor >= 1) return norm;
  for (const Tensor& parameter : parameters) {
    Tensor gradient = parameter.grad();
    if (gradient.defined()) gradient.mul_(factor);
  }
  return norm;
}

void clip_grad_value_(const std::vector<Tensor>& parameters, double clip_value) {
  check_limit("clip_grad_value_", "clip_value", clip_value);
  const NoGradGuard guard;
  for (Tensor parameter : parameters) {
    if (!parameter.grad().defined()) continue;
    const Tensor gradient = dense(parameter.grad());
    gradient.impl()->storage->bump_version();
    const auto limit = static_cast<float>(clip_value);
    parallel_for(gradient.numel(), kBlock, [&](std::int64_t begin, std::int64_t end) {
      if (gradient.dtype() == f32) {
        auto* const g = data_of<float>(gradient) + begin;
        kernels::kernels().math->clamp(g, g, -limit, limit, end - begin);
        return;
      }
      auto* const g = data_of<double>(gradient);
      for (std::int64_t i = begin; i < end; ++i) {
        g[i] = std::clamp(g[i], -clip_value, clip_value);
      }
    });
    if (!parameter.grad().is_dense()) parameter.set_grad(gradient);
  }
}

}  // namespace cairn::optim
