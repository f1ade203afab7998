#pragma once

#include <cairn/plot/figure.h>

#include <cstddef>
#include <string>
#include <vector>

namespace cairn::plot {

/// How a series is drawn. Every setter returns the style, so that they chain:
/// `SeriesStyle().colour(Colour::kRed).dash(Dash::kDashed)`.
class CAIRN_API SeriesStyle {
 public:
  /// Colour (default: the next hue that is free) and kind of line (default: solid).
  ///@{
  SeriesStyle& colour(Colour value);
  SeriesStyle& dash(Dash value);
  ///@}
  /// Line width in picture units (default 2).
  SeriesStyle& width(double value);
  /// Radius of a point in picture units (default 3.2).
  SeriesStyle& radius(double value);
  /// 0 (invisible) to 1.
  SeriesStyle& opacity(double value);
  /// Draws a point at each value of a line, too.
  SeriesStyle& markers(bool value = true);

 private:
  friend class Chart;
  friend class ChartPainter;
  Colour colour_ = Colour::kAuto;
  Dash dash_ = Dash::kSolid;
  double width_ = 2;
  double radius_ = 3.2;
  double opacity_ = 1;
  bool markers_ = false;
};

/// A regular grid of cells over a rectangle of the plane, for `Chart::regions` and
/// `Chart::heat`. Cell (column, row) has its centre at (x(column), y(row)); row 0 is
/// the lowest. Values for a grid are listed row after row: index = row · columns +
/// column.
struct CAIRN_API Grid {
  /// The rectangle.
  ///@{
  double x_low, x_high, y_low, y_high;
  ///@}
  /// How many cells it has across and up.
  ///@{
  std::size_t columns, rows;
  ///@}

  /// Where the centre of a cell is.
  ///@{
  double x(std::size_t column) const;
  double y(std::size_t row) const;
  ///@}
  /// How many cells there are.
  std::size_t size() const { return columns * rows; }
};

/// Lines, points, bars, bands and maps on one pair of axes.
///
/// \code
/// Chart("Learning curve", "Training loss falls from 2.3 to 0.3 in ten epochs.")
///     .x_label("epoch").y_label("loss")
///     .series(train_loss, "train")
///     .series(validation_loss, "validation")
///     .save("loss.svg");
/// \endcode
///
/// Layers are drawn in the order they are added, maps and spans behind all others. A
/// value that is NaN or infinite (or not positive, on a logarithmic axis) is left out
/// and breaks its line. Series with a name appear in a legend above the axes, where it
/// covers nothing. An empty series is fine. Coordinate lists of different lengths throw
/// Error.
class CAIRN_API Chart : public Figure {
 public:
  using Values = std::vector<double>;      ///< numbers, one for each point
  using Names = std::vector<std::string>;  ///< texts, one for each class or position

  /// An empty chart. Throws Error if the description is empty.
  Chart(std::string title, std::string description);

  /// Replaces what the constructor was given.
  ///@{
  Chart& title(std::string text);
  Chart& description(std::string text);
  ///@}
  /// What the axes are.
  ///@{
  Chart& x_label(std::string text);
  Chart& y_label(std::string text);
  ///@}
  /// Size of the whole picture in picture units (default 640 × 400).
  Chart& size(double width, double height);
  /// Logarithmic axes, base 10.
  ///@{
  Chart& log_x();
  Chart& log_y();
  ///@}
  /// Fixed ends of an axis; without them the data decides. What lies outside is cut
  /// off.
  ///@{
  Chart& x_limits(double low, double high);
  Chart& y_limits(double low, double high);
  ///@}
  /// Names for the positions 0, 1, 2, … of the x axis instead of numbers.
  Chart& x_categories(Names names);
  /// The same length for one unit in x and in y (for points in a plane).
  Chart& equal_aspect();
  /// Whether there is a legend (there is, where a series has a name).
  Chart& legend(bool shown);

