// Exercise 4: a step from a few rows at a time.
#pragma once

#include "01-linear-regression/flats.h"
#include "01-linear-regression/linear_model.h"

namespace ex4 {

using ch01::LinearModel;
using ch01::Random;
using ch01::Table;

// One pass over the table in random order, `batch` rows to a step: shuffle the row
// numbers, then for each run of `batch` of them (the last may be shorter) take one
// gradient step on those rows alone. Throws std::invalid_argument if batch is 0.
inline void one_pass(LinearModel& model, const Table& table, double rate,
                     std::size_t batch, Random& random) {
  (void)model;
  (void)table;
  (void)rate;
  (void)batch;
  (void)random;  // yours to write
}

}  // namespace ex4
