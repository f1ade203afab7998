#include <cairn/core/error.h>
#include <cairn/core/parallel.h>
#include <cairn/data/image_folder.h>
#include <cairn/data/resize.h>
#include <cairn/io/npz.h>

#include <sys/resource.h>

#include <algorithm>
#include <cstdlib>
#include <fstream>
#include <iterator>
#include <map>

#include "tests/catch.h"
#include "tests/data/files.h"
#include "tests/error_text.h"
#include "tests/mangle.h"

using namespace cairn;
using namespace cairn::data;
using cairn::test::TempFolder;

namespace {

// make_pictures.py wrote them.
std::string picture(const std::string& name) {
  return CAIRN_SOURCE_DIR "/tests/data/pictures/" + name;
}

std::map<std::string, Tensor> expected() {
  const io::NamedTensors tensors = io::load_npz(picture("pictures.npz"));
  return {tensors.begin(), tensors.end()};
}

std::string content(const std::string& path) {
  std::ifstream in(path, std::ios::binary);
  return {std::istreambuf_iterator<char>(in), std::istreambuf_iterator<char>()};
}

/// The largest difference of two u8 tensors; 256 where their shapes differ.
int difference(const Tensor& a, const Tensor& b) {
  if (a.shape() != b.shape()) return 256;
  const auto x = a.to_vector<std::uint8_t>(), y = b.to_vector<std::uint8_t>();
  int most = 0;
  for (std::size_t i = 0; i < x.size(); ++i)
    most = std::max(most, std::abs(x[i] - y[i]));
  return most;
}

std::string le(std::uint32_t value, int bytes) {
  std::string out;
  for (int i = 0; i < bytes; ++i)
    out += static_cast<char>(i < 4 ? value >> (8 * i) & 0xFF : 0);
  return out;
}

/// A BMP of one colour.
std::string bmp(int width, int height, int red, int green, int blue) {
  const std::string pixel = {static_cast<char>(blue), static_cast<char>(green),
                             static_cast<char>(red)};
  std::string rows;
  for (int y = 0; y < height; ++y) {
    for (int x = 0; x < width; ++x) rows += pixel;
    rows.append(static_cast<std::size_t>((4 - width * 3 % 4) % 4), '\0');
  }
  const auto size = static_cast<std::uint32_t>(rows.size());
  return "BM" + le(54 + size, 4) + le(0, 4) + le(54, 4) + le(40, 4) +
         le(static_cast<std::uint32_t>(width), 4) +
         le(static_cast<std::uint32_t>(height), 4) + le(1, 2) + le(24, 2) + le(0, 4) +
         le(size, 4) + le(0, 16) + rows;
}

void make_folder(const TempFolder& folder, const std::string& name) {
  std::filesystem::create_directories(folder.file(name));
}

/// Two classes of pictures of 4 × 3 pixels, the classes' order not that of making.
void write_pictures(const TempFolder& folder, const std::string& below = "") {
  make_folder(folder, below + "red");
  make_folder(folder, below + "blue");
  folder.write(below + "red/b.bmp", bmp(4, 3, 255, 0, 0));
  folder.write(below + "red/a.BMP", bmp(4, 3, 250, 0, 0));
  folder.write(below + "red/notes.txt", "no picture");
  folder.write(below + "red/.hidden.bmp", "no picture");
  folder.write(below + "blue/1.jpeg", bmp(4, 3, 0, 0, 200));  // the ending is no matter
}

}  // namespace

TEST_CASE("pictures of every kind are read as Pillow reads them", "[data]") {
  const auto arrays = expected();
  int seen = 0;
  for (const auto& [key, pixels] : arrays) {
    const std::size_t slash = key.find('/');
    const std::string name = key.substr(0, slash), kind = key.substr(slash + 1);
    if (name == "resized") continue;
    INFO(key);
    const bool rgb = kind == "rgb";
    const Tensor image =
        read_image(picture(name), rgb ? ImageChannels::kRgb : ImageChannels::kGrey);
    CHECK(image.dtype() == u8);
    // Decoders of JPEG round the cosine transform their own way; so do makers of grey.
    const bool lossy = name.find(".jpg") != name.npos;
    CHECK(difference(image, pixels) <= (lossy ? 3 : rgb ? 0 : 1));
    ++seen;
  }
  CHECK(seen == 18);
}

