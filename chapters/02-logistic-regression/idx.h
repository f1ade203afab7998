// Reads the IDX files in which MNIST and Fashion-MNIST are published: a magic
// number, one big-endian 32-bit size a dimension, then a byte a value.
#pragma once

#include <algorithm>
#include <cstdint>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <stdexcept>
#include <string>
#include <vector>

#include "02-logistic-regression/images.h"

namespace ch02 {

struct IdxFile {
  std::vector<std::size_t> sizes;
  std::vector<unsigned char> bytes;
};

// Reads at most `limit` entries. The sizes that the header states are compared
// with the file's length before anything is allocated.
inline IdxFile read_idx(const std::string& path, std::size_t dimensions,
                        std::size_t limit) {
  std::ifstream file(path, std::ios::binary);
  if (!file) throw std::runtime_error("read_idx: cannot open " + path);
  const auto big_endian_32 = [&file] {
    unsigned char b[4] = {};
    file.read(reinterpret_cast<char*>(b), 4);
    return std::uint32_t{b[0]} << 24 | std::uint32_t{b[1]} << 16 |
           std::uint32_t{b[2]} << 8 | std::uint32_t{b[3]};
  };
  const std::uint32_t wanted = 0x0800 + static_cast<std::uint32_t>(dimensions);
  if (big_endian_32() != wanted || !file)
    throw std::runtime_error("read_idx: " + path + " is no IDX file of bytes with " +
                             std::to_string(dimensions) +
                             " dimensions; is it still compressed? Try gunzip");
  IdxFile idx;
  for (std::size_t d = 0; d < dimensions; ++d) idx.sizes.push_back(big_endian_32());
  std::uint64_t room = std::filesystem::file_size(path) - 4 - 4 * dimensions;
  std::uint64_t entry = 1;  // bytes in one image or one label
  for (std::size_t d = 1; d < dimensions; ++d) {
    if (idx.sizes[d] == 0 || idx.sizes[d] > room / entry) entry = room + 1;
    if (entry <= room) entry *= idx.sizes[d];
  }
  if (!file || entry > room || idx.sizes[0] > room / entry)
    throw std::runtime_error("read_idx: " + path +
                             " is shorter than its header says; "
                             "fetch it again");
  idx.sizes[0] = std::min(idx.sizes[0], limit);
  idx.bytes.resize(idx.sizes[0] * entry);
  file.read(reinterpret_cast<char*>(idx.bytes.data()),
            static_cast<std::streamsize>(idx.bytes.size()));
  return idx;
}

constexpr std::size_t kAll = static_cast<std::size_t>(-1);

// Pixels as fractions, 255 becoming 1. The labels are left empty.
inline Images load_idx_images(const std::string& path, std::size_t limit = kAll) {
  const IdxFile idx = read_idx(path, 3, limit);
  Images images{idx.sizes[0], idx.sizes[1], idx.sizes[2], {}, {}};
  images.pixels.reserve(idx.bytes.size());
  for (unsigned char byte : idx.bytes) images.pixels.push_back(byte / 255.0);
  return images;
}

inline std::vector<int> load_idx_labels(const std::string& path,
                                        std::size_t limit = kAll) {
  const IdxFile idx = read_idx(path, 1, limit);
  return {idx.bytes.begin(), idx.bytes.end()};
}

enum class Split { kTrain, kTest };

inline std::string fashion_mnist_file(const std::string& folder, Split split,
                                      const std::string& ending) {
  return folder + (split == Split::kTrain ? "/train-" : "/t10k-") + ending;
}

// The folder with the four uncompressed files: $CAIRN_DATA if they are there, else
// the copy that the build unpacked; empty if there is neither.
inline std::string find_fashion_mnist() {
  std::vector<std::string> folders;
  if (const char* named = std::getenv("CAIRN_DATA")) folders.push_back(named);
#ifdef CAIRN_CHAPTER_DATA
  folders.push_back(CAIRN_CHAPTER_DATA);
#endif
  const auto holds = [](const std::string& folder, Split split) {
    namespace fs = std::filesystem;
    return fs::exists(fashion_mnist_file(folder, split, "images-idx3-ubyte")) &&
           fs::exists(fashion_mnist_file(folder, split, "labels-idx1-ubyte"));
  };
  for (const std::string& folder : folders)
    if (holds(folder, Split::kTrain) && holds(folder, Split::kTest)) return folder;
  return "";
}

inline Images load_fashion_mnist(const std::string& folder, Split split,
                                 std::size_t limit = kAll) {
  const auto file = [&](const char* ending) {
    return fashion_mnist_file(folder, split, ending);
  };
  Images images = load_idx_images(file("images-idx3-ubyte"), limit);
  images.labels = load_idx_labels(file("labels-idx1-ubyte"), limit);
  if (images.labels.size() != images.count)
    throw std::runtime_error("load_fashion_mnist: " + std::to_string(images.count) +
                             " images but " + std::to_string(images.labels.size()) +
                             " labels in " + folder + "; fetch the files again");
  for (int label : images.labels)
    if (label > 9)
      throw std::runtime_error("load_fashion_mnist: label " + std::to_string(label) +
                               " in " + folder + "; labels are 0 to 9");
  return images;
}

}  // namespace ch02
