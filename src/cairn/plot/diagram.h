#pragma once

#include <cairn/plot/figure.h>

#include <cstddef>
#include <string>
#include <vector>

namespace cairn::plot {

/// How a box, node or arrow of a Diagram looks; setters chain.
class CAIRN_API ShapeStyle {
 public:
  /// Outline and a light tint of it (default: ink, no tint).
  ShapeStyle& colour(Colour value);
  /// How the outline or the arrow is broken (default: not at all).
  ShapeStyle& dash(Dash value);
  /// Fixed size in picture units instead of one that fits the label.
  ShapeStyle& size(double width, double height);
  /// For arrows: how far the middle bends off the straight line, to the left of its
  /// direction (negative: to the right), in picture units.
  ShapeStyle& bend(double value);
  /// For arrows: no head.
  ShapeStyle& plain(bool value = true);
  /// Width of the line in picture units (default 1.4), and 0 (invisible) to 1.
  ///@{
  ShapeStyle& width(double value);
  ShapeStyle& opacity(double value);
  ///@}

 private:
  friend class Diagram;
  friend class DiagramPainter;
  Colour colour_ = Colour::kInk;
  Dash dash_ = Dash::kSolid;
  double shape_width_ = 0, shape_height_ = 0;
  double bend_ = 0, stroke_ = 1.4, opacity_ = 1;
  bool plain_ = false;
};

/// Boxes, circles and arrows: networks, graphs of computation, shapes of data.
///
/// Positions are centres in picture units, x to the right and y downwards; the picture
/// grows to hold what is placed. Things are named, and arrows join names, ending at the
/// outlines. In labels `_` lowers and `^` raises the next character or the next
/// `{group}` (`W_1`, `x^{(i)}`, `∂L/∂z_{out}`); `\_`, `\^` and `\\` are the characters
/// themselves; a line break starts a new line.
///
/// \code
/// Diagram d("A neuron", "Three inputs feed a sum, which feeds a sigmoid.");
/// d.column("x", 0, 0, 3, {"x_1", "x_2", "x_3"}).circle("sum", 140, 0, "Σ")
///     .box("act", 260, 0, "σ(z)").connect("x", "sum").arrow("sum", "act", "z");
/// \endcode
class CAIRN_API Diagram : public Figure {
 public:
  using Names = std::vector<std::string>;  ///< names of shapes, or labels for them

  /// An empty diagram. Throws Error if the description is empty.
  Diagram(std::string title, std::string description);

  /// Replaces what the constructor was given.
  ///@{
  Diagram& title(std::string text);
  Diagram& description(std::string text);
  ///@}

  /// Places a shape called `name`. Throws Error if the name is taken.
  ///@{
  Diagram& box(std::string name, double x, double y, std::string label,
               ShapeStyle style = {});
  Diagram& circle(std::string name, double x, double y, std::string label,
                  ShapeStyle style = {});
  ///@}
  /// A block of data: a rectangle with its rows and columns drawn in.
  Diagram& matrix(std::string name, double x, double y, std::size_t rows,
                  std::size_t columns, std::string label, ShapeStyle style = {});
  /// `count` circles under one another, centred on (x, y), called name1, name2, …: a
  /// layer. With `dots` three dots stand in the middle, for "and so on".
  Diagram& column(const std::string& name, double x, double y, std::size_t count,
                  Names labels = {}, ShapeStyle style = {}, bool dots = false);
  /// Plain text centred on (x, y).
  Diagram& text(double x, double y, std::string label, Colour colour = Colour::kInk);
  /// A dashed frame around the named shapes, with a label above it.
  Diagram& group(const Names& names, std::string label, Colour colour = Colour::kMuted);
  /// An arrow between two shapes, with a label beside its middle. Throws Error for a
  /// name that was not placed.
  Diagram& arrow(const std::string& from, const std::string& to, std::string label = "",
                 ShapeStyle style = {});
  /// Thin lines from every shape of a column to every shape of another. A shape that is
  /// no column counts as a column of one.
  Diagram& connect(const std::string& from, const std::string& to,
                   Colour colour = Colour::kMuted);

  std::string svg() const override;

 private:
  friend class DiagramPainter;

  enum class Kind { kBox, kCircle, kMatrix, kText, kGroup };
  struct Shape {
    Kind kind;
    std::string name, label;
    double x, y, width, height;
    ShapeStyle style;
    std::size_t rows = 0, columns = 0;
  };
  struct Arrow {
    std::size_t from, to;
    std::string label;
    ShapeStyle style;
  };

  Diagram& place(Kind kind, std::string name, double x, double y, std::string label,
                 ShapeStyle style, double least_width, double least_height);
  std::size_t find(const std::string& name) const;
  std::vector<std::size_t> members(const std::string& name) const;

  std::vector<Shape> shapes_;
  std::vector<Arrow> arrows_;
};

}  // namespace cairn::plot
