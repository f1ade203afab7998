#pragma once

#include <cairn/export.h>

#include <stdexcept>
#include <string>

/// \file
/// What every picture of `cairn::plot` has in common: it becomes an SVG text, it can be
/// saved, and it knows how to look right on a light page and on a dark one.
///
/// **Colours.** A figure names no fixed colour. It asks for these CSS variables and has
/// a light and a dark default for each (chosen by `prefers-color-scheme`), so that a
/// file opened alone reads well in both. A page that holds the SVG inline and sets a
/// variable on any ancestor wins over the defaults:
///
/// | variable | used for |
/// |---|---|
/// | `--cairn-ink` | titles, values, strokes of diagrams |
/// | `--cairn-muted` | axis lines, tick labels, secondary text |
/// | `--cairn-grid` | grid lines, hairlines around images |
/// | `--cairn-paper` | the page behind: halos around text and points |
/// | `--cairn-below`, `--cairn-above` | heat map cells below and above zero |
/// | `--cairn-1` … `--cairn-8` | data, from `Colour::kBlue` to `Colour::kGrey` |
///
/// Inside a page the background is transparent. A file that stands alone or is shown by
/// `<img>` cannot see the page's colours, so there it lies on its own paper. All style
/// rules are scoped to `.cairn-plot`, the class of the root element, so any number of
/// figures can share a page.
///
/// **Output** is a function of the input alone: no clock, no locale, no random ids. The
/// same calls give the same bytes on every machine.

namespace cairn::plot {

/// Thrown for a figure that cannot be drawn or saved; the text says why and the mend.
class CAIRN_API Error : public std::runtime_error {
 public:
  using std::runtime_error::runtime_error;
};

/// Colours by role. The eight hues are told apart by readers with any of the common
/// kinds of colour blindness, in light and in dark.
enum class Colour {
  kAuto = 0,    ///< the next hue that the figure has not used yet
  kBlue = 1,    ///< the first hue
  kOrange = 2,  ///< the second
  kGreen = 3,   ///< the third
  kPurple = 4,  ///< the fourth
  kSky = 5,     ///< the fifth
  kRed = 6,     ///< the sixth
  kGold = 7,    ///< the seventh
  kGrey = 8,    ///< the eighth
  kInk = 9,     ///< the colour of text
  kMuted = 10,  ///< the colour of axes
};

/// The hue of class `label` (0 is blue, 1 orange, …; after the eighth they repeat).
CAIRN_API Colour class_colour(int label);

/// How a line is broken.
enum class Dash {
  kSolid,   ///< not at all
  kDashed,  ///< into dashes
  kDotted   ///< into points
};

/// Base of Chart, Heatmap, ImageGrid and Diagram.
class CAIRN_API Figure {
 public:
  virtual ~Figure();

  /// The picture as a complete SVG document, which can also stand inside an HTML page.
  virtual std::string svg() const = 0;

  /// Writes `svg()` to the file `path`. Throws Error naming the path if it cannot.
  void save(const std::string& path) const;

 protected:
  /// `description` is what someone who cannot see the figure is told: say what is to be
  /// seen in it, not only what it is. Throws Error if it is empty.
  Figure(std::string title, std::string description);
  /// Figures are values; only this base cannot be copied alone.
  ///@{
  Figure(const Figure&) = default;
  Figure(Figure&&) = default;
  Figure& operator=(const Figure&) = default;
  Figure& operator=(Figure&&) = default;
  ///@}

  /// Replaces what the constructor was given. Throws Error if the description is empty.
  ///@{
  void set_title(std::string title);
  void set_description(std::string description);
  ///@}

  std::string title_;        ///< stands above the picture
  std::string description_;  ///< stands for the picture
};

}  // namespace cairn::plot
