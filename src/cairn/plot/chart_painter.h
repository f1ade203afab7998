#pragma once

#include <cairn/plot/canvas.h>
#include <cairn/plot/chart.h>
#include <cairn/plot/ticks.h>

#include <string>
#include <vector>

namespace cairn::plot {

/// Draws one Chart (internal): decides the limits, lays out the margins, draws the
/// layers.
class ChartPainter {
 public:
  explicit ChartPainter(const Chart& chart)
      : chart_(chart), width_(chart.width_), height_(chart.height_) {}
  std::string draw();

 private:
  using Layer = Chart::Layer;
  using Kind = Chart::Kind;

  /// One direction of the plane: data from low to high lie on picture units from
  /// `start` on over `length` (which is negative for y, since pictures grow downwards).
  struct Scale {
    double low = 0, high = 1, start = 0, length = 1;
    bool log = false;
    bool whole = false;  // the data are whole numbers: epochs, layers, counts
    bool bound = false;  // a map fills it from end to end

    bool takes(double value) const;     // finite, and positive if logarithmic
    bool contains(double value) const;  // takes it, and it lies within the limits
    double at(double value) const;
  };
  struct Extent;
  struct Box {
    double x, y, width, height;
  };
  struct LegendEntry {
    const Layer* layer;
    double x, y;  // start of its base line
  };

  // chart_limits.cpp: what the axes must reach.
  void choose_limits();
  void extend(const Layer& layer, Extent& x, Extent& y) const;
  void settle(const Chart::Axis& axis, const Extent& extent, Scale& scale) const;
  void equalise();

  // chart_painter.cpp: what stands around the data.
  void lay_out();
  std::vector<Tick> ticks_of(const Scale& scale, double spacing) const;
  void choose_ticks();
  void draw_title();
  void place_legend();
  void draw_legend();
  static double swatch_width(Kind kind);
  void draw_swatch(const Layer& layer, double x, double y);
  void draw_grid();
  void draw_axes();
  double x_label_angle() const;

  // chart_layers.cpp: the data.
  void draw_layer(const Layer& layer);
  void draw_line(const Layer& layer);
  void draw_points(const Layer& layer);
  void draw_bars(const Layer& layer);
  void draw_histogram(const Layer& layer);
  void draw_band(const Layer& layer);
  void draw_regions(const Layer& layer);
  void draw_heat(const Layer& layer);
  void draw_span(const Layer& layer);
  void draw_arrow(const Layer& layer);
  // chart_labels.cpp: lines and words laid over the data.
  void draw_reference(const Layer& layer);
  void draw_annotation(const Layer& layer);
  void draw_span_label(const Layer& layer);
  void put_label(double x, double y, const std::string& text, Anchor anchor,
                 Paint paint, double step);

  const Chart& chart_;
  double width_, height_;  // of the whole picture
  Canvas canvas_;
  Scale x_, y_;
  std::vector<Tick> x_ticks_, y_ticks_;
  double left_ = 0, top_ = 0, right_ = 0, bottom_ = 0;  // the rectangle of the data
  double header_ = 0;                                   // where title and legend end
  std::vector<LegendEntry> legend_;
  std::vector<Box> labels_;  // where words already stand
};

/// What the data of one axis asks for.
struct ChartPainter::Extent {
  double low = 0, high = 0;
  bool any = false;
  bool exact = false;      // no room beyond the ends
  bool map = false;        // a map covers it
  bool whole = true;       // whole numbers only
  bool from_zero = false;  // bars stand on zero

  void include(double value, bool log);
};

}  // namespace cairn::plot
