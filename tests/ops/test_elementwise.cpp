// Elementwise operations against plain formulas: every dtype, broadcasting, layouts,
// and the numbers that are none.
#include <functional>

#include "tests/error_text.h"
#include "tests/ops/arrays.h"

namespace cairn::test {
namespace {

struct Pair {
  Shape a, b, both;
};

// Sizes around the widths of vectors, and every way of broadcasting.
const std::vector<Pair> kPairs{
    {{}, {}, {}},
    {{1}, {7}, {7}},
    {{17}, {}, {17}},
    {{31}, {2, 31}, {2, 31}},
    {{63, 2}, {63, 1}, {63, 2}},
    {{3, 1, 5}, {4, 1}, {3, 4, 5}},
    {{13, 7}, {13, 7}, {13, 7}},
    {{1, 1, 1}, {2, 3, 5}, {2, 3, 5}},
    {{2, 3, 4, 5}, {3, 1, 5}, {2, 3, 4, 5}},
    {{101}, {101}, {101}},
    {{0, 3}, {1, 3}, {0, 3}},
    {{2, 0}, {1}, {2, 0}},
};

// Each pair of shapes in each pair of layouts: f(a, b, shape of the result).
template <class T, class F>
void each_pair(F f) {
  Generator generator(7);
  const Draw<T> draw{generator};
  for (const Pair& pair : kPairs) {
    for (const Tensor& a : layouts<T>(pair.a, draw)) {
      for (const Tensor& b : layouts<T>(pair.b, draw)) f(a, b, pair.both);
    }
  }
}

template <class T, class Out = T, class Operation, class Formula>
void check_binary(const char* name, Operation operation, Formula formula) {
  INFO(name << " of " << dtype_name(detail::dtype_of<T>()));
  each_pair<T>([&](const Tensor& a, const Tensor& b, const Shape& shape) {
    INFO("strides " << a.strides().to_string() << " and " << b.strides().to_string());
    check_elements<Out>(operation(a, b), shape, 0, [&](const Index& at) {
      return static_cast<Out>(formula(element<T>(a, at), element<T>(b, at)));
    });
  });
}

// NaN wins, as in NumPy.
template <class T>
T larger(T x, T y) {
  return x != x ? x : y != y ? y : x > y ? x : y;
}
template <class T>
T smaller(T x, T y) {
  return x != x ? x : y != y ? y : x < y ? x : y;
}

template <class T>
void check_arithmetic() {
  check_binary<T>("add", add, [](T x, T y) { return x + y; });
  check_binary<T>("sub", sub, [](T x, T y) { return x - y; });
  check_binary<T>("mul", mul, [](T x, T y) { return x * y; });
  check_binary<T>("maximum", maximum, larger<T>);
  check_binary<T>("minimum", minimum, smaller<T>);
}

template <class T>
void check_comparisons() {
  using U = std::uint8_t;
  check_binary<T, U>("eq", eq, [](T x, T y) { return x == y; });
  check_binary<T, U>("ne", ne, [](T x, T y) { return x != y; });
  check_binary<T, U>("lt", lt, [](T x, T y) { return x < y; });
  check_binary<T, U>("le", le, [](T x, T y) { return x <= y; });
  check_binary<T, U>("gt", gt, [](T x, T y) { return x > y; });
  check_binary<T, U>("ge", ge, [](T x, T y) { return x >= y; });
}

TEST_CASE("arithmetic of two tensors is that of their elements in every dtype") {
  check_arithmetic<float>();
  check_arithmetic<double>();
  check_arithmetic<std::int64_t>();
  check_arithmetic<std::uint8_t>();
}

TEST_CASE("comparisons give 0 and 1 in every dtype") {
  check_comparisons<float>();
  check_comparisons<double>();
  check_comparisons<std::int64_t>();
  check_comparisons<std::uint8_t>();
}

TEST_CASE("division is IEEE division of reals and C++ division of integers") {
  check_binary<float>("div", div, [](float x, float y) { return x / y; });
  check_binary<double>("div", div, [](double x, double y) { return x / y; });
  const auto i = [](std::vector<std::int64_t> v) { return Tensor::from_vector(v); };
  CHECK(div(i({7, -7, 7}), i({2, 2, -2})).to_vector<std::int64_t>() ==
        std::vector<std::int64_t>{3, -3, -3});
  const std::int64_t lowest = std::numeric_limits<std::int64_t>::min();
  CHECK(div(i({lowest}), i({-1})).item<std::int64_t>() == lowest);  // wraps, as NumPy
  CHECK_THROWS_AS(i({1}) / i({0}), ValueError);
}

TEST_CASE("a large tensor that is cut for threads is whole") {
  Generator generator(8);
  const Draw<float> draw{generator};
  const Shape shape{3, 100003};
  const Tensor a = filled<float>(shape, draw), row = filled<float>({100003}, draw);
  const Tensor column = filled<float>({3, 1}, draw);
  for (const Tensor& b : {a.slice(0, 1, 2), row, column}) {
    check_elements<float>(a * b, shape, 0, [&](const Index& at) {
      return element<float>(a, at) * element<float>(b, at);
    });
  }
}

// ── A number as one operand ─────────────────────────────────────────────────────────

template <class T, class Operation, class Formula>
void check_unary(const char* name, double tolerance, Operation operation,
                 Formula formula) {
  INFO(name << " of " << dtype_name(detail::dtype_of<T>()));
  Generator generator(9);
  const Draw<T> draw{generator};
  for (const Shape& shape : std::vector<Shape>{{},
                                               {1},
                                               {7},
                                               {17},
                                               {31},
                                               {63},
                                               {1009},
                                               {0},
                                               {13, 11},
                                               {2, 3, 5, 7},
                                               {4, 0, 3}}) {
    for (const Tensor& x : layouts<T>(shape, draw)) {
      INFO("strides " << x.strides().to_string());
      check_elements<T>(operation(x), shape, tolerance, [&](const Index& at) {
        return static_cast<T>(formula(element<T>(x, at)));
      });
    }
  }
}

template <class T>
void check_numbers() {
  check_unary<T>(
      "x + c", 0, [](auto& x) { return x + 3; }, [](T v) { return v + T(3); });
  check_unary<T>(
      "c + x", 0, [](auto& x) { return 5 + x; }, [](T v) { return v + T(5); });
  check_unary<T>(
      "x - c", 0, [](auto& x) { return x - 2; }, [](T v) { return v - T(2); });
  check_unary<T>(
      "c - x", 0, [](auto& x) { return 2 - x; }, [](T v) { return T(2) - v; });
  check_unary<T>(
      "x * c", 0, [](auto& x) { return x * 7; }, [](T v) { return v * T(7); });
  check_unary<T>(
      "x / c", 0, [](auto& x) { return x / 49; }, [](T v) { return v / T(49); });
  check_unary<T>(
      "-x", 0, [](auto& x) { return -x; }, [](T v) { return -v; });
}

TEST_CASE("a number as one operand acts as a tensor of the other's dtype") {
  check_numbers<float>();
  check_numbers<double>();
  check_numbers<std::int64_t>();
  check_numbers<std::uint8_t>();
  check_unary<float>(
      "c / x", 0, [](auto& x) { return 3 / x; }, [](float v) { return 3.0F / v; });
  check_unary<double>(
      "c / x", 0, [](auto& x) { return 3 / x; }, [](double v) { return 3 / v; });
  // Whole numbers too large for a double stay what they are.
  const std::int64_t large = (std::int64_t{1} << 60) + 1;
  const Tensor t = Tensor::from_vector<std::int64_t>({large});
  CHECK((t + 1).item<std::int64_t>() != large);
  CHECK((t + 1).data<std::int64_t>()[0] == large + 1);
  CHECK((t * 2).data<std::int64_t>()[0] == 2 * large);
  CHECK_THROWS_AS(t / 0, ValueError);
}

TEST_CASE("integers wrap") {
  using Limits = std::numeric_limits<std::int64_t>;
  const Tensor top = Tensor::from_vector<std::int64_t>({Limits::max()});
  const Tensor one = Tensor::from_vector<std::int64_t>({1});
  CHECK((top + one).data<std::int64_t>()[0] == Limits::min());
  CHECK((top + 1).data<std::int64_t>()[0] == Limits::min());
  CHECK((top * top).data<std::int64_t>()[0] == 1);
  const Tensor byte = Tensor::from_vector<std::uint8_t>({0});
  CHECK((byte - 1).item<int>() == 255);
  CHECK((byte - ones({1}, u8)).item<int>() == 255);
}

TEST_CASE("affine scales and shifts") {
  check_unary<double>(
      "affine", 1e-15, [](auto& x) { return affine(x, -1.5, 0.25); },
      [](double v) { return -1.5 * v + 0.25; });
  // One rounding or two: relative to the larger term.
  Generator generator(3);
  const Tensor x = filled<float>({1009}, Draw<float>{generator, false});
  check_elements<float>(
      affine(x, -1.3, 0.7), x.shape(), 3e-7,
      [&](const Index& at) { return -1.3F * element<float>(x, at) + 0.7F; }, 1);
}

// ── Functions of real numbers ───────────────────────────────────────────────────────

template <class T>
void check_functions(double ulps) {
  const double e = ulps * std::numeric_limits<T>::epsilon();
  check_unary<T>("exp", e, exp, [](double v) { return std::exp(v); });
  check_unary<T>("log", e, log, [](double v) { return std::log(v); });
  check_unary<T>("sqrt", 0, sqrt, [](T v) { return std::sqrt(v); });
  check_unary<T>("square", 0, square, [](T v) { return v * v; });
  check_unary<T>("abs", 0, abs, [](T v) { return std::abs(v); });
  check_unary<T>("relu", 0, relu, [](T v) { return v != v || v > 0 ? v : T(0); });
  check_unary<T>("tanh", 2 * e, tanh, [](double v) { return std::tanh(v); });
  check_unary<T>("sigmoid", 2 * e, sigmoid,
                 [](double v) { return 1 / (1 + std::exp(-v)); });
  for (const double power : {0.0, 1.0, 2.0, 3.0, -1.0, 0.5, -1.5}) {
    check_unary<T>(
        "pow", e, [power](auto& x) { return pow(x, power); },
        [power](double v) { return std::pow(v, power); });
  }
  check_unary<T>(
      "clamp", 0, [](auto& x) { return clamp(x, -1, 0.5); },
      [](T v) { return v < T(-1)    ? T(-1)
                       : v > T(0.5) ? T(0.5)
                                    : v; });
}

TEST_CASE("functions of real numbers agree with the standard library") {
  check_functions<float>(2);
  check_functions<double>(4);
}

TEST_CASE("functions at the ends of their range") {
  constexpr double kInfinity = std::numeric_limits<double>::infinity();
  const auto at = [](auto f, double x) {
    const double narrow = f(full({5}, x, f32))[4].template item<double>();
    const double wide = f(full({5}, x, f64))[4].template item<double>();
    CHECK((narrow == wide || (narrow != narrow && wide != wide)));
    return wide;
  };
  CHECK(at(exp, kInfinity) == kInfinity);
  CHECK(at(exp, -kInfinity) == 0);
  CHECK(at(log, 0) == -kInfinity);
  CHECK(std::isnan(at(log, -1)));
  CHECK(at(log, kInfinity) == kInfinity);
  CHECK(std::isnan(at(sqrt, -1)));
  CHECK(at(tanh, -kInfinity) == -1);
  CHECK(at(tanh, 100) == 1);
  CHECK(at(sigmoid, 1000) == 1);
  CHECK(at(sigmoid, -1000) == 0);
  const double nan = std::numeric_limits<double>::quiet_NaN();
  CHECK(std::isnan(at(relu, nan)));
  CHECK(std::isnan(at(exp, nan)));
  CHECK(std::isnan(at(tanh, nan)));
  CHECK(std::isnan(at(sigmoid, nan)));
  CHECK(std::isnan(at(log, nan)));
}

TEST_CASE("clamp of integers takes any ends") {
  const Tensor t = Tensor::from_vector<std::int64_t>({-9, 0, 9});
  const double infinity = std::numeric_limits<double>::infinity();
  CHECK(clamp(t, 0, infinity).to_vector<std::int64_t>() ==
        std::vector<std::int64_t>{0, 0, 9});
  CHECK(clamp(t, -infinity, 5).to_vector<std::int64_t>() ==
        std::vector<std::int64_t>{-9, 0, 5});
  const Tensor bytes = Tensor::from_vector<std::uint8_t>({0, 100, 255});
  CHECK(clamp(bytes, -5, 300).to_vector<std::uint8_t>() ==
        std::vector<std::uint8_t>{0, 100, 255});
  CHECK(clamp(bytes, 50, 200).to_vector<std::uint8_t>() ==
        std::vector<std::uint8_t>{50, 100, 200});
}

template <class T>
void check_where() {
  INFO(dtype_name(detail::dtype_of<T>()));
  Generator generator(10);
  each_pair<T>([&](const Tensor& a, const Tensor& b, const Shape& shape) {
    const auto coin = [&] {
      return 7 * generator.below(2);
    };  // any number but 0 is true
    std::vector<Shape> conditions{shape, {}};
    if (shape.dim() > 0) conditions.push_back(Shape{shape.back()});
    for (const Shape& shape_of_condition : conditions) {
      for (const Tensor& condition : layouts<std::uint8_t>(shape_of_condition, coin)) {
        check_elements<T>(where(condition, a, b), shape, 0, [&](const Index& at) {
          return element<std::uint8_t>(condition, at) != 0 ? element<T>(a, at)
                                                           : element<T>(b, at);
        });
      }
    }
  });
}

TEST_CASE("where chooses in every dtype") {
  check_where<float>();
  check_where<double>();
  check_where<std::int64_t>();
  check_where<std::uint8_t>();
}

TEST_CASE("dtypes do not mix") {
  const std::vector<DType> dtypes{f32, f64, i64, u8};
  for (const DType one : dtypes) {
    for (const DType other : dtypes) {
      if (one == other) continue;
      const Tensor a = ones({2}, one), b = ones({2}, other);
      for (auto operation :
           {add, sub, mul, div, maximum, minimum, eq, ne, lt, le, gt, ge}) {
        CHECK_THROWS_AS(operation(a, b), DTypeError);
      }
      CHECK_THROWS_AS(where(ones({2}, u8), a, b), DTypeError);
    }
    if (one == u8) continue;
    CHECK_THROWS_AS(where(ones({2}, one), ones({2}), ones({2})), DTypeError);
  }
  for (const DType dtype : {i64, u8}) {
    for (auto function : {exp, log, sqrt, square, abs, relu, sigmoid, tanh}) {
      CHECK_THROWS_AS(function(ones({2}, dtype)), DTypeError);
    }
    CHECK_THROWS_AS(pow(ones({2}, dtype), 2), DTypeError);
  }
}

// ── In place ────────────────────────────────────────────────────────────────────────

// Several indices lead to one element.
bool repeats(const Tensor& t) {
  for (int d = 0; d < t.dim(); ++d) {
    if (t.strides()[d] == 0 && t.shape()[d] > 1) return true;
  }
  return false;
}

template <class T>
void check_in_place() {
  INFO(dtype_name(detail::dtype_of<T>()));
  each_pair<T>([&](const Tensor& a, const Tensor& b, const Shape& shape) {
    if (a.shape() != shape || a.numel() == 0) return;
    if (repeats(a)) {
      CHECK_THROWS_AS(Tensor(a).add_(b), ValueError);
      return;
    }
    const Tensor before = a.clone();
    Tensor(a).add_(b, 2);
    check_elements<T>(
        a, shape, 1e-6,
        [&](const Index& at) {
          return static_cast<T>(element<T>(before, at) + T(2) * element<T>(b, at));
        },
        1);
    Tensor(a).copy_(before).mul_(b);
    check_elements<T>(a, shape, 0, [&](const Index& at) {
      return static_cast<T>(element<T>(before, at) * element<T>(b, at));
    });
    Tensor(a).copy_(before);
  });
}

TEST_CASE("changes in place broadcast and keep to their own elements") {
  check_in_place<float>();
  check_in_place<double>();
  check_in_place<std::int64_t>();
  check_in_place<std::uint8_t>();
}

TEST_CASE(
    "a change in place by a view of the same elements reads what was there before") {
  const auto numbers = [] { return arange(0, 9, 1, f64).reshape({3, 3}); };
  Tensor x = numbers();
  x.add_(x.t());
  CHECK(x.to_vector<double>() == std::vector<double>{0, 4, 8, 4, 8, 12, 8, 12, 16});
  x = numbers();
  x.mul_(x[1]);
  CHECK(x.to_vector<double>() == std::vector<double>{0, 4, 10, 9, 16, 25, 18, 28, 40});
  x = numbers();
  x.slice(0, 1, 3).copy_(x.slice(0, 0, 2));
  CHECK(x.to_vector<double>() == std::vector<double>{0, 1, 2, 0, 1, 2, 3, 4, 5});
  x = numbers();
  x.add_(x);
  CHECK(x.to_vector<double>() == std::vector<double>{0, 2, 4, 6, 8, 10, 12, 14, 16});
}

}  // namespace
}  // namespace cairn::test
