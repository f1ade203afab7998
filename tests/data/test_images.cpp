#include <cairn/core/error.h>
#include <cairn/data/fashion_mnist.h>
#include <cairn/data/idx.h>

#include <functional>

#include "tests/catch.h"
#include "tests/data/files.h"
#include "tests/error_text.h"

using namespace cairn;
using namespace cairn::data;
using cairn::test::Environment;
using cairn::test::TempFolder;

namespace {

/// Three training and two test images of 4 × 5 pixels; `change` may spoil the parts
/// before they are written.
struct Parts {
  Tensor train_images = full({3, 4, 5}, 7, u8), test_images = full({2, 4, 5}, 9, u8);
  Tensor train_labels = Tensor::from_vector<std::uint8_t>({0, 5, 9});
  Tensor test_labels = Tensor::from_vector<std::uint8_t>({1, 2});
};

void write_parts(const std::string& folder,
                 const std::function<void(Parts&)>& change = nullptr) {
  Parts parts;
  if (change) change(parts);
  std::filesystem::create_directories(folder);
  write_idx(folder + "/train-images-idx3-ubyte", parts.train_images);
  write_idx(folder + "/train-labels-idx1-ubyte", parts.train_labels);
  write_idx(folder + "/t10k-images-idx3-ubyte", parts.test_images);
  write_idx(folder + "/t10k-labels-idx1-ubyte", parts.test_labels);
}

std::string error_of(const std::function<void(Parts&)>& change) {
  const TempFolder folder;
  write_parts(folder.path(), change);
  return test::error_text<FormatError>([&] { load_mnist_like(folder.path()); });
}

}  // namespace

TEST_CASE("a folder in the layout of MNIST is read", "[data]") {
  const TempFolder folder;
  write_parts(folder.path());
  // One of the four may be packed.
  const std::string name = "train-labels-idx1-ubyte";
  folder.write_gz(name + ".gz", folder.read(name));
  std::filesystem::remove(folder.file(name));
  const ImageData data = load_mnist_like(folder.path());
  CHECK(data.train_images.shape() == Shape{3, 4, 5});
  CHECK(data.train_images.dtype() == u8);
  CHECK(data.train_labels.to_vector<std::int64_t>() ==
        std::vector<std::int64_t>{0, 5, 9});
  CHECK(data.train().size() == 3);
  const Batch batch = data.test().all();
  CHECK(batch.x[1][3][4].item<float>() == Approx(9 / 255.0));
  CHECK(batch.y.to_vector<std::int64_t>() == std::vector<std::int64_t>{1, 2});
}

TEST_CASE("parts that do not belong together are told", "[data]") {
  CHECK(test::contains(
      error_of([](Parts& p) { p.train_labels = zeros({4}, u8); }),
      "has 3 training images and 4 labels; the files do not belong together"));
  CHECK(test::contains(error_of([](Parts& p) { p.test_labels = zeros({1}, u8); }),
                       "has 2 test images and 1 labels"));
  CHECK(test::contains(error_of([](Parts& p) {
                         p.test_images = zeros({2, 4, 6}, u8);
                       }),
                       "training images of 4 × 5 and test images of 4 × 6 pixels"));
  CHECK(test::contains(error_of([](Parts& p) {
                         p.test_labels = Tensor::from_vector<std::uint8_t>({1, 10});
                       }),
                       "label 1 of t10k-labels-idx1-ubyte"));
  CHECK(test::contains(error_of([](Parts& p) {
                         p.train_images = zeros({3, 4, 5});
                       }),
                       "holds f32 of shape (3, 4, 5); u8 with 3 dimensions"));
  CHECK(test::contains(error_of([](Parts& p) {
                         p.train_labels = zeros({3, 1}, u8);
                       }),
                       "u8 with 1 dimension was expected"));
}

TEST_CASE("a dot may stand for the dash before idx", "[data]") {
  const TempFolder folder;
  write_parts(folder.path());
  for (const char* part : {"train-labels", "t10k-images"}) {
    const std::string ending = part[0] == 't' && part[1] == 'r' ? "idx1" : "idx3";
    std::filesystem::rename(folder.file(part + ("-" + ending) + "-ubyte"),
                            folder.file(part + ("." + ending) + "-ubyte"));
  }
  CHECK(load_mnist_like(folder.path()).train_images.size(0) == 3);
}

TEST_CASE("a missing file is named", "[data]") {
  const TempFolder folder;
  write_parts(folder.path());
  std::filesystem::remove(folder.file("t10k-images-idx3-ubyte"));
  CHECK_ERROR(IoError, load_mnist_like(folder.path()),
              "holds neither t10k-images-idx3-ubyte nor t10k-images-idx3-ubyte.gz");
}

TEST_CASE("CAIRN_DATA names the folder or the one above", "[data]") {
  const TempFolder folder;
  write_parts(folder.path());
  {
    const Environment env("CAIRN_DATA", folder.path().c_str());
    CHECK(find_fashion_mnist() == folder.path());
    const ImageData data = image_classification_data();
    CHECK(data.name == "Fashion-MNIST (" + folder.path() + ")");
    CHECK(data.class_names[9] == "Ankle boot");
    CHECK(data.train_images.size(0) == 3);
  }
  write_parts(folder.file("fashion-mnist"));
  const Environment env("CAIRN_DATA", folder.path().c_str());
  CHECK(find_fashion_mnist() == folder.file("fashion-mnist"));
}

TEST_CASE("CAIRN_DATA that names no folder is an error", "[data]") {
  const Environment env("CAIRN_DATA", "/no/such/folder");
  CHECK_ERROR(
      IoError, find_fashion_mnist(),
      "find_fashion_mnist: CAIRN_DATA is '/no/such/folder', which is no folder; "
      "name one that exists, or unset it");
}

TEST_CASE("there is always something to classify", "[data]") {
  // With the data set's package installed this is Fashion-MNIST, without it digits:
  // both have 60,000 and 10,000 images of 28 × 28 in ten classes.
  const Environment env("CAIRN_DATA", nullptr);
  const ImageData data = image_classification_data();
  const bool real = !find_fashion_mnist().empty();
  CHECK(test::contains(data.name, real ? "Fashion-MNIST" : "synthetic digits"));
  CHECK(data.class_names.size() == 10);
  CHECK(data.train_images.shape() == Shape{60000, 28, 28});
  CHECK(data.test_images.shape() == Shape{10000, 28, 28});
  std::vector<int> counts(10);
  for (const std::int64_t label : data.train_labels.to_vector<std::int64_t>()) {
    ++counts[static_cast<std::size_t>(label)];
  }
  for (const int count : counts) CHECK(count > 5500);
}
