#include <cairn/plot/canvas.h>
#include <cairn/plot/image_grid.h>
#include <cairn/plot/png.h>
#include <cairn/plot/text.h>

#include <algorithm>
#include <cmath>
#include <utility>

namespace cairn::plot {
namespace {

constexpr double kEdge = 12, kTitleSize = 15, kCaptionSize = 11.5, kGap = 8;

}  // namespace

ImageGrid::ImageGrid(std::string title, std::string description, std::size_t height,
                     std::size_t width)
    : Figure(std::move(title), std::move(description)), height_(height), width_(width) {
  if (height == 0 || width == 0 || height > 4096 || width > 4096) {
    throw Error("ImageGrid: images of " + std::to_string(height) + " × " +
                std::to_string(width) + " pixels; a side is 1 to 4096");
  }
}

ImageGrid& ImageGrid::title(std::string text) {
  return set_title(std::move(text)), *this;
}
ImageGrid& ImageGrid::description(std::string text) {
  return set_description(std::move(text)), *this;
}
ImageGrid& ImageGrid::columns(std::size_t count) { return columns_ = count, *this; }
ImageGrid& ImageGrid::autoscale() { return autoscale_ = true, *this; }
ImageGrid& ImageGrid::diverging() { return diverging_ = true, *this; }
ImageGrid& ImageGrid::row_names(std::vector<std::string> names) {
  return row_names_ = std::move(names), *this;
}

ImageGrid& ImageGrid::pixel_size(double side) {
  if (!(side > 0 && side <= 1000)) {
    throw Error("ImageGrid::pixel_size: a side must be above 0 and at most 1000");
  }
  return pixel_ = side, *this;
}

template <typename T>
ImageGrid& ImageGrid::append(const T* pixels, float scale, std::string caption,
                             Colour mark) {
  Image image;
  image.pixels.resize(height_ * width_);
  for (std::size_t i = 0; i < image.pixels.size(); ++i) {
    image.pixels[i] = static_cast<float>(pixels[i]) * scale;
  }
  image.caption = std::move(caption);
  image.mark = mark;
  images_.push_back(std::move(image));
  return *this;
}

ImageGrid& ImageGrid::add(const double* pixels, std::string caption, Colour mark) {
  return append(pixels, 1, std::move(caption), mark);
}
ImageGrid& ImageGrid::add(const float* pixels, std::string caption, Colour mark) {
  return append(pixels, 1, std::move(caption), mark);
}
ImageGrid& ImageGrid::add(const std::uint8_t* pixels, std::string caption,
                          Colour mark) {
  return append(pixels, 1 / 255.0f, std::move(caption), mark);
}

std::string ImageGrid::data_uri(const Image& image) const {
  float low = 0, high = 1;
  if (autoscale_ || diverging_) {
    bool any = false;
    for (const float v : image.pixels) {
      if (!std::isfinite(v)) continue;
      low = any ? std::min(low, v) : v;
      high = any ? std::max(high, v) : v;
      any = true;
    }
  }
  std::vector<std::uint8_t> bytes;
  bytes.reserve(image.pixels.size());
  if (diverging_) {
    const float reach = std::max(std::fabs(low), std::fabs(high));
    for (const float v : image.pixels) {
      bytes.push_back(diverging_level(reach > 0 ? v / reach : 0));
    }
    return png_data_uri(encode_png(bytes, height_, width_, diverging_palette()));
  }
  const float range = high > low ? high - low : 1;
  for (const float v : image.pixels) {
    const float share = (v - low) / range;
    const float clamped = share > 0 ? std::min(share, 1.0f) : 0.0f;  // NaN becomes 0
    bytes.push_back(static_cast<std::uint8_t>(std::lround(clamped * 255)));
  }
  return png_data_uri(encode_png(bytes, height_, width_));
}

std::string ImageGrid::svg() const {
  const std::size_t count = images_.size();
  std::size_t columns = columns_;
  if (columns == 0) {
    const auto side =
        std::ceil(std::sqrt(static_cast<double>(std::max<std::size_t>(1, count))));
    columns = std::min<std::size_t>(10, static_cast<std::size_t>(side));
  }
  columns =
      std::max<std::size_t>(1, std::min(columns, std::max<std::size_t>(1, count)));
  const std::size_t rows = (count + columns - 1) / columns;
  double names = 0;
  for (const std::string& name : row_names_) {
    names = std::max(names, text_width(name, kCaptionSize) + 8);
  }
  const double wide = static_cast<double>(width_), high = static_cast<double>(height_);
  const double across = static_cast<double>(columns);
  double pixel = pixel_;
  if (!(pixel > 0)) {
    const double room = 640 - 2 * kEdge - names - kGap * (across - 1);
    pixel = std::max(0.5, std::min(room / across / wide, 96 / std::max(wide, high)));
  }
  bool captions = false;
  for (const Image& image : images_) captions = captions || !image.caption.empty();
  const double cell_x = wide * pixel + kGap;
  const double cell_y = high * pixel + (captions ? 20 : kGap);
  const double least =
      2 * kEdge + std::min(420.0, text_width(title_, kTitleSize, true));
  const double left = kEdge + names;
  const double width = std::max(left + cell_x * across - kGap + kEdge, least);
  double top = kEdge;
  Canvas canvas;
  TextStyle heading;
  heading.size = kTitleSize;
  heading.bold = true;
  for (const std::string& line : wrap(title_, width - 2 * kEdge, kTitleSize, true)) {
    canvas.text(kEdge, top + 14, line, heading);
    top += 20;
  }
  if (top > kEdge) top += 6;
  Pen frame;
  frame.stroke = Paint::kGrid;
  for (std::size_t i = 0; i < count; ++i) {
    const Image& image = images_[i];
    const double x = left + cell_x * static_cast<double>(i % columns);
    const double y = top + cell_y * static_cast<double>(i / columns);
    canvas.image(x, y, wide * pixel, high * pixel, data_uri(image));
    canvas.rect(x - 0.5, y - 0.5, wide * pixel + 1, high * pixel + 1, frame);
    if (image.caption.empty()) continue;
    TextStyle caption;
    caption.anchor = Anchor::kMiddle;
    caption.size = kCaptionSize;
    const double text = text_width(image.caption, kCaptionSize);
    if (text > cell_x - 2) caption.size *= std::max(0.6, (cell_x - 2) / text);
    caption.paint = image.mark == Colour::kAuto ? Paint::kMuted : paint(image.mark);
    caption.bold = image.mark != Colour::kAuto;
    canvas.text(x + wide * pixel / 2, y + high * pixel + 13, image.caption, caption);
  }
  TextStyle name;
  name.size = kCaptionSize;
  name.paint = Paint::kMuted;
  name.anchor = Anchor::kEnd;
  for (std::size_t row = 0; row < std::min(rows, row_names_.size()); ++row) {
    canvas.text(left - 8,
                top + cell_y * static_cast<double>(row) + high * pixel / 2 + 4,
                row_names_[row], name);
  }
  const double height =
      top + cell_y * static_cast<double>(rows) + kEdge - (captions ? 4 : kGap);
  return canvas.document(title_, description_, width, std::max(height, top + kEdge));
}

}  // namespace cairn::plot
