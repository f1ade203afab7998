#include <cairn/ops/loss.h>

#include <algorithm>
#include <cmath>

#include <cairn/autograd/node.h>
#include <cairn/core/text.h>
#include <cairn/kernels/table.h>
#include <cairn/ops/binary_loop.h>
#include <cairn/ops/copy.h>
#include <cairn/ops/elementwise.h>
#include <cairn/ops/index.h>
#include <cairn/ops/softmax.h>

namespace cairn {

using autograd::Gradients;
using autograd::record;
using autograd::Saved;
using autograd::should_record;
using detail::concat;

namespace {

Tensor reduce(const Tensor& losses, Reduction reduction) {
  if (reduction == Reduction::mean) return losses.mean();
  if (reduction == Reduction::sum) return losses.sum();
  return losses;
}

void require_same_shape(const Tensor& a, const Tensor& b, const char* name) {
  detail::checked(a, name);
  detail::checked(b, name);
  detail::require_floating(a.dtype(), name);
  detail::require_same_dtype(a, b, name);
  if (a.shape() != b.shape()) {
    throw ShapeError(concat(
        name, ": the prediction has shape ", a.shape(), ", the target ", b.shape(),
        "; they must be the same, for neither is broadcast here: reshape one of them"));
  }
}

void require_samples(const Tensor& t, const char* name) {
  if (t.numel() == 0) {
    throw ValueError(
        concat(name, ": a batch of shape ", t.shape(),
               " holds no samples, and their mean does not exist; leave it out, or "
               "use Reduction::sum"));
  }
}

void check_labels(const Tensor& labels, std::int64_t classes, const char* name) {
  const auto* const label = detail::data_of<std::int64_t>(labels);
  for (std::int64_t i = 0; i < labels.numel(); ++i) {
    if (label[i] >= 0 && label[i] < classes) continue;
    throw IndexError(concat(name, ": label ", label[i], " of sample ", i,
                            " is none of the ", classes,
                            " classes, which are counted from 0 to ", classes - 1));
  }
}

// Loss of one sample; dx gets scale·(softmax − one-hot), the whole gradient (chapter 2).
double sample_loss(double* dx, const double* x, std::int64_t n, std::int64_t label,
                   double scale) {
  const double top = *std::max_element(x, x + n);
  double total = 0;
  for (std::int64_t i = 0; i < n; ++i) total += std::exp(x[i] - top);
  if (dx != nullptr) {
    for (std::int64_t i = 0; i < n; ++i) {
      dx[i] = scale * (std::exp(x[i] - top) / total - (i == label ? 1 : 0));
    }
  }
  return std::log(total) - (x[label] - top);  // exact also where top is large
}

// The losses of the rows of x, and their gradients.
void sample_losses(double* loss, double* dx, const double* x, const std::int64_t* label,
                   std::int64_t rows, std::int64_t n, double scale) {
  for (std::int64_t i = 0; i < rows; ++i) {
    double* const row = dx == nullptr ? nullptr : dx + i * n;
    loss[i] = sample_loss(row, x + i * n, n, label[i], scale);
  }
}

void sample_losses(float* loss, float* dx, const float* x, const std::int64_t* label,
                   std::int64_t rows, std::int64_t n, float scale) {
  kernels::kernels().math->softmax_cross_entropy_rows(loss, dx, x, label, rows, n,
                                                      scale);
}

// Losses [n] of class numbers; `gradient` (may be undefined) gets share · d(loss)/d(x).
template <class T>
void class_losses(T* loss, const Tensor& gradient, const Tensor& logits,
                  const Tensor& labels, T share) {
  const std::int64_t classes = logits.size(1);
  const T* const x = detail::data_of<T>(logits);
  const auto* const label = detail::data_of<std::int64_t>(labels);
  T* const dx = gradient.defined() ? detail::data_of<T>(gradient) : nullptr;
  parallel_for(
      labels.numel(), 1 + 2048 / classes, [&](std::int64_t begin, std::int64_t end) {
        sample_losses(loss + begin, dx == nullptr ? nullptr : dx + begin * classes,
                      x + begin * classes, label + begin, end - begin, classes, share);
      });
}

float total(const float* x, std::int64_t n) {
  return static_cast<float>(kernels::kernels().math->sum(x, n));
}

double total(const double* x, std::int64_t n) {
  double sum = 0;
  for (std::int64_t i = 0; i < n; ++i) sum += x[i];
  return sum;
}

// gradient · dy, where dy is one number: as a rule the 1 that backward() starts from.
Tensor times_number(const Tensor& gradient, const Tensor& dy) {
  const double factor = dy.item<double>();
  return factor == 1 ? gradient : gradient * factor;
}

// One number, share · the sum of the losses; the losses themselves are not kept.
Tensor total_loss(const Tensor& gradient, const Tensor& logits, const Tensor& labels,
                  double share) {
  const Tensor y = empty({}, logits.dtype());
  const std::int64_t n = logits.size(0);
  detail::visit_floating(logits.dtype(), "cross_entropy", [&](auto zero) {
    using T = decltype(zero);
    const detail::ScratchBuffer losses(static_cast<std::size_t>(n) * sizeof(T));
    class_losses<T>(losses.as<T>(), gradient, logits, labels, static_cast<T>(share));
    *detail::data_of<T>(y) = total(losses.as<T>(), n) * static_cast<T>(share);
  });
  return y;
}

Tensor each_loss(const Tensor& gradient, const Tensor& logits, const Tensor& labels) {
  const Tensor y = empty({logits.size(0)}, logits.dtype());
  detail::visit_floating(logits.dtype(), "cross_entropy", [&](auto zero) {
    using T = decltype(zero);
    class_losses<T>(detail::data_of<T>(y), gradient, logits, labels, T(1));
  });
  return y;
}

void check_logits(const Tensor& logits, const Tensor& target) {
  detail::checked(logits, "cross_entropy");
  detail::checked(target, "cross_entropy");
  if (logits.dim() == 2 && logits.size(1) != 0) return;
  throw ShapeError(concat("cross_entropy: the logits have shape ", logits.shape(),
                          "; they must be (samples, classes): flatten() the rest"));
}

// The gradient is at hand as soon as the loss is: backward() only scales it.
Tensor cross_entropy_of_labels(const Tensor& logits, const Tensor& target,
                               Reduction reduction) {
  const Tensor x = logits.is_contiguous() ? logits : logits.detach().contiguous();
  const Tensor labels = target.contiguous();
  check_labels(labels, x.size(1), "cross_entropy");
  const bool recorded = should_record(logits);
  const bool each = reduction == Reduction::none;
  const double share =
      reduction == Reduction::mean ? 1 / static_cast<double>(x.size(0)) : 1;
  const Tensor gradient = recorded ? empty(x.shape(), x.dtype()) : Tensor();
  const Tensor y =
      each ? each_loss(gradient, x, labels) : total_loss(gradient, x, labels, share);
  if (recorded) {
    record("cross_entropy", y, {&logits},
           [gradient = Saved(gradient), each](const Tensor& dy, Gradients& dx) {
             const Tensor& g = gradient.get("cross_entropy");
             dx.add(0, each ? g * dy.unsqueeze(1) : times_number(g, dy));
           });
  }
  return y;
}

}  // namespace

Tensor mse_loss(const Tensor& prediction, const Tensor& target, Reduction reduction) {
  require_same_shape(prediction, target, "mse_loss");
  if (reduction == Reduction::mean) require_samples(prediction, "mse_loss");
  return reduce(square(prediction - target), reduction);
}

Tensor cross_entropy(const Tensor& logits, const Tensor& target, Reduction reduction) {
  check_logits(logits, target);
  if (reduction == Reduction::mean) require_samples(logits, "cross_entropy");
  if (target.dtype() == DType::i64 && target.shape() == Shape{logits.size(0)}) {
    return cross_entropy_of_labels(logits, target, reduction);
  }
  if (is_floating(target.dtype()) && target.shape() == logits.shape()) {
    detail::require_same_dtype(logits, target, "cross_entropy");
    const Tensor losses = -(log_softmax(logits, 1) * target.detach()).sum({1});
    return reduce(losses, reduction);
  }
  throw ShapeError(concat("cross_entropy: a target of shape ", target.shape(),
                          " and dtype ", target.dtype(), " for logits of shape ",
                          logits.shape(), "; give class numbers as i64 of shape (",
                          logits.size(0), ",) or probabilities of shape ",
                          logits.shape()));
}

namespace {

// Σ losses over what they weigh together.
Tensor weighted_mean(const Tensor& losses, const Tensor& factors) {
  const double total = factors.to(f64).sum().item<double>();
  if (!(total > 0)) {
    throw ValueError(
        "cross_entropy: every sample is ignored or of weight 0, and a mean of none "
        "does "
        "not exist; leave the batch out, or use Reduction::sum");
  }
  return losses.sum() / total;
}

// What the samples are, and what each counts by its class.
struct Samples {
  Tensor labels, factors;
  Tensor ignored;  // u8

