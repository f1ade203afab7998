// Chapter 2: files of images.
#include <cstdio>
#include <filesystem>
#include <fstream>
#include <random>
#include <string>
#include <vector>

#include "02-logistic-regression/idx.h"
#include "tests/catch.h"
#include "tests/chapters/shared_02.h"

using namespace ch02;

namespace {

struct TemporaryFile {
  std::string path;

  TemporaryFile(const char* name, const std::vector<int>& bytes)
      : path((std::filesystem::temp_directory_path() / name).string() +
             std::to_string(std::random_device{}())) {
    std::ofstream file(path, std::ios::binary);
    for (int byte : bytes) file.put(static_cast<char>(byte));
  }
  ~TemporaryFile() { std::remove(path.c_str()); }
};

}  // namespace

TEST_CASE("IDX files are read and bad ones refused") {
  const std::vector<int> two_images{0, 0, 8, 3, 0, 0, 0,  2,   0,   0,   0,
                                    1, 0, 0, 0, 3, 0, 51, 255, 102, 153, 204};
  const TemporaryFile good("cairn-ch02-good", two_images);
  const Images images = load_idx_images(good.path);
  CHECK(images.count == 2);
  CHECK(images.height == 1);
  CHECK(images.width == 3);
  CHECK(images.pixels == Vector{0, 0.2, 1, 0.4, 0.6, 0.8});
  CHECK(load_idx_images(good.path, 1).pixels == Vector{0, 0.2, 1});

  const TemporaryFile labels("cairn-ch02-labels", {0, 0, 8, 1, 0, 0, 0, 3, 7, 0, 9});
  CHECK(load_idx_labels(labels.path) == std::vector<int>{7, 0, 9});

  const TemporaryFile cut("cairn-ch02-cut", {two_images.begin(), two_images.end() - 1});
  REQUIRE_THROWS_WITH(load_idx_images(cut.path), mentions("shorter than"));
  std::vector<int> bytes = two_images;
  bytes[4] = bytes[8] = bytes[12] = 255;  // 2^32 images of 2^32 by 2^32 pixels
  const TemporaryFile lying("cairn-ch02-lying", bytes);
  REQUIRE_THROWS_WITH(load_idx_images(lying.path), mentions("shorter than"));
  const TemporaryFile zipped("cairn-ch02-zipped", {0x1f, 0x8b, 8, 0, 0, 0, 0, 0});
  REQUIRE_THROWS_WITH(load_idx_images(zipped.path), mentions("gunzip"));
  const TemporaryFile stub("cairn-ch02-stub", {0, 0, 8, 3, 0, 0});
  REQUIRE_THROWS_AS(load_idx_images(stub.path), std::runtime_error);
  REQUIRE_THROWS_WITH(load_idx_images(good.path + "-not"), mentions("cannot open"));
}

TEST_CASE("Fashion-MNIST where it is installed") {
  const std::string folder = find_fashion_mnist();
  if (folder.empty()) {
    SUCCEED("no Fashion-MNIST on this machine; the digits stand in for it");
    return;
  }
  const Images train = load_fashion_mnist(folder, Split::kTrain, 500);
  CHECK(train.count == 500);
  CHECK(train.height * train.width == 784);
  CHECK(train.labels.front() == 9);  // the first training image is a boot
  CHECK(load_fashion_mnist(folder, Split::kTest).count == 10000);
}
