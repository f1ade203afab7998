// The registry: every differentiable operation of the library with inputs on which its
// gradient is checked. test_registry.cpp fails when an operation is missing here.
#pragma once

#include <functional>
#include <string>
#include <vector>

#include <cairn/cairn.h>

namespace cairn::test {

struct OpCase {
  std::string op;    // the name the operation records under
  std::string what;  // what is awkward about this case
  std::function<Tensor(const std::vector<Tensor>&)> f;
  std::vector<Tensor> inputs;  // f64, each asks for a gradient
};

/// All cases, made anew: the same numbers each time.
std::vector<OpCase> differentiable_operations();

/// Those of attention and what belongs to it, behind what is there.
void add_attention_cases(std::vector<OpCase>& cases);

/// Those of recurrent layers and embeddings, behind what is there.
void add_recurrent_cases(std::vector<OpCase>& cases);

}  // namespace cairn::test
