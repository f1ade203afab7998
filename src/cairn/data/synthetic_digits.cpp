#include <cairn/data/synthetic_digits.h>

#include <algorithm>
#include <cmath>

#include <cairn/core/error.h>
#include <cairn/core/parallel.h>
#include <cairn/core/random.h>
#include <cairn/core/text.h>
#include <cairn/data/digit_strokes.h>

namespace cairn::data {
namespace {

constexpr int kSide = 28, kPixels = kSide * kSide;
constexpr float kGlyphHeight = 19;  // pixels, before scaling
constexpr std::size_t kMostPoints = 16;

/// A smooth random field of displacements over the image: random vectors on a coarse
/// grid, between them the uniform cubic B-spline, which never overshoots.
class ElasticField {
 public:
  ElasticField(Generator& random, double strength) {
    for (PenPoint& v : knots_) {
      v.x = static_cast<float>(random.normal() * strength);
      v.y = static_cast<float>(random.normal() * strength);
    }
  }

  PenPoint at(PenPoint p) const {
    float wx[4], wy[4];
    const int column = weights(p.x, wx), row = weights(p.y, wy);
    PenPoint sum{0, 0};
    for (int i = 0; i < 4; ++i) {
      for (int j = 0; j < 4; ++j) {
        const PenPoint& knot = knots_[(row + i) * kKnots + column + j];
        sum.x += wy[i] * wx[j] * knot.x;
        sum.y += wy[i] * wx[j] * knot.y;
      }
    }
    return sum;
  }

 private:
  static constexpr int kCells = 4, kKnots = kCells + 3;

  /// The cell that holds coordinate `value` and the spline's four weights there.
  static int weights(float value, float w[4]) {
    const float place =
        std::max(0.0f, std::min(value / kSide, 0.9999f)) * static_cast<float>(kCells);
    const int cell = static_cast<int>(place);
    const float t = place - static_cast<float>(cell), s = 1 - t;
    w[0] = s * s * s / 6;
    w[1] = (3 * t * t * t - 6 * t * t + 4) / 6;
    w[2] = (3 * s * s * s - 6 * s * s + 4) / 6;
    w[3] = t * t * t / 6;
    return cell;
  }

  PenPoint knots_[kKnots * kKnots];
};

/// Glyph coordinates to pixels: turned, scaled, sheared, shifted.
struct Affine {
  float xx, xy, yx, yy, dx, dy;

  static Affine random(Generator& g) {
    const double angle = g.uniform(-0.22, 0.22), shear = g.uniform(-0.28, 0.22);
    const double wide = g.uniform(0.62, 1.02), high = g.uniform(0.82, 1.12);
    const double c = std::cos(angle), s = std::sin(angle);
    Affine a;
    a.xx = static_cast<float>(c * wide * kGlyphHeight);
    a.xy = static_cast<float>((c * shear - s) * high * kGlyphHeight);
    a.yx = static_cast<float>(s * wide * kGlyphHeight);
    a.yy = static_cast<float>((s * shear + c) * high * kGlyphHeight);
    a.dx = static_cast<float>(kSide / 2.0 + g.uniform(-2, 2));
    a.dy = static_cast<float>(kSide / 2.0 + g.uniform(-2, 2));
    return a;
  }

  PenPoint operator()(PenPoint p) const {
    const float x = p.x - 0.5f, y = p.y - 0.5f;
    return {xx * x + xy * y + dx, yx * x + yy * y + dy};
  }
};

/// How far each pixel's centre lies from the nearest ink, squared.
class DistanceMap {
 public:
  DistanceMap() { std::fill(squared_, squared_ + kPixels, kFar); }

  void add_segment(PenPoint a, PenPoint b) {
    constexpr float kReach = 3.2f;  // no pen is wider
    const int x0 = clamp(std::min(a.x, b.x) - kReach),
              x1 = clamp(std::max(a.x, b.x) + kReach + 1);
    const int y0 = clamp(std::min(a.y, b.y) - kReach),
              y1 = clamp(std::max(a.y, b.y) + kReach + 1);
    const float dx = b.x - a.x, dy = b.y - a.y;
    const float inverse = 1 / std::max(1e-6f, dx * dx + dy * dy);
    for (int y = y0; y < y1; ++y) {
      const float py = static_cast<float>(y) + 0.5f - a.y;
      for (int x = x0; x < x1; ++x) {
        const float px = static_cast<float>(x) + 0.5f - a.x;
        const float t = std::max(0.0f, std::min(1.0f, (px * dx + py * dy) * inverse));
        const float ex = px - t * dx, ey = py - t * dy;
        float& nearest = squared_[y * kSide + x];
        nearest = std::min(nearest, ex * ex + ey * ey);
      }
    }
  }

  float squared(int pixel) const { return squared_[pixel]; }

