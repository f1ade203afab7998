// Modules of attention loaded with weights that PyTorch saved, under its names: values
// and all gradients.
#include <cairn/cairn.h>

#include <cmath>
#include <functional>
#include <map>
#include <memory>

#include "tests/catch.h"

namespace cairn::test {
namespace {

using Tensors = std::map<std::string, Tensor>;

// The cases of the file: their names, and what stands behind the slash.
std::map<std::string, Tensors> cases() {
  std::map<std::string, Tensors> found;
  for (const auto& [name, value] : io::load_safetensors(
           CAIRN_SOURCE_DIR "/tests/reference/transformer.safetensors")) {
    const std::size_t slash = name.find('/');
    found[name.substr(0, slash)][name.substr(slash + 1)] = value;
  }
  return found;
}

bool has(const std::string& name, const std::string& word) {
  return (" " + name + " ").find(" " + word + " ") != std::string::npos;
}

nn::TransformerEncoderLayerOptions layer_of(const std::string& name) {
  nn::TransformerEncoderLayerOptions options(6, 2);
  options.dim_feedforward(10).dropout(0).norm_first(has(name, "first"));
  if (has(name, "gelu")) options.activation(nn::Activation::gelu);
  if (has(name, "tanh")) options.activation(nn::Activation::gelu_tanh);
  if (has(name, "eps=0.01")) options.layer_norm_eps(0.01);
  return options.bias(!has(name, "bias=0"));
}

// A module and the call that a case makes of it.
struct Subject {
  std::unique_ptr<nn::Module> module;
  std::function<Tensor(const std::vector<Tensor>&, const nn::AttentionMask&)> run;
};

Subject subject(const std::string& name) {
  Subject s;
  if (name.compare(0, 9, "attention") == 0) {
    auto module = std::make_unique<nn::MultiheadAttention>(
        nn::MultiheadAttentionOptions(6, 3).bias(!has(name, "bias=0")));
    s.run = [m = module.get()](auto& x, const nn::AttentionMask& mask) {
      return x.size() == 1 ? m->forward(x[0], mask)
                           : m->forward(x[0], x[1], x[2], mask);
    };
    s.module = std::move(module);
  } else if (name.compare(0, 5, "layer") == 0) {
    auto module = std::make_unique<nn::TransformerEncoderLayer>(layer_of(name));
    s.run = [m = module.get()](auto& x, const nn::AttentionMask& mask) {
      return m->forward(x[0], mask);
    };
    s.module = std::move(module);
  } else {
    const bool first = has(name, "first");
    auto module = std::make_unique<nn::TransformerEncoder>(
        layer_of(name), first ? 2 : 3, has(name, "norm"));
    s.run = [m = module.get()](auto& x, const nn::AttentionMask& mask) {
      return m->forward(x[0], mask);
    };
    s.module = std::move(module);
  }
  return s;
}

void check_close(const Tensor& found, const Tensor& wanted) {
  REQUIRE(found.shape() == wanted.shape());
  const auto f = found.detach().to(f64).to_vector<double>();
  const auto w = wanted.to_vector<double>();
  double largest = 0, worst = 0;
  for (const double v : w) largest = std::max(largest, std::abs(v));
  for (std::size_t i = 0; i < w.size(); ++i) {
    worst = std::max(worst, std::abs(f[i] - w[i]));
  }
  CHECK(worst <= (found.dtype() == f64 ? 1e-12 : 5e-6) * (largest + 1e-3));
}

void check_case(const std::string& name, const Tensors& tensors, DType dtype) {
  INFO(name << " in " << dtype_name(dtype));
  const Subject s = subject(name);
  std::vector<nn::NamedTensor> state;
  std::vector<Tensor> x;
  for (const auto& [key, value] : tensors) {
    if (key.compare(0, 6, "state/") == 0) state.emplace_back(key.substr(6), value);
    if (key[0] == 'x') x.push_back(value.to(dtype).detach().requires_grad_());
  }
  s.module->load_state(state);
  s.module->to(dtype);
  nn::AttentionMask mask;
  mask.causal = has(name, "causal");
  if (tensors.count("padding") != 0) mask.key_padding = tensors.at("padding");
  const Tensor y = s.run(x, mask);
  check_close(y, tensors.at("y"));
  y.backward(tensors.at("dy").to(dtype));
  for (const auto& [path, parameter] : s.module->named_parameters()) {
    INFO(path);
    check_close(parameter.grad(), tensors.at("gradient/" + path));
  }
  for (std::size_t i = 0; i < x.size(); ++i) {
    INFO("input " << i);
    check_close(x[i].grad(), tensors.at("gradient/x" + std::to_string(i)));
  }
}

TEST_CASE("attention and Transformer layers compute what PyTorch's weights mean") {
  const auto all = cases();
  CHECK(all.size() == 11);
  for (const auto& [name, tensors] : all) {
    for (const DType dtype : {f64, f32}) check_case(name, tensors, dtype);
  }
}

TEST_CASE("a file of PyTorch's weights loads unchanged and in its order of names") {
  const Tensors tensors = cases().at("encoder first causal gelu norm");
  const Subject s = subject("encoder first causal gelu norm");
  std::vector<std::string> names;
  for (const auto& [name, parameter] : s.module->named_parameters()) {
    names.push_back(name);
    CHECK(tensors.count("state/" + name) == 1);
  }
  CHECK(names.size() == 26);
  CHECK(names[0] == "layers.0.self_attn.in_proj_weight");
  CHECK(names[3] == "layers.0.self_attn.out_proj.bias");
  CHECK(names[12] == "layers.1.self_attn.in_proj_weight");
  CHECK(names[25] == "norm.bias");
}

}  // namespace
}  // namespace cairn::test
