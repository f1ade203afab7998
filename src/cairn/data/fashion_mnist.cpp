#include <cairn/data/fashion_mnist.h>

#include <cstdlib>
#include <filesystem>
#include <utility>

#include <cairn/core/error.h>
#include <cairn/core/text.h>
#include <cairn/data/idx.h>
#include <cairn/data/synthetic_digits.h>

namespace cairn::data {
namespace {

using detail::concat;
namespace fs = std::filesystem;

constexpr const char* kDebianFolder = "/usr/share/datasets/fashion-mnist";
constexpr const char* kFiles[] = {"train-images-idx3-ubyte", "train-labels-idx1-ubyte",
                                  "t10k-images-idx3-ubyte", "t10k-labels-idx1-ubyte"};

/// The file's path, plain or packed; "" if there is neither.
std::string find_file(const fs::path& folder, const std::string& name) {
  std::error_code code;
  std::string dotted = name;
  dotted[name.find("-idx")] = '.';
  for (const std::string& stem : {name, dotted}) {
    for (const char* ending : {"", ".gz"}) {
      const fs::path path = folder / (stem + ending);
      if (fs::is_regular_file(path, code)) return path.string();
    }
  }
  return "";
}

bool holds_all_files(const fs::path& folder) {
  for (const char* name : kFiles) {
    if (find_file(folder, name).empty()) return false;
  }
  return true;
}

Tensor read_part(const std::string& folder, const char* name, int dims) {
  const std::string path = find_file(folder, name);
  if (path.empty()) {
    throw IoError(concat("load_mnist_like: '", folder, "' holds neither ", name,
                         " nor ", name,
                         ".gz; put the four files of the data set there"));
  }
  Tensor tensor = read_idx(path);
  if (tensor.dtype() != u8 || tensor.dim() != dims) {
    throw FormatError(concat("load_mnist_like: '", path, "' holds ", tensor.dtype(),
                             " of shape ", tensor.shape(), "; u8 with ", dims,
                             dims == 1 ? " dimension" : " dimensions",
                             " was expected"));
  }
  return tensor;
}

/// Labels as i64, each checked to be a class.
Tensor checked_labels(const Tensor& bytes, const std::string& folder,
                      const char* name) {
  const std::uint8_t* from = bytes.data<std::uint8_t>();
  for (std::int64_t i = 0; i < bytes.numel(); ++i) {
    if (from[i] > 9) {
      throw FormatError(concat("load_mnist_like: label ", i, " of ", name, " in '",
                               folder, "' is ", int{from[i]}, "; classes are 0 to 9"));
    }
  }
  return bytes.to(i64);
}

void require_same_count(const std::string& folder, const char* part,
                        const Tensor& images, const Tensor& labels) {
  if (images.size(0) == labels.size(0)) return;
  throw FormatError(concat("load_mnist_like: '", folder, "' has ", images.size(0), " ",
                           part, " images and ", labels.size(0),
                           " labels; the files do not belong together"));
}

}  // namespace

std::string find_fashion_mnist() {
  const char* named = std::getenv("CAIRN_DATA");
  std::error_code code;
  if (named != nullptr && *named != '\0') {
    const fs::path folder(named);
    if (!fs::is_directory(folder, code)) {
      throw IoError(concat("find_fashion_mnist: CAIRN_DATA is '", named,
                           "', which is no folder; name one that exists, or unset it"));
    }
    if (holds_all_files(folder / "fashion-mnist")) {
      return (folder / "fashion-mnist").string();
    }
    // Whoever names a folder means that one: nothing in it means no data.
    return holds_all_files(folder) ? folder.string() : "";
  }
  return holds_all_files(kDebianFolder) ? kDebianFolder : "";
}

std::vector<std::string> fashion_mnist_class_names() {
  return {"T-shirt", "Trouser", "Pullover", "Dress", "Coat",
          "Sandal",  "Shirt",   "Sneaker",  "Bag",   "Ankle boot"};
}

ImageData load_mnist_like(const std::string& folder) {
  ImageData data;
  data.name = concat("the images of ", folder);
  for (int c = 0; c < 10; ++c) data.class_names.push_back(std::to_string(c));
  data.train_images = read_part(folder, kFiles[0], 3);
  data.train_labels =
      checked_labels(read_part(folder, kFiles[1], 1), folder, kFiles[1]);
  data.test_images = read_part(folder, kFiles[2], 3);
  data.test_labels = checked_labels(read_part(folder, kFiles[3], 1), folder, kFiles[3]);
  require_same_count(folder, "training", data.train_images, data.train_labels);
  require_same_count(folder, "test", data.test_images, data.test_labels);
  const Tensor& a = data.train_images;
  const Tensor& b = data.test_images;
  if (a.size(1) != b.size(1) || a.size(2) != b.size(2)) {
    throw FormatError(concat("load_mnist_like: '", folder, "' has training images of ",
                             a.size(1), " × ", a.size(2), " and test images of ",
                             b.size(1), " × ", b.size(2), " pixels"));
  }
  return data;
}

ImageData image_classification_data(std::uint64_t seed) {
  const std::string folder = find_fashion_mnist();
  if (!folder.empty()) {
    ImageData data = load_mnist_like(folder);
    data.name = concat("Fashion-MNIST (", folder, ")");
    data.class_names = fashion_mnist_class_names();
    return data;
  }
  constexpr std::int64_t kTrain = 60000, kTest = 10000;
  const Digits digits = synthetic_digits(kTrain + kTest, seed);
  ImageData data;
  data.name = "synthetic digits (no Fashion-MNIST was found)";
  for (int c = 0; c < 10; ++c) data.class_names.push_back(std::to_string(c));
  data.train_images = digits.images.slice(0, 0, kTrain);
  data.train_labels = digits.labels.slice(0, 0, kTrain);
  data.test_images = digits.images.slice(0, kTrain, kTrain + kTest);
  data.test_labels = digits.labels.slice(0, kTrain, kTrain + kTest);
  return data;
}

}  // namespace cairn::data
