// How far float results lie from the truth, in units of the last place.
#pragma once

#include <cstddef>

namespace ulp {

enum class Function { exp, log, sigmoid, tanh };

/// out = f(x) in double, for finite floats (positive ones for log).
void truth(Function f, const float* x, double* out, std::size_t n);

/// The largest |got − truth| / ulp(truth). ulp(y) is the distance of neighbouring
/// floats at y, 2⁻¹⁴⁹ for subnormal numbers; results from 2¹²⁸ up count as 2¹²⁸,
/// whether or not they are infinite. `got` may hold ±∞ but no NaN.
double worst(const double* truth, const float* got, std::size_t n);

}  // namespace ulp
