#include "tests/ops/cases.h"

namespace cairn::test {
namespace {

using Inputs = std::vector<Tensor>;

class Cases {
 public:
  explicit Cases(std::vector<OpCase>& cases) : cases_(cases) {}
  void add_all();

 private:
  Tensor normal(const Shape& shape) { return randn(shape, generator_, f64); }
  void add(const char* op, const char* what, std::function<Tensor(const Inputs&)> f,
           Inputs inputs) {
    for (Tensor& input : inputs) input = input.detach().requires_grad_();
    cases_.push_back({op, what, std::move(f), std::move(inputs)});
  }

  std::vector<OpCase>& cases_;
  Generator generator_{2026};
};

void Cases::add_all() {
  const auto attend = [](const Inputs& x, const AttentionOptions& options) {
    return scaled_dot_product_attention(x[0], x[1], x[2], options);
  };
  const char* const op = "scaled_dot_product_attention";
  add(op, "more keys than queries, values wider than keys",
      [=](auto& x) { return attend(x, {}); },
      {normal({2, 3, 4, 7}), normal({2, 3, 5, 7}), normal({2, 3, 5, 2})});
  add(op, "one token, one head",
      [=](auto& x) { return attend(x, AttentionOptions().causal()); },
      {normal({3, 1, 1, 7}), normal({3, 1, 1, 7}), normal({3, 1, 1, 7})});
  add(op, "causal, more keys than queries",
      [=](auto& x) { return attend(x, AttentionOptions().causal()); },
      {normal({2, 2, 3, 4}), normal({2, 2, 5, 4}), normal({2, 2, 5, 4})});
  add(op, "causal, more queries than keys, heads inside positions",
      [=](auto& x) {
        const Inputs turned{x[0].transpose(1, 2), x[1].transpose(1, 2),
                            x[2].transpose(1, 2)};
        return attend(turned, AttentionOptions().causal().scale(-0.6));
      },
      {normal({2, 6, 2, 3}), normal({2, 4, 2, 3}), normal({2, 4, 2, 5})});
  add(op, "several blocks of queries, causal",
      [=](auto& x) { return attend(x, AttentionOptions().causal()); },
      {normal({1, 1, 35, 2}), normal({1, 1, 34, 2}), normal({1, 1, 34, 1})});
  const Tensor added = normal({3, 1, 5});
  add(op, "a mask that is added",
      [=](auto& x) { return attend(x, AttentionOptions().mask(added)); },
      {normal({2, 3, 4, 3}), normal({2, 3, 5, 3}), normal({2, 3, 5, 2})});
  const Tensor seen = gt(normal({2, 1, 4, 5}), zeros({}, f64));
  seen[1].select(1, 2).fill_(0);  // one query sees nothing
  add(op, "a mask of keys that are seen, dropout",
      [=](auto& x) {
        Generator same(5);
        return attend(
            x, AttentionOptions().mask(seen).dropout(0.3).generator(same).scale(0.9));
      },
      {normal({2, 3, 4, 3}), normal({2, 3, 5, 3}), normal({2, 3, 5, 2})});
  add(op, "one tensor three times",
      [=](auto& x) {
        return attend({x[0], x[0], x[0]}, AttentionOptions());
      },
      {normal({2, 1, 5, 3})});
  add("self_attention", "three heads of seven, causal",
      [](auto& x) { return self_attention(x[0], 3, AttentionOptions().causal()); },
      {normal({2, 4, 63})});
  add("self_attention", "a transposed input, dropout",
      [](auto& x) {
        Generator same(6);
        return self_attention(x[0].transpose(0, 1), 1,
                              AttentionOptions().dropout(0.4).generator(same));
      },
      {normal({5, 2, 6})});
  add("gelu", "transposed", [](auto& x) { return gelu(x[0].t()); },
      {normal({3, 7}) * 2});
  add("gelu", "by tanh", [](auto& x) { return gelu(x[0], GeluForm::tanh); },
      {normal({3, 7}) * 2});
}

}  // namespace

void add_attention_cases(std::vector<OpCase>& cases) { Cases(cases).add_all(); }

}  // namespace cairn::test
