#pragma once

#include <cstdint>
#include <optional>
#include <utility>
#include <vector>

#include <cairn/core/tensor.h>
#include <cairn/core/tensor_impl.h>

/// The tape. Every recorded operation is a Node; every tensor that takes part has an
/// AutogradMeta. A node owns the metas of its inputs and a meta owns the node that
/// computed its tensor, so the graph lives exactly as long as something downstream
/// needs it. Nodes never own their outputs: there are no cycles. Chapter 5 builds such a
/// graph from nothing and derives the rules of the operations.
namespace cairn::autograd {

class Engine;
class Node;

/// What the tape knows of one tensor.
class CAIRN_API AutogradMeta final : public detail::RefCounted {
 public:
  AutogradMeta(const Shape& shape, DType dtype) : shape(shape), dtype(dtype) {}
  ~AutogradMeta() override;

  bool requires_grad = false;
  bool keeps_grad = false;  ///< retain_grad() was called on a computed tensor
  Tensor grad;              ///< collected by backward()
  detail::Ref<Node> node;   ///< what computed the tensor; null for a leaf
  int slot = 0;             ///< which of the node's outputs it is
  Shape shape;
  DType dtype;
};

/// The meta of a tensor, or null.
CAIRN_API AutogradMeta* meta_of(const Tensor& t);

/// True when the mode is on and a gradient with respect to one of the tensors is
/// wanted.
CAIRN_API bool should_record(const Tensor& a);
CAIRN_API bool should_record(const Tensor& a, const Tensor& b);
CAIRN_API bool should_record(const Tensor& a, const Tensor& b, const Tensor& c);
CAIRN_API bool should_record(const std::vector<Tensor>& inputs);

/// A tensor kept for the backward pass, without history, with the version it had: get()
/// throws Error when the elements were changed in place since.
class CAIRN_API Saved {
 public:
  Saved() = default;
  explicit Saved(const Tensor& t);
  /// Keeps `t` only if a gradient with respect to `other` is wanted, whose computation
  /// needs it: as the factors of a product need each other.
  Saved(const Tensor& t, const Tensor& other);
  /// Throws Error naming the operation that needed the tensor.
  const Tensor& get(const char* operation) const;

 private:
  Tensor tensor_;
  std::int64_t version_ = 0;
};

/// Where a node's backward puts the gradients of its inputs.
class CAIRN_API Gradients {
 public:
  Gradients(Engine& engine, Node& node) : engine_(engine), node_(node) {}
  /// Whether anyone asks for the gradient of input i; if not, computing it is waste.
  bool wants(int i) const;
  /// Adds `gradient` to that of input i. Throws ShapeError when its shape is not the
  /// input's: a backward that is wrong says so.
  void add(int i, Tensor gradient);
  const char* operation() const;
  /// Whether this graph may be walked again. If not, what was saved for the backward pass
  /// and is nobody else's may be overwritten.
  bool graph_is_kept() const;

 private:
  Engine& engine_;
  Node& node_;
};

/// One recorded operation.
class CAIRN_API Node : public detail::RefCounted {
 public:
  static constexpr int kMaxOutputs = 4;

  explicit Node(const char* name) : name_(name) {}
  ~Node() override;

  const char* name() const { return name_; }
  /// Grows from node to node: inputs are always older than what is computed from them.
  std::uint64_t age() const { return age_; }
  bool was_freed() const { return freed_; }
  /// The nodes that computed its inputs, as far as gradients flow to them.
  std::vector<Node*> parents() const;

  /// Hands on the gradients that have arrived for the outputs. An output nobody used
  /// has none: its tensor is undefined.
  virtual void backward(const Tensor* output_gradients, Gradients& inputs) = 0;

 protected:
  /// Lets go of whatever was kept for backward().
  virtual void free_saved() = 0;

 private:
  friend class Engine;
  friend class Gradients;
  friend CAIRN_API void attach(const detail::Ref<Node>& node, const Tensor* outputs,
                               int count, const Tensor* const* inputs, int input_count);
  void free();

  using Inputs = std::vector<detail::Ref<AutogradMeta>,
                             detail::PoolAllocator<detail::Ref<AutogradMeta>>>;
  const char* name_;
  std::uint64_t age_ = 0;
  bool freed_ = false;
  bool queued_ = false;  // waits in the engine's queue
  Inputs inputs_;        // null where no gradient is wanted
  Tensor arrived_[kMaxOutputs];
};

/// Makes `node` the one that computed `outputs` from `inputs`.
CAIRN_API void attach(const detail::Ref<Node>& node, const Tensor* outputs, int count,
                      const Tensor* const* inputs, int input_count);

namespace internal {

// The node that record() makes: backward is a function object, and what it captured is
// what was saved.
template <class Backward>
class FunctionNode final : public Node {
 public:
  FunctionNode(const char* name, Backward backward)
      : Node(name), backward_(std::move(backward)) {}

  // NOLINTNEXTLINE(bugprone-unchecked-optional-access): the engine refuses freed nodes
  void backward(const Tensor* dy, Gradients& dx) override { (*backward_)(dy, dx); }

 private:
  void free_saved() override { backward_.reset(); }
  std::optional<Backward> backward_;
};

}  // namespace internal

/// Records that `y` was computed from `inputs`. `backward(dy, dx)` gets the gradient of
/// the loss with respect to y and adds those of the inputs: dx.add(i, …). What it needs
/// of the forward pass it captures as Saved. Call it only where should_record() says
/// so.
template <class Backward>
void record(const char* name, const Tensor& y,
            std::initializer_list<const Tensor*> inputs, Backward backward) {
  auto hand_on = [backward = std::move(backward)](const Tensor* dy, Gradients& dx) {
    backward(dy[0], dx);
  };
  attach(detail::make_ref<internal::FunctionNode<decltype(hand_on)>>(
             name, std::move(hand_on)),
         &y, 1, inputs.begin(), static_cast<int>(inputs.size()));
}

/// The same with any number of inputs.
template <class Backward>
void record(const char* name, const Tensor& y, const std::vector<Tensor>& inputs,
            Backward backward) {
  std::vector<const Tensor*> pointers;
  pointers.reserve(inputs.size());
  for (const Tensor& t : inputs) pointers.push_back(&t);
  auto hand_on = [backward = std::move(backward)](const Tensor* dy, Gradients& dx) {
    backward(dy[0], dx);
  };
  attach(detail::make_ref<internal::FunctionNode<decltype(hand_on)>>(
             name, std::move(hand_on)),
         &y, 1, pointers.data(), static_cast<int>(pointers.size()));
}

/// The same with `count` outputs, at most Node::kMaxOutputs, and inputs of which some may
/// be undefined. dy[k] is undefined where nobody used output k.
template <class Backward>
void record_several(const char* name, const Tensor* outputs, int count,
                    std::initializer_list<const Tensor*> inputs, Backward backward) {
  attach(detail::make_ref<internal::FunctionNode<Backward>>(name, std::move(backward)),
         outputs, count, inputs.begin(), static_cast<int>(inputs.size()));
}

/// Throws Error when the tape is recording and `t` takes part: an in-place change there
/// would make gradients wrong.
CAIRN_API void refuse_in_place(const Tensor& t, const char* operation);

}  // namespace cairn::autograd
