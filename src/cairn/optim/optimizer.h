#pragma once

#include <cstdint>
#include <memory>
#include <string>
#include <utility>
#include <vector>

#include <cairn/core/state_dict.h>
#include <cairn/core/tensor.h>

namespace cairn::optim {

class LRScheduler;
class ReduceLROnPlateau;

/// Some of an optimizer's parameters and the settings that are theirs alone, as in
/// PyTorch's parameter groups. No decay for biases and scales:
///
///     std::vector<Tensor> vectors;
///     for (const Tensor& p : model.module().parameters()) {
///       if (p.dim() < 2) vectors.push_back(p);
///     }
///     model.optimizer().set_group(optim::ParameterGroup(vectors).weight_decay(0));
class CAIRN_API ParameterGroup {
 public:
  /// These parameters, with the optimizer's own settings until others are named.
  explicit ParameterGroup(std::vector<Tensor> parameters)
      : parameters_(std::move(parameters)) {}
  /// Their learning rate is this times the optimizer's, whatever a schedule makes of
  /// that.
  ParameterGroup& rate_factor(double factor) { return rate_factor_ = factor, *this; }
  /// Their weight decay in place of the optimizer's.
  ParameterGroup& weight_decay(double value) {
    return weight_decay_ = value, has_decay_ = true, *this;
  }

 private:
  friend class Optimizer;
  std::vector<Tensor> parameters_;
  double rate_factor_ = 1, weight_decay_ = 0;
  bool has_decay_ = false;
};

/// Changes parameters by their gradients. Parameters without a gradient are left alone,
/// and so are frozen ones, those that require none at the time: layers may be frozen and
/// set free again while the optimizer lives.
class CAIRN_API Optimizer {
 public:
  virtual ~Optimizer();
  Optimizer(const Optimizer&) = delete;
  Optimizer& operator=(const Optimizer&) = delete;

  /// One step against the gradients that backward() has collected.
  virtual void step() = 0;
  /// Forgets the gradients of all parameters: call it before each backward().
  void zero_grad();

  /// The rate that the next step takes.
  double learning_rate() const { return rate_; }
  /// Throws ValueError for a rate that is negative or not a number.
  void set_learning_rate(double rate);
  /// The rate as it was given, before a schedule changed it.
  double initial_learning_rate() const { return initial_rate_; }

  /// Momentum, or the first of Adam's betas; 0 where there is none.
  double momentum() const { return momentum_ == nullptr ? 0 : *momentum_; }
  /// Whether there is one to set.
  bool has_momentum() const { return momentum_ != nullptr; }
  /// Throws ValueError where there is none, and for one outside [0, 1).
  void set_momentum(double value);

  /// Gives some of the parameters settings of their own. They are part of the program
  /// and not of state_dict(). Throws ValueError for a tensor that is not among the
  /// parameters and for settings outside their range.
  void set_group(const ParameterGroup& group);

  /// What it changes.
  const std::vector<Tensor>& parameters() const { return parameters_; }
  /// What it is called: "Adam".
  const char* name() const { return name_; }

  /// What it remembers from step to step: the learning rate, and for parameter i the
  /// number of its steps and PyTorch's buffers, "0.step", "0.exp_avg". Shares their
  /// memory.
  virtual StateDict state_dict() const;
  /// Goes on where another optimizer of such parameters stood; the tensors are copied.
  /// Throws ValueError for missing, unknown and impossible entries, ShapeError and
  /// DTypeError where one does not fit its parameter; then nothing was changed.
  virtual void load_state_dict(const StateDict& state);

 protected:
  /// What is kept for one parameter.
  struct Memory {
    double rate_factor = 1, weight_decay = 0;
    std::int64_t steps = 0;
    Tensor buffers[3];  ///< laid out as the parameter is; undefined before their use
  };

  /// `name` and `buffers`, the names of what is kept for each parameter, are literals.
  /// Throws ValueError for no parameters, for none that requires a gradient, for one that
  /// an operation made, and for a rate or a decay below 0.
  Optimizer(const char* name, std::vector<Tensor> parameters, double learning_rate,
            double weight_decay = 0, std::vector<const char*> buffers = {});

  std::vector<Tensor> parameters_;  ///< leaves
  std::vector<Memory> memory_;      ///< one for each of them
  double* momentum_ = nullptr;      ///< what set_momentum() sets, if anything

 private:
  friend class LRScheduler;
  friend class ReduceLROnPlateau;
  Memory read_memory(std::size_t i, StateReader& reader) const;

  const char* name_;
  double rate_, initial_rate_;
  std::vector<const char*> buffers_;
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
/// Makes a buffer of zeros beside its parameter where there is none yet.
CAIRN_API void require_buffer(Tensor& buffer, const Tensor& parameter);
}  // namespace detail

}  // namespace cairn::optim
