#pragma once

#include <cairn/plot/figure.h>

#include <string>
#include <string_view>

/// \file
/// The sheet that figures draw on (internal): a few shapes in the theme's colours.

namespace cairn::plot {

/// The theme's colours; the first eleven agree with Colour.
enum class Paint {
  kNone = 0,
  kFirst = 1,
  kLast = 8,
  kInk = 9,
  kMuted = 10,
  kGrid = 11,
  kPaper = 12,
  kBelow = 13,  ///< values below zero in a heat map
  kAbove = 14   ///< values above zero
};
constexpr int kPaintCount = 15;

inline Paint paint(Colour colour) { return static_cast<Paint>(colour); }

/// The same for pictures made of pixels, which know no theme: between light and dark.
struct Rgb {
  unsigned char red, green, blue;
};
constexpr Rgb kBelowZero{0xD8, 0x7A, 0x22}, kAboveZero{0x35, 0x8B, 0xC8};

struct Pen {
  Paint fill = Paint::kNone;
  Paint stroke = Paint::kNone;
  double width = 1;
  double opacity = 1;
  Dash dash = Dash::kSolid;
};

enum class Anchor { kStart, kMiddle, kEnd };

struct TextStyle {
  double size = 12;
  Paint paint = Paint::kInk;
  Anchor anchor = Anchor::kStart;
  bool bold = false;
  bool halo = false;  ///< an edge in the paper's colour, for text on top of data
  bool rich = false;  ///< understands _ and ^, see rich_runs
  double angle = 0;   ///< degrees, clockwise
};

/// The text width of a string in a style.
double width_of(std::string_view text, const TextStyle& style);

class Canvas {
 public:
  void line(double x1, double y1, double x2, double y2, const Pen& pen);
  void rect(double x, double y, double width, double height, const Pen& pen,
            double corner = 0);
  void circle(double x, double y, double radius, const Pen& pen);
  /// `data` is the path's "d"; `crisp` turns off smoothing of edges.
  void path(const std::string& data, const Pen& pen, bool crisp = false);
  /// The marker of a series: a circle, square, triangle, diamond, … (`shape` modulo 6).
  void marker(double x, double y, double radius, int shape, const Pen& pen);
  /// `y` is the base line.
  void text(double x, double y, std::string_view content, const TextStyle& style);
  /// A picture given as data URI; pixels stay square unless `smooth`.
  void image(double x, double y, double width, double height, const std::string& uri,
             bool smooth = false);
  /// What follows, up to `end_clip`, shows only inside this rectangle.
  void begin_clip(double x, double y, double width, double height);
  void end_clip();
  /// The arrow's head whose tip is at (x, y) and which points along (dx, dy).
  void arrow_head(double x, double y, double dx, double dy, double size,
                  const Pen& pen);

  /// The whole document.
  std::string document(const std::string& title, const std::string& description,
                       double width, double height) const;

 private:
  std::string attributes(const Pen& pen);
  std::string use(char kind, Paint paint);
  std::string style_sheet() const;

  std::string body_;
  bool fill_used_[kPaintCount] = {}, stroke_used_[kPaintCount] = {};
  bool halo_used_ = false;
};

}  // namespace cairn::plot
