// The optimizers of the cases, by their PyTorch names.
#include "tests/reference/case.h"

namespace cairn::test {
namespace {

template <class Options>
Options adam(const Settings& s) {
  Options options(s.number("lr", 1e-3));
  options.eps(s.number("eps", 1e-8)).amsgrad(s.number("amsgrad", 0) != 0);
  if (s.has("weight_decay")) options.weight_decay(s.number("weight_decay"));
  if (s.has("betas")) options.betas(s.numbers("betas")[0], s.numbers("betas")[1]);
  return options;
}

optim::SGDOptions sgd(const Settings& s) {
  return optim::SGDOptions(s.number("lr"))
      .momentum(s.number("momentum", 0))
      .dampening(s.number("dampening", 0))
      .nesterov(s.number("nesterov", 0) != 0)
      .weight_decay(s.number("weight_decay", 0));
}

optim::RMSpropOptions rmsprop(const Settings& s) {
  optim::RMSpropOptions options;
  if (s.has("lr")) options = optim::RMSpropOptions(s.number("lr"));
  if (s.has("alpha")) options.alpha(s.number("alpha"));
  if (s.has("eps")) options.eps(s.number("eps"));
  return options.momentum(s.number("momentum", 0))
      .centered(s.number("centered", 0) != 0)
      .weight_decay(s.number("weight_decay", 0));
}

optim::AdagradOptions adagrad(const Settings& s) {
  optim::AdagradOptions options;
  if (s.has("lr")) options = optim::AdagradOptions(s.number("lr"));
  if (s.has("eps")) options.eps(s.number("eps"));
  return options.lr_decay(s.number("lr_decay", 0))
      .initial_accumulator_value(s.number("initial_accumulator_value", 0))
      .weight_decay(s.number("weight_decay", 0));
}

}  // namespace

std::unique_ptr<optim::Optimizer> optimizer_of(const ReferenceCase& c,
                                               const Tensor& w) {
  if (c.operation == "sgd") return sgd(c.settings).make({w});
  if (c.operation == "adam") return adam<optim::AdamOptions>(c.settings).make({w});
  if (c.operation == "adamw") return adam<optim::AdamWOptions>(c.settings).make({w});
  if (c.operation == "rmsprop") return rmsprop(c.settings).make({w});
  if (c.operation == "adagrad") return adagrad(c.settings).make({w});
  throw Error("no optimizer is called " + c.operation);
}

Tensor run_optimizer(const ReferenceCase& c, DType dtype) {
  Tensor w = c.inputs.at(0).to(dtype).clone().requires_grad_();
  const auto optimizer = optimizer_of(c, w);
  const Tensor gradients = c.inputs.at(1).to(dtype);
  std::vector<Tensor> path;
  for (std::int64_t i = 0; i < gradients.size(0); ++i) {
    w.set_grad(gradients[i].clone());
    optimizer->step();
    path.push_back(w.detach().clone());
  }
  return stack(path);
}

}  // namespace cairn::test
