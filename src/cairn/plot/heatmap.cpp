#include <cairn/plot/canvas.h>
#include <cairn/plot/heatmap.h>
#include <cairn/plot/png.h>
#include <cairn/plot/text.h>
#include <cairn/plot/ticks.h>

#include <algorithm>
#include <cmath>
#include <utility>

namespace cairn::plot {
namespace {

constexpr double kEdge = 12, kTitleSize = 15, kNameSize = 11.5, kLabelSize = 12;
constexpr std::size_t kMostCells = 1600;  // beyond, one picture instead of many squares

double widest(const std::vector<std::string>& names) {
  double width = 0;
  for (const std::string& name : names) {
    width = std::max(width, text_width(name, kNameSize));
  }
  return width;
}

}  // namespace

/// Draws one Heatmap: the limits of colour, then names, cells and scale.
class HeatmapPainter {
 public:
  explicit HeatmapPainter(const Heatmap& map) : map_(map) {}
  std::string draw();

 private:
  void choose_strengths();
  void lay_out();
  void draw_cells();
  void draw_picture();
  void draw_names();
  void draw_scale();
  bool as_picture() const {
    return map_.decimals_ < 0 && map_.values_.size() > kMostCells;
  }
  double cell_x(std::size_t column) const {
    return left_ + cell_ * static_cast<double>(column);
  }
  double cell_y(std::size_t row) const {
    return top_ + cell_ * static_cast<double>(row);
  }

