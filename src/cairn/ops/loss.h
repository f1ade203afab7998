#pragma once

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

/// log(1 + e^z) − target·z: the loss of yes-or-no answers from logits of any shape
/// (chapter 2). Gradients flow to the logits only.
CAIRN_API Tensor binary_cross_entropy_with_logits(
    const Tensor& logits, const Tensor& target, Reduction reduction = Reduction::mean);

/// Rows of zeros with a one at each class number: [n] of i64 to [n, classes].
CAIRN_API Tensor one_hot(const Tensor& labels, std::int64_t classes, DType dtype = f32);

}  // namespace cairn
