#include <cairn/plot/diagram_painter.h>
#include <cairn/plot/text.h>

#include <algorithm>
#include <cmath>

namespace cairn::plot {
namespace {

constexpr double kEdge = 12, kTitleSize = 15;
constexpr double kSize = 13.5, kSmallSize = 11.5;  // first line of a label, the others
constexpr double kFirstLine = 17, kNextLine = 15;

}  // namespace

TextSize label_size(const std::string& label) {
  TextSize size{0, 0};
  if (label.empty()) return size;
  bool first = true;
  for (const std::string& line : split_lines(label)) {
    size.width = std::max(size.width, rich_width(line, first ? kSize : kSmallSize));
    size.height += first ? kFirstLine : kNextLine;
    first = false;
  }
  return size;
}

void DiagramPainter::include(double x, double y) {
  left_ = std::min(left_, x);
  right_ = std::max(right_, x);
  top_ = std::min(top_, y);
  bottom_ = std::max(bottom_, y);
}

/// Where the way from the shape's centre towards a point leaves the shape, `room`
/// beyond.
DiagramPainter::Point DiagramPainter::outline(const Shape& shape, Point towards,
                                              double room) const {
  const double dx = towards.x - shape.x, dy = towards.y - shape.y;
  const double length = std::hypot(dx, dy);
  if (!(length > 0)) return {shape.x, shape.y};
  double way = 0;
  if (shape.kind == Kind::kCircle) {
    way = shape.width / 2;
  } else {
    const double across = std::fabs(dx) > 0 ? shape.width / 2 / std::fabs(dx) : 1e9;
    const double along = std::fabs(dy) > 0 ? shape.height / 2 / std::fabs(dy) : 1e9;
    way = std::min(across, along) * length;
  }
  const double share = (way + room) / length;
  return {shape.x + dx * share, shape.y + dy * share};
}

DiagramPainter::Course DiagramPainter::course(const Arrow& arrow) const {
  const Shape& a = diagram_.shapes_[arrow.from];
  const Shape& b = diagram_.shapes_[arrow.to];
  const double dx = b.x - a.x, dy = b.y - a.y;
  const double length = std::max(1e-9, std::hypot(dx, dy));
  Course out;
  out.left = {dy / length, -dx / length};
  out.straight = arrow.style.bend_ == 0;
  // A quadratic curve passes half as far off the chord as its control point.
  out.middle = {(a.x + b.x) / 2 + out.left.x * 2 * arrow.style.bend_,
                (a.y + b.y) / 2 + out.left.y * 2 * arrow.style.bend_};
  const double room = arrow.style.plain_ ? 0 : 2;
  out.from = outline(a, out.straight ? Point{b.x, b.y} : out.middle, room);
  out.to = outline(b, out.straight ? Point{a.x, a.y} : out.middle, room);
  if (out.straight) {
    out.middle = {(out.from.x + out.to.x) / 2, (out.from.y + out.to.y) / 2};
  }
  return out;
}

DiagramPainter::Point DiagramPainter::label_place(const Arrow& arrow,
                                                  const Course& course,
                                                  Anchor& anchor) const {
  const double side = arrow.style.bend_ < 0 ? -1 : 1;
  const Point off{course.left.x * side, course.left.y * side};
  const Point half{(course.from.x + course.to.x) / 4 + course.middle.x / 2,
                   (course.from.y + course.to.y) / 4 + course.middle.y / 2};
  const bool sideways = std::fabs(off.x) > 0.5;
  anchor = !sideways ? Anchor::kMiddle : off.x > 0 ? Anchor::kStart : Anchor::kEnd;
  const double away = 7;
  return {half.x + off.x * away, half.y + off.y * away +
                                     (off.y > 0.5 ? 8
                                      : sideways  ? 4
                                                  : 0)};
}

void DiagramPainter::measure() {
  for (const Shape& shape : diagram_.shapes_) {
    const TextSize size = label_size(shape.label);
    const bool group = shape.kind == Kind::kGroup, matrix = shape.kind == Kind::kMatrix;
    const double wide = std::max(shape.width, size.width) / 2;
    include(shape.x - wide, shape.y - shape.height / 2 - (group ? 20 : 0));
    include(shape.x + wide,
            shape.y + shape.height / 2 + (matrix ? size.height + 6 : 0));
  }
  for (const Arrow& arrow : diagram_.arrows_) {
    const Course way = course(arrow);
    for (const double t : {0.25, 0.5, 0.75}) {
      const double a = (1 - t) * (1 - t), b = 2 * t * (1 - t), c = t * t;
      include(a * way.from.x + b * way.middle.x + c * way.to.x,
              a * way.from.y + b * way.middle.y + c * way.to.y);
    }
    if (arrow.label.empty()) continue;
    Anchor anchor;
    const Point place = label_place(arrow, way, anchor);
    const double width = rich_width(arrow.label, kSmallSize);
    const double start = anchor == Anchor::kStart    ? place.x
                         : anchor == Anchor::kMiddle ? place.x - width / 2
                                                     : place.x - width;
    include(start, place.y - 12);
    include(start + width, place.y + 4);
  }
  if (left_ > right_) include(0, 0);
}

void DiagramPainter::draw_arrow(const Arrow& arrow) {
  const Course way = course(arrow);
  Pen pen;
  pen.stroke = paint(arrow.style.colour_);
  pen.width = arrow.style.stroke_;
  pen.dash = arrow.style.dash_;
  pen.opacity = arrow.style.opacity_;
  const Point& before = way.straight ? way.from : way.middle;
  const double dx = way.to.x - before.x, dy = way.to.y - before.y;
  const double length = std::hypot(dx, dy);
  if (!(length > 0)) return;
  const double head = arrow.style.plain_ ? 0 : std::min(10.0, length * 0.7);
  const double stop = head * 0.7 / length;  // the shaft ends inside the head
  const Point end{way.to.x - dx * stop + dx_, way.to.y - dy * stop + dy_};
  std::string data =
      "M" + coordinate(way.from.x + dx_) + " " + coordinate(way.from.y + dy_);
  data += way.straight ? "L"
                       : "Q" + coordinate(way.middle.x + dx_) + " " +
                             coordinate(way.middle.y + dy_) + " ";
  data += coordinate(end.x) + " " + coordinate(end.y);
  canvas_.path(data, pen);
  if (head > 0) {
    canvas_.arrow_head(way.to.x + dx_, way.to.y + dy_, dx, dy, head, pen);
  }
  if (arrow.label.empty()) return;
  TextStyle style;
  style.size = kSmallSize;
  style.rich = style.halo = true;
  style.paint =
      arrow.style.colour_ == Colour::kInk ? Paint::kMuted : paint(arrow.style.colour_);
  const Point place = label_place(arrow, way, style.anchor);
  canvas_.text(place.x + dx_, place.y + dy_, arrow.label, style);
}

void DiagramPainter::draw_label(const std::string& label, double x, double y,
                                Colour colour) {
  if (label.empty()) return;
  double base = y - label_size(label).height / 2 + 13;
  TextStyle style;
  style.size = kSize;
  style.anchor = Anchor::kMiddle;
  style.rich = true;
  style.paint = paint(colour);
  for (const std::string& line : split_lines(label)) {
    canvas_.text(x, base, line, style);
    base += style.size == kSize ? kNextLine + 1 : kNextLine;
    style.size = kSmallSize;
    if (colour == Colour::kInk) style.paint = Paint::kMuted;
  }
}

void DiagramPainter::draw_cells(const Shape& shape) {
  const double x = shape.x - shape.width / 2 + dx_;
  const double y = shape.y - shape.height / 2 + dy_;
  std::string lines;
  for (std::size_t i = 1; i < shape.columns; ++i) {
    const double at =
        shape.width * static_cast<double>(i) / static_cast<double>(shape.columns);
    lines += "M" + coordinate(x + at) + " " + coordinate(y) + "V" +
             coordinate(y + shape.height);
  }
  for (std::size_t i = 1; i < shape.rows; ++i) {
    const double at =
        shape.height * static_cast<double>(i) / static_cast<double>(shape.rows);
    lines += "M" + coordinate(x) + " " + coordinate(y + at) + "H" +
             coordinate(x + shape.width);
  }
  Pen pen;
  pen.stroke = paint(shape.style.colour_);
  pen.width = 0.7;
  pen.opacity = 0.45;
  if (!lines.empty()) canvas_.path(lines, pen);
}

void DiagramPainter::draw_shape(const Shape& shape) {
  const double x = shape.x + dx_, y = shape.y + dy_;
  const double left = x - shape.width / 2, top = y - shape.height / 2;
  const Colour colour = shape.style.colour_;
  Pen outline;
  outline.stroke = shape.style.stroke_ > 0 ? paint(colour) : Paint::kNone;
  outline.width = shape.style.stroke_;
  outline.dash = shape.style.dash_;
  outline.opacity = shape.style.opacity_;
  Pen tint;
  const bool plain = colour == Colour::kInk || colour == Colour::kAuto;
  tint.fill = plain ? Paint::kMuted : paint(colour);
  tint.opacity = plain ? 0.06 : 0.16;
  switch (shape.kind) {
    case Kind::kBox:
    case Kind::kMatrix: {
      const double corner = shape.kind == Kind::kBox ? 6 : 0;
      canvas_.rect(left, top, shape.width, shape.height, tint, corner);
      if (shape.kind == Kind::kMatrix) draw_cells(shape);
      canvas_.rect(left, top, shape.width, shape.height, outline, corner);
      const TextSize size = label_size(shape.label);
      const bool under = shape.kind == Kind::kMatrix;
      draw_label(shape.label, x, under ? y + shape.height / 2 + size.height / 2 + 6 : y,
                 Colour::kInk);
      break;
    }
    case Kind::kCircle:
      if (shape.style.stroke_ <= 0) tint.opacity = 1;  // a dot
      canvas_.circle(x, y, shape.width / 2, tint);
      if (shape.style.stroke_ > 0) canvas_.circle(x, y, shape.width / 2, outline);
      draw_label(shape.label, x, y, Colour::kInk);
      break;
    case Kind::kText:
      draw_label(shape.label, x, y, colour);
      break;
    case Kind::kGroup: {
      outline.dash = Dash::kDashed;
      outline.width = 1;
      canvas_.rect(left, top, shape.width, shape.height, outline, 10);
      TextStyle style;
      style.size = kSmallSize;
      style.paint = paint(colour);
      style.rich = true;
      canvas_.text(left + 4, top - 6, shape.label, style);
    }
  }
}

std::string DiagramPainter::draw() {
  measure();
  const double title = text_width(diagram_.title_, kTitleSize, true);
  const double wanted = right_ - left_ + 2 * kEdge;
  const double width = std::max(wanted, std::min(title, 480.0) + 2 * kEdge);
  const auto lines = wrap(diagram_.title_, width - 2 * kEdge, kTitleSize, true);
  const double header = lines.empty() ? 0 : 20 * static_cast<double>(lines.size()) + 10;
  dx_ = kEdge - left_ + (width - wanted) / 2;
  dy_ = kEdge + header - top_;
  TextStyle style;
  style.size = kTitleSize;
  style.bold = true;
  double y = kEdge + 14;
  for (const std::string& line : lines) {
    canvas_.text(kEdge, y, line, style);
    y += 20;
  }
  for (const Shape& shape : diagram_.shapes_) {
    if (shape.kind == Kind::kGroup) draw_shape(shape);
  }
  for (const Arrow& arrow : diagram_.arrows_) draw_arrow(arrow);
  for (const Shape& shape : diagram_.shapes_) {
    if (shape.kind != Kind::kGroup) draw_shape(shape);
  }
  return canvas_.document(diagram_.title_, diagram_.description_, width,
                          bottom_ - top_ + header + 2 * kEdge);
}

}  // namespace cairn::plot
