// Recurrent layers against loops over single numbers that know nothing of the library,
// and against themselves: in another type, on other threads, in pieces.
#include <cairn/cairn.h>

#include <cmath>

#include "tests/catch.h"
#include "tests/error_text.h"

namespace cairn {
namespace {

using Numbers = std::vector<double>;

struct Sizes {
  std::int64_t n, steps, in, hidden;
};

enum class Kind { rnn, lstm, gru };

std::int64_t gates_of(Kind kind) {
  return kind == Kind::lstm ? 4 : kind == Kind::gru ? 3 : 1;
}

// A layer's inputs, drawn anew in f64 with the same numbers each time.
struct Layer {
  Layer(Kind kind, const Sizes& s, DType dtype = f64) : kind(kind), s(s) {
    Generator generator(static_cast<std::uint64_t>(100 * s.hidden + s.steps));
    const auto drawn = [&](const Shape& shape) {
      return randn(shape, generator, f64).to(f32).to(dtype);
    };
    const std::int64_t rows = gates_of(kind) * s.hidden;
    const double scale = 1 / std::sqrt(static_cast<double>(s.hidden));
    x = drawn({s.n, s.steps, s.in});
    h0 = drawn({s.n, s.hidden}), c0 = drawn({s.n, s.hidden});
    w = {(drawn({rows, s.in}) * 0.5).detach(),
         (drawn({rows, s.hidden}) * scale).detach(), drawn({rows}), drawn({rows})};
  }

  RecurrentResult run(const RecurrentOrder& order = {}) const {
    if (kind == Kind::lstm) return lstm(x, h0, c0, w, order);
    if (kind == Kind::gru) return gru(x, h0, w, order);
    return rnn(x, h0, w, Nonlinearity::tanh, order);
  }

  std::vector<Tensor*> inputs() {
    std::vector<Tensor*> all{&x, &h0, &w.ih, &w.hh, &w.bias_ih, &w.bias_hh};
    if (kind == Kind::lstm) all.push_back(&c0);
    return all;
  }

  Kind kind;
  Sizes s;
  Tensor x, h0, c0;
  RecurrentWeights w;
};

Numbers numbers(const Tensor& t) { return t.to(f64).to_vector<double>(); }

double logistic(double x) { return 1 / (1 + std::exp(-x)); }

// One sequence, step by step as the formulas say. `steps` are the times in the order in
// which they are read.
struct Sequence {
  explicit Sequence(const Layer& layer, std::int64_t number)
      : kind(layer.kind),
        in(layer.s.in),
        hidden(layer.s.hidden),
        x(numbers(layer.x.select(0, number))),
        ih(numbers(layer.w.ih)),
        hh(numbers(layer.w.hh)),
        bias_ih(numbers(layer.w.bias_ih)),
        bias_hh(numbers(layer.w.bias_hh)),
        h(numbers(layer.h0.select(0, number))),
        c(numbers(layer.c0.select(0, number))) {}

  double from_input(std::int64_t t, std::int64_t row) const {
    double sum = at(bias_ih, row);
    for (std::int64_t k = 0; k < in; ++k)
      sum += at(ih, row * in + k) * at(x, t * in + k);
    return sum;
  }
  double from_state(std::int64_t row) const {
    double sum = at(bias_hh, row);
    for (std::int64_t k = 0; k < hidden; ++k)
      sum += at(hh, row * hidden + k) * at(h, k);
    return sum;
  }
  static double at(const Numbers& v, std::int64_t i) {
    return v[static_cast<std::size_t>(i)];
  }

  void step(std::int64_t t) {
    Numbers next_h(h.size()), next_c = c;
    for (std::int64_t u = 0; u < hidden; ++u) {
      const auto i = static_cast<std::size_t>(u);
      const auto sum = [&](std::int64_t gate) {
        return from_input(t, gate * hidden + u) + from_state(gate * hidden + u);
      };
      if (kind == Kind::rnn) next_h[i] = std::tanh(sum(0));
      if (kind == Kind::lstm) {
        next_c[i] = logistic(sum(1)) * c[i] + logistic(sum(0)) * std::tanh(sum(2));
        next_h[i] = logistic(sum(3)) * std::tanh(next_c[i]);
      }
      if (kind == Kind::gru) {
        const double r = logistic(sum(0)), z = logistic(sum(1));
        const double n =
            std::tanh(from_input(t, 2 * hidden + u) + r * from_state(2 * hidden + u));
        next_h[i] = (1 - z) * n + z * h[i];
      }
    }
    h = next_h, c = next_c;
  }

