#pragma once

#include <cairn/plot/chart.h>

#include <vector>

namespace cairn::plot {

/// Appends the lines along which `values`, sampled at the cells' centres and taken as
/// linear between them, equal `level`; a NaN ends each line. Internal.
void append_contour(const Grid& grid, const std::vector<double>& values, double level,
                    std::vector<double>& x, std::vector<double>& y);

}  // namespace cairn::plot
