#pragma once

#include <cmath>

namespace cairn::detail {

/// 1 / (1 + e⁻ˣ), the sigmoid by its formula. Never raises e to a positive power, which
/// might overflow.
template <class T>
T logistic(T x) {
  const T e = std::exp(-std::abs(x));
  return (x >= 0 ? 1 : e) / (1 + e);
}

}  // namespace cairn::detail
