#pragma once

/// \file
/// All of `cairn::plot`: small SVG charts that stand on the standard library alone.

#include <cairn/plot/chart.h>
#include <cairn/plot/diagram.h>
#include <cairn/plot/figure.h>
#include <cairn/plot/heatmap.h>
#include <cairn/plot/image_grid.h>
