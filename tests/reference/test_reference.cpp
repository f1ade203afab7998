// Every operation against another framework's numbers, forward and backward, in both
// real dtypes and in two orders of memory; and the optimizers, step by step.
#include <cmath>
#include <set>

#include <cairn/autograd/node.h>

#include "tests/catch.h"
#include "tests/ops/cases.h"
#include "tests/reference/case.h"

namespace cairn::test {
namespace {

// The largest error, relative to the number itself or, for the small ones among large,
// to a share of the largest.
double error_of(const Tensor& found, const Tensor& wanted, double share) {
  if (found.shape() != wanted.shape()) return INFINITY;
  const std::vector<double> f = found.detach().to(f64).to_vector<double>();
  const std::vector<double> w = wanted.to_vector<double>();
  double largest = 0, worst = 0;
  for (const double v : w) largest = std::max(largest, std::abs(v));
  for (std::size_t i = 0; i < w.size(); ++i) {
    const double scale = std::max(std::abs(w[i]), share * largest);
    const double error = std::abs(f[i] - w[i]);
    worst = std::max(worst, error == 0             ? 0
                            : std::isfinite(error) ? error / scale
                                                   : INFINITY);
  }
  return worst;
}

void check_close(const char* what, const Tensor& found, const Tensor& wanted) {
  const bool wide = found.dtype() == f64;
  const double error =
      wide ? error_of(found, wanted, 1e-3) : error_of(found, wanted, 0.3);
  INFO(what << ": error " << error);
  CHECK(error <= (wide ? 1e-12 : 2e-6));
}

// The same numbers, the first dimension fastest.
Tensor turned(const Tensor& x) {
  Shape order;
  for (int d = x.dim() - 1; d >= 0; --d) order.push_back(d);
  return x.permute(order).contiguous().permute(order);
}

void check_case(const ReferenceCase& c, DType dtype, bool turn) {
  INFO(c.name << " in " << dtype_name(dtype) << (turn ? ", turned" : ""));
  std::vector<Tensor> x;
  for (const auto& [number, value] : c.inputs) {
    const Tensor input = is_floating(value.dtype()) ? value.to(dtype) : value;
    x.push_back((turn ? turned(input) : input).detach());
    if (c.gradients.count(number) != 0) x.back().requires_grad_();
  }
  const Tensor y = compute(c, x);
  REQUIRE(y.dtype() == dtype);
  check_close("y", y, c.y);
  y.backward(turn ? turned(c.dy.to(dtype)) : c.dy.to(dtype));
  for (const auto& [number, wanted] : c.gradients) {
    INFO("gradient of input " << number);
    const Tensor found = x[static_cast<std::size_t>(number)].grad();
    REQUIRE(found.defined());
    check_close("gradient", found, wanted);
  }
}

TEST_CASE("operations and their gradients agree with another framework") {
  int cases = 0;
  for (const ReferenceCase& c : reference_cases()) {
    if (!c.dy.defined()) continue;
    ++cases;
    CHECK(c.gradients.size() > 0);
    for (const DType dtype : {f64, f32}) {
      for (const bool turn : {false, true}) check_case(c, dtype, turn);
    }
  }
  CHECK(cases >= 170);
}

TEST_CASE("optimizers walk as those of another framework") {
  int cases = 0;
  for (const ReferenceCase& c : reference_cases()) {
    if (c.dy.defined() || !c.is_optimizer()) continue;
    ++cases;
    INFO(c.name);
    REQUIRE(c.y.size(0) == 10);
    check_close("in f64", run_optimizer(c, f64), c.y);
    check_close("in f32", run_optimizer(c, f32), c.y);
  }
  CHECK(cases == 24);
}

TEST_CASE("weights that PyTorch saved load into a recurrent layer") {
  const std::string here = CAIRN_SOURCE_DIR "/tests/reference/";
  nn::LSTM layer(nn::RecurrentOptions(3, 5).num_layers(2).bidirectional(true));
  layer.load_state(io::load_safetensors(here + "lstm_weights.safetensors"));
  Tensor x, y;
  for (const auto& [name, value] :
       io::load_safetensors(here + "lstm_run.safetensors")) {
    (name == "x" ? x : y) = value;
  }
  check_close("in f32", layer(x), y);
  layer.to(f64);
  check_close("in f64", layer(x.to(f64)), y);
}

// The names of the operations behind `y`.
void add_names(const Tensor& y, std::set<std::string>& names) {
  std::vector<autograd::Node*> open{autograd::meta_of(y)->node.get()};
  while (!open.empty()) {
    autograd::Node* const node = open.back();
    open.pop_back();
    names.insert(node->name());
    for (autograd::Node* next : node->parents()) open.push_back(next);
  }
}

TEST_CASE("the reference has a case of every differentiable operation") {
  std::set<std::string> compared;
  for (const ReferenceCase& c : reference_cases()) {
    if (!c.dy.defined()) continue;
    std::vector<Tensor> x;
    for (const auto& [number, value] : c.inputs) {
      x.push_back(value.detach());
      if (c.gradients.count(number) != 0) x.back().requires_grad_();
    }
    add_names(compute(c, x), compared);
  }
  for (const OpCase& c : differentiable_operations()) {
    if (c.op == "dropout") continue;  // random: no two frameworks draw the same mask
    INFO(c.op << " is in the registry but not in make_reference.py");
    CHECK(compared.count(c.op) == 1);
  }
}

}  // namespace
}  // namespace cairn::test
