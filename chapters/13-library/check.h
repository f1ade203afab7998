// Chapter 3's check, put to expressions of tensors.
#pragma once

#include <algorithm>
#include <cstddef>
#include <functional>
#include <vector>

#include "01-linear-regression/random.h"
#include "03-checking-gradients/gradient_check.h"
#include "13-library/modules.h"

namespace ch13 {

using Flat = std::vector<double>;
using Variables = std::vector<Variable>;
using ch01::Random;

inline Flat numbers(const Tensor& x) {
  const Tensor in_order = copy(x);
  return Flat(in_order.data(), in_order.data() + in_order.size());
}

inline Variables parameters_of(const Module& module) {
  Variables all;
  for (const auto& [name, p] : module.parameters()) all.push_back(p);
  return all;
}

inline Flat values(const Variables& parameters) {
  Flat flat;
  for (const Variable& p : parameters) {
    for (double v : numbers(p.value)) flat.push_back(v);
  }
  return flat;
}

inline Flat gradients(const Variables& parameters) {
  Flat flat;
  for (const Variable& p : parameters) {
    const bool none = p.gradient().empty();
    for (double v : numbers(none ? Tensor(p.value.shape, 0.0) : p.gradient())) {
      flat.push_back(v);
    }
  }
  return flat;
}

inline void set_values(const Variables& parameters, const Flat& flat) {
  std::size_t from = 0;
  for (const Variable& p : parameters) {
    std::copy_n(flat.begin() + static_cast<std::ptrdiff_t>(from), p.value.size(),
                p.value.data());
    from += p.value.size();
    ++p.value.storage->version;
  }
}

// A parameter with random numbers.
inline Variable some(const Shape& shape, Random& random) {
  Tensor x(shape);
  for (std::size_t i = 0; i < x.size(); ++i) x.data()[i] = random.normal();
  return parameter(x);
}

// dL/dy is a random projection.
inline ch03::CheckResult check(const Variables& parameters,
                               const std::function<Variable()>& compute,
                               Random& random) {
  const Variable y = compute();
  const Tensor dy(y.value.shape, ch03::random_projection(y.value.size(), random));
  for (const Variable& p : parameters) p.node->gradient = Tensor();
  backward(y, dy);
  const Flat at = values(parameters), analytic = gradients(parameters);
  const auto loss = [&](const Flat& moved) {
    set_values(parameters, moved);
    return ch03::project(numbers(dy), numbers(compute().value));
  };
  const ch03::CheckResult result = ch03::check_gradient(loss, at, analytic);
  set_values(parameters, at);
  return result;
}

}  // namespace ch13