  Kind kind;
  std::int64_t in, hidden;
  Numbers x, ih, hh, bias_ih, bias_hh, h, c;
};

double distance(const Tensor& found, const Numbers& wanted) {
  const Numbers f = found.detach().to(f64).to_vector<double>();
  REQUIRE(f.size() == wanted.size());
  double worst = 0;
  for (std::size_t i = 0; i < f.size(); ++i) {
    const double error = std::abs(f[i] - wanted[i]);
    worst = std::isfinite(error) ? std::max(worst, error) : INFINITY;
  }
  return worst;
}

double distance(const Tensor& a, const Tensor& b) {
  return distance(a, b.detach().to(f64).to_vector<double>());
}

const std::vector<Sizes>& awkward_sizes() {
  static const std::vector<Sizes> all = {
      {1, 1, 1, 1},  {1, 5, 3, 7},   {2, 2, 5, 8},   {3, 4, 2, 17}, {7, 3, 9, 31},
      {5, 6, 4, 16}, {13, 3, 1, 33}, {33, 4, 7, 65}, {2, 9, 6, 130}};
  return all;
}

void check_against_loops(const Layer& layer, const RecurrentOrder& order,
                         double within) {
  const RecurrentResult r = layer.run(order);
  const Sizes& s = layer.s;
  REQUIRE(r.y.shape() == Shape{s.n, s.steps, s.hidden});
  REQUIRE(r.c.defined() == (layer.kind == Kind::lstm));
  for (std::int64_t i = 0; i < s.n; ++i) {
    Sequence sequence(layer, i);
    const std::int64_t length =
        order.lengths.defined() ? order.lengths[i].item<std::int64_t>() : s.steps;
    for (std::int64_t k = 0; k < s.steps; ++k) {
      const std::int64_t t = order.reverse && k < length ? length - 1 - k : k;
      if (k < length) sequence.step(t);
      const Tensor y = r.y.select(0, i).select(0, t);
      const Numbers zeros(static_cast<std::size_t>(s.hidden), 0.0);
      CHECK(distance(y, k < length ? sequence.h : zeros) < within);
    }
    CHECK(distance(r.h.select(0, i), sequence.h) < within);
    if (r.c.defined()) CHECK(distance(r.c.select(0, i), sequence.c) < within);
  }
}

TEST_CASE("recurrent layers are their formulas step by step") {
  for (const Kind kind : {Kind::rnn, Kind::lstm, Kind::gru}) {
    for (const Sizes& s : awkward_sizes()) {
      INFO("layer " << static_cast<int>(kind) << ", " << s.n << " x " << s.steps
                    << " x " << s.in << ", hidden " << s.hidden);
      Tensor lengths = zeros({s.n}, i64);
      for (std::int64_t i = 0; i < s.n; ++i)
        lengths[i].fill_(1.0 + (i * 5 + 1) % s.steps);
      for (const bool reverse : {false, true}) {
        for (const Tensor& ends : {Tensor(), lengths}) {
          check_against_loops(Layer(kind, s), {reverse, ends}, 1e-13);
          check_against_loops(Layer(kind, s, f32), {reverse, ends}, 5e-6);
        }
      }
    }
  }
}

// The loss whose gradients are compared: a fixed random projection of all results.
Tensor projected(const RecurrentResult& r) {
  Generator generator(77);
  const auto weighed = [&](const Tensor& t) {
    return (t * randn(t.shape(), generator, f64).to(t.dtype())).sum();
  };
  Tensor loss = weighed(r.y) + weighed(r.h);
  if (r.c.defined()) loss = loss + weighed(r.c);
  return loss;
}

// The tape in f64 is checked by finite differences; f32 goes other ways.
TEST_CASE("gradients of recurrent layers in f32 are those of f64") {
  for (const Kind kind : {Kind::rnn, Kind::lstm, Kind::gru}) {
    for (const Sizes& s : awkward_sizes()) {
      INFO("layer " << static_cast<int>(kind) << ", " << s.n << " x " << s.steps
                    << " x " << s.in << ", hidden " << s.hidden);
      Layer wide(kind, s), narrow(kind, s, f32);
      for (Layer* layer : {&wide, &narrow}) {
        for (Tensor* t : layer->inputs()) t->requires_grad_();
        projected(layer->run({s.hidden % 2 == 0, Tensor()})).backward();
      }
      for (std::size_t i = 0; i < wide.inputs().size(); ++i) {
        INFO("input " << i);
        const Tensor exact = wide.inputs()[i]->grad();
        const double size = abs(exact).max().item<double>();
        CHECK(distance(narrow.inputs()[i]->grad(), exact) < 2e-5 * std::max(size, 1.0));
      }
    }
  }
}

TEST_CASE("a sequence in pieces is the sequence at once") {
  const Layer layer(Kind::lstm, {3, 7, 2, 9});
  const RecurrentResult whole = layer.run();
  const RecurrentResult first =
      lstm(layer.x.slice(1, 0, 4), layer.h0, layer.c0, layer.w);
  const RecurrentResult second =
      lstm(layer.x.slice(1, 4, 7), first.h, first.c, layer.w);
  CHECK(distance(cat({first.y, second.y}, 1), whole.y) < 1e-14);
  CHECK(distance(second.c, whole.c) < 1e-14);
}

// Large enough that steps are shared out.
TEST_CASE("recurrent layers give the same bits on any number of threads") {
  const int before = num_threads();
  for (const Kind kind : {Kind::rnn, Kind::lstm, Kind::gru}) {
    std::vector<std::vector<float>> found;
    for (const int threads : {1, 2, 3}) {
      set_num_threads(threads);
      Layer layer(kind, {33, 5, 20, 160}, f32);
      for (Tensor* t : layer.inputs()) t->requires_grad_();
      const RecurrentResult r = layer.run();
      projected(r).backward();
      std::vector<float> all = r.y.to_vector<float>();
      for (Tensor* t : layer.inputs()) {
        const std::vector<float> g = t->grad().to_vector<float>();
        all.insert(all.end(), g.begin(), g.end());
      }
      found.push_back(all);
    }
    CHECK(found[1] == found[0]);
    CHECK(found[2] == found[0]);
  }
  set_num_threads(before);
}

TEST_CASE("what lies behind the end of a sequence is not read") {
  for (const bool reverse : {false, true}) {
    Layer layer(Kind::gru, {2, 4, 3, 5});
    const RecurrentOrder order{reverse, Tensor::from_vector<std::int64_t>({2, 4})};
    const Numbers clean = layer.run(order).y.to_vector<double>();
    layer.x.select(0, 0).slice(0, 2, 4).fill_(NAN);
    layer.x.requires_grad_();
    const RecurrentResult r = layer.run(order);
    CHECK(r.y.to_vector<double>() == clean);
    projected(r).backward();
    CHECK(layer.x.grad().select(0, 0).slice(0, 2, 4).to_vector<double>() ==
          Numbers(6, 0.0));
    CHECK(std::isfinite(layer.x.grad().sum().item<double>()));
  }
}

TEST_CASE("a graph of a recurrent layer that is kept gives the same gradients again") {
  Layer layer(Kind::lstm, {2, 4, 3, 5});
  layer.w.hh.requires_grad_();
  const Tensor loss = projected(layer.run());
  loss.backward({}, true);
  const Numbers once = layer.w.hh.grad().to_vector<double>();
  loss.backward();
  const Numbers twice = layer.w.hh.grad().to_vector<double>();
  for (std::size_t i = 0; i < once.size(); ++i) CHECK(twice[i] == 2 * once[i]);
}

TEST_CASE("errors of recurrent layers name what does not fit") {
  const Layer l(Kind::lstm, {2, 4, 3, 5});
  RecurrentWeights w = l.w;
  CHECK_ERROR(
      ShapeError, lstm(l.x[0], l.h0, l.c0, w),
      "lstm: an input of shape (4, 3); it must be (sequences, steps, features)");
  CHECK_ERROR(ShapeError, lstm(l.x.slice(1, 0, 0), l.h0, l.c0, w), "one step at least");
  CHECK_ERROR(ShapeError, lstm(l.x.slice(2, 0, 2), l.h0, l.c0, w),
              "has 2 features a step, but weight_ih has shape (20, 3)");
  CHECK_ERROR(ShapeError, gru(l.x, l.h0, w),
              "gru: weight_ih has shape (20, 3); it must be (15, 3)");
  CHECK_ERROR(ShapeError, lstm(l.x, l.h0.slice(0, 0, 1), l.c0, w),
              "the first h has shape (1, 5); it must be (2, 5)");
  CHECK_ERROR(DTypeError, lstm(l.x.to(f32), l.h0, l.c0, w), "lstm");
  w.bias_hh = w.bias_hh.slice(0, 0, 5);
  CHECK_ERROR(ShapeError, lstm(l.x, l.h0, l.c0, w), "bias_hh has shape (5,)");
  const auto of_lengths = [&](std::vector<std::int64_t> values) {
    return l.run({false, Tensor::from_vector<std::int64_t>(values)});
  };
  CHECK_ERROR(ValueError, of_lengths({4, 5}),
              "sequence 1 is 5 steps long; lengths lie in 1 to 4");
  CHECK_ERROR(ValueError, of_lengths({0, 4}), "leave empty sequences out");
  CHECK_ERROR(ShapeError, of_lengths({4}), "one i64 for each of the 2 sequences");
}

}  // namespace
}  // namespace cairn