  /// A line through (x[i], y[i]).
  Chart& line(Values x, Values y, std::string name = "", SeriesStyle style = {});
  /// A line through (1, y[0]), (2, y[1]), …: one value an epoch.
  Chart& series(Values y, std::string name = "", SeriesStyle style = {});
  /// One point at each (x[i], y[i]).
  Chart& points(Values x, Values y, std::string name = "", SeriesStyle style = {});
  /// Points coloured and shaped by class. `labels[i]` ≥ 0; `names[c]` is what the
  /// legend calls class c (no names: no legend).
  Chart& points_by_class(Values x, Values y, std::vector<int> labels, Names names = {},
                         SeriesStyle style = {});
  /// Bars from 0 to heights[i] at positions 0, 1, 2, …. Several series stand side by
  /// side.
  Chart& bars(Values heights, std::string name = "", SeriesStyle style = {});
  /// How many of `values` fall into each of `bins` equal intervals.
  Chart& histogram(const Values& values, std::size_t bins, std::string name = "",
                   SeriesStyle style = {});
  /// The area between (x[i], low[i]) and (x[i], high[i]), shaded.
  Chart& band(Values x, Values low, Values high, std::string name = "",
              SeriesStyle style = {});
  /// A shaded strip over the whole height from x = from to x = to; likewise over the
  /// width.
  ///@{
  Chart& x_span(double from, double to, std::string label = "",
                Colour colour = Colour::kMuted);
  Chart& y_span(double from, double to, std::string label = "",
                Colour colour = Colour::kMuted);
  ///@}
  /// Reference lines across the whole picture, with a small label at their end.
  ///@{
  Chart& horizontal_line(double y, std::string label = "",
                         Colour colour = Colour::kMuted, Dash dash = Dash::kDashed);
  Chart& vertical_line(double x, std::string label = "", Colour colour = Colour::kMuted,
                       Dash dash = Dash::kDashed);
  ///@}
  /// A short text at a point; `dx`, `dy` move it, in picture units (y downwards), and
  /// draw a thin leader when they move it far.
  Chart& annotate(double x, double y, std::string text, double dx = 8, double dy = -8);
  /// An arrow from one point of the plane to another.
  Chart& arrow(double x0, double y0, double x1, double y1,
               Colour colour = Colour::kInk);
  /// Cells tinted by class, as behind a decision boundary. `labels` has grid.size()
  /// entries; a negative one leaves its cell empty.
  Chart& regions(Grid grid, std::vector<int> labels);
  /// Cells tinted by value, smoothly: orange below `middle`, nothing at it, blue above;
  /// strongest at a distance of `reach` from it (0: the largest in the data).
  Chart& heat(Grid grid, Values values, double middle = 0, double reach = 0);
  /// Level lines of a function sampled at the cells' centres.
  Chart& contour(Grid grid, const Values& values, const Values& levels,
                 std::string name = "", SeriesStyle style = {});

  std::string svg() const override;

 private:
  friend class ChartPainter;

  enum class Kind {
    kLine,
    kPoints,
    kBars,
    kHistogram,
    kBand,
    kXSpan,
    kYSpan,
    kHorizontal,
    kVertical,
    kText,
    kArrow,
    kRegions,
    kHeat
  };
  /// One thing drawn; which members matter depends on the kind.
  struct Layer {
    Kind kind;
    std::string text;  // legend name, or the label itself
    SeriesStyle style;
    Values x, y, z;
    std::vector<int> labels;
    Grid grid{0, 1, 0, 1, 0, 0};
    double middle = 0, reach = 0;
    int shape = 0;  // which marker
  };
  struct Axis {
    std::string label;
    bool log = false, fixed = false;
    double low = 0, high = 1;
  };

  Layer& add(Kind kind, std::string text, SeriesStyle style);
  Colour next_colour();

  Axis x_axis_, y_axis_;
  Names categories_;
  double width_ = 640, height_ = 400;
  bool equal_aspect_ = false, legend_ = true;
  int colours_used_ = 0;
  std::vector<Layer> layers_;
};

}  // namespace cairn::plot