TEST_CASE("images are resized as Pillow resizes them", "[data]") {
  const Tensor image = read_image(picture("odd.png"));
  int seen = 0;
  for (const auto& [key, pixels] : expected()) {
    if (key.rfind("resized/", 0) != 0) continue;
    INFO(key);
    CHECK(difference(resize_images(image, pixels.size(1), pixels.size(2)), pixels) <=
          1);
    ++seen;
  }
  CHECK(seen == 5);
  CHECK(difference(resize_images(image, 11, 13), image) == 0);
  // A batch is resized image by image, also one that does not lie row by row.
  const Tensor batch = image.unsqueeze(0).expand({2, 3, 11, 13});
  CHECK(difference(resize_images(batch, 4, 5)[1], resize_images(image, 4, 5)) == 0);
  // White stays white.
  CHECK(resize_images(full({1, 9, 9}, 255, u8), 5, 31).min().item<int>() == 255);
  CHECK_ERROR(ValueError, resize_images(image, 0, 4), "0 × 4 pixels");
  CHECK_ERROR(ValueError, resize_images(image, 1, 70000), "1 × 70000 pixels");
  CHECK_ERROR(ShapeError, resize_images(zeros({4, 4}, u8), 2, 2), "shape (4, 4)");
  CHECK_ERROR(DTypeError, resize_images(zeros({1, 4, 4}), 2, 2), "images are f32");
}

TEST_CASE("a folder for each class is read in the order of names", "[data]") {
  const TempFolder folder;
  write_pictures(folder);
  folder.write("readme.txt", "between the classes");
  const ImageFolder read = load_image_folder(folder.path());
  CHECK(read.class_names == std::vector<std::string>{"blue", "red"});
  REQUIRE(read.images.shape() == Shape{3, 3, 3, 4});
  CHECK(read.labels.to_vector<std::int64_t>() == std::vector<std::int64_t>{0, 1, 1});
  CHECK(read.paths[1] == folder.path() + "/red/a.BMP");
  CHECK(read.images[0][2].min().item<int>() == 200);
  CHECK(read.images[0][0].max().item<int>() == 0);
  CHECK(read.images[1][0].max().item<int>() == 250);
  CHECK(read.images[2][0].min().item<int>() == 255);
  const Batch batch = read.dataset().gather({2});
  CHECK(batch.x[0][0][0][0].item<float>() == 1);
  CHECK(batch.y.item<int>() == 1);
  const ImageFolder grey = load_image_folder(
      folder.path(), ImageFolderOptions().channels(ImageChannels::kGrey).resize(5, 2));
  CHECK(grey.images.shape() == Shape{3, 1, 5, 2});
  CHECK(std::abs(grey.images[2].max().item<int>() - 76) <= 1);
}

TEST_CASE("reading a folder does not depend on the thread count", "[data]") {
  const TempFolder folder;
  write_pictures(folder);
  for (int i = 0; i < 20; ++i) {
    folder.write("blue/x" + std::to_string(i) + ".bmp", bmp(4, 3, i, 2 * i, 3 * i));
  }
  const int before = num_threads();
  set_num_threads(1);
  const Tensor one = load_image_folder(folder.path()).images;
  set_num_threads(4);
  CHECK(difference(load_image_folder(folder.path()).images, one) == 0);
  set_num_threads(before);
}

