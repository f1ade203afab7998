// Matrix products against three loops: NumPy's rules for shapes, views as they lie,
// sizes that leave tails, and inner sizes of zero.
#include "tests/error_text.h"
#include "tests/ops/arrays.h"

namespace cairn::test {
namespace {

struct Product {
  Shape a, b, y;
};

const std::vector<Product> kProducts{
    {{3, 5}, {5, 2}, {3, 2}},
    {{1, 1}, {1, 1}, {1, 1}},
    {{7, 17}, {17, 31}, {7, 31}},
    {{63, 13}, {13, 101}, {63, 101}},
    {{5}, {5}, {}},
    {{5}, {5, 3}, {3}},
    {{3, 5}, {5}, {3}},
    {{5}, {4, 5, 3}, {4, 3}},
    {{2, 3, 5}, {5}, {2, 3}},
    {{4, 3, 5}, {4, 5, 2}, {4, 3, 2}},
    {{4, 3, 5}, {5, 2}, {4, 3, 2}},
    {{3, 5}, {4, 5, 2}, {4, 3, 2}},
    {{2, 1, 3, 5}, {4, 5, 2}, {2, 4, 3, 2}},
    {{2, 1, 1, 7}, {1, 3, 7, 1}, {2, 3, 1, 1}},
    {{3, 0}, {0, 2}, {3, 2}},  // sums of nothing: zeros
    {{0, 5}, {5, 2}, {0, 2}},
    {{2, 0, 5}, {5, 3}, {2, 0, 3}},
    {{0}, {0}, {}},
    {{0, 3, 5}, {5, 2}, {0, 3, 2}},
};

// The sum behind element `at` of the product, a row of a by a column of b.
template <class T>
double inner(const Tensor& a, const Tensor& b, const Index& at, double* size) {
  Index row = at, column = at;  // with one dimension more where an operand is a vector
  const std::int64_t k = a.shape().back();
  if (a.dim() == 1 && b.dim() == 1) row = {0}, column = {0};
  else if (a.dim() == 1) column.insert(column.end() - 1, 0);
  else if (b.dim() == 1) row.push_back(0);
  double total = 0;
  *size = 0;
  for (std::int64_t i = 0; i < k; ++i) {
    row.back() = i;
    (b.dim() == 1 ? column.back() : column[column.size() - 2]) = i;
    const double term = static_cast<double>(element<T>(a, row)) *
                        static_cast<double>(element<T>(b, column));
    total += term;
    *size += std::abs(term);
  }
  return total;
}

template <class T>
void check_product(const Tensor& a, const Tensor& b, const Shape& shape) {
  INFO(a.shape().to_string() << " by " << b.shape().to_string() << ", strides "
                             << a.strides().to_string() << " and "
                             << b.strides().to_string());
  const Tensor y = matmul(a, b);
  REQUIRE(y.shape() == shape);
  double worst = 0;  // against the sum of the terms' sizes, as rounding goes
  each_index(shape, [&](const Index& at) {
    double size = 0;
    const double error =
        std::abs(static_cast<double>(element<T>(y, at)) - inner<T>(a, b, at, &size));
    worst = std::max(worst, size > 0 ? error / size : error > 0 ? 1 : 0);
  });
  CHECK(worst < 4 * std::numeric_limits<T>::epsilon());
}

template <class T>
void check_products() {
  Generator generator(31);
  const Draw<T> draw{generator, false};
  for (const Product& product : kProducts) {
    for (const Tensor& a : layouts<T>(product.a, draw)) {
      for (const Tensor& b : layouts<T>(product.b, draw)) {
        check_product<T>(a, b, product.y);
      }
    }
  }
}

TEST_CASE("matmul follows NumPy's rules for shapes in every layout") {
  check_products<float>();
  check_products<double>();
}

TEST_CASE("matmul of matrices around the widths of kernels") {
  Generator generator(32);
  const Draw<float> draw{generator, false};
  for (const std::int64_t n : {1, 7, 17, 31, 63}) {
    for (const std::int64_t m : {1, 13, 16, 33, 67}) {
      for (const std::int64_t k : {1, 7, 19, 64}) {
        const Tensor a = filled<float>({n, k}, draw), b = filled<float>({k, m}, draw);
        check_product<float>(a, b, {n, m});
        check_product<float>(filled<float>({k, n}, draw).t(),
                             filled<float>({m, k}, draw).t(), {n, m});
      }
    }
  }
}

TEST_CASE("linear is x times the transposed weight plus the bias") {
  Generator generator(33);
  const Draw<float> draw{generator, false};
  for (const Shape& shape : std::vector<Shape>{{5}, {7, 5}, {2, 3, 5}, {0, 5}}) {
    for (const Tensor& x : layouts<float>(shape, draw)) {
      for (const Tensor& w : layouts<float>({19, 5}, draw)) {
        const Tensor b = filled<float>({19}, draw);
        Shape out = shape;
        out[out.dim() - 1] = 19;
        const auto wanted = [&](const Index& at, bool with_bias) {
          const std::int64_t o = at.back();
          double total = with_bias ? static_cast<double>(element<float>(b, {o})) : 0;
          Index from = at;
          for (std::int64_t i = 0; i < 5; ++i) {
            from.back() = i;
            total += static_cast<double>(element<float>(x, from)) *
                     static_cast<double>(element<float>(w, {o, i}));
          }
          return total;
        };
        check_elements<float>(
            linear(x, w, b), out, 1e-6,
            [&](const Index& at) { return wanted(at, true); }, 10);
        check_elements<float>(
            linear(x, w, Tensor()), out, 1e-6,
            [&](const Index& at) { return wanted(at, false); }, 10);
      }
    }
  }
}

TEST_CASE("linear without input features gives the bias") {
  const Tensor y = linear(zeros({3, 0}), zeros({2, 0}), tensor({1, 2}));
  CHECK(y.to_vector<float>() == std::vector<float>{1, 2, 1, 2, 1, 2});
  CHECK(linear(zeros({3, 2}), zeros({0, 2}), Tensor()).shape() == Shape{3, 0});
}

TEST_CASE("infinities and NaN go through a product as IEEE says") {
  constexpr float kInfinity = std::numeric_limits<float>::infinity();
  const Tensor a = Tensor::from_vector<float>({kInfinity, 1, 2, 3}, {2, 2});
  const Tensor b = Tensor::from_vector<float>({0, 1, 1, 1}, {2, 2});
  const Tensor y = matmul(a, b);
  CHECK(std::isnan(y[0][0].item<float>()));  // ∞ · 0
  CHECK(y[0][1].item<float>() == kInfinity);
  CHECK(y[1][0].item<float>() == 3);
  // What the memory of the result held before does not come through.
  Tensor held = full({64, 64}, std::numeric_limits<double>::quiet_NaN());
  held = Tensor();
  CHECK(count_nonfinite(matmul(ones({64, 3}), ones({3, 64}))) == 0);
  held = full({64, 64}, std::numeric_limits<double>::quiet_NaN());
  held = Tensor();
  CHECK(count_nonfinite(matmul(ones({64, 0}), ones({0, 64}))) == 0);
}

}  // namespace
}  // namespace cairn::test
