#include <cairn/autograd/function.h>

#include <cairn/autograd/grad_mode.h>
#include <cairn/autograd/node.h>
#include <cairn/core/text.h>

namespace cairn::autograd {
namespace {

Tensor forward_value(const Function& function, const std::vector<Tensor>& inputs) {
  const NoGradGuard guard;
  const Tensor y = function.forward(inputs);
  if (!y.defined()) {
    throw ValueError(detail::concat(
        function.name, ": its forward function returned an undefined tensor"));
  }
  // An input handed back as it is must not get a second history.
  return y.detach();
}

}  // namespace

Tensor apply(const Function& function, const std::vector<Tensor>& inputs) {
  const Tensor y = forward_value(function, inputs);
  if (!should_record(inputs)) return y;
  std::vector<Saved> saved;
  saved.reserve(inputs.size());
  for (const Tensor& input : inputs) saved.emplace_back(input);
  record(function.name, y, inputs,
         [name = function.name, backward = function.backward, saved, y = Saved(y)](
             const Tensor& dy, Gradients& dx) {
           std::vector<Tensor> values;
           values.reserve(saved.size());
           for (const Saved& input : saved) values.push_back(input.get(name));
           std::vector<Tensor> gradients = backward(values, y.get(name), dy);
           if (gradients.size() != saved.size()) {
             throw ValueError(detail::concat("backward of ", name, ": it returned ",
                                             gradients.size(), " gradients for ",
                                             saved.size(), " inputs"));
           }
           for (std::size_t i = 0; i < gradients.size(); ++i) {
             dx.add(static_cast<int>(i), std::move(gradients[i]));
           }
         });
  return y;
}

}  // namespace cairn::autograd
