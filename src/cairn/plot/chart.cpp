#include <cairn/plot/chart.h>
#include <cairn/plot/chart_painter.h>
#include <cairn/plot/contour.h>

#include <algorithm>
#include <cmath>
#include <utility>

namespace cairn::plot {
namespace {

void require_same_length(const char* what, std::size_t a, std::size_t b) {
  if (a == b) return;
  throw Error(std::string("Chart::") + what + ": the lists have " + std::to_string(a) +
              " and " + std::to_string(b) + " values; give one for each point");
}

void require_grid(const char* what, const Grid& grid, std::size_t values) {
  if (grid.columns == 0 || grid.rows == 0 || grid.columns > 4096 || grid.rows > 4096) {
    throw Error(std::string("Chart::") + what + ": the grid has " +
                std::to_string(grid.columns) + " × " + std::to_string(grid.rows) +
                " cells; give 1 to 4096 each way");
  }
  if (!(grid.x_high > grid.x_low) || !(grid.y_high > grid.y_low)) {
    throw Error(std::string("Chart::") + what +
                ": the grid's upper ends must lie above its lower ends");
  }
  require_same_length(what, grid.size(), values);
}

}  // namespace

SeriesStyle& SeriesStyle::colour(Colour value) { return colour_ = value, *this; }
SeriesStyle& SeriesStyle::dash(Dash value) { return dash_ = value, *this; }
SeriesStyle& SeriesStyle::width(double value) { return width_ = value, *this; }
SeriesStyle& SeriesStyle::radius(double value) { return radius_ = value, *this; }
SeriesStyle& SeriesStyle::opacity(double value) { return opacity_ = value, *this; }
SeriesStyle& SeriesStyle::markers(bool value) { return markers_ = value, *this; }

double Grid::x(std::size_t column) const {
  return x_low + (x_high - x_low) * (static_cast<double>(column) + 0.5) /
                     static_cast<double>(columns);
}

double Grid::y(std::size_t row) const {
  return y_low + (y_high - y_low) * (static_cast<double>(row) + 0.5) /
                     static_cast<double>(rows);
}

Chart::Chart(std::string title, std::string description)
    : Figure(std::move(title), std::move(description)) {}

Chart& Chart::title(std::string text) { return set_title(std::move(text)), *this; }
Chart& Chart::description(std::string text) {
  return set_description(std::move(text)), *this;
}
Chart& Chart::x_label(std::string text) {
  return x_axis_.label = std::move(text), *this;
}
Chart& Chart::y_label(std::string text) {
  return y_axis_.label = std::move(text), *this;
}
Chart& Chart::log_x() { return x_axis_.log = true, *this; }
Chart& Chart::log_y() { return y_axis_.log = true, *this; }
Chart& Chart::equal_aspect() { return equal_aspect_ = true, *this; }
Chart& Chart::legend(bool shown) { return legend_ = shown, *this; }
Chart& Chart::x_categories(Names names) {
  return categories_ = std::move(names), *this;
}

Chart& Chart::size(double width, double height) {
  if (!(width >= 120 && width <= 4000 && height >= 100 && height <= 4000)) {
    throw Error("Chart::size: a side must be from about 100 to 4000 picture units");
  }
  width_ = width;
  height_ = height;
  return *this;
}

static void fix(const char* name, double low, double high, bool& fixed, double& to_low,
                double& to_high) {
  if (!(high > low) || !std::isfinite(high - low)) {
    throw Error(
        std::string("Chart::") + name +
        ": the upper end must lie above the lower end, and both must be finite");
  }
  fixed = true;
  to_low = low;
  to_high = high;
}

Chart& Chart::x_limits(double low, double high) {
  fix("x_limits", low, high, x_axis_.fixed, x_axis_.low, x_axis_.high);
  return *this;
}

Chart& Chart::y_limits(double low, double high) {
  fix("y_limits", low, high, y_axis_.fixed, y_axis_.low, y_axis_.high);
  return *this;
}

Colour Chart::next_colour() { return class_colour(colours_used_++); }

Chart::Layer& Chart::add(Kind kind, std::string text, SeriesStyle style) {
  if (style.colour_ == Colour::kAuto) style.colour_ = next_colour();
  Layer layer;
  layer.kind = kind;
  layer.text = std::move(text);
  layer.style = style;
  layers_.push_back(std::move(layer));
  return layers_.back();
}

Chart& Chart::line(Values x, Values y, std::string name, SeriesStyle style) {
  require_same_length("line", x.size(), y.size());
  Layer& layer = add(Kind::kLine, std::move(name), style);
  layer.x = std::move(x);
  layer.y = std::move(y);
  return *this;
}

Chart& Chart::series(Values y, std::string name, SeriesStyle style) {
  Values x(y.size());
  for (std::size_t i = 0; i < x.size(); ++i) x[i] = static_cast<double>(i + 1);
  return line(std::move(x), std::move(y), std::move(name), style);
}

Chart& Chart::points(Values x, Values y, std::string name, SeriesStyle style) {
  require_same_length("points", x.size(), y.size());
  Layer& layer = add(Kind::kPoints, std::move(name), style);
  layer.x = std::move(x);
  layer.y = std::move(y);
  return *this;
}

Chart& Chart::points_by_class(Values x, Values y, std::vector<int> labels, Names names,
                              SeriesStyle style) {
  require_same_length("points_by_class", x.size(), y.size());
  require_same_length("points_by_class", x.size(), labels.size());
  int classes = static_cast<int>(names.size());
  for (const int label : labels) {
    if (label < 0 || label > 999) {
      throw Error("Chart::points_by_class: label " + std::to_string(label) +
                  "; labels are 0 to 999");
    }
    classes = std::max(classes, label + 1);
  }
  for (int c = 0; c < classes; ++c) {
    const auto index = static_cast<std::size_t>(c);
    SeriesStyle of_class = style;
    of_class.colour_ = class_colour(c);
    Layer& layer =
        add(Kind::kPoints, index < names.size() ? names[index] : "", of_class);
    layer.shape = c;
    for (std::size_t i = 0; i < x.size(); ++i) {
      if (labels[i] != c) continue;
      layer.x.push_back(x[i]);
      layer.y.push_back(y[i]);
    }
  }
  return *this;
}

Chart& Chart::bars(Values heights, std::string name, SeriesStyle style) {
  add(Kind::kBars, std::move(name), style).y = std::move(heights);
  return *this;
}

Chart& Chart::histogram(const Values& values, std::size_t bins, std::string name,
                        SeriesStyle style) {
  if (bins == 0 || bins > 10000) {
    throw Error("Chart::histogram: " + std::to_string(bins) + " bins; give 1 to 10000");
  }
  Layer& layer = add(Kind::kHistogram, std::move(name), style);
  double low = 0, high = 0;
  std::size_t finite = 0;
  for (const double v : values) {
    if (!std::isfinite(v)) continue;
    low = finite == 0 ? v : std::min(low, v);
    high = finite == 0 ? v : std::max(high, v);
    ++finite;
  }
  if (finite == 0) return *this;
  if (!(high - low > std::fabs(low) * 1e-12)) low -= 0.5, high += 0.5;
  const double count = static_cast<double>(bins);
  layer.x.resize(bins + 1);  // the edges
  layer.y.assign(bins, 0);
  for (std::size_t i = 0; i <= bins; ++i) {
    const double share = static_cast<double>(i) / count;
    layer.x[i] = low * (1 - share) + high * share;
  }
  for (const double v : values) {
    if (!std::isfinite(v)) continue;
    const double place = (v / 2 - low / 2) / (high / 2 - low / 2) * count;
    layer.y[std::min(bins - 1, static_cast<std::size_t>(std::max(0.0, place)))] += 1;
  }
  return *this;
}

Chart& Chart::band(Values x, Values low, Values high, std::string name,
                   SeriesStyle style) {
  require_same_length("band", x.size(), low.size());
  require_same_length("band", x.size(), high.size());
  Layer& layer = add(Kind::kBand, std::move(name), style);
  layer.x = std::move(x);
  layer.y = std::move(low);
  layer.z = std::move(high);
  return *this;
}

Chart& Chart::x_span(double from, double to, std::string label, Colour colour) {
  add(Kind::kXSpan, std::move(label), SeriesStyle().colour(colour)).x = {from, to};
  return *this;
}

Chart& Chart::y_span(double from, double to, std::string label, Colour colour) {
  add(Kind::kYSpan, std::move(label), SeriesStyle().colour(colour)).y = {from, to};
  return *this;
}

Chart& Chart::horizontal_line(double y, std::string label, Colour colour, Dash dash) {
  add(Kind::kHorizontal, std::move(label), SeriesStyle().colour(colour).dash(dash))
      .y = {y};
  return *this;
}

Chart& Chart::vertical_line(double x, std::string label, Colour colour, Dash dash) {
  add(Kind::kVertical, std::move(label), SeriesStyle().colour(colour).dash(dash)).x = {
      x};
  return *this;
}

Chart& Chart::annotate(double x, double y, std::string text, double dx, double dy) {
  Layer& layer = add(Kind::kText, std::move(text), SeriesStyle().colour(Colour::kInk));
  layer.x = {x};
  layer.y = {y};
  layer.z = {dx, dy};
  return *this;
}

Chart& Chart::arrow(double x0, double y0, double x1, double y1, Colour colour) {
  Layer& layer = add(Kind::kArrow, "", SeriesStyle().colour(colour).width(1.6));
  layer.x = {x0, x1};
  layer.y = {y0, y1};
  return *this;
}

Chart& Chart::regions(Grid grid, std::vector<int> labels) {
  require_grid("regions", grid, labels.size());
  Layer& layer = add(Kind::kRegions, "", SeriesStyle().colour(Colour::kMuted));
  layer.grid = grid;
  layer.labels = std::move(labels);
  return *this;
}

Chart& Chart::heat(Grid grid, Values values, double middle, double reach) {
  require_grid("heat", grid, values.size());
  Layer& layer = add(Kind::kHeat, "", SeriesStyle().colour(Colour::kMuted));
  layer.grid = grid;
  layer.x = std::move(values);
  layer.middle = middle;
  layer.reach = reach;
  return *this;
}

Chart& Chart::contour(Grid grid, const Values& values, const Values& levels,
                      std::string name, SeriesStyle style) {
  require_grid("contour", grid, values.size());
  Layer& layer = add(Kind::kLine, std::move(name), style);
  for (const double level : levels) {
    append_contour(grid, values, level, layer.x, layer.y);
  }
  return *this;
}

std::string Chart::svg() const { return ChartPainter(*this).draw(); }

}  // namespace cairn::plot