  const Heatmap& map_;
  Canvas canvas_;
  std::vector<double> strengths_;  // −1 … 1, NaN for an empty cell
  double low_ = 0, high_ = 1;
  double cell_ = 0, left_ = 0, top_ = 0, width_ = 0, height_ = 0;
  bool aslant_ = false, scale_ = false;
};

void HeatmapPainter::choose_strengths() {
  std::vector<double> shares = map_.values_;
  if (map_.row_share_) {
    for (std::size_t row = 0; row < map_.rows_; ++row) {
      double* values = shares.data() + row * map_.columns_;
      double sum = 0;
      for (std::size_t i = 0; i < map_.columns_; ++i) {
        if (std::isfinite(values[i])) sum += std::fabs(values[i]);
      }
      for (std::size_t i = 0; i < map_.columns_; ++i) values[i] /= sum > 0 ? sum : 1;
    }
  }
  low_ = high_ = 0;
  bool any = false;
  for (const double v : shares) {
    if (!std::isfinite(v)) continue;
    low_ = any ? std::min(low_, v) : v;
    high_ = any ? std::max(high_, v) : v;
    any = true;
  }
  if (map_.diverging_) {
    high_ = std::max(std::fabs(low_), std::fabs(high_));
    low_ = -high_;
  } else {
    low_ = std::min(low_, 0.0);
    if (map_.row_share_) high_ = 1;
  }
  if (map_.fixed_limits_) low_ = map_.low_, high_ = map_.high_;
  if (!(high_ > low_)) high_ = low_ + 1;
  for (double& v : shares) {
    if (!std::isfinite(v)) continue;
    const double share = v / (high_ - low_) - low_ / (high_ - low_);
    v = std::max(0.0, std::min(1.0, share));
    if (map_.diverging_) v = 2 * v - 1;
    // The eye should find one mistake in a hundred: the root lifts small shares.
    if (map_.row_share_ && v > 0) v = std::sqrt(v);
  }
  strengths_ = std::move(shares);
}

void HeatmapPainter::lay_out() {
  const double columns = static_cast<double>(map_.columns_);
  const double rows = static_cast<double>(map_.rows_);
  scale_ = map_.scale_ == -1 ? map_.decimals_ < 0 : map_.scale_ == 1;
  left_ = kEdge + (map_.y_label_.empty() ? 0 : 22) +
          (map_.row_names_.empty() ? 0 : widest(map_.row_names_) + 8);
  const double right = kEdge + (scale_ ? 64 : 6);
  cell_ = map_.cell_;
  if (!(cell_ > 0)) {
    const double most = map_.decimals_ >= 0 ? 44 : 32;
    cell_ =
        std::max(0.5, std::min({most, (640 - left_ - right) / columns, 640 / rows}));
    if (cell_ > 2) cell_ = std::floor(cell_);
  }
  top_ = kEdge;
  if (!map_.title_.empty()) {
    const double room = std::max(200.0, left_ + cell_ * columns + right - 2 * kEdge);
    top_ +=
        20 * static_cast<double>(wrap(map_.title_, room, kTitleSize, true).size()) + 6;
  }
  if (!map_.x_label_.empty()) top_ += 20;
  aslant_ = widest(map_.column_names_) > cell_ - 4;
  double overhang = 0;
  if (!map_.column_names_.empty()) {
    top_ += aslant_ ? widest(map_.column_names_) * 0.62 + 12 : 20;
    if (aslant_) {
      overhang = std::max(0.0, widest({map_.column_names_.back()}) * 0.8 - cell_ / 2);
    }
  }
  width_ = left_ + cell_ * columns + std::max(right, overhang + kEdge);
  height_ = top_ + cell_ * rows + kEdge;
  if (scale_) height_ = std::max(height_, top_ + 90 + kEdge);
  width_ = std::max(
      width_, 2 * kEdge + std::min(400.0, text_width(map_.title_, kTitleSize, true)));
}

void HeatmapPainter::draw_cells() {
  Pen hairline;
  hairline.stroke = Paint::kGrid;
  for (std::size_t row = 0; row < map_.rows_; ++row) {
    for (std::size_t column = 0; column < map_.columns_; ++column) {
      const std::size_t i = row * map_.columns_ + column;
      const double strength = strengths_[i];
      const double x = cell_x(column), y = cell_y(row);
      if (std::isfinite(strength) && std::fabs(strength) >= 0.005) {
        Pen pen;
        pen.fill = strength < 0 ? Paint::kBelow : Paint::kAbove;
        pen.opacity = std::fabs(strength);
        canvas_.rect(x, y, cell_, cell_, pen);
      }
      if (map_.decimals_ < 0 || !std::isfinite(map_.values_[i])) continue;
      const std::string text = fixed(map_.values_[i], map_.decimals_);
      TextStyle style;
      style.size = std::min(12.0, cell_ * 0.36);
      const double wide = text_width(text, style.size);
      if (wide > cell_ - 4) style.size *= (cell_ - 4) / wide;
      style.anchor = Anchor::kMiddle;
      style.paint = map_.values_[i] == 0 ? Paint::kMuted : Paint::kInk;
      canvas_.text(x + cell_ / 2, y + cell_ / 2 + style.size * 0.36, text, style);
    }
  }
  if (cell_ < 8) return;
  std::string lines;
  const double right = cell_x(map_.columns_), bottom = cell_y(map_.rows_);
  for (std::size_t column = 1; column < map_.columns_; ++column) {
    lines += "M" + coordinate(cell_x(column)) + " " + coordinate(top_) + "V" +
             coordinate(bottom);
  }
  for (std::size_t row = 1; row < map_.rows_; ++row) {
    lines += "M" + coordinate(left_) + " " + coordinate(cell_y(row)) + "H" +
             coordinate(right);
  }
  hairline.stroke = Paint::kPaper;
  if (!lines.empty()) canvas_.path(lines, hairline);
}

void HeatmapPainter::draw_picture() {
  std::vector<std::uint8_t> levels;
  for (const double strength : strengths_) levels.push_back(diverging_level(strength));
  const std::string png =
      encode_png(levels, map_.rows_, map_.columns_, diverging_palette());
  canvas_.image(left_, top_, cell_x(map_.columns_) - left_, cell_y(map_.rows_) - top_,
                png_data_uri(png));
}

void HeatmapPainter::draw_names() {
  TextStyle name;
  name.size = kNameSize;
  name.paint = Paint::kMuted;
  name.anchor = Anchor::kEnd;
  for (std::size_t row = 0; row < std::min(map_.rows_, map_.row_names_.size()); ++row) {
    canvas_.text(left_ - 8, cell_y(row) + cell_ / 2 + 4, map_.row_names_[row], name);
  }
  name.anchor = aslant_ ? Anchor::kStart : Anchor::kMiddle;
  name.angle = aslant_ ? -38 : 0;
  const std::size_t columns = std::min(map_.columns_, map_.column_names_.size());
  for (std::size_t column = 0; column < columns; ++column) {
    canvas_.text(cell_x(column) + cell_ / 2 + (aslant_ ? 2 : 0), top_ - 7,
                 map_.column_names_[column], name);
  }
  TextStyle label;
  label.size = kLabelSize;
  label.anchor = Anchor::kMiddle;
  const double middle = (left_ + cell_x(map_.columns_)) / 2;
  if (!map_.x_label_.empty()) {
    double y = top_ - 8;
    if (!map_.column_names_.empty()) {
      y -= aslant_ ? widest(map_.column_names_) * 0.62 + 12 : 20;
    }
    canvas_.text(middle, y, map_.x_label_, label);
  }
  label.angle = -90;
  if (!map_.y_label_.empty()) {
    canvas_.text(kEdge + 9, (top_ + cell_y(map_.rows_)) / 2, map_.y_label_, label);
  }
  TextStyle title;
  title.size = kTitleSize;
  title.bold = true;
  double y = kEdge + 14;
  for (const std::string& line :
       wrap(map_.title_, width_ - 2 * kEdge, kTitleSize, true)) {
    canvas_.text(kEdge, y, line, title);
    y += 20;
  }
}

void HeatmapPainter::draw_scale() {
  const double x = cell_x(map_.columns_) + 14;
  const double length = std::max(80.0, std::min(200.0, cell_y(map_.rows_) - top_));
  constexpr int kParts = 32;
  if (as_picture()) {
    std::vector<std::uint8_t> levels;
    for (int i = 2 * kSteps; i >= (map_.diverging_ ? 0 : kSteps); --i) {
      levels.push_back(static_cast<std::uint8_t>(i));
    }
    canvas_.image(
        x, top_, 10, length,
        png_data_uri(encode_png(levels, levels.size(), 1, diverging_palette())));
  }
  for (int i = 0; i < kParts && !as_picture(); ++i) {
    const double share = (i + 0.5) / kParts;
    const double strength = map_.diverging_ ? 2 * share - 1 : share;
    Pen pen;
    pen.fill = strength < 0 ? Paint::kBelow : Paint::kAbove;
    pen.opacity = std::fabs(strength);
    canvas_.rect(x, top_ + length * (1 - (i + 1.0) / kParts), 10, length / kParts, pen);
  }
  Pen frame;
  frame.stroke = Paint::kGrid;
  canvas_.rect(x, top_, 10, length, frame);
  TextStyle style;
  style.size = 10.5;
  style.paint = Paint::kMuted;
  style.rich = true;
  for (const Tick& tick : linear_ticks(low_, high_, static_cast<int>(length / 32))) {
    const double y = top_ + length * (1 - (tick.value - low_) / (high_ - low_));
    canvas_.text(x + 15, y + 3.6, tick.label, style);
  }
}

std::string HeatmapPainter::draw() {
  choose_strengths();
  lay_out();
  if (as_picture()) {
    draw_picture();
  } else {
    draw_cells();
  }
  Pen frame;
  frame.stroke = Paint::kGrid;
  canvas_.rect(left_, top_, cell_x(map_.columns_) - left_, cell_y(map_.rows_) - top_,
               frame);
  draw_names();
  if (scale_) draw_scale();
  return canvas_.document(map_.title_, map_.description_, width_, height_);
}

Heatmap::Heatmap(std::string title, std::string description, std::vector<double> values,
                 std::size_t rows, std::size_t columns)
    : Figure(std::move(title), std::move(description)),
      values_(std::move(values)),
      rows_(rows),
      columns_(columns) {
  const bool sane = rows >= 1 && columns >= 1 && rows <= 4096 && columns <= 4096;
  if (!sane || values_.size() != rows * columns) {
    throw Error("Heatmap: " + std::to_string(values_.size()) + " values for " +
                std::to_string(rows) + " rows of " + std::to_string(columns) +
                "; give rows × columns values, 1 to 4096 each way");
  }
}

Heatmap& Heatmap::title(std::string text) { return set_title(std::move(text)), *this; }
Heatmap& Heatmap::description(std::string text) {
  return set_description(std::move(text)), *this;
}
Heatmap& Heatmap::x_label(std::string text) {
  return x_label_ = std::move(text), *this;
}
Heatmap& Heatmap::y_label(std::string text) {
  return y_label_ = std::move(text), *this;
}
Heatmap& Heatmap::diverging() { return diverging_ = true, *this; }
Heatmap& Heatmap::colour_by_row_share() { return row_share_ = true, *this; }
Heatmap& Heatmap::scale(bool shown) { return scale_ = shown ? 1 : 0, *this; }

Heatmap& Heatmap::row_names(Names names) {
  if (names.size() != rows_) {
    throw Error("Heatmap::row_names: " + std::to_string(names.size()) + " names for " +
                std::to_string(rows_) + " rows");
  }
  return row_names_ = std::move(names), *this;
}

Heatmap& Heatmap::column_names(Names names) {
  if (names.size() != columns_) {
    throw Error("Heatmap::column_names: " + std::to_string(names.size()) +
                " names for " + std::to_string(columns_) + " columns");
  }
  return column_names_ = std::move(names), *this;
}

Heatmap& Heatmap::limits(double low, double high) {
  if (!(high > low) || !std::isfinite(high - low)) {
    throw Error(
        "Heatmap::limits: the upper end must lie above the lower end, and both "
        "must be finite");
  }
  low_ = low;
  high_ = high;
  fixed_limits_ = true;
  return *this;
}

Heatmap& Heatmap::show_values(int decimals) {
  if (decimals < 0 || decimals > 12) {
    throw Error("Heatmap::show_values: " + std::to_string(decimals) +
                " decimals; give 0 to 12");
  }
  return decimals_ = decimals, *this;
}

Heatmap& Heatmap::cell_size(double side) {
  if (!(side > 0 && side <= 1000)) {
    throw Error("Heatmap::cell_size: a side must be above 0 and at most 1000");
  }
  return cell_ = side, *this;
}

std::string Heatmap::svg() const { return HeatmapPainter(*this).draw(); }

}  // namespace cairn::plot
