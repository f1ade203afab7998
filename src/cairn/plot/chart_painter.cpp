#include <cairn/plot/chart_painter.h>
#include <cairn/plot/text.h>

#include <algorithm>
#include <cmath>
#include <set>

namespace cairn::plot {
namespace {

constexpr double kTitleSize = 15, kLabelSize = 12, kTickSize = 11;
constexpr double kEdge = 12;  // around everything

TextStyle tick_style(Anchor anchor) {
  TextStyle style;
  style.size = kTickSize;
  style.paint = Paint::kMuted;
  style.anchor = anchor;
  style.rich = true;
  return style;
}

}  // namespace

/// The sample of a series in the legend: a piece of line, a point or a square.
double ChartPainter::swatch_width(Kind kind) { return kind == Kind::kLine ? 24 : 13; }

std::string ChartPainter::draw() {
  choose_limits();
  lay_out();
  draw_title();
  draw_legend();
  canvas_.begin_clip(left_, top_, right_ - left_, bottom_ - top_);
  for (const Layer& layer : chart_.layers_) {
    if (layer.kind == Kind::kRegions) draw_regions(layer);
    if (layer.kind == Kind::kHeat) draw_heat(layer);
    if (layer.kind == Kind::kXSpan || layer.kind == Kind::kYSpan) draw_span(layer);
  }
  canvas_.end_clip();
  draw_grid();
  for (const Layer& layer : chart_.layers_) draw_layer(layer);
  draw_axes();
  for (const Layer& layer : chart_.layers_) {
    if (layer.kind == Kind::kHorizontal || layer.kind == Kind::kVertical) {
      draw_reference(layer);
    }
    if (layer.kind == Kind::kXSpan || layer.kind == Kind::kYSpan)
      draw_span_label(layer);
    if (layer.kind == Kind::kText) draw_annotation(layer);
  }
  return canvas_.document(chart_.title_, chart_.description_, width_, height_);
}

std::vector<Tick> ChartPainter::ticks_of(const Scale& scale, double spacing) const {
  const int target = std::max(2, static_cast<int>(std::fabs(scale.length) / spacing));
  if (scale.log) return log_ticks(scale.low, scale.high, target);
  const double least_step = scale.whole ? 1 : 0;
  return linear_ticks(scale.low, scale.high, target, least_step);
}

void ChartPainter::choose_ticks() {
  y_ticks_ = ticks_of(y_, 48);
  x_ticks_ = ticks_of(x_, 75);
  if (chart_.categories_.empty()) return;
  x_ticks_.clear();
  for (std::size_t i = 0; i < chart_.categories_.size(); ++i) {
    const double place = static_cast<double>(i);
    if (x_.contains(place)) x_ticks_.push_back({place, chart_.categories_[i]});
  }
}

/// Names of categories that would run into each other are set aslant.
double ChartPainter::x_label_angle() const {
  if (chart_.categories_.empty() || x_ticks_.size() < 2) return 0;
  const double slot = std::fabs(x_.at(1) - x_.at(0));
  for (const Tick& tick : x_ticks_) {
    if (text_width(tick.label, kTickSize) > slot * 0.95) return -35;
  }
  return 0;
}

/// Margins depend on the labels, the labels on the ticks, and those on the room left:
/// two rounds settle it.
void ChartPainter::lay_out() {
  double title_end = kEdge;
  if (!chart_.title_.empty()) {
    const auto lines = wrap(chart_.title_, width_ - 2 * kEdge, kTitleSize, true);
    title_end += 20 * static_cast<double>(lines.size()) + 2;
  }
  left_ = 60;
  right_ = width_ - kEdge - 6;
  double bottom_margin = 40;
  for (int round = 0; round < 2; ++round) {
    header_ = title_end;
    place_legend();
    top_ = header_ + 8;
    bottom_ = std::max(top_ + 20, height_ - kEdge - bottom_margin);
    const double height = bottom_ - top_;
    x_.start = left_, x_.length = right_ - left_;
    y_.start = bottom_, y_.length = -height;
    if (chart_.equal_aspect_ && !x_.log && !y_.log && round == 1) equalise();
    choose_ticks();
    double widest = 0;
    for (const Tick& tick : y_ticks_) {
      widest = std::max(widest, rich_width(tick.label, kTickSize));
    }
    const double label = chart_.y_axis_.label.empty() ? 0 : 20;
    if (round == 0) left_ = std::min(width_ / 2, kEdge + label + widest + 8);
    bottom_margin = 18 + (chart_.x_axis_.label.empty() ? 0 : 20);
    const double angle = x_label_angle();
    if (angle != 0) {
      double longest = 0;
      for (const Tick& tick : x_ticks_) {
        longest = std::max(longest, text_width(tick.label, kTickSize));
      }
      bottom_margin += std::min(height_ / 3, longest * 0.58);
    }
  }
}

void ChartPainter::draw_title() {
  TextStyle style;
  style.size = kTitleSize;
  style.bold = true;
  double y = kEdge + 14;
  const double room = width_ - 2 * kEdge;
  for (const std::string& line : wrap(chart_.title_, room, kTitleSize, true)) {
    canvas_.text(kEdge, y, line, style);
    y += 20;
  }
}

/// Rows of names between the title and the axes; moves `header_` below them.
void ChartPainter::place_legend() {
  legend_.clear();
  if (!chart_.legend_) return;
  std::set<std::string> seen;
  double x = left_, y = header_ + 11;
  for (const Layer& layer : chart_.layers_) {
    const bool listed = layer.kind == Kind::kLine || layer.kind == Kind::kPoints ||
                        layer.kind == Kind::kBars || layer.kind == Kind::kHistogram ||
                        layer.kind == Kind::kBand;
    if (!listed || layer.text.empty() || !seen.insert(layer.text).second) continue;
    const double width =
        swatch_width(layer.kind) + 7 + text_width(layer.text, kLabelSize);
    if (!legend_.empty() && x + width > right_) x = left_, y += 18;
    legend_.push_back({&layer, x, y});
    x += width + 20;
  }
  if (!legend_.empty()) header_ = y + 7;
}

void ChartPainter::draw_legend() {
  TextStyle style;
  style.size = kLabelSize;
  for (const LegendEntry& entry : legend_) {
    draw_swatch(*entry.layer, entry.x, entry.y - 4);
    canvas_.text(entry.x + swatch_width(entry.layer->kind) + 7, entry.y,
                 entry.layer->text, style);
  }
}

void ChartPainter::draw_swatch(const Layer& layer, double x, double y) {
  const SeriesStyle& style = layer.style;
  const Paint colour = paint(style.colour_);
  Pen pen;
  switch (layer.kind) {
    case Kind::kLine:
      pen.stroke = colour;
      pen.width = style.width_;
      pen.dash = style.dash_;
      pen.opacity = style.opacity_;
      canvas_.line(x, y, x + swatch_width(layer.kind), y, pen);
      if (style.markers_) {
        Pen dot;
        dot.fill = colour;
        canvas_.marker(x + 12, y, style.radius_, layer.shape, dot);
      }
      break;
    case Kind::kPoints:
      pen.fill = colour;
      canvas_.marker(x + 6, y, std::max(3.5, style.radius_), layer.shape, pen);
      break;
    default:
      pen.fill = colour;
      pen.opacity = layer.kind == Kind::kBand ? 0.3 : style.opacity_;
      canvas_.rect(x, y - 6, 13, 12, pen, 2);
  }
}

void ChartPainter::draw_grid() {
  Pen pen;
  pen.stroke = Paint::kGrid;
  for (const Tick& tick : y_ticks_) {
    const double y = y_.at(tick.value);
    if (y < bottom_ - 0.5) canvas_.line(left_, y, right_, y, pen);
  }
  if (!chart_.categories_.empty()) return;
  for (const Tick& tick : x_ticks_) {
    const double x = x_.at(tick.value);
    if (x > left_ + 0.5) canvas_.line(x, top_, x, bottom_, pen);
  }
}

void ChartPainter::draw_axes() {
  Pen pen;
  pen.stroke = Paint::kMuted;
  canvas_.line(left_, bottom_, right_, bottom_, pen);
  canvas_.line(left_, top_, left_, bottom_, pen);
  for (const Tick& tick : y_ticks_) {
    canvas_.text(left_ - 7, y_.at(tick.value) + 4, tick.label,
                 tick_style(Anchor::kEnd));
  }
  const double angle = x_label_angle();
  double free_from = -1e9;  // numbers that would touch the one before are left out
  for (const Tick& tick : x_ticks_) {
    const double x = x_.at(tick.value);
    TextStyle style = tick_style(angle == 0 ? Anchor::kMiddle : Anchor::kEnd);
    style.angle = angle;
    style.rich = chart_.categories_.empty();
    const double half = width_of(tick.label, style) / 2;
    if (angle == 0 && x - half < free_from) continue;
    canvas_.text(x + (angle == 0 ? 0 : 4), bottom_ + (angle == 0 ? 16 : 13), tick.label,
                 style);
    free_from = x + half + 6;
  }
  TextStyle label;
  label.size = kLabelSize;
  label.anchor = Anchor::kMiddle;
  if (!chart_.x_axis_.label.empty()) {
    canvas_.text((left_ + right_) / 2, height_ - kEdge, chart_.x_axis_.label, label);
  }
  if (!chart_.y_axis_.label.empty()) {
    label.angle = -90;
    canvas_.text(kEdge + 8, (top_ + bottom_) / 2, chart_.y_axis_.label, label);
  }
}

}  // namespace cairn::plot