 private:
  static constexpr float kFar = 1e9f;
  static int clamp(float v) {
    return static_cast<int>(std::max(0.0f, std::min(static_cast<float>(kSide), v)));
  }
  float squared_[kPixels];
};

/// The curve through p1 and p2 whose slopes there follow from their neighbours.
PenPoint catmull_rom(PenPoint p0, PenPoint p1, PenPoint p2, PenPoint p3, float t) {
  const auto mix = [t](float a, float b, float c, float d) {
    return b +
           0.5f * t *
               (c - a + t * (2 * a - 5 * b + 4 * c - d + t * (3 * (b - c) + d - a)));
  };
  return {mix(p0.x, p1.x, p2.x, p3.x), mix(p0.y, p1.y, p2.y, p3.y)};
}

/// Where a stroke's point number `i` came to lie; two strokes that share a point of the
/// glyph must share it here as well.
struct Placement {
  const Affine& affine;
  Generator hand;  // a copy: the same point gives the same tremble
  double tremble;

  PenPoint operator()(PenPoint p) const {
    Generator of_point = hand.fork(static_cast<std::uint64_t>(p.x * 1000) * 1000 +
                                   static_cast<std::uint64_t>(p.y * 1000));
    p.x += static_cast<float>(of_point.normal() * tremble);
    p.y += static_cast<float>(of_point.normal() * tremble);
    return affine(p);
  }
};

void draw_stroke(const PenStroke& stroke, const Placement& place,
                 const ElasticField& field, DistanceMap& map) {
  PenPoint points[kMostPoints];
  for (std::size_t i = 0; i < stroke.count; ++i) points[i] = place(stroke.points[i]);
  const auto bent = [&](PenPoint p) {
    const PenPoint move = field.at(p);
    return PenPoint{p.x + move.x, p.y + move.y};
  };
  constexpr int kPieces = 7;  // of each stretch between two points
  PenPoint before = bent(points[0]);
  for (std::size_t i = 0; i + 1 < stroke.count; ++i) {
    const PenPoint a = points[i], b = points[i + 1];
    const PenPoint left = i > 0 ? points[i - 1] : a;
    const PenPoint right = i + 2 < stroke.count ? points[i + 2] : b;
    for (int piece = 1; piece <= kPieces; ++piece) {
      const float t = static_cast<float>(piece) / kPieces;
      const PenPoint p = stroke.smooth
                             ? catmull_rom(left, a, b, right, t)
                             : PenPoint{a.x + t * (b.x - a.x), a.y + t * (b.y - a.y)};
      const PenPoint next = bent(p);
      map.add_segment(before, next);
      before = next;
    }
  }
}

/// Ink by distance from the pen's path, and noise that is nearly normal: the sum of the
/// four bytes of a random word has mean 510 and standard deviation 147.8.
void develop(const DistanceMap& map, Generator& random, std::uint8_t* out) {
  const float radius = static_cast<float>(random.uniform(0.75, 1.65));
  const float softness = static_cast<float>(random.uniform(0.45, 0.8));
  const float pressure = static_cast<float>(random.uniform(190, 255));
  const float noise = static_cast<float>(random.uniform(0, 11) / 147.8);
  std::uint32_t words[4] = {};
  const std::uint64_t first = random.reserve(kPixels / 4);
  for (int i = 0; i < kPixels; ++i) {
    if (i % 4 == 0) random.block(first + static_cast<std::uint64_t>(i / 4), words);
    const std::uint32_t w = words[i % 4];
    const auto sum =
        static_cast<int>((w & 255) + (w >> 8 & 255) + (w >> 16 & 255) + (w >> 24));
    const float squared = map.squared(i), reach = radius + softness;
    float ink = 0;
    if (squared < reach * reach) {
      ink = std::min(1.0f, (reach - std::sqrt(squared)) / (2 * softness));
    }
    const float level = ink * pressure + noise * static_cast<float>(sum - 510);
    out[i] = static_cast<std::uint8_t>(std::max(0.0f, std::min(255.0f, level + 0.5f)));
  }
}

/// Draws one sample from its own stream of random numbers; returns which digit it is.
int draw_digit(Generator random, std::uint8_t* out) {
  const int digit = static_cast<int>(random.below(10));
  const auto style = static_cast<std::size_t>(
      random.below(static_cast<std::int64_t>(glyph_styles(digit))));
  const Affine affine = Affine::random(random);
  const double tremble = random.uniform(0.005, 0.028);
  const ElasticField field(random, random.uniform(0.3, 1.7));
  const Placement place{affine, random.fork(1), tremble};
  DistanceMap map;
  const Glyph shape = glyph(digit, style);
  for (std::size_t i = 0; i < shape.count; ++i) {
    draw_stroke(shape.strokes[i], place, field, map);
  }
  develop(map, random, out);
  return digit;
}

}  // namespace

Digits synthetic_digits(std::int64_t count, std::uint64_t seed) {
  if (count < 0) {
    throw ValueError(detail::concat("synthetic_digits: ", count,
                                    " images were asked for; ask for 0 or more"));
  }
  Digits digits{empty({count, kSide, kSide}, u8), empty({count}, i64)};
  std::uint8_t* images = digits.images.data<std::uint8_t>();
  std::int64_t* labels = digits.labels.data<std::int64_t>();
  const Generator root(seed, /*stream=*/0x646967697473);  // "digits"
  parallel_for(count, 16, [&](std::int64_t begin, std::int64_t end) {
    for (std::int64_t i = begin; i < end; ++i) {
      labels[i] =
          draw_digit(root.fork(static_cast<std::uint64_t>(i)), images + i * kPixels);
    }
  });
  return digits;
}

}  // namespace cairn::data
