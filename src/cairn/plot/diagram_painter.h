#pragma once

#include <cairn/plot/canvas.h>
#include <cairn/plot/diagram.h>

#include <string>

namespace cairn::plot {

struct TextSize {
  double width, height;
};

/// How large the lines of a label are: the first in full size, the others smaller.
TextSize label_size(const std::string& label);

/// Draws one Diagram (internal).
class DiagramPainter {
 public:
  explicit DiagramPainter(const Diagram& diagram) : diagram_(diagram) {}
  std::string draw();

 private:
  using Shape = Diagram::Shape;
  using Arrow = Diagram::Arrow;
  using Kind = Diagram::Kind;
  struct Point {
    double x, y;
  };
  /// The course of an arrow: a quadratic curve (straight when its middle lies on the
  /// chord) that starts and ends on the outlines.
  struct Course {
    Point from, middle, to;
    bool straight;
    Point left;  // unit vector to the left of the direction
  };

  void measure();
  void include(double x, double y);
  Point outline(const Shape& shape, Point towards, double room) const;
  Course course(const Arrow& arrow) const;
  Point label_place(const Arrow& arrow, const Course& course, Anchor& anchor) const;
  void draw_arrow(const Arrow& arrow);
  void draw_shape(const Shape& shape);
  void draw_cells(const Shape& shape);
  void draw_label(const std::string& label, double x, double y, Colour colour);

  const Diagram& diagram_;
  Canvas canvas_;
  double left_ = 1e9, top_ = 1e9, right_ = -1e9, bottom_ = -1e9;
  double dx_ = 0, dy_ = 0;  // from the user's places to the sheet
};

}  // namespace cairn::plot
