#include <cairn/data/cifar.h>

#include <cstring>
#include <filesystem>
#include <tuple>
#include <utility>

#include <cairn/core/error.h>
#include <cairn/core/text.h>
#include <cairn/data/byte_source.h>
#include <cairn/data/tar.h>

namespace cairn::data {
namespace {

using detail::concat;
namespace fs = std::filesystem;

constexpr std::int64_t kSide = 32, kPixels = 3 * kSide * kSide;
// The largest file of either data set has 154 million bytes.
constexpr std::uint64_t kMostBytes = 1 << 30;

/// What tells the two data sets apart.
struct Layout {
  const char* operation;
  const char* folder;                  // that the archive unpacks to
  std::vector<std::string> train;      // files
  std::string test, names;             // files
  std::int64_t label_bytes, label_at;  // how many, and which counts
  std::int64_t classes;

  std::int64_t record() const { return label_bytes + kPixels; }
  std::vector<std::string> wanted() const {
    std::vector<std::string> all = train;
    all.insert(all.end(), {test, names});
    return all;
  }
};

/// The files of a folder, those that are there.
NamedBytes read_folder(const Layout& layout, const fs::path& folder) {
  std::error_code code;
  NamedBytes files;
  for (const std::string& name : layout.wanted()) {
    const fs::path path = folder / name;
    if (!fs::is_regular_file(path, code)) continue;
    files[name] = read_bytes(layout.operation, path.string(), kMostBytes);
  }
  return files;
}

NamedBytes read_files(const Layout& layout, const std::string& path) {
  std::error_code code;
  if (!fs::is_directory(path, code)) {
    return read_tar(layout.operation, path, layout.wanted(), kMostBytes);
  }
  const fs::path below = fs::path(path) / layout.folder;
  return read_folder(layout, fs::is_directory(below, code) ? below : fs::path(path));
}

/// Labels and images of one file, appended at row `row`.
void decode(const Layout& layout, const std::string& place,
            const std::vector<std::uint8_t>& bytes, std::int64_t row,
            const Tensor& images, const Tensor& labels) {
  const std::int64_t records =
      static_cast<std::int64_t>(bytes.size()) / layout.record();
  std::uint8_t* image = images.data<std::uint8_t>() + row * kPixels;
  std::int64_t* label = labels.data<std::int64_t>() + row;
  for (std::int64_t i = 0; i < records; ++i) {
    const std::uint8_t* record = bytes.data() + i * layout.record();
    label[i] = record[layout.label_at];
    if (label[i] >= layout.classes) {
      throw FormatError(concat(place, " has the label ", label[i], " in record ", i,
                               "; classes are 0 to ", layout.classes - 1,
                               ". Is it the binary version of this data set?"));
    }
    std::memcpy(image + i * kPixels, record + layout.label_bytes, kPixels);
  }
}

/// The images and labels of some files, one behind the other.
std::pair<Tensor, Tensor> decode_part(const Layout& layout, const std::string& path,
                                      const NamedBytes& files,
                                      const std::vector<std::string>& names) {
  std::int64_t total = 0;
  for (const std::string& name : names) {
    const auto found = files.find(name);
    if (found == files.end()) {
      throw IoError(concat(layout.operation, ": '", path, "' holds no ", name,
                           "; name the folder that does, or the archive of the binary "
                           "version (",
                           layout.folder, ")"));
    }
    const auto size = static_cast<std::int64_t>(found->second.size());
    if (size == 0 || size % layout.record() != 0) {
      throw FormatError(concat(layout.operation, ": ", name, " in '", path, "' has ",
                               size, " bytes, which is no multiple of the ",
                               layout.record(), " of a record. Fetch it anew"));
    }
    total += size / layout.record();
  }
  const Tensor images = empty({total, 3, kSide, kSide}, u8);
  const Tensor labels = empty({total}, i64);
  std::int64_t row = 0;
  for (const std::string& name : names) {
    const std::vector<std::uint8_t>& bytes = files.at(name);
    const std::string place = concat(layout.operation, ": ", name, " in '", path, "'");
    decode(layout, place, bytes, row, images, labels);
    row += static_cast<std::int64_t>(bytes.size()) / layout.record();
  }
  return {images, labels};
}

/// A line for each class; what stands behind them is left alone.
std::vector<std::string> read_names(const Layout& layout, const std::string& path,
                                    const std::vector<std::uint8_t>& bytes) {
  std::vector<std::string> names;
  std::string line;
  const auto end_line = [&] {
    if (!line.empty()) names.push_back(std::exchange(line, {}));
  };
  for (const std::uint8_t c : bytes) {
    if (c == '\n') {
      end_line();
    } else if (c != '\r') {
      line += static_cast<char>(c);
    }
  }
  end_line();
  if (static_cast<std::int64_t>(names.size()) != layout.classes) {
    throw FormatError(concat(layout.operation, ": ", layout.names, " in '", path,
                             "' names ", names.size(), " classes; there are ",
                             layout.classes));
  }
  return names;
}

ImageData load(const Layout& layout, const std::string& path, const char* title) {
  const NamedBytes files = read_files(layout, path);
  ImageData data;
  data.name = concat(title, " (", path, ")");
  std::tie(data.train_images, data.train_labels) =
      decode_part(layout, path, files, layout.train);
  std::tie(data.test_images, data.test_labels) =
      decode_part(layout, path, files, {layout.test});
  const auto names = files.find(layout.names);
  if (names != files.end()) {
    data.class_names = read_names(layout, path, names->second);
  } else {
    for (std::int64_t c = 0; c < layout.classes; ++c) {
      data.class_names.push_back(std::to_string(c));
    }
  }
  return data;
}

}  // namespace

ImageData load_cifar10(const std::string& path) {
  const Layout layout{"load_cifar10",
                      "cifar-10-batches-bin",
                      {"data_batch_1.bin", "data_batch_2.bin", "data_batch_3.bin",
                       "data_batch_4.bin", "data_batch_5.bin"},
                      "test_batch.bin",
                      "batches.meta.txt",
                      1,
                      0,
                      10};
  return load(layout, path, "CIFAR-10");
}

ImageData load_cifar100(const std::string& path, CifarLabels labels) {
  const bool fine = labels == CifarLabels::kFine;
  const Layout layout{"load_cifar100",
                      "cifar-100-binary",
                      {"train.bin"},
                      "test.bin",
                      fine ? "fine_label_names.txt" : "coarse_label_names.txt",
                      2,
                      fine ? 1 : 0,
                      fine ? 100 : 20};
  return load(layout, path, fine ? "CIFAR-100" : "CIFAR-100's 20 groups");
}

}  // namespace cairn::data
