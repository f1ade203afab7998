#include <cairn/core/error.h>
#include <cairn/io/atomic_file.h>

#include "tests/catch.h"
#include "tests/error_text.h"
#include "tests/temporary_folder.h"

namespace cairn {
namespace {

TEST_CASE("a file is written whole and leaves nothing beside it") {
  const test::TemporaryFolder folder;
  io::write_file(folder.file("a"), "first");
  io::write_file(folder.file("a"), "sec", "ond");
  CHECK(folder.read("a") == "second");
  CHECK(io::read_file(folder.file("a")) == "second");
  CHECK(folder.count() == 1);
}

TEST_CASE("a file that cannot be written leaves the old one as it was") {
  const test::TemporaryFolder folder;
  CHECK_ERROR(IoError, io::write_file("/no/such/folder/file", "x"),
              "cannot write /no/such/folder/file: No such file or directory; does the "
              "folder exist, and may you write in it?");
  std::filesystem::create_directory(folder.file("taken"));
  CHECK_ERROR(IoError, io::write_file(folder.file("taken"), "x"), "cannot write");
  CHECK(folder.count() == 1);  // no temporary file is left
}

TEST_CASE("what cannot be read is an error") {
  const test::TemporaryFolder folder;
  CHECK_ERROR(IoError, io::read_file(folder.file("none")), "No such file");
  CHECK_ERROR(IoError, io::read_file(folder.file("")), "it is a folder");
}

}  // namespace
}  // namespace cairn
