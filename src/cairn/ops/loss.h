#pragma once

#include <optional>
#include <utility>

#include <cairn/core/tensor.h>

namespace cairn {

/// What becomes of the losses of the samples.
enum class Reduction { mean, sum, none };

/// (prediction − target)², element by element (chapter 1).
CAIRN_API Tensor mse_loss(const Tensor& prediction, const Tensor& target,
                          Reduction reduction = Reduction::mean);

/// −log softmax(logits)[class], the loss of a classifier (chapter 2). logits is [n, classes].
/// `target` is either i64 class numbers [n] (IndexError when one is outside), or
/// probabilities [n, classes] of the logits' dtype, one-hot or not; gradients flow to the
/// logits only. Logits [n, length, classes]: flatten(0, 1). ValueError for no samples.
CAIRN_API Tensor cross_entropy(const Tensor& logits, const Tensor& target,
                               Reduction reduction = Reduction::mean);

/// Settings of cross_entropy; setters chain.
struct CrossEntropyOptions {
  /// What becomes of the losses of the samples (default: their mean).
  CrossEntropyOptions& reduction(Reduction r) { return reduction_ = r, *this; }
  /// A factor for each class, [classes] of the logits' dtype: those of rare classes are
  /// made large. The mean is then the weighted one, divided by the sum of the weights of
  /// the samples' classes, as in PyTorch.
  CrossEntropyOptions& weight(Tensor factors) {
    return weight_ = std::move(factors), *this;
  }
  /// Samples of this class number count for nothing: padding. It need be no class; -100
  /// is usual.
  CrossEntropyOptions& ignore_index(std::int64_t label) {
    return ignored_ = label, *this;
  }
  /// So much of the target is shared out evenly over all classes (Szegedy and others,
  /// 2015); from 0 (the default) to 1.
  CrossEntropyOptions& label_smoothing(double share) {
    return smoothing_ = share, *this;
  }

  /// What is set.
  ///@{
  Reduction reduction_ = Reduction::mean;
  Tensor weight_;
  std::optional<std::int64_t> ignored_;
  double smoothing_ = 0;
  ///@}
};

/// The same with settings: with smoothing ε, the weights w and K classes, the loss of a
/// sample of class t is
///
///     −(1 − ε) w_t log p_t − ε/K Σ w_k log p_k.
///
/// Class weights and ignore_index want class numbers as targets. Throws ValueError too
/// for a smoothing outside 0 … 1 and for a mean over samples that are all ignored.
CAIRN_API Tensor cross_entropy(const Tensor& logits, const Tensor& target,
                               const CrossEntropyOptions& options);

/// |prediction − target|, element by element.
CAIRN_API Tensor l1_loss(const Tensor& prediction, const Tensor& target,
                         Reduction reduction = Reduction::mean);

/// Half the square of d = prediction − target where |d| ≤ delta, and delta·(|d| − delta/2)
/// beyond: less moved by outliers than mse_loss (Huber, 1964). smooth_l1_loss is the same
/// divided by its `beta`. Throws ValueError for a delta or beta that is not above 0.
///@{
CAIRN_API Tensor huber_loss(const Tensor& prediction, const Tensor& target,
                            double delta = 1, Reduction reduction = Reduction::mean);
CAIRN_API Tensor smooth_l1_loss(const Tensor& prediction, const Tensor& target,
                                double beta = 1, Reduction reduction = Reduction::mean);
///@}

/// log(1 + e^z) − target·z: the loss of yes-or-no answers from logits of any shape
/// (chapter 2). Gradients flow to the logits only.
CAIRN_API Tensor binary_cross_entropy_with_logits(
    const Tensor& logits, const Tensor& target, Reduction reduction = Reduction::mean);

/// Rows of zeros with a one at each class number: [n] of i64 to [n, classes].
CAIRN_API Tensor one_hot(const Tensor& labels, std::int64_t classes, DType dtype = f32);

}  // namespace cairn
