#include <cairn/train/metrics.h>

#include <algorithm>

#include <cairn/core/tensor_impl.h>
#include <cairn/core/text.h>
#include <cairn/ops/elementwise.h>

namespace cairn::train {

using detail::concat;

namespace {

// Class numbers, whichever way the target tells them.
Tensor classes_of(const Tensor& target) {
  return target.dtype() == DType::i64 ? target.contiguous() : target.argmax(1);
}

// [n, steps, …, classes] and class numbers [n, steps, …].
bool is_of_sequences(const Tensor& prediction, const Tensor& target) {
  if (target.dtype() != DType::i64 || prediction.dim() < 3) return false;
  Shape wanted = prediction.shape();
  wanted.erase(wanted.dim() - 1);
  return target.shape() == wanted && target.numel() > 0;
}

Tensor rows_of(const Tensor& prediction) {
  return prediction.reshape({-1, prediction.size(-1)});
}

void check_outputs(const Tensor& prediction, const Tensor& target, const char* name) {
  // Class numbers are one for each row, however they lie: [n], or [n, 1].
  if (prediction.dim() == 2 && target.dim() >= 1 &&
      prediction.size(0) == target.size(0) &&
      (is_floating(target.dtype()) || target.numel() == target.size(0))) {
    return;
  }
  throw ShapeError(concat(name, ": outputs of shape ", prediction.shape(),
                          " and targets of shape ", target.shape(),
                          "; there must be a row of outputs for each target"));
}

// How many outputs of the row are ahead of that of the true class: 0 means it is right.
template <class T>
std::int64_t rank_of(const T* row, std::int64_t classes, std::int64_t label) {
  std::int64_t rank = 0;
  for (std::int64_t j = 0; j < classes; ++j) {
    // Of equal outputs the first counts as the larger; NaN is never right.
    rank += !(row[j] < row[label]) && (j < label || !(row[j] == row[label]));
  }
  return rank;
}

double count_top_k(const char* name, const Tensor& prediction, const Tensor& target,
                   std::int64_t k) {
  if (is_of_sequences(prediction, target)) {
    const auto steps = static_cast<double>(target.numel()) /
                       static_cast<double>(std::max<std::int64_t>(target.size(0), 1));
    return count_top_k(name, rows_of(prediction), target.reshape({-1}), k) / steps;
  }
  check_outputs(prediction, target, name);
  if (prediction.size(1) == 1) {
    throw ShapeError(concat(name, ": outputs of shape ", prediction.shape(),
                            " are of one class, which is always right; a yes or no has "
                            "binary_accuracy()"));
  }
  const Tensor outputs = prediction.detach().contiguous();
  const Tensor labels = classes_of(target);
  const auto* const label = detail::data_of<std::int64_t>(labels);
  const std::int64_t classes = outputs.size(1);
  std::int64_t right = 0;
  detail::visit_floating(outputs.dtype(), name, [&](auto zero) {
    const auto* const values = detail::data_of<decltype(zero)>(outputs);
    for (std::int64_t i = 0; i < labels.numel(); ++i) {
      right += label[i] >= 0 && label[i] < classes &&
               rank_of(values + i * classes, classes, label[i]) < k;
    }
  });
  return static_cast<double>(right);
}

}  // namespace

Metric accuracy() {
  return {"accuracy", [](const Tensor& prediction, const Tensor& target) {
            return count_top_k("accuracy", prediction, target, 1);
          }};
}

Metric binary_accuracy() {
  return {"accuracy", [](const Tensor& prediction, const Tensor& target) {
            if (prediction.shape() != target.shape() || prediction.dim() == 0) {
              throw ShapeError(concat("binary_accuracy: outputs of shape ",
                                      prediction.shape(), " and targets of shape ",
                                      target.shape(), "; they must be the same"));
            }
            const auto right = (prediction > 0) == (target > 0.5);
            return right.sum().item<double>() * static_cast<double>(target.size(0)) /
                   static_cast<double>(std::max<std::int64_t>(target.numel(), 1));
          }};
}

Metric top_k_accuracy(std::int64_t k) {
  if (k < 1) {
    throw ValueError(concat("top_k_accuracy: k is ", k, "; it must be 1 or more"));
  }
  return {concat("top_", k, "_accuracy"),
          [k](const Tensor& prediction, const Tensor& target) {
            return count_top_k("top_k_accuracy", prediction, target, k);
          }};
}

Loss cross_entropy(CrossEntropyOptions options) {
  options.reduction(Reduction::mean);
  return {
      "cross_entropy",
      [options = std::move(options)](const Tensor& prediction, const Tensor& target) {
        if (!is_of_sequences(prediction, target)) {
          return cairn::cross_entropy(prediction, target, options);
        }
        return cairn::cross_entropy(rows_of(prediction), target.reshape({-1}), options);
      }};
}

Loss mean_absolute_error() {
  return {"mean_absolute_error", [](const Tensor& prediction, const Tensor& target) {
            return l1_loss(prediction, target);
          }};
}

Loss huber(double delta) {
  return {"huber", [delta](const Tensor& prediction, const Tensor& target) {
            return huber_loss(prediction, target, delta);
          }};
}

Loss mean_squared_error() {
  return {"mean_squared_error", [](const Tensor& prediction, const Tensor& target) {
            return mse_loss(prediction, target);
          }};
}

Loss binary_cross_entropy() {
  return {"binary_cross_entropy", [](const Tensor& prediction, const Tensor& target) {
            return binary_cross_entropy_with_logits(prediction, target);
          }};
}

Tensor confusion_matrix(const Tensor& predictions, const Tensor& labels) {
  check_outputs(predictions, labels, "confusion_matrix");
  const std::int64_t classes = predictions.size(1);
  const Tensor predicted = predictions.argmax(1);
  const Tensor truth = classes_of(labels);
  const Tensor counts = zeros({classes, classes}, DType::i64);
  auto* const count = detail::data_of<std::int64_t>(counts);
  for (std::int64_t i = 0; i < truth.numel(); ++i) {
    const std::int64_t label = detail::data_of<std::int64_t>(truth)[i];
    if (label < 0 || label >= classes) {
      throw IndexError(concat("confusion_matrix: label ", label, " of sample ", i,
                              " is outside 0 to ", classes - 1,
                              "; the outputs have a column for each class"));
    }
    ++count[label * classes + detail::data_of<std::int64_t>(predicted)[i]];
  }
  return counts;
}

}  // namespace cairn::train