  Samples(const Tensor& logits, const Tensor& target, const CrossEntropyOptions& o) {
    const auto other = static_cast<double>(o.ignored_.value_or(0));
    ignored = o.ignored_ ? target == other : zeros(target.shape(), u8);
    // The first class for those: there is a loss, which is dropped.
    labels = masked_fill(target, ignored, 0);
    check_labels(labels, logits.size(1), "cross_entropy");
    factors = o.weight_.defined() ? gather(o.weight_.detach(), 0, labels)
                                  : ones(target.shape(), logits.dtype());
    factors = masked_fill(factors, ignored, 0);
  }
};

void check_options(const Tensor& logits, const CrossEntropyOptions& o) {
  if (!(o.smoothing_ >= 0 && o.smoothing_ <= 1)) {
    throw ValueError(concat("cross_entropy: a label smoothing of ", o.smoothing_,
                            "; it is a share, from 0 to 1"));
  }
  if (!o.weight_.defined()) return;
  detail::require_same_dtype(logits, o.weight_, "cross_entropy");
  if (o.weight_.shape() != Shape{logits.size(1)}) {
    throw ShapeError(concat("cross_entropy: class weights of shape ", o.weight_.shape(),
                            " for logits of shape ", logits.shape(),
                            "; give one for each class"));
  }
}

}  // namespace

Tensor cross_entropy(const Tensor& logits, const Tensor& target,
                     const CrossEntropyOptions& o) {
  check_logits(logits, target);
  check_options(logits, o);
  const double share = o.smoothing_;
  if (share == 0 && !o.weight_.defined() && !o.ignored_) {
    return cross_entropy(logits, target, o.reduction_);
  }
  if (target.dtype() != DType::i64 || target.shape() != Shape{logits.size(0)}) {
    if (o.weight_.defined() || o.ignored_) {
      throw ValueError(
          concat("cross_entropy: a target of shape ", target.shape(), " and dtype ",
                 target.dtype(),
                 " with class weights or an ignore_index, which go with class numbers: "
                 "i64 of shape (",
                 logits.size(0), ",)"));
    }
    const double even = share / static_cast<double>(logits.size(1));
    return cross_entropy(logits, target.detach() * (1 - share) + even, o.reduction_);
  }
  const Samples samples(logits, target.detach(), o);
  Tensor losses =
      cross_entropy(logits, samples.labels, Reduction::none) * samples.factors;
  if (share > 0) {
    Tensor all = -log_softmax(logits, 1);
    if (o.weight_.defined()) all = all * o.weight_.detach();
    losses = losses * (1 - share) + all.mean({1}) * share;
  }
  // Chosen, not multiplied: a loss that is dropped may be infinite.
  losses = masked_fill(losses, samples.ignored, 0);
  if (o.reduction_ == Reduction::mean) return weighted_mean(losses, samples.factors);
  return reduce(losses, o.reduction_);
}

Tensor l1_loss(const Tensor& prediction, const Tensor& target, Reduction reduction) {
  require_same_shape(prediction, target, "l1_loss");
  if (reduction == Reduction::mean) require_samples(prediction, "l1_loss");
  return reduce(abs(prediction - target), reduction);
}

Tensor huber_loss(const Tensor& prediction, const Tensor& target, double delta,
                  Reduction reduction) {
  require_same_shape(prediction, target, "huber_loss");
  if (reduction == Reduction::mean) require_samples(prediction, "huber_loss");
  if (!(delta > 0)) {
    throw ValueError(concat("huber_loss: a delta (or beta) of ", delta,
                            "; it must be above 0: l1_loss is its limit"));
  }
  // With c = min(|d|, delta): c·|d| − c²/2.
  const Tensor distance = abs(prediction - target);
  const Tensor near = clamp(distance, 0, delta);
  return reduce(near * (distance - near * 0.5), reduction);
}

Tensor smooth_l1_loss(const Tensor& prediction, const Tensor& target, double beta,
                      Reduction reduction) {
  return huber_loss(prediction, target, beta, reduction) / beta;
}

Tensor binary_cross_entropy_with_logits(const Tensor& logits, const Tensor& target,
                                        Reduction reduction) {
  require_same_shape(logits, target, "binary_cross_entropy_with_logits");
  if (reduction == Reduction::mean) {
    require_samples(logits, "binary_cross_entropy_with_logits");
  }
  const Tensor z = detail::dense_input(logits);
  const Tensor t = detail::laid_out(target.detach(), z.strides());
  Tensor losses = empty_like(z);
  detail::visit_floating(z.dtype(), "binary_cross_entropy_with_logits", [&](auto zero) {
    using T = decltype(zero);
    // max(z, 0) − z·t + log(1 + e^−|z|): never a positive power of e.
    detail::binary_loop<T, T>(losses, z, t, [](T x, T y) {
      return std::max(x, T(0)) - x * y + std::log1p(std::exp(-std::abs(x)));
    });
  });
  if (should_record(logits)) {
    record("binary_cross_entropy_with_logits", losses, {&logits},
           [z = Saved(z), t = Saved(t)](const Tensor& dy, Gradients& dx) {
             dx.add(0, dy * (sigmoid(z.get(dx.operation())) - t.get(dx.operation())));
           });
  }
  return reduce(losses, reduction);
}

Tensor one_hot(const Tensor& labels, std::int64_t classes, DType dtype) {
  if (detail::checked(labels, "one_hot").dtype != DType::i64 || labels.dim() != 1) {
    throw ShapeError(concat("one_hot: labels of shape ", labels.shape(), " and dtype ",
                            labels.dtype(),
                            "; they must be i64 of shape (n,): convert "
                            "with .to(cairn::i64), flatten with .flatten()"));
  }
  const Tensor packed = labels.contiguous();
  check_labels(packed, classes, "one_hot");
  const Tensor out = zeros({labels.size(0), classes}, dtype);
  const auto* const label = detail::data_of<std::int64_t>(packed);
  detail::visit_dtype(dtype, [&](auto zero) {
    using T = decltype(zero);
    for (std::int64_t i = 0; i < labels.numel(); ++i) {
      detail::data_of<T>(out)[i * classes + label[i]] = T(1);
    }
  });
  return out;
}

}  // namespace cairn
