#include <cairn/autograd/node.h>

#include <atomic>

#include <cairn/autograd/engine.h>
#include <cairn/autograd/grad_mode.h>
#include <cairn/core/text.h>

namespace cairn::autograd {

using detail::concat;
using detail::Ref;

namespace {

std::atomic<std::uint64_t> next_age{1};

// Nodes whose last owner has gone. A chain of a million nodes would otherwise be
// destroyed by a million nested calls: destructors only put the next node here, and the
// outermost one empties the list.
using Doomed = std::vector<Ref<Node>, detail::PoolAllocator<Ref<Node>>>;
thread_local Doomed* doomed_here = nullptr;

void let_go(Ref<Node> node) {
  if (doomed_here != nullptr) {
    doomed_here->push_back(std::move(node));
    return;
  }
  Doomed doomed;
  doomed_here = &doomed;
  node = nullptr;
  while (!doomed.empty()) {
    const Ref<Node> next = std::move(doomed.back());
    doomed.pop_back();
  }
  doomed_here = nullptr;
}

AutogradMeta& ensure_meta(const Tensor& t) {
  detail::TensorImpl& impl = *t.impl();
  if (!impl.autograd) {
    impl.autograd = detail::make_ref<AutogradMeta>(impl.shape, impl.dtype);
  }
  return static_cast<AutogradMeta&>(*impl.autograd);
}

bool wants_grad(const Tensor& t) {
  const AutogradMeta* const meta = t.defined() ? meta_of(t) : nullptr;
  return meta != nullptr && meta->requires_grad;
}

}  // namespace

AutogradMeta::~AutogradMeta() {
  if (node) let_go(std::move(node));
}

Node::~Node() = default;

AutogradMeta* meta_of(const Tensor& t) {
  return static_cast<AutogradMeta*>(t.impl()->autograd.get());
}

bool should_record(const Tensor& a) { return wants_grad(a) && grad_enabled(); }

bool should_record(const Tensor& a, const Tensor& b) {
  return (wants_grad(a) || wants_grad(b)) && grad_enabled();
}

bool should_record(const Tensor& a, const Tensor& b, const Tensor& c) {
  return (wants_grad(a) || wants_grad(b) || wants_grad(c)) && grad_enabled();
}

bool should_record(const std::vector<Tensor>& inputs) {
  for (const Tensor& input : inputs) {
    if (should_record(input)) return true;
  }
  return false;
}

// A tensor that the tape knows is kept as it is. One that it does not know may be the
// very output that is about to be recorded: its node would own it, and the two would
// keep each other alive.
Saved::Saved(const Tensor& t)
    : tensor_(meta_of(t) != nullptr ? t : t.detach()), version_(t.version()) {}

Saved::Saved(const Tensor& t, const Tensor& other) {
  if (wants_grad(other)) *this = Saved(t);
}

const Tensor& Saved::get(const char* operation) const {
  if (tensor_.version() != version_) {
    throw Error(
        concat("backward of ", operation, ": a tensor of shape ", tensor_.shape(),
               " that it needs was changed in place after the forward pass (version ",
               tensor_.version(), ", saved at ", version_,
               "); change a clone() instead, or change it after backward()"));
  }
  return tensor_;
}

bool Gradients::wants(int i) const {
  return static_cast<bool>(node_.inputs_[static_cast<std::size_t>(i)]);
}

const char* Gradients::operation() const { return node_.name(); }

bool Gradients::graph_is_kept() const { return engine_.retains_graph(); }

void Gradients::add(int i, Tensor gradient) {
  if (i < 0 || i >= static_cast<int>(node_.inputs_.size())) {
    throw IndexError(concat("backward of ", node_.name(), ": there is no input ", i,
                            "; it has ", node_.inputs_.size()));
  }
  if (!wants(i) || !gradient.defined()) return;
  AutogradMeta& input = *node_.inputs_[static_cast<std::size_t>(i)];
  if (gradient.shape() != input.shape) {
    throw ShapeError(concat("backward of ", node_.name(), ": the gradient of input ", i,
                            " has shape ", gradient.shape(), ", the input has shape ",
                            input.shape, "; a gradient has its input's shape"));
  }
  if (gradient.dtype() != input.dtype) {
    throw DTypeError(concat("backward of ", node_.name(), ": the gradient of input ", i,
                            " has dtype ", gradient.dtype(), ", the input has ",
                            input.dtype));
  }
  engine_.deliver(input, std::move(gradient));
}

std::vector<Node*> Node::parents() const {
  std::vector<Node*> nodes;
  for (const auto& input : inputs_) {
    if (input && input->node) nodes.push_back(input->node.get());
  }
  return nodes;
}

void Node::free() {
  freed_ = true;
  free_saved();
  inputs_.clear();
}

void attach(const Ref<Node>& node, const Tensor* outputs, int count,
            const Tensor* const* inputs, int input_count) {
  node->age_ = next_age.fetch_add(1, std::memory_order_relaxed);
  node->inputs_.resize(static_cast<std::size_t>(input_count));
  for (int i = 0; i < input_count; ++i) {
    if (wants_grad(*inputs[i])) {
      node->inputs_[static_cast<std::size_t>(i)] =
          Ref<AutogradMeta>(meta_of(*inputs[i]));
    }
  }
  for (int k = 0; k < count; ++k) {
    AutogradMeta& meta = ensure_meta(outputs[k]);
    meta.requires_grad = true;
    meta.node = node;
    meta.slot = k;
  }
}

void refuse_in_place(const Tensor& t, const char* operation) {
  if (!should_record(t)) return;
  throw Error(concat(
      operation, ": the tensor of shape ", t.shape(),
      " takes part in the tape, and a change in place would make gradients wrong; use "
      "the operation that returns a new tensor, or a NoGradGuard to update a "
      "parameter"));
}

}  // namespace cairn::autograd

