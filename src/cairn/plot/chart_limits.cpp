#include <cairn/plot/chart_painter.h>

#include <algorithm>
#include <cmath>

namespace cairn::plot {

void ChartPainter::Extent::include(double value, bool log) {
  if (!std::isfinite(value) || (log && value <= 0)) return;
  // Far enough from the limits of double that differences stay finite.
  value = std::max(-1e280, std::min(1e280, value));
  if (log) value = std::max(1e-280, value);
  whole = whole && value == std::floor(value);
  low = any ? std::min(low, value) : value;
  high = any ? std::max(high, value) : value;
  any = true;
}

bool ChartPainter::Scale::takes(double value) const {
  return std::isfinite(value) && (!log || value > 0);
}

bool ChartPainter::Scale::contains(double value) const {
  if (!takes(value)) return false;
  const double share = (at(value) - start) / length;
  return share >= -1e-9 && share <= 1 + 1e-9;
}

double ChartPainter::Scale::at(double value) const {
  constexpr double kFar = 1e5;  // picture units; beyond, a line only has to leave
  const double share =
      log ? (std::log10(value) - std::log10(low)) / (std::log10(high) - std::log10(low))
          : (value - low) / (high - low);
  return std::max(-kFar, std::min(kFar, start + share * length));
}

void ChartPainter::extend(const Layer& layer, Extent& x, Extent& y) const {
  const bool log_x = chart_.x_axis_.log, log_y = chart_.y_axis_.log;
  switch (layer.kind) {
    case Kind::kBars:
      for (std::size_t i = 0; i < layer.y.size(); ++i) {
        x.include(static_cast<double>(i) - 0.6, log_x);
        x.include(static_cast<double>(i) + 0.6, log_x);
      }
      x.exact = true;
      y.from_zero = true;
      break;
    case Kind::kHistogram:
      y.from_zero = true;
      for (const double edge : layer.x) x.include(edge, log_x);
      x.whole = false;
      break;
    case Kind::kRegions:
    case Kind::kHeat:
      x.include(layer.grid.x_low, log_x);
      x.include(layer.grid.x_high, log_x);
      y.include(layer.grid.y_low, log_y);
      y.include(layer.grid.y_high, log_y);
      x.exact = y.exact = x.map = y.map = true;
      return;
    case Kind::kXSpan:
    case Kind::kYSpan:
      return;
    default:
      for (const double value : layer.x) x.include(value, log_x);
  }
  const Chart::Axis& x_axis = chart_.x_axis_;
  const bool paired = layer.x.size() == layer.y.size();
  for (std::size_t i = 0; i < layer.y.size(); ++i) {
    const bool hidden = x_axis.fixed && paired &&
                        !(layer.x[i] >= x_axis.low && layer.x[i] <= x_axis.high);
    if (hidden) continue;
    y.include(layer.y[i], log_y);
    if (layer.kind == Kind::kBand) y.include(layer.z[i], log_y);
  }
}

void ChartPainter::settle(const Chart::Axis& axis, const Extent& extent,
                          Scale& scale) const {
  scale.log = axis.log;
  if (axis.fixed) {
    if (axis.log && axis.low <= 0) {
      throw Error("Chart: a logarithmic axis cannot reach " + std::to_string(axis.low) +
                  "; set limits above 0");
    }
    scale.low = axis.low;
    scale.high = axis.high;
    return;
  }
  double low = extent.low, high = extent.high;
  if (!extent.any) low = axis.log ? 1 : 0, high = axis.log ? 10 : 1;
  if (axis.log) {
    if (!(high / low > 1 + 1e-9)) low /= 2, high *= 2;
    const double decades = std::log10(high) - std::log10(low);
    const double room = extent.exact ? 1 : std::pow(10, decades * 0.04);
    scale.low = low / room;
    scale.high = high * room;
    return;
  }
  if (extent.from_zero) low = std::min(low, 0.0), high = std::max(high, 0.0);
  const double size = std::max(std::fabs(low), std::fabs(high));
  // A range below the spacing of doubles cannot be divided: it is one value.
  if (!(high - low > size * 1e-10) || !(high - low > 1e-290)) {
    const double room = size > 1e-290 ? size * 0.1 : 1;
    low -= room;
    high += room;
  }
  const double room = extent.exact ? 0 : (high - low) * 0.05;
  const bool stands = low >= 0 && (extent.from_zero || low < (high - low) * 0.25);
  const bool hangs = extent.from_zero && high <= 0;
  scale.low = stands && !extent.exact ? 0 : low - room;
  scale.high = hangs ? 0 : high + room;
}

void ChartPainter::choose_limits() {
  Extent x, y;
  bool points = false;
  for (const Layer& layer : chart_.layers_) {
    extend(layer, x, y);
    points = points || layer.kind == Kind::kPoints || layer.kind == Kind::kText;
  }
  // Lines may touch the sides; points need room there. Zero is no landmark for x.
  const bool bars = x.exact;
  if (!points || bars) x.exact = true;
  settle(chart_.x_axis_, x, x_);
  x_.whole = x.any && x.whole;
  if (!chart_.x_axis_.fixed && !x.exact && !x_.log && x.any && x_.low == 0 &&
      x.low > 0) {
    x_.low = x.low - (x.high - x.low) * 0.05;
  }
  settle(chart_.y_axis_, y, y_);
  x_.bound = x.map;
  y_.bound = y.map;
}

/// Makes a unit as long in x as in y: by widening one axis, or, where the limits are
/// given (by the user or by a map), by making the picture narrower or lower.
void ChartPainter::equalise() {
  const double unit_x = x_.length / (x_.high - x_.low);
  const double unit_y = -y_.length / (y_.high - y_.low);
  const double ratio = unit_x / unit_y;
  const auto widen = [](Scale& scale, double factor) {
    const double middle = scale.low / 2 + scale.high / 2;
    const double half = (scale.high - scale.low) / 2 * factor;
    scale.low = middle - half;
    scale.high = middle + half;
  };
  const bool x_bound = x_.bound || chart_.x_axis_.fixed;
  const bool y_bound = y_.bound || chart_.y_axis_.fixed;
  if (ratio > 1 && !x_bound) {
    widen(x_, ratio);
  } else if (ratio < 1 && !y_bound) {
    widen(y_, 1 / ratio);
  } else if (ratio > 1) {
    width_ -= x_.length * (1 - 1 / ratio);
    right_ = left_ + x_.length / ratio;
    x_.length = right_ - left_;
  } else {
    height_ += y_.length * (1 - ratio);
    bottom_ = top_ - y_.length * ratio;
    y_.start = bottom_;
    y_.length = top_ - bottom_;
  }
}

}  // namespace cairn::plot
