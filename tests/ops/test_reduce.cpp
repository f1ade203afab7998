// Reductions against plain loops: every subset of the dimensions, every layout, and the
// same bits whatever the number of threads.
#include "tests/error_text.h"
#include "tests/ops/arrays.h"

namespace cairn::test {
namespace {

const std::vector<Shape> kShapes{{},           {1},     {17},    {3, 1, 7},
                                 {2, 3, 5, 4}, {31, 2}, {5, 63}, {1, 1}};

// Subset number `bits` of the dimensions of `shape`.
Shape subset(const Shape& shape, int bits) {
  Shape dims;
  for (int d = 0; d < shape.dim(); ++d) {
    if ((bits >> d & 1) != 0) dims.push_back(d % 2 == 0 ? d : d - shape.dim());
  }
  return dims;
}

Shape reduced(const Shape& shape, int bits, bool keepdim) {
  Shape result;
  for (int d = 0; d < shape.dim(); ++d) {
    if ((bits >> d & 1) == 0) result.push_back(shape[d]);
    else if (keepdim) result.push_back(1);
  }
  return result;
}

// The elements of x behind result `at` (without the reduced dimensions).
template <class T>
std::vector<T> behind(const Tensor& x, int bits, const Index& at) {
  std::vector<T> values;
  each_index(x.shape(), [&](const Index& full) {
    std::size_t kept = 0;
    for (std::size_t d = 0; d < full.size(); ++d) {
      if ((bits >> d & 1) == 0 && full[d] != at[kept++]) return;
    }
    values.push_back(element<T>(x, full));
  });
  return values;
}

// Compares operation(x, dims, keepdim) with fold(values behind it) everywhere.
template <class T, class Out = T, class Operation, class Fold>
void check_reduction(const char* name, bool specials, double tolerance,
                     Operation operation, Fold fold) {
  INFO(name << " of " << dtype_name(detail::dtype_of<T>()));
  Generator generator(21);
  const Draw<T> draw{generator, specials};
  for (const Shape& shape : kShapes) {
    for (const Tensor& x : layouts<T>(shape, draw)) {
      for (int bits = 0; bits < 1 << shape.dim(); ++bits) {
        const Shape dims = subset(shape, bits);
        INFO("shape " << shape.to_string() << ", strides " << x.strides().to_string()
                      << ", over " << dims.to_string());
        const Tensor y = operation(x, dims, false);
        check_elements<Out>(
            y, reduced(shape, bits, false), tolerance,
            [&](const Index& at) {
              return static_cast<Out>(fold(behind<T>(x, bits, at)));
            },
            1);
        const Tensor kept = operation(x, dims, true);
        CHECK(kept.shape() == reduced(shape, bits, true));
        CHECK(kept.numel() == y.numel());
      }
    }
  }
}

template <class T>
double total(const std::vector<T>& values) {
  double sum = 0;
  for (const T v : values) sum += static_cast<double>(v);
  return sum;
}

// The first NaN if there is one, else the best.
template <class T, class Better>
T best(const std::vector<T>& values, Better better) {
  T held = values[0];
  for (const T v : values) {
    if (held == held && (v != v || better(v, held))) held = v;
  }
  return held;
}

template <class T>
void check_extremes() {
  check_reduction<T>("amax", true, 0, amax, [](const std::vector<T>& v) {
    return best(v, [](T a, T b) { return a > b; });
  });
  check_reduction<T>("amin", true, 0, amin, [](const std::vector<T>& v) {
    return best(v, [](T a, T b) { return a < b; });
  });
}

Tensor sum_of(const Tensor& x, const Shape& dims, bool keepdim) {
  return x.sum(dims, keepdim);
}
Tensor mean_of(const Tensor& x, const Shape& dims, bool keepdim) {
  return x.mean(dims, keepdim);
}

TEST_CASE("sum adds over any subset of dimensions") {
  using I = std::int64_t;
  check_reduction<float>("sum", false, 1e-6, sum_of, total<float>);
  check_reduction<double>("sum", false, 1e-14, sum_of, total<double>);
  check_reduction<I>("sum", false, 0, sum_of, total<I>);
  check_reduction<std::uint8_t, I>("sum", false, 0, sum_of, total<std::uint8_t>);
}

TEST_CASE("mean divides the sum by the count") {
  const auto mean = [](const auto& v) {
    return total(v) / static_cast<double>(v.size());
  };
  check_reduction<float>("mean", false, 1e-6, mean_of, mean);
  check_reduction<double>("mean", false, 1e-14, mean_of, mean);
  CHECK_THROWS_AS(ones({3}, i64).mean(), DTypeError);
}

TEST_CASE("amax and amin find the extremes and NaN wins") {
  check_extremes<float>();
  check_extremes<double>();
  check_extremes<std::int64_t>();
  check_extremes<std::uint8_t>();
}

template <class T>
void check_argmax() {
  INFO(dtype_name(detail::dtype_of<T>()));
  Generator generator(22);
  const Draw<T> draw{generator};
  for (const Shape& shape : kShapes) {
    for (const Tensor& x : layouts<T>(shape, draw)) {
      for (int d = 0; d < shape.dim(); ++d) {
        INFO("shape " << shape.to_string() << ", dimension " << d);
        check_elements<std::int64_t>(
            x.argmax(d - (d % 2) * shape.dim()), reduced(shape, 1 << d, false), 0,
            [&](const Index& at) {
              const std::vector<T> v = behind<T>(x, 1 << d, at);
              std::int64_t held = 0;
              for (std::size_t i = 0; i < v.size(); ++i) {
                const T top = v[static_cast<std::size_t>(held)];
                if (top == top && (v[i] != v[i] || v[i] > top)) {
                  held = static_cast<std::int64_t>(i);
                }
              }
              return held;
            });
      }
    }
  }
}

TEST_CASE("argmax finds the first of the largest and the first NaN") {
  check_argmax<float>();
  check_argmax<double>();
  check_argmax<std::int64_t>();
  check_argmax<std::uint8_t>();
}

TEST_CASE("reductions of nothing") {
  const Tensor x = zeros({0, 3}, f64);
  CHECK(x.sum().item<double>() == 0);
  CHECK(x.sum({0}).to_vector<double>() == std::vector<double>(3, 0));
  CHECK(x.sum({1}).shape() == Shape{0});
  CHECK(std::isnan(x.mean().item<double>()));
  CHECK(std::isnan(x.mean({0})[1].item<double>()));
  CHECK(zeros({0, 3}).sum({0}).to_vector<float>() == std::vector<float>(3, 0));
  CHECK(zeros({3, 0}, i64).sum({1}).to_vector<std::int64_t>() ==
        std::vector<std::int64_t>(3, 0));
  CHECK(amax(x, {1}).shape() ==
        Shape{0});  // each of no results has three to choose from
  CHECK_THROWS_AS(amax(x, {0}), ShapeError);
  CHECK_THROWS_AS(x.max(), ShapeError);
  CHECK_THROWS_AS(x.argmax(0), ShapeError);
}

TEST_CASE("a sum of a million f32 numbers keeps its digits") {
  Generator generator(23);
  const std::int64_t n = 1000003;
  const Tensor x = rand({n}, generator);  // a running f32 sum would lose five digits
  double wanted = 0;
  for (std::int64_t i = 0; i < n; ++i)
    wanted += static_cast<double>(x.data<float>()[i]);
  CHECK(x.sum().item<double>() == Approx(wanted).epsilon(1e-7));
  CHECK(x.mean().item<double>() ==
        Approx(wanted / static_cast<double>(n)).epsilon(2e-7));
  CHECK(x.slice(0, 0, n - 1).sum({0}).item<double>() ==
        Approx(wanted - x[n - 1].item<double>()).epsilon(1e-7));
  // Down the columns of a tall matrix, where the sums of all columns are taken at once.
  const Tensor columns = x.slice(0, 0, 1000000).reshape({200000, 5}).sum({0});
  for (std::int64_t j = 0; j < 5; ++j) {
    double sum = 0;
    for (std::int64_t i = j; i < 1000000; i += 5)
      sum += static_cast<double>(x.data<float>()[i]);
    CHECK(columns[j].item<double>() == Approx(sum).epsilon(2e-6));
  }
}

// Everything that adds up numbers in parts.
std::vector<Tensor> sums_of_all_kinds() {
  Generator generator(24);
  const auto normal = [&](const Shape& shape) { return randn(shape, generator); };
  const Tensor x = normal({37, 129, 61}), wide = x.to(f64);
  const Tensor a = normal({65, 300}), b = normal({300, 129});
  Tensor images = normal({13, 3, 17, 19}), filters = normal({7, 3, 3, 3}),
         bias = normal({7});
  for (Tensor* t : {&images, &filters, &bias}) t->requires_grad_();
  const Tensor y = conv2d(images, filters, bias);
  y.backward(normal(y.shape()));
  return {x.sum(),
          x.mean(),
          x.sum({0}),
          x.sum({1}),
          x.sum({2}),
          x.permute({2, 0, 1}).sum({0, 2}),
          x.reshape({37 * 129, 61}).sum({0}),
          wide.sum(),
          wide.sum({0, 1}),
          amax(x, {1}),
          matmul(a, b),
          matmul(b.t(), a.t()),
          matmul(x, b.slice(0, 0, 61)),
          softmax(x, 1),
          mse_loss(x, x * x),
          y.detach(),
          images.grad(),
          filters.grad(),
          bias.grad()};
}

TEST_CASE("results are the same bits on one two and four threads") {
  const int before = num_threads();
  set_num_threads(1);
  const std::vector<Tensor> wanted = sums_of_all_kinds();
  for (const int threads : {2, 4}) {
    set_num_threads(threads);
    const std::vector<Tensor> found = sums_of_all_kinds();
    for (std::size_t i = 0; i < wanted.size(); ++i) {
      INFO("result " << i << " on " << threads << " threads");
      CHECK(eq(wanted[i], found[i]).to_vector<std::uint8_t>() ==
            std::vector<std::uint8_t>(static_cast<std::size_t>(wanted[i].numel()), 1));
    }
  }
  set_num_threads(before);
}

}  // namespace
}  // namespace cairn::test
