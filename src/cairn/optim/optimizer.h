#pragma once

#include <cstdint>
#include <memory>
#include <string>
#include <utility>
#include <vector>

#include <cairn/core/tensor.h>

namespace cairn::optim {

/// Changes parameters by their gradients. Parameters without a gradient are left alone.
class CAIRN_API Optimizer {
 public:
  /// Throws ValueError for no parameters, or for one that requires no gradient.
  explicit Optimizer(std::vector<Tensor> parameters);
  virtual ~Optimizer();
  Optimizer(const Optimizer&) = delete;
  Optimizer& operator=(const Optimizer&) = delete;

  /// One step against the gradients that backward() has collected.
  virtual void step() = 0;
  /// Forgets the gradients of all parameters: call it before each backward().
  void zero_grad();

  /// The rate that the next step takes.
  virtual double learning_rate() const = 0;
  /// Throws ValueError for a rate that is negative or not a number.
  virtual void set_learning_rate(double rate) = 0;

  /// What it changes.
  const std::vector<Tensor>& parameters() const { return parameters_; }

 protected:
  std::vector<Tensor> parameters_;  ///< leaves that require a gradient
};

/// The settings of an optimizer, from which it is made once the parameters are known.
class CAIRN_API OptimizerOptions {
 public:
  virtual ~OptimizerOptions();
  /// An optimizer of these parameters. Throws ValueError as its constructor does.
  virtual std::unique_ptr<Optimizer> make(std::vector<Tensor> parameters) const = 0;
};

namespace detail {
/// Throws ValueError naming the optimizer and the setting unless low ≤ value < high.
CAIRN_API void check_setting(const char* optimizer, const char* setting, double value,
                             double low, double high);
/// The gradient laid out as the parameter is, or undefined when there is none.
CAIRN_API Tensor gradient_of(const Tensor& parameter);
}  // namespace detail

}  // namespace cairn::optim
