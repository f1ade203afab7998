// Solution 6: a derivative without a difference.
#pragma once

#include <complex>

namespace ch03 {

// f(x + i h) = f(x) + i h f'(x) - h^2 f''(x)/2 - ..., so that the imaginary part is
// h f'(x) with an error of h^3. No two nearby numbers are subtracted, so h may be as
// small as one likes, and the truncation error with it.
template <class Function>
double complex_step(const Function& f, double x) {
  constexpr double kStep = 1e-100;
  return f(std::complex<double>(x, kStep)).imag() / kStep;
}

}  // namespace ch03
