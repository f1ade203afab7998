#include <cairn/data/resize.h>

#include <algorithm>
#include <cmath>
#include <vector>

#include <cairn/core/error.h>
#include <cairn/core/parallel.h>
#include <cairn/core/text.h>

namespace cairn::data {
namespace {

using detail::concat;

constexpr std::int64_t kMostSide = 65536;

/// What one new pixel is made of: weights of neighbouring old ones, which add up to 1.
struct Window {
  std::int64_t first = 0;
  std::vector<float> weights;
};

std::vector<Window> windows(std::int64_t from, std::int64_t to) {
  const double step = static_cast<double>(from) / static_cast<double>(to);
  const double radius = std::max(1.0, step);
  std::vector<Window> result(static_cast<std::size_t>(to));
  for (std::int64_t i = 0; i < to; ++i) {
    Window& window = result[static_cast<std::size_t>(i)];
    // Pixel i covers [i, i + 1), so its centre is half a pixel on.
    const double centre = (static_cast<double>(i) + 0.5) * step - 0.5;
    const auto begin = std::max<std::int64_t>(
        0, static_cast<std::int64_t>(std::floor(centre - radius)) + 1);
    const auto end = std::min<std::int64_t>(
        from, static_cast<std::int64_t>(std::ceil(centre + radius)));
    double sum = 0;
    for (std::int64_t j = begin; j < end; ++j) {
      sum += 1 - std::abs(static_cast<double>(j) - centre) / radius;
    }
    window.first = begin;
    for (std::int64_t j = begin; j < end; ++j) {
      const double weight = 1 - std::abs(static_cast<double>(j) - centre) / radius;
      window.weights.push_back(static_cast<float>(weight / sum));
    }
  }
  return result;
}

/// One plane, first along its rows, then along its columns.
void resize_plane(const std::uint8_t* from, std::int64_t height, std::int64_t width,
                  const std::vector<Window>& down, const std::vector<Window>& across,
                  std::vector<float>& rows, std::uint8_t* to) {
  const std::size_t out_w = across.size();
  for (std::int64_t y = 0; y < height; ++y) {
    float* row = rows.data() + static_cast<std::size_t>(y) * out_w;
    for (const Window& window : across) {
      const std::uint8_t* pixel = from + y * width + window.first;
      float sum = 0;
      for (const float weight : window.weights) {
        sum += weight * static_cast<float>(*pixel++);
      }
      *row++ = sum;
    }
  }
  for (const Window& window : down) {
    const float* column = rows.data() + static_cast<std::size_t>(window.first) * out_w;
    for (std::size_t x = 0; x < out_w; ++x) {
      float sum = 0.5F;  // rounds
      for (std::size_t k = 0; k < window.weights.size(); ++k) {
        sum += window.weights[k] * column[k * out_w + x];
      }
      *to++ = static_cast<std::uint8_t>(std::min(sum, 255.0F));
    }
  }
}

}  // namespace

Tensor resize_images(const Tensor& images, std::int64_t height, std::int64_t width) {
  if (images.dtype() != u8) {
    throw DTypeError(
        concat("resize_images: images are ", images.dtype(), "; u8 was expected"));
  }
  const int dims = images.dim();
  if ((dims != 3 && dims != 4) || images.numel() == 0) {
    throw ShapeError(concat("resize_images: images have shape ", images.shape(),
                            "; [C, H, W] or [N, C, H, W] was expected"));
  }
  if (height < 1 || width < 1 || height > kMostSide || width > kMostSide) {
    throw ValueError(concat("resize_images: ", height, " × ", width,
                            " pixels; each side has 1 to ", kMostSide));
  }
  const std::int64_t h = images.size(-2), w = images.size(-1);
  if (h == height && w == width) return images;
  const Tensor in = images.contiguous();
  Shape shape = images.shape();
  shape[dims - 2] = height;
  shape[dims - 1] = width;
  Tensor out = empty(shape, u8);
  const std::vector<Window> down = windows(h, height), across = windows(w, width);
  const std::uint8_t* from = in.data<std::uint8_t>();
  std::uint8_t* to = out.data<std::uint8_t>();
  parallel_for(in.numel() / (h * w), 1, [&](std::int64_t begin, std::int64_t end) {
    std::vector<float> rows(static_cast<std::size_t>(h * width));
    for (std::int64_t p = begin; p < end; ++p) {
      resize_plane(from + p * h * w, h, w, down, across, rows, to + p * height * width);
    }
  });
  return out;
}

}  // namespace cairn::data
