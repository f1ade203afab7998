// Draws handwritten-looking digits: each is a few strokes on the unit square, bent by
// a random affine map, rendered at 28×28 with a soft pen and a little noise. It is what
// the image chapters fall back on when no data set is installed.
#pragma once

#include <algorithm>
#include <cmath>
#include <cstddef>
#include <vector>

#include "01-linear-regression/random.h"
#include "02-logistic-regression/images.h"

namespace ch02 {

struct Point {
  double x, y;  // x to the right, y down, the square is [0, 1]²
};
using Stroke = std::vector<Point>;

// Part of an ellipse; angles in degrees, 0 = right, 90 = down.
inline Stroke arc(double cx, double cy, double rx, double ry, double from, double to) {
  constexpr int kSteps = 14;
  constexpr double kRadians = 3.14159265358979323846 / 180;
  Stroke stroke;
  for (int i = 0; i <= kSteps; ++i) {
    const double angle = (from + (to - from) * i / kSteps) * kRadians;
    stroke.push_back({cx + rx * std::cos(angle), cy + ry * std::sin(angle)});
  }
  return stroke;
}

inline std::vector<Stroke> strokes_of(int digit) {
  switch (digit) {
    case 0:
      return {arc(0.5, 0.5, 0.27, 0.4, 0, 360)};
    case 1:
      return {{{0.36, 0.24}, {0.52, 0.1}, {0.52, 0.9}}};
    case 2:
      return {arc(0.5, 0.33, 0.25, 0.23, 190, 395),
              {{0.7, 0.46}, {0.25, 0.9}},
              {{0.25, 0.9}, {0.77, 0.9}}};
    case 3:
      return {arc(0.47, 0.3, 0.23, 0.2, 200, 450), arc(0.47, 0.7, 0.26, 0.2, 270, 520)};
    case 4:
      return {{{0.62, 0.9}, {0.62, 0.1}, {0.22, 0.63}, {0.8, 0.63}}};
    case 5:
      return {{{0.72, 0.1}, {0.34, 0.1}, {0.3, 0.48}},
              arc(0.48, 0.65, 0.26, 0.25, 225, 505)};
    case 6:
      return {arc(0.78, 0.62, 0.52, 0.54, 245, 180),
              arc(0.5, 0.68, 0.24, 0.22, 0, 360)};
    case 7:
      return {{{0.22, 0.12}, {0.78, 0.12}, {0.42, 0.9}}};
    case 8:
      return {arc(0.5, 0.3, 0.2, 0.19, 0, 360), arc(0.5, 0.69, 0.25, 0.21, 0, 360)};
    default:
      return {arc(0.5, 0.33, 0.23, 0.22, 0, 360),
              {{0.73, 0.33}, {0.7, 0.6}, {0.58, 0.9}}};
  }
}

inline double distance_to_segment(Point p, Point a, Point b) {
  const double dx = b.x - a.x, dy = b.y - a.y;
  const double length2 = std::max(dx * dx + dy * dy, 1e-12);
  const double along = ((p.x - a.x) * dx + (p.y - a.y) * dy) / length2;
  const double t = std::clamp(along, 0.0, 1.0);
  return std::hypot(p.x - a.x - t * dx, p.y - a.y - t * dy);
}

// A little turn, slant, stretch and shift about the middle of the square, and a
// small wobble of every point, so that no two digits are alike.
inline void distort(std::vector<Stroke>& strokes, ch01::Random& random) {
  const double turn = random.uniform(-0.35, 0.35), slant = random.uniform(-0.35, 0.35);
  const double wide = random.uniform(0.6, 1.0), tall = random.uniform(0.65, 1.0);
  const double right = random.uniform(-0.1, 0.1), down = random.uniform(-0.1, 0.1);
  const double c = std::cos(turn), s = std::sin(turn);
  for (Stroke& stroke : strokes) {
    const double wobble_x = 0.025 * random.normal(), wobble_y = 0.025 * random.normal();
    for (Point& p : stroke) {
      const double y = (p.y - 0.5) * tall;
      const double x = (p.x - 0.5) * wide - slant * y;
      p = {0.5 + right + wobble_x + c * x - s * y,
           0.5 + down + wobble_y + s * x + c * y};
    }
  }
}

// White where the pen passed, fading over about one pixel at the stroke's edge.
inline void render(const std::vector<Stroke>& strokes, double pen, std::size_t side,
                   double* pixels) {
  const double pixel = 1.0 / static_cast<double>(side);
  for (std::size_t row = 0; row < side; ++row)
    for (std::size_t col = 0; col < side; ++col) {
      const Point here{(static_cast<double>(col) + 0.5) * pixel,
                       (static_cast<double>(row) + 0.5) * pixel};
      double nearest = 1e9;
      for (const Stroke& stroke : strokes)
        for (std::size_t i = 1; i < stroke.size(); ++i)
          nearest =
              std::min(nearest, distance_to_segment(here, stroke[i - 1], stroke[i]));
      pixels[row * side + col] = std::clamp((pen - nearest) / pixel + 0.5, 0.0, 1.0);
    }
}

// `count` digits, each class equally often, in random order.
inline Images draw_digits(std::size_t count, ch01::Random& random) {
  constexpr std::size_t kSide = 28;
  Images images{count, kSide, kSide, std::vector<double>(count * kSide * kSide), {}};
  for (std::size_t i = 0; i < count; ++i)
    images.labels.push_back(static_cast<int>(i % 10));
  random.shuffle(images.labels);
  for (std::size_t i = 0; i < count; ++i) {
    double* pixels = &images.pixels[i * kSide * kSide];
    std::vector<Stroke> strokes = strokes_of(images.labels[i]);
    distort(strokes, random);
    render(strokes, random.uniform(0.03, 0.06), kSide, pixels);
    for (std::size_t p = 0; p < kSide * kSide; ++p)
      pixels[p] = std::clamp(pixels[p] + 0.15 * random.normal(), 0.0, 1.0);
  }
  return images;
}

}  // namespace ch02
