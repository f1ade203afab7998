#include <cairn/plot/chart_painter.h>
#include <cairn/plot/png.h>
#include <cairn/plot/text.h>

#include <algorithm>
#include <cmath>
#include <map>

namespace cairn::plot {
namespace {

struct Point {
  double x, y;
};

std::string move_to(Point p, char command) {
  return command + coordinate(p.x) + " " + coordinate(p.y);
}

/// Thousands of points in a few hundred columns of the picture draw the same line as
/// the first, lowest, highest and last of each column. Keeps their order.
std::vector<Point> thinned(const std::vector<Point>& line) {
  if (line.size() < 2000) return line;
  std::vector<Point> out;
  for (std::size_t begin = 0; begin < line.size();) {
    std::size_t end = begin, low = begin, high = begin;
    const double column = std::floor(line[begin].x);
    for (; end < line.size() && std::floor(line[end].x) == column; ++end) {
      if (line[end].y < line[low].y) low = end;
      if (line[end].y > line[high].y) high = end;
    }
    std::size_t keep[4] = {begin, low, high, end - 1};
    std::sort(keep, keep + 4);
    std::size_t* const last = std::unique(keep, keep + 4);
    for (std::size_t* k = keep; k != last; ++k) out.push_back(line[*k]);
    begin = end;
  }
  return out;
}

}  // namespace

void ChartPainter::draw_layer(const Layer& layer) {
  const bool line = layer.kind == Kind::kLine || layer.kind == Kind::kArrow;
  const bool clipped = line || layer.kind == Kind::kBars ||
                       layer.kind == Kind::kHistogram || layer.kind == Kind::kBand;
  // A line that runs along the border keeps its whole width.
  const double room = line ? 2 : 0;
  if (clipped) {
    canvas_.begin_clip(left_ - room, top_ - room, right_ - left_ + 2 * room,
                       bottom_ - top_ + 2 * room);
  }
  switch (layer.kind) {
    case Kind::kLine:
      draw_line(layer);
      break;
    case Kind::kPoints:
      draw_points(layer);
      break;
    case Kind::kBars:
      draw_bars(layer);
      break;
    case Kind::kHistogram:
      draw_histogram(layer);
      break;
    case Kind::kBand:
      draw_band(layer);
      break;
    case Kind::kArrow:
      draw_arrow(layer);
      break;
    default:
      break;
  }
  if (clipped) canvas_.end_clip();
  if (layer.kind == Kind::kLine && layer.style.markers_) draw_points(layer);
}

void ChartPainter::draw_line(const Layer& layer) {
  std::string data;
  std::vector<Point> piece, dots;
  const auto finish = [&] {
    if (piece.size() == 1) {  // a value between two gaps
      dots.push_back(piece[0]);
    } else {
      char command = 'M';
      for (const Point& p : thinned(piece)) data += move_to(p, command), command = 'L';
    }
    piece.clear();
  };
  for (std::size_t i = 0; i < layer.x.size(); ++i) {
    if (x_.takes(layer.x[i]) && y_.takes(layer.y[i])) {
      piece.push_back({x_.at(layer.x[i]), y_.at(layer.y[i])});
    } else {
      finish();
    }
  }
  finish();
  Pen dot;
  dot.fill = paint(layer.style.colour_);
  dot.opacity = layer.style.opacity_;
  for (const Point& p : dots) canvas_.circle(p.x, p.y, layer.style.width_ * 1.2, dot);
  if (data.empty()) return;
  Pen pen;
  pen.stroke = paint(layer.style.colour_);
  pen.width = layer.style.width_;
  pen.dash = layer.style.dash_;
  pen.opacity = layer.style.opacity_;
  canvas_.path(data, pen);
}

void ChartPainter::draw_points(const Layer& layer) {
  Pen pen;
  pen.fill = paint(layer.style.colour_);
  pen.stroke = Paint::kPaper;  // keeps points that touch apart
  pen.width = 0.7;
  pen.opacity = layer.style.opacity_;
  for (std::size_t i = 0; i < layer.x.size(); ++i) {
    if (!x_.contains(layer.x[i]) || !y_.contains(layer.y[i])) continue;
    canvas_.marker(x_.at(layer.x[i]), y_.at(layer.y[i]), layer.style.radius_,
                   layer.shape, pen);
  }
}

void ChartPainter::draw_bars(const Layer& layer) {
  double groups = 0, place = 0;
  for (const Layer& other : chart_.layers_) {
    if (&other == &layer) place = groups;
    if (other.kind == Kind::kBars) ++groups;
  }
  const double width = 0.76 / groups;
  Pen pen;
  pen.fill = paint(layer.style.colour_);
  pen.opacity = layer.style.opacity_;
  const double base = y_.log ? y_.start : y_.at(0);
  for (std::size_t i = 0; i < layer.y.size(); ++i) {
    if (!y_.takes(layer.y[i])) continue;
    const double from = static_cast<double>(i) - 0.38 + width * place;
    if (!x_.takes(from)) continue;
    const double x = x_.at(from), end = x_.at(from + width), y = y_.at(layer.y[i]);
    const double gap = groups > 1 ? std::min(1.0, (end - x) / 8) : 0;
    canvas_.rect(x + gap / 2, std::min(y, base), end - x - gap, std::fabs(base - y),
                 pen);
  }
}

void ChartPainter::draw_histogram(const Layer& layer) {
  Pen pen;
  pen.fill = paint(layer.style.colour_);
  pen.opacity = layer.style.opacity_ < 1 ? layer.style.opacity_ : 0.85;
  const double base = y_.log ? y_.start : y_.at(0);
  for (std::size_t i = 0; i < layer.y.size(); ++i) {
    if (layer.y[i] <= 0 || !x_.takes(layer.x[i])) continue;
    const double x = x_.at(layer.x[i]), end = x_.at(layer.x[i + 1]);
    const double gap = end - x > 4 ? 1 : 0;
    const double y = y_.at(layer.y[i]);
    canvas_.rect(x, y, end - x - gap, std::max(0.0, base - y), pen);
  }
}

void ChartPainter::draw_band(const Layer& layer) {
  std::string data;
  std::vector<Point> upper, lower;
  const auto finish = [&] {
    std::vector<Point> outline = thinned(upper);
    const std::vector<Point> back = thinned(lower);
    outline.insert(outline.end(), back.rbegin(), back.rend());
    char command = 'M';
    for (const Point& p : outline) data += move_to(p, command), command = 'L';
    if (!outline.empty()) data += 'Z';
    upper.clear();
    lower.clear();
  };
  for (std::size_t i = 0; i < layer.x.size(); ++i) {
    if (x_.takes(layer.x[i]) && y_.takes(layer.y[i]) && y_.takes(layer.z[i])) {
      lower.push_back({x_.at(layer.x[i]), y_.at(layer.y[i])});
      upper.push_back({x_.at(layer.x[i]), y_.at(layer.z[i])});
    } else {
      finish();
    }
  }
  finish();
  if (data.empty()) return;
  Pen pen;
  pen.fill = paint(layer.style.colour_);
  pen.opacity = layer.style.opacity_ < 1 ? layer.style.opacity_ : 0.2;
  canvas_.path(data, pen);
}

/// One path a class, made of rectangles: runs of equal cells, joined with the run above
/// when that one is as long.
void ChartPainter::draw_regions(const Layer& layer) {
  struct Run {
    std::size_t from, to, low, high;
  };
  const Grid& grid = layer.grid;
  std::map<int, std::vector<Run>> runs;
  for (std::size_t row = 0; row < grid.rows; ++row) {
    const int* labels = layer.labels.data() + row * grid.columns;
    for (std::size_t from = 0; from < grid.columns;) {
      std::size_t to = from;
      while (to < grid.columns && labels[to] == labels[from]) ++to;
      std::vector<Run>& same = runs[labels[from]];
      const auto below = std::find_if(same.begin(), same.end(), [&](const Run& run) {
        return run.high == row && run.from == from && run.to == to;
      });
      if (below != same.end()) {
        below->high = row + 1;
      } else {
        same.push_back({from, to, row, row + 1});
      }
      from = to;
    }
  }
  const auto edge = [](double low, double high, std::size_t i, std::size_t count) {
    return low + (high - low) * static_cast<double>(i) / static_cast<double>(count);
  };
  for (const auto& [label, list] : runs) {
    if (label < 0) continue;
    std::string data;
    for (const Run& run : list) {
      const double x0 = x_.at(edge(grid.x_low, grid.x_high, run.from, grid.columns));
      const double x1 = x_.at(edge(grid.x_low, grid.x_high, run.to, grid.columns));
      const double y0 = y_.at(edge(grid.y_low, grid.y_high, run.low, grid.rows));
      const double y1 = y_.at(edge(grid.y_low, grid.y_high, run.high, grid.rows));
      data += move_to({x0, y0}, 'M') + "H" + coordinate(x1) + "V" + coordinate(y1) +
              "H" + coordinate(x0) + "Z";
    }
    Pen pen;
    pen.fill = paint(class_colour(label));
    pen.opacity = 0.2;
    canvas_.path(data, pen, true);
  }
}

void ChartPainter::draw_heat(const Layer& layer) {
  const Grid& grid = layer.grid;
  double reach = layer.reach;
  if (!(reach > 0)) {
    for (const double v : layer.x) {
      if (std::isfinite(v)) reach = std::max(reach, std::fabs(v - layer.middle));
    }
  }
  if (!(reach > 0)) return;
  std::vector<std::uint8_t> levels(grid.size());
  for (std::size_t row = 0; row < grid.rows; ++row) {
    for (std::size_t column = 0; column < grid.columns; ++column) {
      const double value = layer.x[(grid.rows - 1 - row) * grid.columns + column];
      // Half strength: points and lines must stand out before it.
      levels[row * grid.columns + column] =
          diverging_level((value - layer.middle) / reach * 0.55);
    }
  }
  const double x0 = x_.at(grid.x_low), x1 = x_.at(grid.x_high);
  const double y0 = y_.at(grid.y_low), y1 = y_.at(grid.y_high);
  const std::string png =
      encode_png(levels, grid.rows, grid.columns, diverging_palette());
  canvas_.image(x0, y1, x1 - x0, y0 - y1, png_data_uri(png), true);
}

void ChartPainter::draw_span(const Layer& layer) {
  const bool along_x = layer.kind == Kind::kXSpan;
  const Scale& scale = along_x ? x_ : y_;
  const std::vector<double>& ends = along_x ? layer.x : layer.y;
  if (!scale.takes(ends[0]) || !scale.takes(ends[1])) return;
  const double a = scale.at(std::min(ends[0], ends[1]));
  const double b = scale.at(std::max(ends[0], ends[1]));
  Pen pen;
  pen.fill = paint(layer.style.colour_);
  pen.opacity = 0.12;
  if (along_x) {
    canvas_.rect(a, top_, b - a, bottom_ - top_, pen);
  } else {
    canvas_.rect(left_, b, right_ - left_, a - b, pen);
  }
}

void ChartPainter::draw_arrow(const Layer& layer) {
  for (int i = 0; i < 2; ++i) {
    if (!x_.takes(layer.x[i]) || !y_.takes(layer.y[i])) return;
  }
  const double x0 = x_.at(layer.x[0]), y0 = y_.at(layer.y[0]);
  const double x1 = x_.at(layer.x[1]), y1 = y_.at(layer.y[1]);
  const double length = std::hypot(x1 - x0, y1 - y0);
  if (!(length > 0)) return;
  const double head = std::min(9.0, length * 0.6);
  Pen pen;
  pen.stroke = paint(layer.style.colour_);
  pen.width = layer.style.width_;
  const double share =
      (length - head * 0.8) / length;  // the shaft ends inside the head
  canvas_.line(x0, y0, x0 + (x1 - x0) * share, y0 + (y1 - y0) * share, pen);
  canvas_.arrow_head(x1, y1, x1 - x0, y1 - y0, head, pen);
}

}  // namespace cairn::plot
