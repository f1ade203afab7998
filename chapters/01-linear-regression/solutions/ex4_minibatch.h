// Exercise 4: a step from a few rows at a time.
#pragma once

#include <algorithm>
#include <stdexcept>

#include "01-linear-regression/flats.h"
#include "01-linear-regression/linear_model.h"

namespace ex4 {

using ch01::LinearModel;
using ch01::Random;
using ch01::Table;

inline void one_pass(LinearModel& model, const Table& table, double rate,
                     std::size_t batch, Random& random) {
  if (batch == 0) throw std::invalid_argument("one_pass: batch must be at least 1");
  std::vector<std::size_t> order(table.y.size());
  for (std::size_t i = 0; i < order.size(); ++i) order[i] = i;
  random.shuffle(order);
  for (std::size_t from = 0; from < order.size(); from += batch) {
    const std::size_t to = std::min(order.size(), from + batch);
    const Table few =
        ch01::pick(table, {order.begin() + static_cast<std::ptrdiff_t>(from),
                           order.begin() + static_cast<std::ptrdiff_t>(to)});
    step(model, gradient(few.x, residuals(model, few.x, few.y)), rate);
  }
}

}  // namespace ex4
