// The names of the reference's operations, and what they are called here.
#include <functional>

#include "tests/reference/case.h"

namespace cairn::test {
namespace {

using Inputs = std::vector<Tensor>;
using Operation = std::function<Tensor(const Inputs&, const Settings&)>;

Reduction reduction_of(const Settings& s) {
  const std::string word = s.word("reduction");
  return word == "mean"  ? Reduction::mean
         : word == "sum" ? Reduction::sum
                         : Reduction::none;
}

Window window_of(const Settings& s) {
  Window window;
  for (int axis = 0; axis < 2; ++axis) {
    window.stride[axis] = s.shape("stride")[axis];
    window.padding[axis] = s.shape("padding")[axis];
    if (s.number("dilation", 0) != 0) window.dilation[axis] = s.shape("dilation")[axis];
  }
  return window;
}

int dim_of(const Settings& s) { return static_cast<int>(s.number("dim")); }
bool keeps(const Settings& s) { return s.number("keepdim") != 0; }
Tensor third(const Inputs& x) { return x.size() > 2 ? x[2] : Tensor(); }

Tensor perceptron(const Inputs& x) {
  return cross_entropy(linear(linear_relu(x[0], x[1], x[2]), x[3], x[4]), x[5]);
}

Tensor lenet(const Inputs& x) {
  Window same, halves;
  same.padding[0] = same.padding[1] = 1;
  halves.stride[0] = halves.stride[1] = 2;
  const Tensor seen = max_pool2d(relu(conv2d(x[0], x[1], x[2], same)), {2, 2}, halves);
  return cross_entropy(linear(seen.flatten(1), x[3], x[4]), x[5]);
}

template <class F>
Operation unary(F f) {
  return [f](const Inputs& x, const Settings&) { return f(x[0]); };
}
template <class F>
Operation binary(F f) {
  return [f](const Inputs& x, const Settings&) { return f(x[0], x[1]); };
}

std::map<std::string, Operation> arithmetic() {
  using S = Settings;
  return {
      {"add", binary(add)},
      {"sub", binary(sub)},
      {"mul", binary(mul)},
      {"div", binary(div)},
      {"maximum", binary(maximum)},
      {"minimum", binary(minimum)},
      {"affine",
       [](auto& x, const S& s) {
         return affine(x[0], s.number("scale"), s.number("shift"));
       }},
      {"quotient", [](auto& x, const S& s) { return x[0] / s.number("by"); }},
      {"where", [](auto& x, const S&) { return where(x[0], x[1], x[2]); }},
      {"exp", unary(exp)},
      {"log", unary(log)},
      {"sqrt", unary(sqrt)},
      {"square", unary(square)},
      {"abs", unary(abs)},
      {"relu", unary(relu)},
      {"sigmoid", unary(sigmoid)},
      {"tanh", unary(tanh)},
      {"clamp",
       [](auto& x, const S& s) {
         return clamp(x[0], s.number("low"), s.number("high"));
       }},
      {"pow", [](auto& x, const S& s) { return pow(x[0], s.number("power")); }},
  };
}

std::map<std::string, Operation> views() {
  using S = Settings;
  return {
      {"reshape", [](auto& x, const S& s) { return x[0].reshape(s.shape("to")); }},
      {"permute", [](auto& x, const S& s) { return x[0].permute(s.shape("order")); }},
      {"slice",
       [](auto& x, const S& s) {
         const Shape at = s.shape("at");
         return x[0].slice(static_cast<int>(at[0]), at[1], at[2], at[3]);
       }},
      {"select",
       [](auto& x, const S& s) {
         return x[0].select(static_cast<int>(s.shape("at")[0]), s.shape("at")[1]);
       }},
      {"expand", [](auto& x, const S& s) { return x[0].expand(s.shape("to")); }},
      {"contiguous",
       [](auto& x, const S& s) { return x[0].permute(s.shape("order")).contiguous(); }},
      {"clone", [](auto& x, const S&) { return x[0].clone(); }},
      {"cat", [](auto& x, const S& s) { return cat(x, dim_of(s)); }},
      {"stack", [](auto& x, const S& s) { return stack(x, dim_of(s)); }},
      {"to",
       [](auto& x, const S&) {
         const DType dtype = x[0].dtype();
         return x[0]
             .to(dtype == f64 ? f32 : f64)
             .to(dtype);  // exact: the inputs fit f32
       }},
  };
}

std::map<std::string, Operation> sums() {
  using S = Settings;
  return {
      {"sum", [](auto& x, const S& s) { return x[0].sum(s.shape("dims"), keeps(s)); }},
      {"mean",
       [](auto& x, const S& s) { return x[0].mean(s.shape("dims"), keeps(s)); }},
      {"amax",
       [](auto& x, const S& s) { return amax(x[0], s.shape("dims"), keeps(s)); }},
      {"amin",
       [](auto& x, const S& s) { return amin(x[0], s.shape("dims"), keeps(s)); }},
      {"softmax", [](auto& x, const S& s) { return softmax(x[0], dim_of(s)); }},
      {"log_softmax", [](auto& x, const S& s) { return log_softmax(x[0], dim_of(s)); }},
      {"logsumexp", [](auto& x, const S& s) { return logsumexp(x[0], dim_of(s)); }},
      {"matmul", binary(matmul)},
      {"linear", [](auto& x, const S&) { return linear(x[0], x[1], third(x)); }},
      {"cross_entropy",
       [](auto& x, const S& s) { return cross_entropy(x[0], x[1], reduction_of(s)); }},
      {"mse",
       [](auto& x, const S& s) { return mse_loss(x[0], x[1], reduction_of(s)); }},
      {"bce",
       [](auto& x, const S& s) {
         return binary_cross_entropy_with_logits(x[0], x[1], reduction_of(s));
       }},
      {"conv2d",
       [](auto& x, const S& s) {
         return conv2d(x[0], x[1], third(x), window_of(s),
                       static_cast<std::int64_t>(s.number("groups")));
       }},
      {"max_pool2d",
       [](auto& x, const S& s) {
         return max_pool2d(x[0], s.shape("kernel"), window_of(s));
       }},
      {"avg_pool2d",
       [](auto& x, const S& s) {
         return avg_pool2d(x[0], s.shape("kernel"), window_of(s));
       }},
      {"perceptron", [](auto& x, const S&) { return perceptron(x); }},
      {"lenet", [](auto& x, const S&) { return lenet(x); }},
  };
}

template <class Operation>
Tensor normalized_by(Operation operation, const Inputs& x, const Settings& s) {
  return operation(x[0], x[3].clone(), x[4].clone(), x[1], x[2],
                   s.number("training") != 0, s.number("momentum"), s.number("eps"));
}

Tensor normalized(const Inputs& x, const Settings& s) {
  return normalized_by(batch_norm, x, s);
}

Tensor normalized_relu(const Inputs& x, const Settings& s) {
  return normalized_by(batch_norm_relu, x, s);
}

// The second term sees the running statistics that the first left.
Tensor normalized_twice(const Inputs& x, const Settings& s) {
  const Tensor mean = x[3].clone(), variance = x[4].clone();
  const Tensor y =
      batch_norm(x[0], mean, variance, x[1], x[2], true, s.number("momentum"));
  return y + batch_norm(x[0], mean, variance, x[1], x[2], false) / 2;
}

Tensor normalized_rows(const Inputs& x, const Settings& s) {
  Shape last;
  for (int d = x[0].dim() - static_cast<int>(s.number("last")); d < x[0].dim(); ++d) {
    last.push_back(x[0].size(d));
  }
  return layer_norm(x[0], last, x[1], x[2], s.number("eps"));
}

std::map<std::string, Operation> normalisation() {
  return {{"batch_norm", normalized},
          {"batch_norm_relu", normalized_relu},
          {"batch_norm_twice", normalized_twice},
          {"layer_norm", normalized_rows},
          {"adaptive_avg_pool2d", [](auto& x, const Settings& s) {
             return adaptive_avg_pool2d(x[0], s.shape("to"));
           }}};
}

Tensor attended(const Inputs& x, const Settings& s) {
  AttentionOptions options;
  options.causal(s.number("causal") != 0);
  if (s.number("scale", 0) != 0) options.scale(s.number("scale"));
  if (x.size() > 3) options.mask(x[3]);
  return scaled_dot_product_attention(x[0], x[1], x[2], options);
}

std::map<std::string, Operation> attention() {
  return {{"gelu",
           [](auto& x, const Settings& s) {
             return gelu(x[0],
                         s.number("tanh") != 0 ? GeluForm::tanh : GeluForm::exact);
           }},
          {"attention", attended},
          {"self_attention", [](auto& x, const Settings& s) {
             return self_attention(x[0], static_cast<std::int64_t>(s.number("heads")),
                                   AttentionOptions().causal());
           }}};
}

Tensor of_labels(const Inputs& x, const Settings& s) {
  CrossEntropyOptions options;
  options.reduction(reduction_of(s)).label_smoothing(s.number("smoothing"));
  if (s.number("weighted") != 0) options.weight(x[2]);
  return cross_entropy(x[0], x[1], options.ignore_index(s.integer("ignored")));
}

std::map<std::string, Operation> losses() {
  using S = Settings;
  return {
      {"labels", of_labels},
      {"shares",
       [](auto& x, const S& s) {
         return cross_entropy(x[0], x[1],
                              CrossEntropyOptions()
                                  .reduction(reduction_of(s))
                                  .label_smoothing(s.number("smoothing")));
       }},
      {"huber",
       [](auto& x, const S& s) {
         return huber_loss(x[0], x[1], s.number("delta"), reduction_of(s));
       }},
      {"smooth_l1",
       [](auto& x, const S& s) {
         return smooth_l1_loss(x[0], x[1], s.number("beta"), reduction_of(s));
       }},
      {"l1", [](auto& x, const S& s) { return l1_loss(x[0], x[1], reduction_of(s)); }},
  };
}

std::map<std::string, Operation> smaller_ones() {
  using S = Settings;
  return {
      {"leaky_relu",
       [](auto& x, const S& s) { return leaky_relu(x[0], s.number("slope")); }},
      {"elu", [](auto& x, const S& s) { return elu(x[0], s.number("alpha")); }},
      {"silu", unary(silu)},
      {"softplus", unary(softplus)},
      {"gather", [](auto& x, const S& s) { return gather(x[0], dim_of(s), x[1]); }},
      {"topk", [](auto& x,
                  const S& s) { return topk(x[0], s.integer("k"), dim_of(s)).values; }},
      {"conv1d",
       [](auto& x, const S& s) {
         return conv1d(x[0], x[1], third(x), s.integer("stride"), s.integer("padding"),
                       s.integer("dilation"), s.integer("groups"));
       }},
  };
}

std::map<std::string, Operation> sequences() {
  std::map<std::string, Operation> all;
  for (const char* const kind : {"rnn", "lstm", "gru"}) {
    all[kind] = [kind](auto& x, const Settings& s) { return recurrent(kind, x, s); };
  }
  all["embedding"] = [](auto& x, const Settings& s) {
    const double padding = s.number("padding");
    return embedding(x[0], x[1],
                     padding < 0 ? no_padding : static_cast<std::int64_t>(padding));
  };
  return all;
}

}  // namespace

Tensor compute(const ReferenceCase& c, const std::vector<Tensor>& x) {
  for (const auto& group : {arithmetic(), views(), sums(), normalisation(), sequences(),
                            attention(), losses(), smaller_ones()}) {
    const auto found = group.find(c.operation);
    if (found != group.end()) return found->second(x, c.settings);
  }
  throw Error("no operation is called " + c.operation);
}

}  // namespace cairn::test
