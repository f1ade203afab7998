#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include <cairn/data/image_data.h>
#include <cairn/data/image_file.h>

namespace cairn::data {

/// How the pictures of a folder are read; setters chain.
class CAIRN_API ImageFolderOptions {
 public:
  /// Every picture is resized to height × width (default: all must be of one size).
  ImageFolderOptions& resize(std::int64_t height, std::int64_t width) {
    return height_ = height, width_ = width, *this;
  }
  /// Grey or coloured (the default).
  ImageFolderOptions& channels(ImageChannels value) { return channels_ = value, *this; }

  /// What is set; a height of 0 resizes nothing.
  ///@{
  std::int64_t height() const { return height_; }
  std::int64_t width() const { return width_; }
  ImageChannels channels() const { return channels_; }
  ///@}

 private:
  std::int64_t height_ = 0, width_ = 0;
  ImageChannels channels_ = ImageChannels::kRgb;
};

/// The pictures of a folder.
struct CAIRN_API ImageFolder {
  std::vector<std::string> class_names;  ///< names of the folders below, sorted
  std::vector<std::string> paths;        ///< where each picture came from
  Tensor images;                         ///< u8 [N, C, H, W]
  Tensor labels;                         ///< i64 [N], positions in class_names

  /// Images as f32 in [0, 1] when gathered; labels i64.
  TensorDataset dataset() const { return TensorDataset(images, labels); }
};

/// Reads a folder that holds a folder for each class with its pictures in it: files
/// whose name ends with .png, .jpg, .jpeg or .bmp, in whatever case. Classes and, within
/// each, pictures are in the order of their names' bytes; other files, and names that
/// begin with a dot, are left alone. All images lie in memory as bytes.
///
/// Throws IoError when a folder or file cannot be read, FormatError for no classes, a
/// class without pictures, a damaged picture and, unless they are resized, for two
/// pictures that differ in size; ValueError for a size below 1 or above 65,536.
CAIRN_API ImageFolder load_image_folder(const std::string& folder,
                                        const ImageFolderOptions& options = {});

/// Reads two such folders, `train` and `test` below `folder`. Throws FormatError unless
/// both have the same classes and sizes.
CAIRN_API ImageData load_image_data(const std::string& folder,
                                    const ImageFolderOptions& options = {});

}  // namespace cairn::data