namespace cairn {

using autograd::AutogradMeta;
using autograd::meta_of;

bool Tensor::requires_grad() const {
  detail::checked(*this, "requires_grad()");
  const AutogradMeta* const meta = meta_of(*this);
  return meta != nullptr && meta->requires_grad;
}

bool Tensor::is_leaf() const {
  detail::checked(*this, "is_leaf()");
  const AutogradMeta* const meta = meta_of(*this);
  return meta == nullptr || !meta->node;
}

Tensor& Tensor::requires_grad_(bool required) {
  detail::checked(*this, "requires_grad_()");
  if (required) detail::require_floating(dtype(), "requires_grad_");
  if (!is_leaf()) {
    throw ValueError(detail::concat(
        "requires_grad_: this tensor was computed by ", meta_of(*this)->node->name(),
        ", so whether it requires a gradient follows from its inputs; call detach() "
        "first"));
  }
  if (!required && meta_of(*this) == nullptr) return *this;
  autograd::ensure_meta(*this).requires_grad = required;
  return *this;
}

Tensor Tensor::grad() const {
  detail::checked(*this, "grad()");
  const AutogradMeta* const meta = meta_of(*this);
  return meta == nullptr ? Tensor() : meta->grad;
}

void Tensor::set_grad(const Tensor& gradient) {
  detail::checked(*this, "set_grad()");
  if (gradient.defined() && gradient.shape() != shape()) {
    throw ShapeError(detail::concat("set_grad: a gradient of shape ", gradient.shape(),
                                    " for a tensor of shape ", shape()));
  }
  if (gradient.defined()) detail::require_same_dtype(*this, gradient, "set_grad");
  if (gradient.defined() || meta_of(*this) != nullptr) {
    autograd::ensure_meta(*this).grad = gradient;
  }
}

Tensor& Tensor::retain_grad() {
  detail::checked(*this, "retain_grad()");
  if (!requires_grad()) {
    throw ValueError(
        "retain_grad: this tensor does not require a gradient, so backward() has none "
        "to keep; call requires_grad_() on what it is computed from");
  }
  meta_of(*this)->keeps_grad = true;
  return *this;
}

}  // namespace cairn
