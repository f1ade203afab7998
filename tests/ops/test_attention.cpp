// Attention against plain loops, and what must hold whatever the numbers are: no query
// sees the future, rows that see nothing are zeros, threads change nothing.
#include <cairn/cairn.h>

#include <cmath>
#include <limits>

#include "tests/catch.h"
#include "tests/error_text.h"
#include "tests/ops/arrays.h"

namespace cairn::test {
namespace {

const double kInfinity = std::numeric_limits<double>::infinity();

struct Problem {
  std::int64_t n, heads, queries, keys, d, e;
  bool causal = false;
  double scale = 0;  // 0: 1/√d
};

std::vector<double> numbers(const Tensor& x) {
  std::vector<double> list;
  each_index(x.shape(), [&](const Index& at) { list.push_back(real(x, at)); });
  return list;
}

// The definition, one number after the other; `bias` broadcasts and may be undefined.
Tensor naive(const Problem& p, const Tensor& q, const Tensor& k, const Tensor& v,
             const Tensor& bias = Tensor()) {
  const double scale = p.scale != 0 ? p.scale : 1 / std::sqrt(double(p.d));
  const Tensor y = empty({p.n, p.heads, p.queries, p.e}, f64);
  const std::vector<double> all_q = numbers(q), all_k = numbers(k), all_v = numbers(v);
  each_index({p.n, p.heads, p.queries}, [&](const Index& at) {
    const std::int64_t head = at[0] * p.heads + at[1];
    const double* query = all_q.data() + (head * p.queries + at[2]) * p.d;
    const double* key = all_k.data() + head * p.keys * p.d;
    const double* value = all_v.data() + head * p.keys * p.e;
    std::vector<double> weight(static_cast<std::size_t>(p.keys), 0.0);
    double largest = -kInfinity, total = 0;
    std::vector<double> score(weight.size(), -kInfinity);
    for (std::int64_t j = 0; j < p.keys; ++j) {
      if (p.causal && j > at[2]) continue;
      double sum = 0;
      for (std::int64_t c = 0; c < p.d; ++c) sum += query[c] * key[j * p.d + c];
      sum *= scale;
      if (bias.defined()) sum += real(bias, {at[0], at[1], at[2], j});
      score[static_cast<std::size_t>(j)] = sum;
      largest = std::max(largest, sum);
    }
    for (std::size_t j = 0; j < score.size(); ++j) {
      weight[j] = largest == -kInfinity ? 0 : std::exp(score[j] - largest);
      total += weight[j];
    }
    for (std::int64_t c = 0; c < p.e; ++c) {
      double sum = 0;
      for (std::int64_t j = 0; j < p.keys; ++j) {
        sum += weight[static_cast<std::size_t>(j)] * value[j * p.e + c];
      }
      element<double>(y, {at[0], at[1], at[2], c}) = total == 0 ? 0 : sum / total;
    }
  });
  return y;
}

struct Operands {
  Operands(const Problem& p, std::uint64_t seed, DType dtype) {
    Generator generator(seed);
    q = randn({p.n, p.heads, p.queries, p.d}, generator, f64).to(dtype);
    k = randn({p.n, p.heads, p.keys, p.d}, generator, f64).to(dtype);
    v = randn({p.n, p.heads, p.keys, p.e}, generator, f64).to(dtype);
  }
  Tensor q, k, v;
};

double difference(const Tensor& a, const Tensor& b) {
  if (a.shape() != b.shape()) return kInfinity;
  double worst = 0;
  each_index(a.shape(), [&](const Index& at) {
    const double error = std::abs(real(a, at) - real(b, at));
    worst = std::isnan(error) ? kInfinity : std::max(worst, error);
  });
  return worst;
}

std::vector<Problem> problems() {
  std::vector<Problem> list;
  for (const bool causal : {false, true}) {
    list.push_back({1, 1, 1, 1, 1, 1, causal});
    list.push_back({2, 3, 1, 17, 7, 5, causal});
    list.push_back({2, 1, 17, 1, 7, 7, causal});
    list.push_back({3, 2, 31, 31, 7, 7, causal});
    list.push_back({1, 4, 128, 128, 32, 32, causal});
    list.push_back({2, 2, 65, 37, 16, 9, causal});
    list.push_back({2, 1, 37, 131, 5, 33, causal, 0.7});
    list.push_back({1, 1, 100, 63, 64, 64, causal, -0.2});
  }
  return list;
}

AttentionOptions options_of(const Problem& p) {
  AttentionOptions options;
  options.causal(p.causal);
  if (p.scale != 0) options.scale(p.scale);
  return options;
}

std::string text_of(const Problem& p) {
  return Shape{p.n, p.heads, p.queries, p.keys, p.d, p.e}.to_string() +
         (p.causal ? " causal" : "");
}

// The same numbers, heads inside positions: as a projection leaves them.
Tensor heads_inside(const Tensor& x) {
  return x.transpose(1, 2).contiguous().transpose(1, 2);
}

TEST_CASE("attention agrees with plain loops in both dtypes and in every layout") {
  for (const Problem& p : problems()) {
    INFO(text_of(p));
    for (const DType dtype : {f64, f32}) {
      const Operands o(p, 5, dtype);
      const double tolerance = dtype == f64 ? 1e-14 : 3e-6;
      const Tensor want = naive(p, o.q, o.k, o.v);
      const AttentionOptions options = options_of(p);
      const auto run = [&](const Tensor& q, const Tensor& k, const Tensor& v) {
        return difference(scaled_dot_product_attention(q, k, v, options), want);
      };
      CHECK(run(o.q, o.k, o.v) < tolerance);
      CHECK(run(heads_inside(o.q), heads_inside(o.k), heads_inside(o.v)) < tolerance);
      const auto turned = [](const Tensor& x) {
        return x.transpose(2, 3).contiguous().transpose(2, 3);
      };
      CHECK(run(turned(o.q), turned(o.k), turned(o.v)) < tolerance);
    }
  }
}

TEST_CASE("f32 gradients of attention agree with those in f64") {
  for (const Problem& p : problems()) {
    INFO(text_of(p));
    Generator generator(8);
    const Tensor dy = randn({p.n, p.heads, p.queries, p.e}, generator, f64);
    std::vector<Tensor> gradients[2];
    for (const DType dtype : {f64, f32}) {
      const Operands o(p, 6, dtype);
      Tensor q = o.q.detach().requires_grad_(), k = o.k.detach().requires_grad_();
      Tensor v = o.v.detach().requires_grad_();
      scaled_dot_product_attention(q, k, v, options_of(p)).backward(dy.to(dtype));
      gradients[dtype == f64] = {q.grad(), k.grad(), v.grad()};
    }
    for (std::size_t i = 0; i < 3; ++i) {
      INFO("input " << i);
      CHECK(difference(gradients[0][i], gradients[1][i]) < 2e-5);
    }
  }
}

TEST_CASE("joined attention gives the numbers of attention by heads") {
  for (const std::int64_t length : {1, 7, 40}) {
    for (const std::int64_t heads : {1, 3}) {
      INFO(length << " tokens, " << heads << " heads");
      const std::int64_t d = 5, features = heads * d;
      Generator generator(4);
      Tensor joined = randn({2, length, 3 * features}, generator).requires_grad_();
      Tensor apart = joined.detach().clone().requires_grad_();
      const Tensor dy = randn({2, length, features}, generator);
      const auto part = [&](std::int64_t i) {
        return apart.slice(2, i * features, (i + 1) * features)
            .reshape({2, length, heads, d})
            .transpose(1, 2);
      };
      const AttentionOptions causal = AttentionOptions().causal();
      const Tensor y = self_attention(joined, heads, causal);
      const Tensor z = scaled_dot_product_attention(part(0), part(1), part(2), causal)
                           .transpose(1, 2)
                           .reshape({2, length, features});
      CHECK(y.to_vector<float>() == z.to_vector<float>());
      y.backward(dy);
      z.backward(dy);
      CHECK(joined.grad().to_vector<float>() == apart.grad().to_vector<float>());
    }
  }
}

TEST_CASE("masks of every shape that broadcasts") {
  const Problem p{3, 2, 35, 41, 8, 4};
  for (const DType dtype : {f64, f32}) {
    const Operands o(p, 3, dtype);
    const double tolerance = dtype == f64 ? 1e-14 : 3e-6;
    Generator generator(9);
    for (const Shape& shape : {Shape{3, 2, 35, 41}, Shape{3, 1, 1, 41}, Shape{2, 35, 1},
                               Shape{35, 41}, Shape{41}, Shape{1, 2, 1, 1}, Shape{}}) {
      INFO(shape.to_string() << " in " << dtype_name(dtype));
      const Tensor added = randn(shape, generator, f64).to(dtype) * 2;
      const auto attend = [&](const Tensor& mask) {
        return scaled_dot_product_attention(o.q, o.k, o.v,
                                            AttentionOptions().mask(mask));
      };
      CHECK(difference(attend(added), naive(p, o.q, o.k, o.v, added)) < tolerance);
      const Tensor seen = gt(added, full({}, -0.5, dtype));
      const Tensor hidden = where(seen, full({}, 0, f64), full({}, -kInfinity, f64));
      CHECK(difference(attend(seen), naive(p, o.q, o.k, o.v, hidden)) < tolerance);
    }
    Problem both = p;
    both.causal = true;
    const Tensor added = randn({41}, generator, f64).to(dtype);
    CHECK(difference(scaled_dot_product_attention(
                         o.q, o.k, o.v, AttentionOptions().mask(added).causal()),
                     naive(both, o.q, o.k, o.v, added)) < tolerance);
  }
}

TEST_CASE("a query that sees no key gets zeros and gives no gradient") {
  const Problem p{2, 2, 5, 6, 4, 3};
  for (const DType dtype : {f64, f32}) {
    const Operands o(p, 3, dtype);
    Tensor q = o.q.detach().requires_grad_(), k = o.k.detach().requires_grad_();
    Tensor v = o.v.detach().requires_grad_();
    const Tensor mask = ones({2, 1, 5, 6}, u8);
    mask[0].select(1, 2).fill_(0);  // query 2 of sample 0
    mask[1].fill_(0);               // all of sample 1
    const Tensor y =
        scaled_dot_product_attention(q, k, v, AttentionOptions().mask(mask));
    y.backward(ones(y.shape(), dtype));
    CHECK(abs(y[1].detach()).max().item<double>() == 0);
    CHECK(abs(y[0].select(1, 2).detach()).max().item<double>() == 0);
    CHECK(abs(y[0].select(1, 3).detach()).max().item<double>() > 0);
    for (const Tensor& gradient : {q.grad(), k.grad(), v.grad()}) {
      CHECK(abs(gradient[1]).max().item<double>() == 0);
      CHECK(std::isfinite(gradient.sum().item<double>()));
    }
    CHECK(abs(q.grad()[0].select(1, 2)).max().item<double>() == 0);
    CHECK(abs(q.grad()[0].select(1, 3)).max().item<double>() > 0);
  }
}

TEST_CASE("no query of causal attention sees a later key") {
  const Problem p{2, 3, 70, 70, 8, 8, true};
  for (const DType dtype : {f64, f32}) {
    const Operands o(p, 12, dtype);
    const AttentionOptions causal = AttentionOptions().causal();
    const Tensor before = scaled_dot_product_attention(o.q, o.k, o.v, causal);
    for (const std::int64_t at : {1, 31, 32, 69}) {
      const Tensor k = o.k.clone(), v = o.v.clone();
      k.slice(2, at, 70).fill_(7);
      v.slice(2, at, 70).fill_(-9);
      const Tensor after = scaled_dot_product_attention(o.q, k, v, causal);
      const auto begin = [&](const Tensor& y) {
        return y.slice(2, 0, at).to(f64).to_vector<double>();
      };
      INFO("keys from " << at << " on");
      CHECK(begin(before) == begin(after));
      CHECK(difference(before.select(2, at), after.select(2, at)) > 1e-3);
    }
  }
}

TEST_CASE("attention does not depend on the number of threads") {
  const int threads = num_threads();
  for (const Problem& p :
       {Problem{4, 4, 128, 128, 32, 32, true}, Problem{1, 1, 300, 300, 64, 64},
        Problem{1, 2, 70, 50, 8, 8}}) {
    std::vector<std::vector<float>> found;
    for (const int count : {1, 2, 3}) {
      set_num_threads(count);
      const Operands o(p, 2, f32);
      Tensor q = o.q.detach().requires_grad_(), k = o.k.detach().requires_grad_();
      Tensor v = o.v.detach().requires_grad_();
      Generator generator(1);
      const Tensor y = scaled_dot_product_attention(
          q, k, v, options_of(p).dropout(0.3).generator(generator));
      y.backward(o.q.detach());
      std::vector<float> all = y.to_vector<float>();
      for (const Tensor& t : {q.grad(), k.grad(), v.grad()}) {
        for (const float x : t.to_vector<float>()) all.push_back(x);
      }
      found.push_back(std::move(all));
    }
    set_num_threads(threads);
    CHECK(found[0] == found[1]);
    CHECK(found[0] == found[2]);
  }
}

TEST_CASE("dropout of attention weights keeps their mean") {
  // Values of one, so the result is the sum of the weights that are left.
  const Tensor q = zeros({1, 1, 400, 4}), v = ones({1, 1, 150, 1});
  const Tensor k = zeros({1, 1, 150, 4});
  Generator generator(3);
  const AttentionOptions options =
      AttentionOptions().dropout(0.25).generator(generator);
  const Tensor y = scaled_dot_product_attention(q, k, v, options);
  CHECK(y.mean().item<double>() == Approx(1).margin(0.01));
  const double variance = square(y - 1.0).mean().item<double>();
  CHECK(variance == Approx(0.25 / 0.75 / 150).epsilon(0.2));
  const Tensor again = scaled_dot_product_attention(q, k, v, options);
  CHECK(difference(y, again) > 0.01);  // the generator went on
}

TEST_CASE("samples and heads may be missing and sizes may be none") {
  Generator generator(2);
  const Tensor q = randn({1, 1, 3, 4}, generator), k = randn({1, 1, 5, 4}, generator);
  const Tensor v = randn({1, 1, 5, 2}, generator);
  const Tensor want = scaled_dot_product_attention(q, k, v);
  CHECK(scaled_dot_product_attention(q[0], k[0], v[0]).to_vector<float>() ==
        want.to_vector<float>());
  CHECK(scaled_dot_product_attention(q[0][0], k[0][0], v[0][0]).to_vector<float>() ==
        want.to_vector<float>());
  const Tensor nothing = scaled_dot_product_attention(
      zeros({0, 2, 3, 4}), zeros({0, 2, 5, 4}), zeros({0, 2, 5, 4}));
  CHECK(nothing.shape() == Shape{0, 2, 3, 4});
  const Tensor no_keys =
      scaled_dot_product_attention(ones({2, 3, 4}), zeros({2, 0, 4}), zeros({2, 0, 5}));
  CHECK(no_keys.to_vector<float>() == std::vector<float>(30, 0.0f));
}

TEST_CASE("attention says what does not fit") {
  const Tensor q = zeros({2, 3, 5, 4}), k = zeros({2, 3, 6, 4}),
               v = zeros({2, 3, 6, 7});
  const auto attend = [](const Tensor& q, const Tensor& k, const Tensor& v,
                         const AttentionOptions& o = {}) {
    return scaled_dot_product_attention(q, k, v, o);
  };
  CHECK_ERROR(
      ShapeError, attend(q, zeros({2, 3, 6, 5}), v),
      "scaled_dot_product_attention: q, k and v have shapes (2, 3, 5, 4), (2, 3, "
      "6, 5) and (2, 3, 6, 7); q and k are multiplied row by row");
  CHECK_ERROR(ShapeError, attend(q, k, zeros({2, 3, 5, 7})), "one value for each key");
  CHECK_ERROR(ShapeError, attend(q, zeros({2, 1, 6, 4}), v), "expand() what is shared");
  CHECK_ERROR(ShapeError, attend(q, zeros({6, 4}), v), "may be missing from all three");
  CHECK_ERROR(ShapeError, attend(q, k, v, AttentionOptions().mask(ones({2, 6}, u8))),
              "a mask of shape (2, 6) does not broadcast to the scores' (n, heads, "
              "queries, keys), which are (2, 3, 5, 6)");
  CHECK_ERROR(DTypeError, attend(q, k, v, AttentionOptions().mask(ones({6}, i64))),
              "a mask of dtype i64");
  CHECK_ERROR(DTypeError, attend(q, k.to(f64), v), "do not mix");
  CHECK_ERROR(ValueError, attend(q, k, v, AttentionOptions().dropout(1)),
              "dropout is 1; the share that is dropped lies in [0, 1)");
  CHECK_ERROR(ValueError,
              attend(q, k, v, AttentionOptions().mask(zeros({6}).requires_grad_())),
              "detach() it");
  CHECK_ERROR(
      ShapeError, self_attention(zeros({2, 5, 10}), 2),
      "self_attention: an input of shape (2, 5, 10) for 2 heads; it must be [n, "
      "length, 3 · heads · d]");
}

}  // namespace
}  // namespace cairn::test
