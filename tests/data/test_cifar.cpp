#include <cairn/core/error.h>
#include <cairn/data/cifar.h>

#include <sys/resource.h>

#include "tests/catch.h"
#include "tests/data/files.h"
#include "tests/data/tar_files.h"
#include "tests/error_text.h"
#include "tests/mangle.h"

using namespace cairn;
using cairn::data::CifarLabels;
using cairn::data::ImageData;
using cairn::data::load_cifar10;
using cairn::data::load_cifar100;
using cairn::test::TempFolder;

namespace {

using Files = std::vector<std::pair<std::string, std::string>>;

/// Byte i of the image number n.
char pixel(int n, int i) { return static_cast<char>(n * 31 + i * 7 + i / 1024); }

std::string record(const std::string& labels, int n) {
  std::string out = labels;
  for (int i = 0; i < 3072; ++i) out += pixel(n, i);
  return out;
}

/// CIFAR-10 with two images in the first and the last part and one in the others.
Files ten() {
  const std::string folder = "cifar-10-batches-bin/";
  Files files = {{folder, ""},
                 {folder + "batches.meta.txt",
                  "airplane\nautomobile\nbird\ncat\ndeer\ndog\nfrog\n"
                  "horse\nship\ntruck\n\n"},
                 {folder + "readme.html", "<html>"},
                 {folder + "test_batch.bin", record("\x09", 90) + record("\x03", 91)}};
  // The archive as it is downloaded does not have them in order.
  for (const int b : {5, 2, 1, 4, 3}) {
    std::string content = record(std::string(1, static_cast<char>(b)), b);
    if (b == 1) content += record("\x08", 10);
    files.emplace_back(folder + "data_batch_" + std::to_string(b) + ".bin", content);
  }
  return files;
}

void write(const TempFolder& folder, const Files& files) {
  for (const auto& [name, content] : files) {
    if (name.back() == '/') {
      std::filesystem::create_directories(folder.file(name));
    } else {
      folder.write(name, content);
    }
  }
}

void check_ten(const ImageData& data) {
  REQUIRE(data.train_images.shape() == Shape{6, 3, 32, 32});
  REQUIRE(data.test_images.shape() == Shape{2, 3, 32, 32});
  CHECK(data.train_images.dtype() == u8);
  CHECK(data.train_labels.to_vector<std::int64_t>() ==
        std::vector<std::int64_t>{1, 8, 2, 3, 4, 5});
  CHECK(data.test_labels.to_vector<std::int64_t>() == std::vector<std::int64_t>{9, 3});
  const int numbers[] = {1, 10, 2, 3, 4, 5};
  const std::uint8_t* p = data.train_images.data<std::uint8_t>();
  int wrong = 0;
  for (const int n : numbers) {
    for (int i = 0; i < 3072; ++i)
      wrong += *p++ != static_cast<std::uint8_t>(pixel(n, i));
  }
  CHECK(wrong == 0);
  // Green, row 2, column 3 of the last test image.
  CHECK(data.test_images[1][1][2][3].item<int>() ==
        static_cast<std::uint8_t>(pixel(91, 1024 + 2 * 32 + 3)));
  REQUIRE(data.class_names.size() == 10);
  CHECK(data.class_names[9] == "truck");
}

}  // namespace

TEST_CASE("CIFAR-10 is read from its folder and from the one above", "[data]") {
  const TempFolder folder;
  write(folder, ten());
  check_ten(load_cifar10(folder.path()));
  check_ten(load_cifar10(folder.file("cifar-10-batches-bin")));
  std::filesystem::remove(folder.file("cifar-10-batches-bin/batches.meta.txt"));
  CHECK(load_cifar10(folder.path()).class_names[9] == "9");
}

TEST_CASE("CIFAR-10 is read from its archive packed or not", "[data]") {
  const TempFolder folder;
  const std::string archive = test::tar_of(ten());
  check_ten(load_cifar10(folder.write_gz("cifar-10-binary.tar.gz", archive)));
  check_ten(load_cifar10(folder.write("plain.tar", archive)));
  // Padding to a record of 10 KiB, and headers that tell of long names.
  check_ten(load_cifar10(folder.write(
      "padded.tar", test::tar_header("././@LongLink", 4, 'L') + "long" +
                        std::string(508, '\0') + archive + std::string(8192, '\0'))));
  const Tensor batch = load_cifar10(folder.file("plain.tar")).train().gather({1}).x;
  CHECK(batch.shape() == Shape{1, 3, 32, 32});
  CHECK(batch[0][0][0][1].item<float>() ==
        Approx(static_cast<std::uint8_t>(pixel(10, 1)) / 255.0));
}

