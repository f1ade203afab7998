#pragma once

#include <cstdint>
#include <string>

#include <cairn/core/tensor.h>

namespace cairn::data {

/// What an image is turned into when it is read.
enum class ImageChannels : std::uint8_t { kGrey = 1, kRgb = 3 };

/// Reads a picture in PNG, JPEG or BMP format as u8 [C, H, W], whatever the ending of
/// its name. Colours become grey as 0.30 red + 0.59 green + 0.11 blue, transparency is
/// left out, 16 bits a channel become 8.
///
/// Throws IoError when the file cannot be read and FormatError when it is no whole
/// picture, or one of more than 100 million pixels: the size is compared with what the
/// file can hold before memory is asked for.
CAIRN_API Tensor read_image(const std::string& path,
                            ImageChannels channels = ImageChannels::kRgb);

}  // namespace cairn::data
