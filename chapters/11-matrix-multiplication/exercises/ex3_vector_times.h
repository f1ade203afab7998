// Exercise 3 ★★: a single row times a matrix, at the speed of memory.
#pragma once

#include <cstddef>

namespace ch11 {

// c [n] += a [k] · B [k × n], whose rows are b_row apart. Every number of B is needed
// once, so no copy can pay. Take four rows of B at a time: then c is read and written a
// fourth as often as with a row at a time.
inline void row_times(std::size_t n, std::size_t k, const double* a, const double* b,
                      std::size_t b_row, double* c) {
  // Write: four rows in a turn, and what is left over one by one.
  (void)n;
  (void)k;
  (void)a;
  (void)b;
  (void)b_row;
  (void)c;
}

}  // namespace ch11
