#pragma once

#include <string>
#include <vector>

/// \file
/// Where an axis is marked, and with what (internal).

namespace cairn::plot {

struct Tick {
  double value;
  std::string label;  ///< rich text; empty for a mark without a number
};

/// About `target` round values within [low, high]: multiples of 1, 2 or 5 times a power
/// of ten, all labelled with the same number of decimals; never closer than
/// `least_step`.
std::vector<Tick> linear_ticks(double low, double high, int target,
                               double least_step = 0);

/// Powers of ten within [low, high], 0 < low < high; thinned out when they are many,
/// and with 2 and 5 between when they are few.
std::vector<Tick> log_ticks(double low, double high, int target);

}  // namespace cairn::plot
