#include <cairn/plot/chart_painter.h>
#include <cairn/plot/text.h>

#include <algorithm>
#include <cmath>

namespace cairn::plot {

/// Writes a small label, moved by `step` down (or up) until it stands on no other one.
void ChartPainter::put_label(double x, double y, const std::string& text, Anchor anchor,
                             Paint paint, double step) {
  TextStyle style;
  style.size = 11.5;
  style.paint = paint;
  style.anchor = anchor;
  style.halo = true;
  const double width = width_of(text, style);
  // Inside the axes, sideways.
  double from = anchor == Anchor::kStart    ? x
                : anchor == Anchor::kMiddle ? x - width / 2
                                            : x - width;
  const double inside = std::max(left_ + 2, std::min(right_ - 2 - width, from));
  x += inside - from;
  from = inside;
  const auto collides = [&] {
    return std::any_of(labels_.begin(), labels_.end(), [&](const Box& box) {
      return from < box.x + box.width && box.x < from + width && y - 11 < box.y + 2 &&
             box.y - 11 < y + 2;
    });
  };
  for (int tries = 0; tries < 8 && step != 0 && collides(); ++tries) y += step;
  labels_.push_back({from, y, width, 13});
  canvas_.text(x, y, text, style);
}

void ChartPainter::draw_reference(const Layer& layer) {
  const bool across = layer.kind == Kind::kHorizontal;
  const Scale& scale = across ? y_ : x_;
  const double value = across ? layer.y[0] : layer.x[0];
  if (!scale.contains(value)) return;
  const double at = scale.at(value);
  const Paint colour = paint(layer.style.colour_);
  Pen pen;
  pen.stroke = colour;
  pen.width = 1.3;
  pen.dash = layer.style.dash_;
  if (across) {
    canvas_.line(left_, at, right_, at, pen);
  } else {
    canvas_.line(at, top_, at, bottom_, pen);
  }
  if (layer.text.empty()) return;
  if (across) {
    const bool below = at - top_ < 16;
    put_label(right_ - 4, below ? at + 14 : at - 5, layer.text, Anchor::kEnd, colour,
              below ? 14 : -14);
  } else {
    const bool to_left = at > left_ + (right_ - left_) * 0.75;
    put_label(at + (to_left ? -6 : 6), top_ + 13, layer.text,
              to_left ? Anchor::kEnd : Anchor::kStart, colour, 14);
  }
}

void ChartPainter::draw_span_label(const Layer& layer) {
  if (layer.text.empty()) return;
  const bool along_x = layer.kind == Kind::kXSpan;
  const Scale& scale = along_x ? x_ : y_;
  const std::vector<double>& ends = along_x ? layer.x : layer.y;
  if (!scale.takes(ends[0]) || !scale.takes(ends[1])) return;
  const Paint colour = paint(layer.style.colour_);
  if (along_x) {
    const double a = std::max(left_, std::min(right_, x_.at(ends[0])));
    const double b = std::max(left_, std::min(right_, x_.at(ends[1])));
    put_label((a + b) / 2, top_ + 13, layer.text, Anchor::kMiddle, colour, 14);
  } else {
    const double upper = std::min(y_.at(ends[0]), y_.at(ends[1]));
    put_label(left_ + 6, std::max(top_, upper) + 13, layer.text, Anchor::kStart, colour,
              14);
  }
}

void ChartPainter::draw_annotation(const Layer& layer) {
  if (!x_.contains(layer.x[0]) || !y_.contains(layer.y[0])) return;
  const double x = x_.at(layer.x[0]), y = y_.at(layer.y[0]);
  double dx = layer.z[0];
  const double dy = layer.z[1];
  TextStyle style;
  style.size = 11.5;
  const double width = width_of(layer.text, style);
  if (dx > 0 && x + dx + width > right_) dx = -dx;
  const Anchor anchor = dx > 0   ? Anchor::kStart
                        : dx < 0 ? Anchor::kEnd
                                 : Anchor::kMiddle;
  if (std::hypot(dx, dy) > 18) {
    Pen pen;
    pen.stroke = Paint::kMuted;
    pen.width = 0.9;
    const double end = dx > 0 ? -3 : dx < 0 ? 3 : 0;
    canvas_.line(x, y, x + dx + end, y + dy + (dy > 0 ? -8 : dy < 0 ? 3 : -4), pen);
  }
  put_label(x + dx, y + dy, layer.text, anchor, Paint::kInk, 0);
}

}  // namespace cairn::plot
