#include <cairn/data/image_file.h>

#include <cstring>
#include <memory>
#include <vector>

#include <cairn/core/error.h>
#include <cairn/core/text.h>
#include <cairn/data/byte_source.h>
#include <cairn/data/jpeg_tables.h>

// The decoder: only what is used of it, nothing of it visible, and no asserts, for the
// library never ends a program.
#define STB_IMAGE_IMPLEMENTATION
#define STB_IMAGE_STATIC
#define STBI_ONLY_PNG
#define STBI_ONLY_JPEG
#define STBI_ONLY_BMP
#define STBI_NO_STDIO
#define STBI_NO_LINEAR
#define STBI_NO_HDR
#define STBI_ASSERT(x) ((void)0)
#if defined(__GNUC__)
#pragma GCC diagnostic push
#pragma GCC diagnostic ignored "-Wunused-function"
#pragma GCC diagnostic ignored "-Wsign-compare"
#pragma GCC diagnostic ignored "-Wmissing-field-initializers"
#endif
#include <stb/stb_image.h>
#if defined(__GNUC__)
#pragma GCC diagnostic pop
#endif

namespace cairn::data {
namespace {

using detail::concat;

constexpr std::uint64_t kMostBytes = std::uint64_t{1} << 30;
constexpr std::int64_t kMostPixels = 100'000'000;
// Of all three formats PNG at one bit a pixel holds most in a byte: 8 pixels by 1032,
// the best that deflate can do.
constexpr std::int64_t kBestRatio = 8 * 1032;

struct Free {
  void operator()(void* memory) const { stbi_image_free(memory); }
};

}  // namespace

Tensor read_image(const std::string& path, ImageChannels channels) {
  const std::vector<std::uint8_t> bytes = read_bytes("read_image", path, kMostBytes);
  const int size = static_cast<int>(bytes.size());
  const auto fail = [&](const auto&... parts) {
    throw FormatError(concat("read_image: '", path, "' ", parts...));
  };
  if (!jpeg_tables_fit(bytes)) {
    fail("has a Huffman table of more than 256 codes; the picture is damaged");
  }
  int width = 0, height = 0, stored = 0;
  const bool known =
      stbi_info_from_memory(bytes.data(), size, &width, &height, &stored) != 0;
  if (!known || width < 1 || height < 1) {
    fail("of ", size,
         " bytes is no picture in PNG, JPEG or BMP format; is it another "
         "kind of file, or damaged?");
  }
  const std::int64_t pixels = std::int64_t{width} * height;
  if (pixels > kMostPixels || pixels / kBestRatio > size) {
    fail("of ", size, " bytes claims ", width, " × ", height,
         " pixels, more than it can hold or than are read (", kMostPixels, ")");
  }
  const int wanted = static_cast<int>(channels);
  const std::unique_ptr<stbi_uc, Free> decoded(
      stbi_load_from_memory(bytes.data(), size, &width, &height, &stored, wanted));
  if (decoded == nullptr || std::int64_t{width} * height != pixels) {
    const char* reason = stbi_failure_reason();
    fail("is a damaged picture: the decoder says \"", reason == nullptr ? "" : reason,
         "\"; fetch or save it anew");
  }
  Tensor image = empty({wanted, height, width}, u8);
  std::uint8_t* to = image.data<std::uint8_t>();
  const std::uint8_t* from = decoded.get();
  for (int c = 0; c < wanted; ++c) {
    for (std::int64_t i = 0; i < pixels; ++i) *to++ = from[i * wanted + c];
  }
  return image;
}

}  // namespace cairn::data
