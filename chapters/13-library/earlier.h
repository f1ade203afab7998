// Chapter 5's graph with chapter 11's products in it: what this chapter begins with.
#pragma once

#include <cstddef>

#include "05-automatic-differentiation/networks.h"
#include "11-matrix-multiplication/gemm.h"

namespace ch13 {

using ch01::Matrix;

inline ch11::View<double> view_of(const Matrix& x) {
  return ch11::by_rows(x.values.data(), x.cols);
}

// C [m × n] = A [m × k] B [k × n].
inline Matrix fast_product(std::size_t k, ch11::View<double> a, ch11::View<double> b,
                           std::size_t m, std::size_t n) {
  Matrix c(m, n);
  ch11::multiply_add(m, n, k, a, b, c.values.data(), n);
  return c;
}

inline ch05::Variable fast_matmul(const ch05::Variable& a, const ch05::Variable& b) {
  const Matrix &x = a->value, &z = b->value;
  Matrix value = fast_product(x.cols, view_of(x), view_of(z), x.rows, z.cols);
  return ch05::record(std::move(value), {a, b}, [](ch05::Node& y) {
    const Matrix &x = y.in(0), &z = y.in(1), &dy = y.gradient;
    const auto zt = view_of(z).transposed(), xt = view_of(x).transposed();
    if (y.wants(0)) y.add(0, fast_product(dy.cols, view_of(dy), zt, x.rows, x.cols));
    if (y.wants(1)) y.add(1, fast_product(dy.rows, xt, view_of(dy), z.rows, z.cols));
  });
}

inline ch05::Variable fast_logits(const ch05::Mlp& network, const Matrix& x) {
  const ch05::Variable z =
      fast_matmul(ch05::constant(x), transpose(network.w1)) + network.b1;
  return fast_matmul(relu(z), transpose(network.w2)) + network.b2;
}

}  // namespace ch13
