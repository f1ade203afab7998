#include <cairn/ops/attention.h>

#include <algorithm>
#include <cmath>
#include <limits>
#include <type_traits>
#include <utility>

#include <cairn/autograd/node.h>
#include <cairn/core/strided.h>
#include <cairn/core/text.h>
#include <cairn/ops/attention_loops.h>
#include <cairn/ops/elementwise.h>

namespace cairn {

using autograd::Gradients;
using autograd::record;
using autograd::Saved;
using autograd::should_record;
using detail::AttentionPlan;
using detail::concat;
using detail::HeadMatrices;

namespace {

constexpr char kName[] = "scaled_dot_product_attention";
constexpr char kJoined[] = "self_attention";

void check_options(const AttentionOptions& options, DType dtype, const char* name) {
  if (!(options.dropout_ >= 0 && options.dropout_ < 1)) {
    throw ValueError(concat(name, ": dropout is ", options.dropout_,
                            "; the share that is dropped lies in [0, 1)"));
  }
  const Tensor& mask = options.mask_;
  if (!mask.defined()) return;
  if (mask.dtype() != DType::u8 && mask.dtype() != dtype) {
    throw DTypeError(concat(name, ": a mask of dtype ", mask.dtype(), " for a q of ",
                            dtype, "; give u8 (0 for what is not seen) or ", dtype,
                            " (added to the scores)"));
  }
  if (should_record(mask)) {
    throw ValueError(concat(name,
                            ": the mask asks for a gradient, and gets none here; "
                            "detach() it"));
  }
}

// What is added to the scores: −∞ where a u8 mask is 0.
void set_bias(AttentionPlan& plan, const Tensor& mask, DType dtype, const char* name) {
  if (!mask.defined()) return;
  const Shape scores{plan.batch, plan.heads, plan.queries, plan.keys};
  bool fits = mask.dim() <= 4;
  for (int d = 1; fits && d <= mask.dim(); ++d) {
    fits = mask.size(-d) == 1 || mask.size(-d) == scores[4 - d];
  }
  if (!fits) {
    throw ShapeError(concat(name, ": a mask of shape ", mask.shape(),
                            " does not broadcast to the scores' (n, heads, queries, "
                            "keys), which are ",
                            scores));
  }
  const double infinity = std::numeric_limits<double>::infinity();
  Tensor bias = mask.detach();
  if (bias.dtype() == DType::u8) {
    bias = where(bias, full({}, 0, dtype), full({}, -infinity, dtype));
  }
  while (bias.dim() < 4) bias = bias.unsqueeze(0);
  bias = bias.expand({-1, -1, -1, plan.keys}).contiguous();
  const Strides strides =
      detail::broadcast_strides(bias.shape(), bias.strides(), scores);
  plan.bias = bias;
  plan.bias_batch = strides[0], plan.bias_head = strides[1], plan.bias_row = strides[2];
}

// The plan of a call whose sizes are set.
void complete(AttentionPlan& plan, const AttentionOptions& options, DType dtype,
              const char* name) {
  check_options(options, dtype, name);
  plan.causal = options.causal_;
  plan.scale = options.scale_.value_or(
      1 / std::sqrt(static_cast<double>(std::max<std::int64_t>(plan.depth, 1))));
  set_bias(plan, options.mask_, dtype, name);
  plan.drop = options.dropout_;
  if (plan.drop == 0) return;
  Generator& generator =
      options.generator_ != nullptr ? *options.generator_ : default_generator();
  plan.seed = generator.seed(), plan.stream = generator.stream();
  plan.first_block =
      generator.reserve(static_cast<std::uint64_t>(plan.random_blocks()));
}

// t itself if each of its matrices has contiguous rows that do not overlap, else a copy.
Tensor by_rows(const Tensor& t) {
  const bool rows = t.size(3) <= 1 || t.strides()[3] == 1;
  const bool apart = t.size(2) <= 1 || t.strides()[2] >= t.size(3);
  return rows && apart ? t.detach() : t.detach().contiguous();
}

template <class Element>
HeadMatrices<Element> matrices(const Tensor& t) {
  using T = std::remove_const_t<Element>;
  const std::int64_t row = std::max({t.strides()[2], t.size(3), std::int64_t{1}});
  return {detail::data_of<T>(t), t.strides()[0], t.strides()[1], row};
}

// [n, heads, length, columns] that lies as [n, length, heads, columns].
Tensor empty_heads(const Shape& shape, DType dtype) {
  return empty({shape[0], shape[2], shape[1], shape[3]}, dtype).transpose(1, 2);
}

void check_shapes(const Tensor& q, const Tensor& k, const Tensor& v) {
  const auto say = [&](const char* what) {
    throw ShapeError(concat(kName, ": q, k and v have shapes ", q.shape(), ", ",
                            k.shape(), " and ", v.shape(), "; ", what));
  };
  const int dims = q.dim();
  if (dims < 2 || dims > 4 || k.dim() != dims || v.dim() != dims) {
    say("each must be [n, heads, length, columns], where n and heads may be missing "
        "from all three");
  }
  for (int d = 0; d + 2 < dims; ++d) {
    if (k.size(d) != q.size(d) || v.size(d) != q.size(d)) {
      say("samples and heads must be the same in all three; expand() what is shared");
    }
  }
  if (q.size(-1) != k.size(-1)) {
    say("q and k are multiplied row by row and must have the same last size");
  }
  if (k.size(-2) != v.size(-2)) {
    say("there must be one value for each key; transpose one of them?");
  }
}

Tensor attention_of_heads(const Tensor& q, const Tensor& k, const Tensor& v,
                          const AttentionOptions& options) {
  AttentionPlan plan{};
  plan.batch = q.size(0), plan.heads = q.size(1), plan.queries = q.size(2);
  plan.keys = k.size(2), plan.depth = q.size(3), plan.width = v.size(3);
  complete(plan, options, q.dtype(), kName);
  const Tensor from_q = by_rows(q), from_k = by_rows(k), from_v = by_rows(v);
  const Tensor y =
      empty_heads({plan.batch, plan.heads, plan.queries, plan.width}, q.dtype());
  const Tensor kept = empty({plan.kept()}, q.dtype());
  detail::visit_floating(q.dtype(), kName, [&](auto zero) {
    using T = decltype(zero);
    detail::attention_forward<T>(plan, matrices<const T>(from_q),
                                 matrices<const T>(from_k), matrices<const T>(from_v),
                                 matrices<T>(y), detail::data_of<T>(kept));
  });
  if (should_record(q, k, v)) {
    record("scaled_dot_product_attention", y, {&q, &k, &v},
           [plan, q = Saved(from_q), k = Saved(from_k), v = Saved(from_v),
            kept = Saved(kept)](const Tensor& gradient, Gradients& dx) {
             const Tensor dy = by_rows(gradient);
             Tensor to[3];
             const Saved* const from[3] = {&q, &k, &v};
             for (int i = 0; i < 3; ++i) {
               to[i] = empty_heads(from[i]->get(kName).shape(), dy.dtype());
             }
             detail::visit_floating(dy.dtype(), kName, [&](auto zero) {
               using T = decltype(zero);
               detail::attention_backward<T>(
                   plan, matrices<const T>(q.get(kName)),
                   matrices<const T>(k.get(kName)), matrices<const T>(v.get(kName)),
                   matrices<const T>(dy), detail::data_of<T>(kept.get(kName)),
                   {matrices<T>(to[0]), matrices<T>(to[1]), matrices<T>(to[2])});
             });
             for (int i = 0; i < 3; ++i) {
               if (dx.wants(i)) dx.add(i, std::move(to[i]));
             }
           });
  }
  return y;
}

// Part `i` of q, k and v side by side.
template <class Element>
HeadMatrices<Element> joined_part(const Tensor& t, std::int64_t parts, std::int64_t i,
                                  std::int64_t heads) {
  using T = std::remove_const_t<Element>;
  const std::int64_t row = t.size(2), columns = row / parts;
  return {detail::data_of<T>(t) + i * columns, t.size(1) * row, columns / heads,
          std::max<std::int64_t>(row, 1)};
}

}  // namespace

Tensor scaled_dot_product_attention(const Tensor& q, const Tensor& k, const Tensor& v,
                                    const AttentionOptions& options) {
  detail::checked(q, kName);
  detail::checked(k, kName);
  detail::checked(v, kName);
  detail::require_floating(q.dtype(), kName);
  detail::require_same_dtype(q, k, kName);
  detail::require_same_dtype(q, v, kName);
  check_shapes(q, k, v);
  if (q.dim() == 4) return attention_of_heads(q, k, v, options);
  return scaled_dot_product_attention(q.unsqueeze(0), k.unsqueeze(0), v.unsqueeze(0),
                                      options)
      .squeeze(0);
}

Tensor self_attention(const Tensor& qkv, std::int64_t heads,
                      const AttentionOptions& options) {
  const DType dtype = detail::checked(qkv, kJoined).dtype;
  detail::require_floating(dtype, kJoined);
  if (qkv.dim() != 3 || heads < 1 || qkv.size(2) % (3 * heads) != 0) {
    throw ShapeError(concat(kJoined, ": an input of shape ", qkv.shape(), " for ",
                            heads,
                            " heads; it must be [n, length, 3 · heads · d], queries, "
                            "keys and values side by side"));
  }
  AttentionPlan plan{};
  plan.batch = qkv.size(0), plan.heads = heads;
  plan.queries = plan.keys = qkv.size(1);
  plan.depth = plan.width = qkv.size(2) / (3 * heads);
  complete(plan, options, dtype, kJoined);
  const Tensor x = qkv.detach().contiguous();
  const Tensor y = empty({plan.batch, plan.queries, heads * plan.width}, dtype);
  const Tensor kept = empty({plan.kept()}, dtype);
  detail::visit_floating(dtype, kJoined, [&](auto zero) {
    using T = decltype(zero);
    detail::attention_forward<T>(
        plan, joined_part<const T>(x, 3, 0, heads),
        joined_part<const T>(x, 3, 1, heads), joined_part<const T>(x, 3, 2, heads),
        joined_part<T>(y, 1, 0, heads), detail::data_of<T>(kept));
  });
  if (should_record(qkv)) {
    record("self_attention", y, {&qkv},
           [plan, heads, x = Saved(x), kept = Saved(kept)](const Tensor& gradient,
                                                           Gradients& dx) {
             const Tensor& from = x.get(kJoined);
             const Tensor dy = gradient.contiguous();
             Tensor to = empty(from.shape(), from.dtype());
             detail::visit_floating(dy.dtype(), kJoined, [&](auto zero) {
               using T = decltype(zero);
               detail::attention_backward<T>(
                   plan, joined_part<const T>(from, 3, 0, heads),
                   joined_part<const T>(from, 3, 1, heads),
                   joined_part<const T>(from, 3, 2, heads),
                   joined_part<const T>(dy, 1, 0, heads),
                   detail::data_of<T>(kept.get(kJoined)),
                   {joined_part<T>(to, 3, 0, heads), joined_part<T>(to, 3, 1, heads),
                    joined_part<T>(to, 3, 2, heads)});
             });
             dx.add(0, std::move(to));
           });
  }
  return y;
}

}  // namespace cairn
