#pragma once

#include <cstdint>
#include <functional>
#include <string>
#include <vector>

#include <cairn/core/tensor.h>
#include <cairn/ops/loss.h>

namespace cairn::train {

/// A score that is a mean over samples.
struct Metric {
  std::string name;  ///< as it stands in a History
  /// The sum of the scores of a batch's samples.
  std::function<double(const Tensor& prediction, const Tensor& target)> total;
};

/// The share of samples whose largest output is at the true class. The target is i64
/// class numbers [n], or one-hot [n, classes]. Of sequences, outputs [n, steps, classes]
/// and class numbers [n, steps], it is the share of all steps.
CAIRN_API Metric accuracy();

/// The share of yes-or-no answers that are right: outputs are logits of any shape [n, …],
/// yes where they are above 0, and targets of the same shape are 1 or 0. Of several
/// answers a sample, the share of all.
CAIRN_API Metric binary_accuracy();

/// The share of samples whose true class is among the k largest outputs.
CAIRN_API Metric top_k_accuracy(std::int64_t k);

/// What fit() makes small: the mean over a batch, as a tensor with history.
struct Loss {
  std::string name;  ///< as messages call it
  /// A scalar from the outputs and targets of a batch.
  std::function<Tensor(const Tensor& prediction, const Tensor& target)> mean;
};

/// cairn::cross_entropy of logits and classes, with its settings but for the reduction; of
/// sequences, logits [n, steps, classes] and class numbers [n, steps], the mean over all
/// steps.
CAIRN_API Loss cross_entropy(CrossEntropyOptions options = {});
/// cairn::mse_loss.
CAIRN_API Loss mean_squared_error();
/// cairn::l1_loss.
CAIRN_API Loss mean_absolute_error();
/// cairn::huber_loss.
CAIRN_API Loss huber(double delta = 1);
/// cairn::binary_cross_entropy_with_logits.
CAIRN_API Loss binary_cross_entropy();

/// counts[i][j]: how many samples of class i were predicted as class j, as i64
/// [classes, classes]. Predictions are outputs [n, classes], labels i64 [n]. Throws
/// IndexError for a label outside.
CAIRN_API Tensor confusion_matrix(const Tensor& predictions, const Tensor& labels);

}  // namespace cairn::train
