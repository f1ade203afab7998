#pragma once

#include <cairn/export.h>

#include <cstddef>
#include <cstdint>
#include <string>
#include <vector>

/// \file
/// The smallest PNG writer that serves (internal; the notebooks use it, too): 8-bit
/// grey, or 8-bit palette with transparency, compressed with the fixed Huffman code of
/// deflate.

namespace cairn::plot {

struct PaletteEntry {
  std::uint8_t red, green, blue, alpha;
};

/// `pixels` has height · width entries; without a palette they are grey levels.
CAIRN_API std::string encode_png(const std::vector<std::uint8_t>& pixels,
                                 std::size_t height, std::size_t width,
                                 const std::vector<PaletteEntry>& palette = {});

/// "data:image/png;base64,…"
CAIRN_API std::string png_data_uri(const std::string& png);

/// Levels 0 … 2·kSteps from full orange over nothing (kSteps) to full blue.
constexpr int kSteps = 24;
std::vector<PaletteEntry> diverging_palette();
/// Where `value` (clamped to −1 … 1) falls in it; NaN is nothing.
std::uint8_t diverging_level(double value);

/// The zlib stream of `data`: one block of the fixed code with matches of up to 258
/// bytes.
std::string zlib_compress(const std::string& data);

}  // namespace cairn::plot
