#include <cairn/kernels/conv/winograd.h>

#include <algorithm>

#include <cairn/core/error.h>
#include <cairn/core/text.h>
#include <cairn/kernels/conv/winograd_passes.h>

namespace cairn::kernels {
namespace {

void check(const char* what, const WinogradShape& s) {
  const bool sizes = s.batch >= 0 && s.channels >= 1 && s.out >= 1;
  const bool pads = s.pad_h >= 0 && s.pad_h <= 2 && s.pad_w >= 0 && s.pad_w <= 2;
  const bool image = s.height >= 1 && s.width >= 1;
  if (sizes && pads && image && s.out_height() >= 1 && s.out_width() >= 1) return;
  throw ValueError(detail::concat(
      what, ": ", s.batch, " images of ", s.height, "x", s.width, "x", s.channels,
      ", padding ", s.pad_h, "x", s.pad_w, ", ", s.out,
      " output channels make no 3x3 convolution; padding must be 0, 1 or 2, the padded "
      "image at least 3x3, and channels at least 1"));
}

}  // namespace

bool winograd_pays(const WinogradShape& s, bool weight_gradient) {
  // In multiplications that the products could have done in the same time; the factors
  // were fitted to measurements on Zen 3, from 8 to 512 channels, all three passes.
  constexpr double kChannel = 360;  // to transform one channel of one tile
  constexpr double kTile = 4000;
  const double per_weight = weight_gradient ? 700 : 500;  // to transform nine taps
  constexpr double kProducts = 1.08, kDirect = 1.05;
  const double pairs = static_cast<double>(s.channels) * s.out;
  const double tiles =
      static_cast<double>(TileGrid(s.batch, s.out_height(), s.out_width()).count());
  const double outputs = static_cast<double>(s.batch * s.out_height() * s.out_width());
  const double per_tile =
      kProducts * kWinogradPlanes * pairs + kChannel * (s.channels + s.out) + kTile;
  return tiles * per_tile + per_weight * pairs < kDirect * 9 * outputs * pairs;
}

void winograd_forward(const WinogradShape& shape, const float* x, const float* weight,
                      const float* bias, bool relu, float* y,
                      const KernelTable& table) {
  check("winograd_forward", shape);
  if (shape.batch == 0) return;
  WinogradPass pass{};
  pass.batch = shape.batch;
  pass.x = {x, shape.height, shape.width, shape.channels};
  pass.y = {y, shape.out_height(), shape.out_width(), shape.out};
  pass.pad_h = shape.pad_h;
  pass.pad_w = shape.pad_w;
  pass.weight = weight;
  pass.bias = bias;
  pass.relu = relu;
  run_forward(pass, table);
}

void winograd_input_gradient(const WinogradShape& shape, const float* dy,
                             const float* weight, float* dx, const KernelTable& table) {
  check("winograd_input_gradient", shape);
  if (shape.batch == 0) return;
  WinogradPass pass{};
  pass.batch = shape.batch;
  pass.x = {dy, shape.out_height(), shape.out_width(), shape.out};
  pass.y = {dx, shape.height, shape.width, shape.channels};
  pass.pad_h = 2 - shape.pad_h;
  pass.pad_w = 2 - shape.pad_w;
  pass.weight = weight;
  pass.backward = true;
  run_forward(pass, table);
}

void winograd_weight_gradient(const WinogradShape& shape, const float* x,
                              const float* dy, float* dweight,
                              const KernelTable& table) {
  check("winograd_weight_gradient", shape);
  if (shape.batch == 0) {
    std::fill_n(dweight, shape.out * shape.channels * 9, 0.0f);
    return;
  }
  WinogradWeightPass pass{};
  pass.batch = shape.batch;
  pass.x = {x, shape.height, shape.width, shape.channels};
  pass.dy = {dy, shape.out_height(), shape.out_width(), shape.out};
  pass.pad_h = shape.pad_h;
  pass.pad_w = shape.pad_w;
  pass.dweight = dweight;
  run_weight_gradient(pass, table);
}

}  // namespace cairn::kernels
