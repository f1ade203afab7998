#pragma once

#include <string>
#include <string_view>
#include <vector>

/// \file
/// Text of pictures (internal): numbers that look the same under every locale,
/// escaping, and an estimate of how wide a text will be, since no font is at hand when
/// we write.

namespace cairn::plot {

/// A coordinate: at most two decimals, no trailing zeros.
std::string coordinate(double value);

/// A number to be read: `decimals` places and a true minus sign.
std::string fixed(double value, int decimals);

/// A number to be read, three significant digits or so: 0.0123, 4.57, 1
/// 230, 2.5×10^{9}. Rich text, see `Run`.
std::string readable(double value);

/// Text as it may stand between tags or in an attribute. Bytes that are no UTF-8 and
/// characters that XML refuses become U+FFFD.
std::string escape(std::string_view text);

/// A piece of rich text: level −1 is lowered, +1 raised.
struct Run {
  std::string text;
  int level = 0;
};

/// Splits "W_1" or "10^{−3}" into runs; a backslash takes the next character as it is.
std::vector<Run> rich_runs(std::string_view markup);

/// Width in picture units of a plain text in a sans-serif face of this size.
double text_width(std::string_view text, double size, bool bold = false);
double rich_width(std::string_view markup, double size);

/// Cuts a text into lines no wider than `width`, at spaces and at line breaks.
std::vector<std::string> wrap(std::string_view text, double width, double size,
                              bool bold = false);
std::vector<std::string> split_lines(std::string_view text);

}  // namespace cairn::plot
