#pragma once

#include <cstddef>

namespace cairn::data {

/// A point of a glyph: x to the right and y downwards, the glyph's box is about [0,
/// 1]².
struct PenPoint {
  float x, y;
};

/// One movement of the pen: through the points in straight pieces, or on the smooth
/// curve that passes through all of them (Catmull and Rom, 1974).
struct PenStroke {
  const PenPoint* points;
  std::size_t count;
  bool smooth;
};

/// One way of writing a digit.
struct Glyph {
  const PenStroke* strokes;
  std::size_t count;
};

/// How many ways of writing `digit` there are, and the one numbered `style` (internal).
std::size_t glyph_styles(int digit);
Glyph glyph(int digit, std::size_t style);

}  // namespace cairn::data
