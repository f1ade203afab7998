#include <cairn/optim/optimizer.h>

#include <cmath>

#include <cairn/autograd/grad_mode.h>
#include <cairn/core/text.h>
#include <cairn/ops/copy.h>

namespace cairn::optim {

using cairn::detail::concat;

Optimizer::Optimizer(const char* name, std::vector<Tensor> parameters,
                     double learning_rate, double weight_decay,
                     std::vector<const char*> buffers)
    : parameters_(std::move(parameters)),
      name_(name),
      rate_(learning_rate),
      initial_rate_(learning_rate),
      buffers_(std::move(buffers)) {
  if (parameters_.empty()) {
    throw ValueError("optimizer: there are no parameters; pass model.parameters()");
  }
  bool trained = false;
  for (const Tensor& t : parameters_) {
    if (t.defined() && is_floating(t.dtype()) && t.is_leaf() && t.is_dense()) {
      trained = trained || t.requires_grad();
      continue;
    }
    throw ValueError(concat(
        "optimizer: a tensor ",
        t.defined() ? concat("of shape ", t.shape()) : "(undefined)",
        " cannot be trained; parameters are real numbers, made by no operation"));
  }
  if (!trained) {
    throw ValueError(
        concat("optimizer: none of the ", parameters_.size(),
               " parameters requires a gradient, so there is nothing to train; call "
               "requires_grad_() on some"));
  }
  detail::check_setting(name_, "the learning rate", rate_, 0, INFINITY);
  detail::check_setting(name_, "the weight decay", weight_decay, 0, INFINITY);
  memory_.resize(parameters_.size());
  for (Memory& memory : memory_) memory.weight_decay = weight_decay;
}

Optimizer::~Optimizer() = default;
OptimizerOptions::~OptimizerOptions() = default;

void Optimizer::zero_grad() {
  for (Tensor& t : parameters_) t.set_grad(Tensor());
}

void Optimizer::set_learning_rate(double rate) {
  detail::check_setting(name_, "the learning rate", rate, 0, INFINITY);
  rate_ = initial_rate_ = rate;
}

void Optimizer::set_momentum(double value) {
  if (momentum_ == nullptr) {
    throw ValueError(concat(name_,
                            ": there is no momentum to set; SGD, RMSprop and "
                            "Adam have one"));
  }
  detail::check_setting(name_, "the momentum", value, 0, 1);
  *momentum_ = value;
}

void Optimizer::set_group(const ParameterGroup& group) {
  detail::check_setting(name_, "the group's factor of the learning rate",
                        group.rate_factor_, 0, INFINITY);
  detail::check_setting(name_, "the group's weight decay", group.weight_decay_, 0,
                        INFINITY);
  std::vector<std::size_t> found;
  for (const Tensor& wanted : group.parameters_) {
    std::size_t i = 0;
    while (i < parameters_.size() && parameters_[i].impl() != wanted.impl()) ++i;
    if (i == parameters_.size()) {
      throw ValueError(
          concat(name_, ": set_group: a tensor ",
                 wanted.defined() ? concat("of shape ", wanted.shape()) : "(undefined)",
                 " is not among the parameters; a group is a part of them"));
    }
    found.push_back(i);
  }
  for (const std::size_t i : found) {
    memory_[i].rate_factor = group.rate_factor_;
    if (group.has_decay_) memory_[i].weight_decay = group.weight_decay_;
  }
}

StateDict Optimizer::state_dict() const {
  StateDict state{{"learning_rate", state_real(rate_)},
                  {"initial_learning_rate", state_real(initial_rate_)}};
  if (momentum_ != nullptr) state.emplace_back("momentum", state_real(*momentum_));
  for (std::size_t i = 0; i < memory_.size(); ++i) {
    if (memory_[i].steps == 0) continue;
    const std::string prefix = std::to_string(i) + ".";
    state.emplace_back(prefix + "step", state_integer(memory_[i].steps));
    for (std::size_t k = 0; k < buffers_.size(); ++k) {
      if (!memory_[i].buffers[k].defined()) continue;
      state.emplace_back(prefix + buffers_[k], memory_[i].buffers[k]);
    }
  }
  return state;
}

// What stands there for parameter i, in memory of its own.
Optimizer::Memory Optimizer::read_memory(std::size_t i, StateReader& reader) const {
  const std::string prefix = std::to_string(i) + ".";
  Memory memory;
  memory.rate_factor = memory_[i].rate_factor;
  memory.weight_decay = memory_[i].weight_decay;
  if (reader.find(prefix + "step") == nullptr) return memory;  // it had no gradient yet
  memory.steps = reader.count(prefix + "step");
  const Tensor w = parameters_[i].detach();
  for (std::size_t k = 0; k < buffers_.size(); ++k) {
    const std::string name = prefix + buffers_[k];
    const Tensor* const found = reader.find(name);
    if (found == nullptr) {
      // A velocity comes with the first step that has momentum.
      if (buffers_[k] == std::string("momentum_buffer")) continue;
      reader.fail(concat("the state has no ", name,
                         "; it was taken from another "
                         "optimizer, or is not whole"));
    }
    if (found->shape() != w.shape()) {
      throw ShapeError(concat(name_, "::load_state_dict: ", name, " has shape ",
                              found->shape(), " and its parameter ", w.shape(),
                              "; the state was taken from another model"));
    }
    if (found->dtype() != w.dtype()) {
      throw DTypeError(concat(name_, "::load_state_dict: ", name, " is ",
                              found->dtype(), " and its parameter ", w.dtype(),
                              "; convert the model with .to() first"));
    }
    memory.buffers[k] = empty_like(w);
    memory.buffers[k].copy_(*found);
  }
  return memory;
}

void Optimizer::load_state_dict(const StateDict& state) {
  const NoGradGuard guard;
  const std::string owner = concat(name_, "::load_state_dict");
  StateReader reader(owner, state);
  const double rate = reader.real("learning_rate");
  const double initial = reader.real("initial_learning_rate");
  const double momentum = momentum_ == nullptr ? 0 : reader.real("momentum");
  detail::check_setting(owner.c_str(), "learning_rate", rate, 0, INFINITY);
  detail::check_setting(owner.c_str(), "initial_learning_rate", initial, 0, INFINITY);
  detail::check_setting(owner.c_str(), "momentum", momentum, 0, 1);
  std::vector<Memory> memory;
  for (std::size_t i = 0; i < parameters_.size(); ++i) {
    memory.push_back(read_memory(i, reader));
  }
  reader.finish();
  memory_ = std::move(memory);
  rate_ = rate;
  initial_rate_ = initial;
  if (momentum_ != nullptr) *momentum_ = momentum;
}

namespace detail {

void check_setting(const char* optimizer, const char* setting, double value, double low,
                   double high) {
  if (value >= low && value < high) return;
  throw ValueError(concat(optimizer, ": ", setting, " is ", value,
                          "; it must be at least ", low, " and below ", high));
}

Tensor gradient_of(const Tensor& parameter) {
  if (!parameter.requires_grad()) return {};  // frozen, whatever it had before
  Tensor gradient = parameter.grad();
  if (!gradient.defined()) return gradient;
  return cairn::detail::laid_out(gradient, parameter.strides());
}

void require_buffer(Tensor& buffer, const Tensor& parameter) {
  if (!buffer.defined()) buffer = zeros_like(parameter.detach());
}

}  // namespace detail
}  // namespace cairn::optim
