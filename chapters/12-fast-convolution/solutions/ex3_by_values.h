// Solution 3: the product of two polynomials from their values.
#pragma once

#include <cstddef>
#include <vector>

namespace ch12 {

using Polynomial = std::vector<double>;  // coefficients, that of 1 first

inline double value(const Polynomial& a, double x) {
  double sum = 0;
  for (std::size_t k = a.size(); k-- > 0;) sum = sum * x + a[k];
  return sum;
}

inline Polynomial product_by_values(const Polynomial& a, const Polynomial& b,
                                    const std::vector<double>& points) {
  Polynomial result(points.size());
  for (std::size_t i = 0; i < points.size(); ++i) {
    Polynomial lagrange = {1};  // zero at all points but this one
    double here = 1;            // and its value there
    for (std::size_t k = 0; k < points.size(); ++k) {
      if (k == i) continue;
      lagrange.push_back(0);
      for (std::size_t c = lagrange.size() - 1; c > 0; --c)
        lagrange[c] = lagrange[c - 1] - points[k] * lagrange[c];
      lagrange[0] *= -points[k];
      here *= points[i] - points[k];
    }
    const double share = value(a, points[i]) * value(b, points[i]) / here;
    for (std::size_t c = 0; c < result.size(); ++c) result[c] += share * lagrange[c];
  }
  return result;
}

}  // namespace ch12
