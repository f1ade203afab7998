// The ways of this chapter, in the order of the text.
#pragma once

#include <string>
#include <vector>

#include "12-fast-convolution/columns.h"
#include "12-fast-convolution/first_layer.h"
#include "12-fast-convolution/taps.h"
#include "12-fast-convolution/tile.h"
#include "12-fast-convolution/winograd.h"

namespace ch12 {

// x framed, channels last; w by tap; the responses channels last.
struct Way {
  std::string name, mark;  // the mark stands under the bar
  Flat (*convolve)(const Task& t, const Flat& x, const Flat& w);

  bool takes(const Task& t) const {
    return name.find("Winograd") == std::string::npos ||
           (t.window.size == 3 && t.window.stride == 1);
  }
};

inline const std::vector<Way>& ways() {
  using T = const Task&;
  using F = const Flat&;
  static const std::vector<Way> all = {
      {"columns", "columns", by_columns},
      {"columns of a strip", "strips", by_strips},
      {"a product for each tap", "taps", by_taps},
      {"a product for each row of taps", "runs", by_runs},
      {"tiles in registers", "tiles", [](T t, F x, F w) { return by_tiles(t, x, w); }},
      {"tiles, one list of taps", "list",
       [](T t, F x, F w) { return by_list(t, x, w); }},
      {"Winograd, F(2 x 2)", "F(2×2)",
       [](T t, F x, F w) { return by_winograd<F2>(t, x, w); }},
      {"Winograd, F(4 x 4)", "F(4×4)",
       [](T t, F x, F w) { return by_winograd<F4>(t, x, w); }}};
  return all;
}

}  // namespace ch12
