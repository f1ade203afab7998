// Losses and the functions inside them against their formulas, with logits so large
// that a careless exp would overflow.
#include "tests/error_text.h"
#include "tests/ops/arrays.h"

namespace cairn::test {
namespace {

using Longs = std::vector<std::int64_t>;

// ── Oracles, in long double ─────────────────────────────────────────────────────────

// log Σ e^x of row r, as its largest number and what the others add to that: nothing is
// lost where they are of very different size.
struct RowTotal {
  long double top, rest;

  RowTotal(const Tensor& x, std::int64_t r) : top(real(x, {r, 0})), rest(0) {
    std::int64_t leader = 0;
    for (std::int64_t j = 0; j < x.size(1); ++j) {
      if (real(x, {r, j}) > top) top = real(x, {r, j}), leader = j;
    }
    for (std::int64_t j = 0; j < x.size(1); ++j) {
      if (j != leader) rest += std::exp(real(x, {r, j}) - top);
    }
    rest = std::log1p(rest);
  }
  // −log softmax of a number in the row.
  long double surprise(double x) const { return rest + (top - x); }
};

long double surprise(const Tensor& x, std::int64_t r, std::int64_t i) {
  return RowTotal(x, r).surprise(real(x, {r, i}));
}

long double bce(long double z, long double t) {
  return std::max(z, 0.0L) - z * t + std::log1p(std::exp(-std::abs(z)));
}

Tensor logits_of(const Shape& shape, double scale, DType dtype, Generator& generator) {
  const Tensor x = randn(shape, generator, f64) * scale;
  return x.to(f32).to(dtype);  // the same numbers in both
}

Tensor labels_of(std::int64_t n, std::int64_t classes, Generator& generator) {
  return randint(0, classes, {n}, generator);
}

double tolerance(DType dtype) { return dtype == f32 ? 1e-6 : 1e-13; }

void check_close(double found, long double wanted, double relative, double floor) {
  INFO(found << " instead of " << static_cast<double>(wanted));
  CHECK(std::abs(found - static_cast<double>(wanted)) <=
        relative * std::max(floor, static_cast<double>(std::abs(wanted))));
}

// ── Softmax ─────────────────────────────────────────────────────────────────────────

TEST_CASE("softmax and its logarithm agree with the formula") {
  Generator generator(41);
  for (const DType dtype : {f32, f64}) {
    for (const double scale : {1.0, 100.0, 1e4}) {
      for (const std::int64_t classes : {1, 2, 7, 10, 17, 63, 1009}) {
        const Tensor x = logits_of({5, classes}, scale, dtype, generator);
        const Tensor p = softmax(x, 1), q = log_softmax(x, -1), s = logsumexp(x, 1);
        INFO(dtype_name(dtype) << ", scale " << scale << ", classes " << classes);
        double error_p = 0, error_q = 0, error_s = 0;
        for (std::int64_t r = 0; r < x.size(0); ++r) {
          const RowTotal row(x, r);
          const auto larger = [](double a, long double b, long double c) {
            return std::max(a, static_cast<double>(std::abs(b - c)));
          };
          error_s = larger(error_s, real(s, {r}) / (row.top + row.rest), 1);
          for (std::int64_t i = 0; i < classes; ++i) {
            const long double wanted = -row.surprise(real(x, {r, i}));
            const long double size = std::max(1.0L, std::abs(wanted));
            error_p = larger(error_p, real(p, {r, i}), std::exp(wanted));
            error_q = larger(error_q, real(q, {r, i}) / size, wanted / size);
          }
        }
        CHECK(error_p <= tolerance(dtype));
        CHECK(error_q <= tolerance(dtype));
        CHECK(error_s <= tolerance(dtype));
      }
    }
  }
}

TEST_CASE("softmax along any dimension of any layout") {
  Generator generator(42);
  for (const Tensor& x : layouts<float>({3, 5, 2, 7}, Draw<float>{generator, false})) {
    for (int d = 0; d < 4; ++d) {
      const Tensor y = softmax(x, d), z = log_softmax(x, d - 4);
      check_elements<float>(y, x.shape(), 2e-6, [&](const Index& at) {
        Index other = at;
        double total = 0;
        for (std::int64_t j = 0; j < x.size(d); ++j) {
          other[static_cast<std::size_t>(d)] = j;
          total += std::exp(real(x, other) - real(x, at));
        }
        CHECK(std::abs(real(z, at) + std::log(total)) < 1e-5);
        return 1 / total;
      });
    }
  }
  CHECK(softmax(zeros({0, 3}), 1).shape() == Shape{0, 3});
  CHECK(softmax(zeros({3, 0}), 1).shape() == Shape{3, 0});
}

// ── Cross-entropy ───────────────────────────────────────────────────────────────────

TEST_CASE("cross entropy agrees with the formula at any scale of logits") {
  Generator generator(43);
  for (const DType dtype : {f32, f64}) {
    for (const double scale : {1.0, 30.0, 1e4}) {
      for (const std::int64_t classes : {1, 2, 10, 17, 63}) {
        INFO(dtype_name(dtype) << ", scale " << scale << ", classes " << classes);
        Tensor x = logits_of({13, classes}, scale, dtype, generator);
        x.requires_grad_();
        const Tensor labels = labels_of(13, classes, generator);
        const Tensor each = cross_entropy(x, labels, Reduction::none);
        REQUIRE(each.shape() == Shape{13});
        long double total = 0;
        for (std::int64_t r = 0; r < 13; ++r) {
          const long double wanted = surprise(x, r, labels.data<std::int64_t>()[r]);
          total += wanted;
          check_close(real(each, {r}), wanted, tolerance(dtype), 1);
        }
        const Tensor sum = cross_entropy(x, labels, Reduction::sum);
        const Tensor mean = cross_entropy(x, labels);
        check_close(sum.item<double>(), total, tolerance(dtype), 1);
        check_close(mean.item<double>(), total / 13, tolerance(dtype), 1);
        mean.backward();
        double worst = 0;
        each_index(x.shape(), [&](const Index& at) {
          const bool chosen = labels.data<std::int64_t>()[at[0]] == at[1];
          const long double p = std::exp(-surprise(x, at[0], at[1]));
          const auto wanted = static_cast<double>((p - (chosen ? 1 : 0)) / 13);
          worst = std::max(worst, std::abs(real(x.grad(), at) - wanted));
        });
        CHECK(worst <= tolerance(dtype));
      }
    }
  }
}

TEST_CASE("a loss close to zero keeps its digits beside large logits") {
  const Tensor x = Tensor::from_vector<double>({10000, 9980}, {1, 2});
  const Tensor label = Tensor::from_vector<std::int64_t>({0});
  CHECK(cross_entropy(x, label).item<double>() ==
        Approx(std::log1p(std::exp(-20.0))).epsilon(1e-6));
  CHECK(log_softmax(x, 1)[0][0].item<double>() ==
        Approx(-std::log1p(std::exp(-20.0))).epsilon(1e-6));
}

TEST_CASE("cross entropy of one-hot rows is that of labels") {
  Generator generator(44);
  for (const DType dtype : {f32, f64}) {
    for (const double scale : {1.0, 1e4}) {
      const Tensor labels = labels_of(7, 5, generator);
      Tensor x = logits_of({7, 5}, scale, dtype, generator), y = x.clone();
      x.requires_grad_(), y.requires_grad_();
      for (const Reduction reduction :
           {Reduction::mean, Reduction::sum, Reduction::none}) {
        const Tensor a = cross_entropy(x, labels, reduction);
        const Tensor b = cross_entropy(y, one_hot(labels, 5, dtype), reduction);
        const Tensor upstream = randn(a.shape(), generator, dtype);
        REQUIRE(a.shape() == b.shape());
        x.set_grad(Tensor()), y.set_grad(Tensor());
        a.backward(upstream), b.backward(upstream);
        const double of_value = amax(abs(a - b), {}).max().item<double>();
        CHECK(of_value <=
              tolerance(dtype) * std::max(1.0, abs(a).max().item<double>()));
        CHECK(abs(x.grad() - y.grad()).max().item<double>() <= 10 * tolerance(dtype));
      }
    }
  }
}

TEST_CASE("cross entropy of probabilities weighs the classes") {
  const Tensor x = tensor({{1, 2, 3}}, f64), p = tensor({{0.2, 0.5, 0.3}}, f64);
  long double wanted = 0;
  for (std::int64_t i = 0; i < 3; ++i) {
    wanted += static_cast<long double>(real(p, {0, i})) * surprise(x, 0, i);
  }
  check_close(cross_entropy(x, p).item<double>(), wanted, 1e-14, 0);
}

TEST_CASE("one-hot rows are zeros with a one at the label") {
  const Tensor labels =
      Tensor::from_vector<std::int64_t>({2, 9, 0, 9, 1, 9}).slice(0, 0, 6, 2);
  for (const DType dtype : {f32, f64, i64, u8}) {
    CHECK(one_hot(labels, 10, dtype).sum().item<int>() == 3);
  }
  CHECK(one_hot(labels, 3, i64).to_vector<std::int64_t>() ==
        Longs{0, 0, 1, 1, 0, 0, 0, 1, 0});
  CHECK(one_hot(labels.slice(0, 0, 0), 3).shape() == Shape{0, 3});
}

// ── The others ──────────────────────────────────────────────────────────────────────

TEST_CASE("binary cross entropy agrees with the formula up to logits of a thousand") {
  Generator generator(45);
  for (const DType dtype : {f32, f64}) {
    for (const double scale : {1.0, 30.0, 1e3}) {
      Tensor z = logits_of({3, 17}, scale, dtype, generator);
      const Tensor t = rand({3, 17}, generator, dtype);
      z.requires_grad_();
      const Tensor each = binary_cross_entropy_with_logits(z, t, Reduction::none);
      long double total = 0;
      each_index(z.shape(), [&](const Index& at) {
        const long double wanted = bce(real(z, at), real(t, at));
        total += wanted;
        check_close(real(each, at), wanted, 2 * tolerance(dtype), 1);
      });
      const Tensor sum = binary_cross_entropy_with_logits(z, t, Reduction::sum);
      const Tensor mean = binary_cross_entropy_with_logits(z, t);
      check_close(sum.item<double>(), total, 2 * tolerance(dtype), 1);
      check_close(mean.item<double>(), total / 51, 2 * tolerance(dtype), 1);
      mean.backward();
      each_index(z.shape(), [&](const Index& at) {
        const long double p =
            1 / (1 + std::exp(-static_cast<long double>(real(z, at))));
        check_close(real(z.grad(), at), (p - real(t, at)) / 51, tolerance(dtype), 1);
      });
    }
  }
}

TEST_CASE("binary cross entropy of certain answers") {
  const Tensor z = tensor({1000, -1000, 1000, -1000}), t = tensor({1, 0, 0, 1});
  CHECK(binary_cross_entropy_with_logits(z, t, Reduction::none).to_vector<float>() ==
        std::vector<float>{0, 0, 1000, 1000});
}

TEST_CASE("mean squared error agrees with the formula in every layout") {
  Generator generator(46);
  const Draw<double> draw{generator, false};
  for (const Tensor& a : layouts<double>({5, 7}, draw)) {
    for (const Tensor& b : layouts<double>({5, 7}, draw)) {
      long double total = 0;
      each_index(a.shape(), [&](const Index& at) {
        const long double d = static_cast<long double>(real(a, at)) - real(b, at);
        total += d * d;
      });
      check_close(mse_loss(a, b).item<double>(), total / 35, 1e-14, 0);
      check_close(mse_loss(a, b, Reduction::sum).item<double>(), total, 1e-14, 0);
      check_elements<double>(
          mse_loss(a, b, Reduction::none), a.shape(), 1e-15,
          [&](const Index& at) { return std::pow(real(a, at) - real(b, at), 2); });
    }
  }
}

TEST_CASE("losses of no samples have a sum but no mean") {
  const Tensor none = zeros({0, 3}), labels = zeros({0}, i64);
  CHECK(cross_entropy(none, labels, Reduction::sum).item<double>() == 0);
  CHECK(cross_entropy(none, labels, Reduction::none).shape() == Shape{0});
  CHECK(mse_loss(none, none, Reduction::sum).item<double>() == 0);
  CHECK_THROWS_AS(cross_entropy(none, labels), ValueError);
  CHECK_THROWS_AS(mse_loss(none, none), ValueError);
  CHECK_THROWS_AS(binary_cross_entropy_with_logits(none, none), ValueError);
}

}  // namespace
}  // namespace cairn::test
