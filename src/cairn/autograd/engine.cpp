#include <cairn/autograd/engine.h>

#include <algorithm>

#include <cairn/autograd/grad_mode.h>
#include <cairn/core/text.h>

namespace cairn::autograd {
namespace {

bool younger(const detail::Ref<Node>& a, const detail::Ref<Node>& b) {
  return a->age() < b->age();  // std::push_heap keeps the largest age on top
}

// Nobody else can see the elements, so they may be written or kept.
bool is_ours_alone(const Tensor& t) {
  return t.ref()->owners() == 1 && t.impl()->storage->owners() == 1 && t.is_dense();
}

void add_to(Tensor& total, Tensor gradient) {
  if (!total.defined()) {
    total = std::move(gradient);
  } else if (is_ours_alone(total)) {
    total.add_(gradient);
  } else if (is_ours_alone(gradient)) {
    gradient.add_(total);
    total = std::move(gradient);
  } else {
    total = total.clone();
    total.add_(gradient);
  }
}

// A leaf's gradient is the user's to read and the optimizer's to change: it never
// shares elements with anything else.
void add_to_leaf(Tensor& grad, Tensor gradient) {
  if (grad.defined()) {
    grad.add_(gradient);
  } else {
    grad = is_ours_alone(gradient) ? std::move(gradient) : gradient.clone();
  }
}

}  // namespace

Engine::~Engine() {
  for (const auto& node : queue_) {  // only after an exception is anything left
    node->queued_ = false;
    for (Tensor& gradient : node->arrived_) gradient = Tensor();
  }
}

void Engine::run(AutogradMeta& root, Tensor gradient) {
  const NoGradGuard guard;
  deliver(root, std::move(gradient));
  while (!queue_.empty()) run_node(*take_youngest());
}

void Engine::deliver(AutogradMeta& meta, Tensor gradient) {
  if (!meta.node) {
    add_to_leaf(meta.grad, std::move(gradient));
    return;
  }
  if (meta.keeps_grad) add_to_leaf(meta.grad, gradient.clone());
  add_to(meta.node->arrived_[meta.slot], std::move(gradient));
  enqueue(*meta.node);
}

void Engine::enqueue(Node& node) {
  if (node.queued_) return;
  queue_.emplace_back(&node);
  node.queued_ = true;
  std::push_heap(queue_.begin(), queue_.end(), younger);
}

detail::Ref<Node> Engine::take_youngest() {
  std::pop_heap(queue_.begin(), queue_.end(), younger);
  detail::Ref<Node> node = std::move(queue_.back());
  queue_.pop_back();
  node->queued_ = false;
  return node;
}

void Engine::run_node(Node& node) {
  if (node.was_freed()) {
    for (Tensor& gradient : node.arrived_) gradient = Tensor();
    throw Error(detail::concat("backward: what ", node.name(),
                               " had kept for the backward pass was freed by an "
                               "earlier backward(); pass retain_graph = true to the "
                               "first, or compute the loss again"));
  }
  Tensor gradients[Node::kMaxOutputs];
  for (int k = 0; k < Node::kMaxOutputs; ++k)
    gradients[k] = std::move(node.arrived_[k]);
  Gradients inputs(*this, node);
  node.backward(gradients, inputs);
  if (!retain_graph_) node.free();
}

}  // namespace cairn::autograd

namespace cairn {

void Tensor::backward(const Tensor& gradient, bool retain_graph) const {
  detail::checked(*this, "backward()");
  if (!requires_grad()) {
    throw ValueError(
        "backward: no tensor that this one was computed from requires a gradient (or "
        "it was computed under a NoGradGuard, or detached); call requires_grad_() on "
        "the leaves before the forward pass");
  }
  if (!gradient.defined() && numel() != 1) {
    throw ShapeError(detail::concat(
        "backward: a tensor of shape ", shape(),
        " needs the gradient of the loss with respect to it as argument; only a tensor "
        "of one element starts from 1"));
  }
  if (gradient.defined() && gradient.shape() != shape()) {
    throw ShapeError(detail::concat("backward: the given gradient has shape ",
                                    gradient.shape(), ", the tensor has ", shape(),
                                    "; they must be the same"));
  }
  if (gradient.defined()) detail::require_same_dtype(*this, gradient, "backward");
  autograd::Engine engine(retain_graph);
  engine.run(*autograd::meta_of(*this),
             gradient.defined() ? gradient.detach() : full(shape(), 1, dtype()));
}

}  // namespace cairn
