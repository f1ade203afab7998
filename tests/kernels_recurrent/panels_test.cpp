// Products of steps, panel by panel, against sums in double, on every tier.
#include <cairn/kernels/gemm/gemm_call.h>
#include <cairn/kernels/recurrent/step_panels.h>

#include <cmath>

#include "tests/kernels_math/tiers.h"

namespace {

using cairn::kernels::GemmOps;
using cairn::kernels::StepPanels;

std::vector<double> drawn(std::int64_t n, unsigned seed) {
  const std::vector<float> values = numbers(n, seed, -1.0f, 1.0f);
  return {values.begin(), values.end()};
}

template <class T>
std::vector<T> as(const std::vector<double>& values) {
  return {values.begin(), values.end()};
}

struct Product {
  std::int64_t rows, depth, columns;
};

double exact(const Product& s, const std::vector<double>& a,
             const std::vector<double>& w, std::int64_t i, std::int64_t row_of_w) {
  double sum = 0;
  for (std::int64_t p = 0; p < s.depth; ++p) {
    sum += a[static_cast<std::size_t>(i * s.depth + p)] *
           w[static_cast<std::size_t>(row_of_w * s.depth + p)];
  }
  return sum;
}

// Two matrices, copied from their transposes: the first replaces C and adds a bias, the
// second is added to C.
template <class T>
void check(const GemmOps<T>& ops, const Product& s) {
  const std::int64_t c_row = 2 * s.columns + 3;
  const std::vector<double> a = drawn(s.rows * s.depth, 1);
  const std::vector<double> w = drawn(2 * s.columns * s.depth, 2);
  const std::vector<double> bias = drawn(s.columns, 3), old = drawn(s.rows * c_row, 4);
  const std::vector<T> given = as<T>(a), weights = as<T>(w), shift = as<T>(bias);
  std::vector<T> c = as<T>(old);
  StepPanels<T> panels(ops, s.rows, s.depth, s.columns, 2);
  for (int m = 0; m < 2; ++m) {
    panels.copy_transposed(m, weights.data() + m * s.columns * s.depth, s.depth);
  }
  for (std::int64_t j = 0; j < panels.panels(); ++j) {
    const std::int64_t first = panels.begin(j);
    panels.multiply(j, 0, given.data(), s.depth, T(0), shift.data() + first,
                    c.data() + first, c_row);
    panels.multiply(j, 1, given.data(), s.depth, T(1), nullptr,
                    c.data() + s.columns + first, c_row);
  }
  double worst = 0;
  for (std::int64_t i = 0; i < s.rows; ++i) {
    for (std::int64_t k = 0; k < c_row; ++k) {
      const auto at = static_cast<std::size_t>(i * c_row + k);
      double wanted = old[at];
      if (k < s.columns)
        wanted = exact(s, a, w, i, k) + bias[static_cast<std::size_t>(k)];
      else if (k < 2 * s.columns) wanted += exact(s, a, w, i, k);
      const double error = std::abs(static_cast<double>(c[at]) - wanted);
      worst = std::isfinite(error) ? std::max(worst, error) : INFINITY;
    }
  }
  const double unit = sizeof(T) == 4 ? 1e-7 : 1e-16;
  CHECK(worst < 4 * unit * (8 + std::sqrt(static_cast<double>(s.depth)) * 4));
}

// Rows copied as they lie, in two pieces.
template <class T>
void check_rows(const GemmOps<T>& ops, const Product& s) {
  const std::vector<double> a = drawn(s.rows * s.depth, 5);
  const std::vector<double> w = drawn(s.depth * s.columns, 6);
  const std::vector<T> given = as<T>(a), weights = as<T>(w);
  std::vector<T> c(static_cast<std::size_t>(s.rows * s.columns), T(9));
  StepPanels<T> panels(ops, s.rows, s.depth, s.columns, 1);
  const std::int64_t half = s.depth / 2;
  panels.copy_rows(0, weights.data(), s.columns, half);
  panels.copy_rows(half, weights.data() + half * s.columns, s.columns, s.depth - half);
  for (std::int64_t j = 0; j < panels.panels(); ++j) {
    panels.multiply(j, 0, given.data(), s.depth, T(0), nullptr,
                    c.data() + panels.begin(j), s.columns);
  }
  double worst = 0;
  for (std::int64_t i = 0; i < s.rows; ++i) {
    for (std::int64_t k = 0; k < s.columns; ++k) {
      double wanted = 0;
      for (std::int64_t p = 0; p < s.depth; ++p) {
        wanted += a[static_cast<std::size_t>(i * s.depth + p)] *
                  w[static_cast<std::size_t>(p * s.columns + k)];
      }
      const double found =
          static_cast<double>(c[static_cast<std::size_t>(i * s.columns + k)]);
      worst = std::max(worst, std::abs(found - wanted));
    }
  }
  const double unit = sizeof(T) == 4 ? 1e-7 : 1e-16;
  CHECK(worst < 4 * unit * (8 + std::sqrt(static_cast<double>(s.depth)) * 4));
}

TEST_CASE("panels of a step's product are the product on every tier") {
  const Product sizes[] = {{1, 1, 1},    {2, 7, 7},   {5, 17, 16},
                           {7, 31, 17},  {13, 8, 63}, {32, 65, 33},
                           {33, 64, 64}, {3, 700, 9}, {40, 1100, 130}};
  for (const cairn::Isa isa :
       {cairn::Isa::scalar, cairn::Isa::avx2, cairn::Isa::avx512}) {
    if (!cairn::kernels::cpu_supports(isa)) continue;
    const auto& ops = *cairn::kernels::kernels_for(isa).gemm;
    for (const Product& s : sizes) {
      INFO(cairn::isa_name(isa)
           << ", " << s.rows << " x " << s.depth << " x " << s.columns);
      check(ops.f32, s);
      check(ops.f64, s);
      check_rows(ops.f32, s);
      check_rows(ops.f64, s);
    }
  }
}

}  // namespace
