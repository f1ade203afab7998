#pragma once

#include <cstdint>
#include <string>
#include <utility>
#include <vector>

#include <cairn/core/state_dict.h>
#include <cairn/core/tensor.h>

namespace cairn::nn {

class Module;

/// A tensor of a module and the path that names it: "0.weight".
using NamedTensor = std::pair<std::string, Tensor>;

/// What a module is made of, as Module::parts() tells it.
class CAIRN_API Parts {
 public:
  virtual ~Parts();
  /// A tensor that training changes.
  virtual void parameter(const std::string& name, Tensor& tensor) = 0;
  /// A tensor that belongs to the state and is not trained.
  virtual void buffer(const std::string& name, Tensor& tensor) = 0;
  /// A module inside this one.
  virtual void module(const std::string& name, Module& module) = 0;
};

/// A layer, or a network of layers: a function of a tensor with parameters of its own.
///
/// Modules are ordinary objects. One that has parameters, or modules inside, overrides
/// parts() to name them; that is all the registration there is:
///
///     struct Net : nn::Module {
///       nn::Linear hidden{784, 128}, out{128, 10};
///       Tensor forward(const Tensor& x) override { return out(relu(hidden(x))); }
///       void parts(nn::Parts& p) override {
///         p.module("hidden", hidden);
///         p.module("out", out);
///       }
///       std::string describe() const override { return "Net"; }
///     };
///
/// A copy of a module shares its parameters' elements, as copies of tensors do.
class CAIRN_API Module {
 public:
  virtual ~Module();

  /// The function itself. Throws ShapeError for an x that it is not made for.
  virtual Tensor forward(const Tensor& x) = 0;
  /// forward(x), as PyTorch writes it.
  Tensor operator()(const Tensor& x) { return forward(x); }

  /// Names the parameters, buffers and modules inside.
  virtual void parts(Parts& parts);
  /// What it is, as in the code that made it: "Linear(784, 128)".
  virtual std::string describe() const = 0;

  /// All parameters, of modules inside too, in the order of parts().
  std::vector<NamedTensor> named_parameters();
  /// The same without their names: what an optimizer is made of.
  std::vector<Tensor> parameters();
  /// All buffers, likewise.
  std::vector<NamedTensor> named_buffers();
  /// Parameters and buffers: what a file of weights holds.
  std::vector<NamedTensor> state();
  /// Copies the elements of `tensors` into the parameters and buffers of these names.
  /// Throws ValueError for a name that is missing or unknown, ShapeError and DTypeError
  /// where a tensor does not fit; then nothing was changed.
  void load_state(const std::vector<NamedTensor>& tensors);
  /// Throws what load_state() would, and changes nothing in either case.
  void check_state(const std::vector<NamedTensor>& tensors);
  /// How many numbers all parameters hold.
  std::int64_t parameter_count();

  /// Layers such as Dropout behave differently while training.
  void train(bool on = true);
  /// Ends training: train(false).
  void eval() { train(false); }
  /// Whether train() was the last of the two; true at first.
  bool is_training() const { return training_; }

  /// Converts parameters and real buffers: model.to(f64) lets gradcheck test the code
  /// that trains.
  void to(DType dtype);
  /// Whether training changes the parameters; requires_grad_(false) freezes them all,
  /// of modules inside too. An optimizer leaves frozen parameters as they are:
  ///
  ///     model.load("pretrained.safetensors");
  ///     model.requires_grad_(false);
  ///     model[4].requires_grad_(true);  // the last layer alone is tuned
  void requires_grad_(bool required = true);
  /// Forgets the gradients of all parameters.
  void zero_grad();

 private:
  bool training_ = true;
};

/// Throws what Module::load_state() throws where `tensors` do not fit the module whose
/// state() is `own`.
CAIRN_API void check_state(const std::vector<NamedTensor>& own,
                           const std::vector<NamedTensor>& tensors);

}  // namespace cairn::nn
