#pragma once

#include <cstdint>
#include <functional>
#include <string>
#include <vector>

#include <cairn/core/tensor.h>

namespace cairn {

/// How gradcheck compares. Chained setters.
struct GradcheckOptions {
  /// The largest |analytic − numeric| / max(1, |analytic|, |numeric|) that passes.
  GradcheckOptions& tolerance(double value) { return tolerance_ = value, *this; }
  /// The step of the differences; by default ∛ε · max(1, |x|).
  GradcheckOptions& step(double value) { return step_ = value, *this; }
  /// Of the random projection and of the choice of elements.
  GradcheckOptions& seed(std::uint64_t value) { return seed_ = value, *this; }
  /// Of an input with more elements than this, so many are drawn by lot.
  GradcheckOptions& max_elements(std::int64_t value) {
    return max_elements_ = value, *this;
  }

  /// What is set.
  ///@{
  double tolerance_ = 1e-6;
  double step_ = 0;  ///< 0: the default
  std::uint64_t seed_ = 1;
  std::int64_t max_elements_ = 2000;
  ///@}
};

/// What gradcheck found.
struct GradcheckResult {
  bool ok = false;           ///< nothing was further off than the tolerance
  double worst = 0;          ///< the largest relative error
  std::int64_t checked = 0;  ///< elements compared
  std::int64_t kinks = 0;    ///< elements left out: the function has a corner there
  std::string message;       ///< input, element and both values of the worst one
  /// ok
  explicit operator bool() const { return ok; }
};

/// Compares the tape's gradients of f with central finite differences.
///
/// The loss is L = Σ r·f(x), where r is a fixed random tensor: a plain sum would hide
/// errors that cancel, as every wrong softmax gradient does. Each element of each input
/// that requires a gradient is moved by ± a step, and (L(x+h) − L(x−h)) / 2h is
/// compared with grad(). Where the two one-sided differences disagree while the
/// function stays continuous, x stands on a kink (as of relu at 0), which is counted,
/// not compared.
///
/// Inputs must be f64, for f32 has too few digits (DTypeError). f must give the same
/// result each time (ValueError if not). Inputs and their gradients are left as they
/// were. Chapter 3 derives all of this.
CAIRN_API GradcheckResult
gradcheck(const std::function<Tensor(const std::vector<Tensor>&)>& f,
          const std::vector<Tensor>& inputs, const GradcheckOptions& options = {});

}  // namespace cairn
