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

/// Where everything stands, in picture units.
struct ImageGrid::Layout {
  std::size_t columns, rows;
  double image_width, image_height;  // of one image
  double step_x, step_y;             // from one image to the next
  double left, top, width, height;   // of the first image; of the whole
  std::vector<std::string> title;
};

ImageGrid::Layout ImageGrid::lay_out() const {
  Layout out;
  const std::size_t count = std::max<std::size_t>(1, images_.size());
  const double side = std::ceil(std::sqrt(static_cast<double>(count)));
  const std::size_t wanted =
      columns_ > 0 ? columns_
                   : std::min<std::size_t>(10, static_cast<std::size_t>(side));
  out.columns = std::min(wanted, count);
  out.rows = (count + out.columns - 1) / out.columns;
  out.left = kEdge;
  for (const std::string& name : row_names_) {
    out.left = std::max(out.left, kEdge + text_width(name, kCaptionSize) + 8);
  }
  const double wide = static_cast<double>(width_), high = static_cast<double>(height_);
  const double across = static_cast<double>(out.columns);
  double pixel = pixel_;
  if (!(pixel > 0)) {
    const double room = 640 - out.left - kEdge - kGap * (across - 1);
    pixel = std::max(0.5, std::min(room / across / wide, 96 / std::max(wide, high)));
  }
  bool captions = false;
  for (const Image& image : images_) captions = captions || !image.caption.empty();
  out.image_width = wide * pixel;
  out.image_height = high * pixel;
  out.step_x = out.image_width + kGap;
  out.step_y = out.image_height + (captions ? 20 : kGap);
  const double least =
      2 * kEdge + std::min(420.0, text_width(title_, kTitleSize, true));
  out.width = std::max(out.left + out.step_x * across - kGap + kEdge, least);
  out.title = wrap(title_, out.width - 2 * kEdge, kTitleSize, true);
  out.top = kEdge;
  if (!out.title.empty()) out.top += 20 * static_cast<double>(out.title.size()) + 6;
  out.height = out.top + out.step_y * static_cast<double>(out.rows) + kEdge -
               (captions ? 4 : kGap);
  return out;
}

std::string ImageGrid::svg() const {
  const Layout at = lay_out();
  Canvas canvas;
  TextStyle heading, name;
  heading.size = kTitleSize;
  heading.bold = true;
  for (std::size_t i = 0; i < at.title.size(); ++i) {
    canvas.text(kEdge, kEdge + 14 + 20 * static_cast<double>(i), at.title[i], heading);
  }
  name.size = kCaptionSize;
  name.paint = Paint::kMuted;
  name.anchor = Anchor::kEnd;
  for (std::size_t row = 0; row < std::min(at.rows, row_names_.size()); ++row) {
    const double middle =
        at.top + at.step_y * static_cast<double>(row) + at.image_height / 2;
    canvas.text(at.left - 8, middle + 4, row_names_[row], name);
  }
  Pen frame;
  frame.stroke = Paint::kGrid;
  for (std::size_t i = 0; i < images_.size(); ++i) {
    const Image& image = images_[i];
    const std::size_t row = i / at.columns, column = i % at.columns;
    const double x = at.left + at.step_x * static_cast<double>(column);
    const double y = at.top + at.step_y * static_cast<double>(row);
    canvas.image(x, y, at.image_width, at.image_height, data_uri(image));
    canvas.rect(x - 0.5, y - 0.5, at.image_width + 1, at.image_height + 1, frame);
    if (image.caption.empty()) continue;
    TextStyle caption;
    caption.anchor = Anchor::kMiddle;
    caption.size = kCaptionSize;
    const double text = text_width(image.caption, kCaptionSize);
    if (text > at.step_x - 2) caption.size *= std::max(0.6, (at.step_x - 2) / text);
    caption.paint = image.mark == Colour::kAuto ? Paint::kMuted : paint(image.mark);
    caption.bold = image.mark != Colour::kAuto;
    canvas.text(x + at.image_width / 2, y + at.image_height + 13, image.caption,
                caption);
  }
  return canvas.document(title_, description_, at.width, at.height);
}

}  // namespace cairn::plot
