#pragma once

#include <cstdint>
#include <vector>

namespace cairn::data {

/// Whether no Huffman table in the bytes of a JPEG claims more than 256 codes (internal;
/// true for what is no JPEG). stb_image before 2.28 writes past its table for one that
/// does, so such a file must not reach it. Markers are followed as stb_image follows
/// them.
bool jpeg_tables_fit(const std::vector<std::uint8_t>& bytes);

}  // namespace cairn::data
