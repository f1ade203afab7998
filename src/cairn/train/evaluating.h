#pragma once

#include <cairn/autograd/grad_mode.h>
#include <cairn/nn/module.h>

namespace cairn::train {

/// Puts a module into evaluation, with no tape, for the length of a scope: also where
/// that ends in an error.
class Evaluating {
 public:
  explicit Evaluating(nn::Module& module)
      : module_(module), was_training_(module.is_training()) {
    module_.eval();
  }
  ~Evaluating() { module_.train(was_training_); }
  Evaluating(const Evaluating&) = delete;
  Evaluating& operator=(const Evaluating&) = delete;

 private:
  NoGradGuard no_grad_;
  nn::Module& module_;
  bool was_training_;
};

}  // namespace cairn::train
