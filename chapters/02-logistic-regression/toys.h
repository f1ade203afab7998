// Small data sets on which a model can be watched.
#pragma once

#include <cmath>
#include <cstddef>
#include <vector>

#include "01-linear-regression/matrix.h"
#include "01-linear-regression/random.h"

namespace ch02 {

// ANCHOR: snow
struct Samples {
  ch01::Matrix x;           // [N, d]
  std::vector<int> labels;  // [N]
};
// Fourteen winter mornings: fresh snow in centimetres, and whether the pass was closed.
inline Samples snow_days() {
  Samples days{ch01::Matrix(14, 1), {0, 0, 0, 0, 0, 0, 0, 1, 0, 1, 1, 1, 1, 1}};
  days.x.values = {2, 4, 6, 9, 11, 13, 15, 16, 18, 19, 21, 22, 24, 27};
  return days;
}
// ANCHOR_END: snow

// `each` points around each of the given centres, one class a centre.
inline Samples clouds(const std::vector<std::vector<double>>& centres, std::size_t each,
                      double spread, ch01::Random& random) {
  Samples samples{ch01::Matrix(centres.size() * each, 2), {}};
  for (std::size_t i = 0; i < samples.x.rows; ++i) {
    const std::size_t c = i % centres.size();
    for (std::size_t d = 0; d < 2; ++d)
      samples.x(i, d) = centres[c][d] + spread * random.normal();
    samples.labels.push_back(static_cast<int>(c));
  }
  return samples;
}

}  // namespace ch02
