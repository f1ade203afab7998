#include "steps.h"

namespace cairn::bench {

// Every multiplication waits for a float of B from another row, four kilobytes on at
// n = 1024: a new cache line each time, of which one float is used.
void three_loops(const Product& g) {
  for (std::int64_t i = 0; i < g.m; ++i) {
    for (std::int64_t j = 0; j < g.n; ++j) {
      float sum = 0;
      for (std::int64_t p = 0; p < g.k; ++p) sum += g.a[i * g.k + p] * g.b[p * g.n + j];
      g.c[i * g.n + j] = sum;
    }
  }
}

#include "gemm_rows.inc"

void rows_of_b(const Product& g) { add_rows(g); }

}  // namespace cairn::bench
