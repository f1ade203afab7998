#include <cairn/nn/module.h>

#include <functional>

#include <cairn/autograd/grad_mode.h>
#include <cairn/core/text.h>

namespace cairn::nn {

using detail::concat;

namespace {

enum class Kind { parameter, buffer };

// Walks a module and all inside it, telling paths: "features.0.weight".
class Walk final : public Parts {
 public:
  using OnTensor = std::function<void(Kind, const std::string& path, Tensor&)>;
  using OnModule = std::function<void(Module&)>;

  Walk(OnTensor on_tensor, OnModule on_module)
      : on_tensor_(std::move(on_tensor)), on_module_(std::move(on_module)) {}

  void start(Module& root) {
    if (on_module_) on_module_(root);
    root.parts(*this);
  }

  void parameter(const std::string& name, Tensor& t) override {
    tell(Kind::parameter, name, t);
  }
  void buffer(const std::string& name, Tensor& t) override {
    tell(Kind::buffer, name, t);
  }

  void module(const std::string& name, Module& module) override {
    const std::size_t length = prefix_.size();
    prefix_ += name + ".";
    start(module);
    prefix_.resize(length);
  }

 private:
  void tell(Kind kind, const std::string& name, Tensor& t) {
    // A layer without bias has an undefined one.
    if (on_tensor_ && t.defined()) on_tensor_(kind, prefix_ + name, t);
  }

  OnTensor on_tensor_;
  OnModule on_module_;
  std::string prefix_;
};

std::vector<NamedTensor> collect(Module& module, bool parameters, bool buffers) {
  std::vector<NamedTensor> found;
  Walk walk(
      [&](Kind kind, const std::string& path, Tensor& t) {
        if (kind == Kind::parameter ? parameters : buffers) found.emplace_back(path, t);
      },
      nullptr);
  walk.start(module);
  return found;
}

void check_fits(const std::string& name, const Tensor& own, const Tensor& given) {
  if (own.shape() != given.shape()) {
    throw ShapeError(concat("load_state: ", name, " has shape ", own.shape(),
                            " in the model and ", given.shape(), " in the file"));
  }
  if (own.dtype() != given.dtype()) {
    throw DTypeError(concat("load_state: ", name, " is ", own.dtype(),
                            " in the model and ", given.dtype(),
                            " in the file; convert the model with .to()"));
  }
}

}  // namespace

Parts::~Parts() = default;
Module::~Module() = default;
void Module::parts(Parts&) {}

std::vector<NamedTensor> Module::named_parameters() {
  return collect(*this, true, false);
}
std::vector<NamedTensor> Module::named_buffers() { return collect(*this, false, true); }
std::vector<NamedTensor> Module::state() { return collect(*this, true, true); }

std::vector<Tensor> Module::parameters() {
  std::vector<Tensor> tensors;
  for (auto& named : named_parameters()) tensors.push_back(std::move(named.second));
  return tensors;
}

void check_state(const std::vector<NamedTensor>& own,
                 const std::vector<NamedTensor>& tensors) {
  StateReader reader("load_state", tensors);
  for (const auto& [name, tensor] : own) {
    const Tensor* const given = reader.find(name);
    if (given == nullptr) {
      reader.fail(concat("there is no tensor named ", name,
                         "; the weights belong to another model"));
    }
    check_fits(name, tensor, *given);
  }
  if (const std::string* const name = reader.unread()) {
    reader.fail(concat("the model has no tensor named ", *name,
                       "; the weights belong to another model"));
  }
}

void Module::check_state(const std::vector<NamedTensor>& tensors) {
  nn::check_state(state(), tensors);
}

void Module::load_state(const std::vector<NamedTensor>& tensors) {
  const std::vector<NamedTensor> own = state();
  nn::check_state(own, tensors);
  const NoGradGuard guard;
  StateReader reader("load_state", tensors);
  for (const auto& [name, tensor] : own) Tensor(tensor).copy_(reader.tensor(name));
}

std::int64_t Module::parameter_count() {
  std::int64_t count = 0;
  for (const Tensor& t : parameters()) count += t.numel();
  return count;
}

void Module::train(bool on) {
  Walk walk(nullptr, [on](Module& module) { module.training_ = on; });
  walk.start(*this);
}

void Module::to(DType dtype) {
  const NoGradGuard guard;
  Walk walk(
      [dtype](Kind kind, const std::string&, Tensor& t) {
        if (!is_floating(t.dtype())) return;  // a count stays one
        const bool trained = kind == Kind::parameter && t.requires_grad();
        t = t.to(dtype).detach();
        if (trained) t.requires_grad_();
      },
      nullptr);
  walk.start(*this);
}

void Module::requires_grad_(bool required) {
  for (Tensor& t : parameters()) t.requires_grad_(required);
}

void Module::zero_grad() {
  for (Tensor& t : parameters()) t.set_grad(Tensor());
}

}  // namespace cairn::nn
