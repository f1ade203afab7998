#pragma once

#include <memory>
#include <string>
#include <type_traits>
#include <utility>
#include <vector>

#include <cairn/nn/module.h>

namespace cairn::nn {

/// Layers one after the other. Owns them; takes any modules, other Sequentials too:
///
///     nn::Sequential model(nn::Linear(784, 128), nn::ReLU(), nn::Linear(128, 10));
///
/// Its parameters are named by position: "0.weight". An error inside names the layer. A
/// Linear, Conv2d or BatchNorm with a ReLU behind it runs as one operation (linear_relu,
/// conv2d_relu, batch_norm_relu), which gives the same numbers sooner.
class CAIRN_API Sequential : public Module {
 public:
  Sequential();
  ~Sequential() override;

  /// Layers in order, each copied or moved in.
  template <
      class First, class... Rest,
      class = std::enable_if_t<std::is_base_of_v<Module, std::decay_t<First>> &&
                               (sizeof...(Rest) > 0 ||
                                !std::is_same_v<std::decay_t<First>, Sequential>)>>
  explicit Sequential(First&& first, Rest&&... rest) {
    add(std::forward<First>(first));
    (add(std::forward<Rest>(rest)), ...);
  }

  /// Appends a layer.
  template <class Layer>
  Sequential& add(Layer&& layer) {
    return append(std::make_shared<std::decay_t<Layer>>(std::forward<Layer>(layer)));
  }
  /// The same for a layer chosen at run time.
  Sequential& append(std::shared_ptr<Module> layer);

  /// How many layers there are.
  std::size_t size() const { return layers_.size(); }
  /// Layer `i`, from 0 on. Throws std::out_of_range.
  Module& operator[](std::size_t i) { return *layers_.at(i); }

  Tensor forward(const Tensor& x) override;
  void parts(Parts& parts) override;
  std::string describe() const override;

 private:
  Tensor run_layer(std::size_t i, const Tensor& x);

  std::vector<std::shared_ptr<Module>> layers_;
  std::vector<bool> takes_relu_;  // layer i computes the ReLU behind it too
};

/// Throws the exception being handled again with "layer <name>, <what it is>: " before
/// its text; for modules that want their layers' errors to say where they arose.
[[noreturn]] CAIRN_API void rethrow_from_layer(const std::string& name,
                                               const Module& layer);

}  // namespace cairn::nn