TEST_CASE("a folder with train and test below makes a task", "[data]") {
  const TempFolder folder;
  write_pictures(folder, "train/");
  write_pictures(folder, "test/");
  folder.write("train/blue/2.bmp", bmp(4, 3, 0, 0, 100));
  const ImageData data = load_image_data(folder.path());
  CHECK(data.train_images.shape() == Shape{4, 3, 3, 4});
  CHECK(data.test_labels.to_vector<std::int64_t>() ==
        std::vector<std::int64_t>{0, 1, 1});
  make_folder(folder, "test/green");
  folder.write("test/green/1.bmp", bmp(4, 3, 0, 9, 0));
  CHECK_ERROR(FormatError, load_image_data(folder.path()), "have 2 and 3 classes");
}

TEST_CASE("folders that are no image folders are told", "[data]") {
  const TempFolder folder;
  CHECK_ERROR(IoError, load_image_folder(folder.file("none")),
              "cannot read the folder '" + folder.file("none") +
                  "': No such file or directory");
  CHECK_ERROR(FormatError, load_image_folder(folder.path()), "holds no folders");
  make_folder(folder, "empty");
  CHECK_ERROR(FormatError, load_image_folder(folder.path()),
              "empty' holds no .png, .jpg, .jpeg or .bmp");
  folder.write("empty/a.png", bmp(4, 3, 1, 2, 3));
  folder.write("empty/b.png", bmp(4, 4, 1, 2, 3));
  CHECK_ERROR(FormatError, load_image_folder(folder.path()),
              "b.png' has 4 × 4 pixels and '" + folder.path() +
                  "/empty/a.png' 3 × 4; set ImageFolderOptions().resize");
  folder.write("empty/b.png", "text");
  CHECK_ERROR(FormatError, load_image_folder(folder.path()), "b.png' of 4 bytes is no");
}

TEST_CASE("pictures that lie about their size are refused", "[data]") {
  const TempFolder folder;
  std::string liar = bmp(4, 3, 1, 2, 3);
  liar.replace(18, 8, le(9000, 4) + le(9000, 4));
  const std::string path = folder.write("liar.bmp", liar);
  std::string huge = content(picture("odd.png"));
  huge.replace(16, 8, std::string("\0\0\x40\0\0\0\x40\0", 8));  // 16384 × 16384
  const std::string png = folder.write("huge.png", huge);
  rusage before{}, after{};
  getrusage(RUSAGE_SELF, &before);
  CHECK_ERROR(FormatError, read_image(path), "claims 9000 × 9000 pixels");
  CHECK_ERROR(FormatError, read_image(png), "claims 16384 × 16384 pixels");
  getrusage(RUSAGE_SELF, &after);
  CHECK(after.ru_maxrss - before.ru_maxrss < 16 * 1024);  // kilobytes
  CHECK_ERROR(IoError, read_image(folder.file("none")), "No such file");
  CHECK_ERROR(FormatError, read_image(folder.write("empty", "")), "of 0 bytes");
}

TEST_CASE("a JPEG whose tables are too long never reaches the decoder", "[data]") {
  const TempFolder folder;
  for (const char* name : {"baseline.jpg", "progressive.jpg"}) {
    std::string bytes = content(picture(name));
    const std::size_t table = bytes.rfind("\xFF\xC4");
    REQUIRE(table != bytes.npos);
    bytes[table + 5] = bytes[table + 6] = '\xFF';
    CHECK_ERROR(FormatError, read_image(folder.write("x.jpg", bytes)),
                "a Huffman table of more than 256 codes");
  }
}

TEST_CASE("pictures changed or cut anywhere are read or refused", "[data]") {
  const TempFolder folder;
  for (const char* name :
       {"odd.png", "palette.png", "bit.png", "alpha.png", "baseline.jpg",
        "progressive.jpg", "grey.jpg", "colours.bmp"}) {
    INFO(name);
    const test::Mangled result =
        test::mangle(content(picture(name)), [&](const std::string& bytes) {
          const Tensor image = read_image(folder.write("x", bytes));
          if (image.numel() == 0) throw std::runtime_error("nothing was read");
        });
    CHECK(result.worse.empty());
    CHECK(result.refused > 20);
  }
}