TEST_CASE("CIFAR-100 has a label for the class and one for its group", "[data]") {
  const TempFolder folder;
  folder.write("train.bin", record("\x13\x63", 1) + record(std::string(2, '\0'), 2));
  folder.write("test.bin", record("\x02\x05", 3));
  const ImageData fine = load_cifar100(folder.path());
  CHECK(fine.train_labels.to_vector<std::int64_t>() ==
        std::vector<std::int64_t>{99, 0});
  CHECK(fine.test_labels.item<int>() == 5);
  CHECK(fine.class_names.size() == 100);
  CHECK(fine.train_images[1][0][0][1].item<int>() ==
        static_cast<std::uint8_t>(pixel(2, 1)));
  std::string names;
  for (int i = 0; i < 20; ++i) names += "group " + std::to_string(i) + "\r\n";
  folder.write("coarse_label_names.txt", names);
  const ImageData coarse = load_cifar100(folder.path(), CifarLabels::kCoarse);
  CHECK(coarse.train_labels.to_vector<std::int64_t>() ==
        std::vector<std::int64_t>{19, 0});
  CHECK(coarse.class_names[19] == "group 19");
  folder.write("coarse_label_names.txt", "one\ntwo\n");
  CHECK_ERROR(FormatError, load_cifar100(folder.path(), CifarLabels::kCoarse),
              "names 2 classes; there are 20");
}

TEST_CASE("files of CIFAR that are missing or wrong are named", "[data]") {
  const TempFolder folder;
  CHECK_ERROR(IoError, load_cifar10(folder.path()), "holds no data_batch_1.bin");
  CHECK_ERROR(IoError, load_cifar10(folder.file("none")), "No such file");
  folder.write("train.bin", record("\x13\x63", 1) + "x");
  folder.write("test.bin", "");
  CHECK_ERROR(FormatError, load_cifar100(folder.path()),
              "has 3075 bytes, which is no multiple of the 3074 of a record");
  folder.write("train.bin", record("\x13\x63", 1) + record("\x13\x64", 1));
  CHECK_ERROR(FormatError, load_cifar100(folder.path()),
              "has the label 100 in record 1; classes are 0 to 99");
  folder.write("train.bin", record("\x13\x63", 1));
  CHECK_ERROR(FormatError, load_cifar100(folder.path()), "test.bin in");
}

TEST_CASE("damaged tar archives are refused with a reason", "[data]") {
  const TempFolder folder;
  const auto text = [&](const std::string& bytes) {
    return test::error_text<Error>([&] { load_cifar10(folder.write("x.tar", bytes)); });
  };
  using test::contains;
  const std::string good = test::tar_of(ten());
  CHECK(
      contains(text(good.substr(0, 700)), "is no whole tar archive: it ends inside a"));
  CHECK(
      contains(text(good.substr(0, 512 + 512 + 20)), "ends inside 'batches.meta.txt'"));
  std::string changed = good;
  changed[600] = 'x';
  CHECK(contains(text(changed), "header at byte 512 does not have the checksum"));
  CHECK(contains(text(std::string(2000, 'x')), "not written in octal digits"));
  CHECK(contains(text(good + std::string(2 << 20, 'x')), "goes on behind its end"));
  Files twice = ten();
  twice.emplace_back("elsewhere/test_batch.bin", "x");
  CHECK(contains(text(test::tar_of(twice)), "holds 'test_batch.bin' twice"));
  // A link of that name is no such file.
  CHECK(
      contains(text(test::tar_header("a/data_batch_1.bin", 0, '2')), "holds no data"));
}

TEST_CASE("memory follows what a tar archive holds", "[data]") {
  const TempFolder folder;
  const std::string liar = folder.write_gz(
      "liar.gz", test::tar_header("data_batch_1.bin", 1 << 30, '0') + "abc");
  const std::string huge = folder.write_gz(
      "huge.gz", test::tar_header("data_batch_1.bin", (1 << 30) + 1, '0') + "abc");
  const std::string bomb =
      folder.write_gz("bomb.gz", test::tar_header("other", 64 << 20, '0') +
                                     std::string(64 << 20, '\0'));
  rusage before{}, after{};
  getrusage(RUSAGE_SELF, &before);
  CHECK_ERROR(FormatError, load_cifar10(liar), "ends inside 'data_batch_1.bin'");
  CHECK_ERROR(FormatError, load_cifar10(huge), "of 1073741825 bytes, above the");
  CHECK_ERROR(IoError, load_cifar10(bomb), "holds no data_batch_1.bin");
  getrusage(RUSAGE_SELF, &after);
  CHECK(after.ru_maxrss - before.ru_maxrss < 16 * 1024);  // kilobytes
}

TEST_CASE("an archive of small files changed or cut anywhere is read or refused",
          "[data]") {
  const TempFolder folder;
  const std::string archive =
      test::tar_of({{"b/data_batch_1.bin", "abc"}, {"b/batches.meta.txt", "x\n"}});
  folder.write_gz("x.gz", archive);
  for (const std::string& valid : {archive, folder.read("x.gz")}) {
    const test::Mangled result = test::mangle(valid, [&](const std::string& bytes) {
      load_cifar10(folder.write("x", bytes));
    });
    CHECK(result.worse.empty());
    CHECK(result.read == 0);  // it lacks most files
  }
  const std::string whole = record("\x09\x01", 1);
  folder.write("test.bin", whole);
  for (std::size_t n = 0; n < whole.size(); n += 61) {
    folder.write("train.bin", whole.substr(0, n));
    CHECK_THROWS_AS(load_cifar100(folder.path()), FormatError);
  }
}
