// Few channels: the runs are short, so what surrounds them counts.
#pragma once

#include <cstddef>
#include <vector>

#include "12-fast-convolution/tile.h"

namespace ch12 {

// ANCHOR: offsets
// Where each of the D numbers under the window lies, counted from its corner.
inline std::vector<std::size_t> offsets(const Task& t) {
  std::vector<std::size_t> result;
  for (std::size_t p = 0; p < t.window.size; ++p)
    for (std::size_t d = 0; d < t.run(); ++d)
      result.push_back(p * t.frame().width * t.in.channels + d);
  return result;
}
// ANCHOR_END: offsets
inline Flat by_list(const Task& t, const Flat& x, const Flat& w,
                    const Ending& ending = {}) {
  Flat y(t.places() * t.filters);
  const Flat packed = panels(w, t.filters);
  const std::vector<std::size_t> list = offsets(t);
  const std::size_t width = t.out().width;
  run([&](auto lanes) CH12_LAMBDA {
    for (std::size_t r = 0; r < t.rows(); ++r) {
      const Listed row{&x[t.row(r, 0)], t.step(), list.data(), list.size()};
      one_row<decltype(lanes)>(row, width, packed, t.filters, ending,
                               &y[r * width * t.filters], t.filters);
    }
  });
  return y;
}

}  // namespace ch12
