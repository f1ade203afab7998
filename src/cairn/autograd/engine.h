#pragma once

#include <vector>

#include <cairn/autograd/node.h>

namespace cairn::autograd {

/// Runs the tape backward.
///
/// Nodes are taken youngest first. What a node was computed from is always older than
/// it, so when a node's turn comes every gradient that flows into it has arrived: no
/// counting of uses, no recursion, and a queue that holds only the graph's open front.
/// Chapter 5 shows why youngest first is right.
class Engine {
 public:
  explicit Engine(bool retain_graph) : retain_graph_(retain_graph) {}
  ~Engine();
  Engine(const Engine&) = delete;
  Engine& operator=(const Engine&) = delete;

  /// Starts from `root` with the gradient of the loss with respect to it.
  void run(AutogradMeta& root, Tensor gradient);

  /// Takes a gradient for the tensor behind `meta`: a leaf keeps it, a computed
  /// tensor's node waits for its turn.
  void deliver(AutogradMeta& meta, Tensor gradient);

  /// Whether the graph is kept for another run.
  bool retains_graph() const { return retain_graph_; }

 private:
  void enqueue(Node& node);
  detail::Ref<Node> take_youngest();
  void run_node(Node& node);

  bool retain_graph_;
  std::vector<detail::Ref<Node>, detail::PoolAllocator<detail::Ref<Node>>> queue_;
};

}  // namespace cairn::autograd
