#pragma once

#include <cairn/plot/figure.h>

#include <cstddef>
#include <cstdint>
#include <string>
#include <vector>

namespace cairn::plot {

/// Small grey images in rows and columns, pixels crisp, each with a caption if wanted:
/// digits with their labels, mistakes of a classifier, filters.
///
/// \code
/// ImageGrid grid("Ten digits", "One drawn digit of each class, 0 to 9.", 28, 28);
/// for (int i = 0; i < 10; ++i) grid.add(pixels.data() + i * 784, std::to_string(i));
/// grid.columns(5).save("digits.svg");
/// \endcode
///
/// By default 0 is black and 1 white (255 for bytes) and what lies outside is clamped;
/// NaN is drawn as 0. `autoscale()` stretches each image from its own least to its
/// largest value; `diverging()` shows signed values, orange below zero, nothing at zero
/// and blue above, scaled by each image's largest magnitude (as for weights).
class CAIRN_API ImageGrid : public Figure {
 public:
  /// Throws Error if a side is 0 or over 4096.
  ImageGrid(std::string title, std::string description, std::size_t height,
            std::size_t width);

  /// Replaces what the constructor was given.
  ///@{
  ImageGrid& title(std::string text);
  ImageGrid& description(std::string text);
  ///@}
  /// Adds one image: height · width values, row after row, copied. `mark` tints the
  /// caption (Colour::kRed for a mistake, say); kAuto leaves it as plain text.
  ///@{
  ImageGrid& add(const double* pixels, std::string caption = "",
                 Colour mark = Colour::kAuto);
  ImageGrid& add(const float* pixels, std::string caption = "",
                 Colour mark = Colour::kAuto);
  ImageGrid& add(const std::uint8_t* pixels, std::string caption = "",
                 Colour mark = Colour::kAuto);
  ///@}
  /// Images in a row (default: about square, ten at most).
  ImageGrid& columns(std::size_t count);
  /// Names to the left of the rows.
  ImageGrid& row_names(std::vector<std::string> names);
  /// Side of a pixel in picture units (default: so that the whole is at most 640 wide).
  ImageGrid& pixel_size(double side);
  /// Other ways from values to greys or colours: see above.
  ///@{
  ImageGrid& autoscale();
  ImageGrid& diverging();
  ///@}

  std::string svg() const override;

 private:
  struct Image {
    std::vector<float> pixels;
    std::string caption;
    Colour mark;
  };
  struct Layout;
  Layout lay_out() const;
  template <typename T>
  ImageGrid& append(const T* pixels, float scale, std::string caption, Colour mark);
  std::string data_uri(const Image& image) const;

  std::size_t height_, width_, columns_ = 0;
  double pixel_ = 0;
  bool autoscale_ = false, diverging_ = false;
  std::vector<std::string> row_names_;
  std::vector<Image> images_;
};

}  // namespace cairn::plot
