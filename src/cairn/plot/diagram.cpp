#include <cairn/plot/diagram.h>
#include <cairn/plot/diagram_painter.h>
#include <cairn/plot/text.h>

#include <algorithm>
#include <cmath>
#include <utility>

namespace cairn::plot {

ShapeStyle& ShapeStyle::colour(Colour value) { return colour_ = value, *this; }
ShapeStyle& ShapeStyle::dash(Dash value) { return dash_ = value, *this; }
ShapeStyle& ShapeStyle::bend(double value) { return bend_ = value, *this; }
ShapeStyle& ShapeStyle::plain(bool value) { return plain_ = value, *this; }
ShapeStyle& ShapeStyle::width(double value) { return stroke_ = value, *this; }
ShapeStyle& ShapeStyle::opacity(double value) { return opacity_ = value, *this; }
ShapeStyle& ShapeStyle::size(double width, double height) {
  shape_width_ = width;
  shape_height_ = height;
  return *this;
}

Diagram::Diagram(std::string title, std::string description)
    : Figure(std::move(title), std::move(description)) {}

Diagram& Diagram::title(std::string text) { return set_title(std::move(text)), *this; }
Diagram& Diagram::description(std::string text) {
  return set_description(std::move(text)), *this;
}

std::size_t Diagram::find(const std::string& name) const {
  for (std::size_t i = 0; i < shapes_.size(); ++i) {
    if (!name.empty() && shapes_[i].name == name) return i;
  }
  throw Error("Diagram: nothing called '" + name +
              "' was placed; place it before an arrow or a group names it");
}

/// The shape of this name, or else the column: this name followed by a number.
std::vector<std::size_t> Diagram::members(const std::string& name) const {
  std::vector<std::size_t> found;
  for (std::size_t i = 0; i < shapes_.size(); ++i) {
    const std::string& other = shapes_[i].name;
    if (other == name) return {i};
    const bool numbered =
        other.size() > name.size() && other.compare(0, name.size(), name) == 0 &&
        other.find_first_not_of("0123456789", name.size()) == other.npos;
    if (numbered) found.push_back(i);
  }
  if (found.empty() || name.empty()) return {find(name)};
  return found;
}

Diagram& Diagram::place(Kind kind, std::string name, double x, double y,
                        std::string label, ShapeStyle style, double least_width,
                        double least_height) {
  if (!std::isfinite(x) || !std::isfinite(y) || std::fabs(x) > 1e5 ||
      std::fabs(y) > 1e5) {
    throw Error("Diagram: '" + name +
                "' cannot stand at a place that is not finite or "
                "more than 100000 units away");
  }
  for (const Shape& other : shapes_) {
    if (!name.empty() && other.name == name) {
      throw Error("Diagram: the name '" + name + "' is taken; names are unique");
    }
  }
  Shape shape{kind, std::move(name), std::move(label), x, y, 0, 0, style};
  shape.width = style.shape_width_ > 0 ? style.shape_width_ : least_width;
  shape.height = style.shape_height_ > 0 ? style.shape_height_ : least_height;
  shapes_.push_back(std::move(shape));
  return *this;
}

Diagram& Diagram::box(std::string name, double x, double y, std::string label,
                      ShapeStyle style) {
  const TextSize size = label_size(label);
  return place(Kind::kBox, std::move(name), x, y, std::move(label), style,
               std::max(56.0, size.width + 26), std::max(36.0, size.height + 18));
}

Diagram& Diagram::circle(std::string name, double x, double y, std::string label,
                         ShapeStyle style) {
  const TextSize size = label_size(label);
  const double across = std::max(34.0, std::hypot(size.width, size.height * 0.6) + 10);
  return place(Kind::kCircle, std::move(name), x, y, std::move(label), style, across,
               across);
}

Diagram& Diagram::matrix(std::string name, double x, double y, std::size_t rows,
                         std::size_t columns, std::string label, ShapeStyle style) {
  if (rows == 0 || columns == 0 || rows > 64 || columns > 64) {
    throw Error("Diagram::matrix: " + std::to_string(rows) + " × " +
                std::to_string(columns) + " cells; draw 1 to 64 each way");
  }
  place(Kind::kMatrix, std::move(name), x, y, std::move(label), style,
        16 * static_cast<double>(columns), 16 * static_cast<double>(rows));
  shapes_.back().rows = rows;
  shapes_.back().columns = columns;
  return *this;
}

Diagram& Diagram::column(const std::string& name, double x, double y, std::size_t count,
                         Names labels, ShapeStyle style, bool dots) {
  double across = style.shape_width_ > 0 ? style.shape_width_ : 34;
  if (!(style.shape_width_ > 0)) {
    for (const std::string& label : labels) {
      across = std::max(across, label_size(label).width + 14);
    }
  }
  const double step = across + 12, gap = dots ? 26 : 0;
  const double half = (static_cast<double>(count) - 1) / 2;
  style.size(across, across);
  for (std::size_t i = 0; i < count; ++i) {
    const double place_in = static_cast<double>(i) - half;
    const bool below = i >= (count + 1) / 2;
    const double offset = dots ? (below ? gap / 2 : -gap / 2) : 0;
    circle(name + std::to_string(i + 1), x, y + place_in * step + offset,
           i < labels.size() ? labels[i] : "", style);
  }
  if (dots) {
    const double middle = count % 2 == 1 ? step / 2 : 0;
    for (int i = -1; i <= 1; ++i) {
      ShapeStyle dot;
      dot.size(3.6, 3.6).colour(Colour::kMuted).width(0);
      circle("", x, y + middle + i * 8.0, "", dot);
    }
  }
  return *this;
}

Diagram& Diagram::text(double x, double y, std::string label, Colour colour) {
  const TextSize size = label_size(label);
  return place(Kind::kText, "", x, y, std::move(label), ShapeStyle().colour(colour),
               size.width, size.height);
}

Diagram& Diagram::group(const Names& names, std::string label, Colour colour) {
  double left = 1e9, top = 1e9, right = -1e9, bottom = -1e9;
  for (const std::string& name : names) {
    for (const std::size_t i : members(name)) {
      const Shape& shape = shapes_[i];
      left = std::min(left, shape.x - shape.width / 2);
      right = std::max(right, shape.x + shape.width / 2);
      top = std::min(top, shape.y - shape.height / 2);
      bottom = std::max(bottom, shape.y + shape.height / 2);
    }
  }
  if (names.empty()) throw Error("Diagram::group: name at least one shape to frame");
  return place(Kind::kGroup, "", (left + right) / 2, (top + bottom) / 2,
               std::move(label), ShapeStyle().colour(colour), right - left + 26,
               bottom - top + 26);
}

Diagram& Diagram::arrow(const std::string& from, const std::string& to,
                        std::string label, ShapeStyle style) {
  arrows_.push_back({find(from), find(to), std::move(label), style});
  return *this;
}

Diagram& Diagram::connect(const std::string& from, const std::string& to,
                          Colour colour) {
  const ShapeStyle thin = ShapeStyle().colour(colour).plain().width(0.9).opacity(0.6);
  for (const std::size_t a : members(from)) {
    for (const std::size_t b : members(to)) arrows_.push_back({a, b, "", thin});
  }
  return *this;
}

std::string Diagram::svg() const { return DiagramPainter(*this).draw(); }

}  // namespace cairn::plot
