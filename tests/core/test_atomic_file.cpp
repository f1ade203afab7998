#include <cairn/core/atomic_file.h>
#include <cairn/core/error.h>

#include <fcntl.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

#include "tests/catch.h"
#include "tests/error_text.h"
#include "tests/temporary_folder.h"

namespace cairn {
namespace {

TEST_CASE("a file is written whole and leaves nothing beside it") {
  const test::TemporaryFolder folder;
  detail::write_file(folder.file("a"), "first");
  detail::write_file(folder.file("a"), "sec", "ond");
  CHECK(folder.read("a") == "second");
  CHECK(detail::read_file(folder.file("a")) == "second");
  CHECK(folder.count() == 1);
}

TEST_CASE("a file that cannot be written leaves the old one as it was") {
  const test::TemporaryFolder folder;
  CHECK_ERROR(IoError, detail::write_file("/no/such/folder/file", "x"),
              "cannot write /no/such/folder/file: No such file or directory; does the "
              "folder exist, and may you write in it?");
  std::filesystem::create_directory(folder.file("taken"));
  CHECK_ERROR(IoError, detail::write_file(folder.file("taken"), "x"), "it is a folder");
  CHECK(folder.count() == 1);  // no temporary file is left
}

TEST_CASE("what a killed program left beside a file goes with the next writing") {
  const test::TemporaryFolder folder;
  folder.write("a", "old");
  folder.write("a.cairn-4194999-0", "cut sho");
  folder.write("a.cairn-1-17", "");
  // Of another file, of somebody else, no plain file, and of a program that still writes.
  folder.write("b.cairn-1-0", "");
  folder.write("aa.cairn-1-0", "");
  const char* const others[] = {"a.cairn-",     "a.cairn-1",     "a.cairn-1-",
                                "a.cairn--1",   "a.cairn-1-2-3", "a.cairn-1-2.bak",
                                "a.tmp-backup", "a.cairn-notes"};
  for (const char* name : others) folder.write(name, "mine");
  std::filesystem::create_symlink(folder.file("a.cairn-"), folder.file("a.cairn-2-2"));
  const std::string held = folder.write("a.cairn-3-3", "half of");
  const int writer = open(held.c_str(), O_WRONLY);
  REQUIRE(flock(writer, LOCK_EX) == 0);

  detail::write_file(folder.file("a"), "new");
  CHECK(folder.read("a") == "new");
  const auto exists = [&](const char* name) {
    return std::filesystem::symlink_status(folder.file(name)).type() !=
           std::filesystem::file_type::not_found;
  };
  CHECK_FALSE(exists("a.cairn-4194999-0"));
  CHECK_FALSE(exists("a.cairn-1-17"));
  for (const char* name : others) CHECK(exists(name));
  for (const char* name :
       {"b.cairn-1-0", "aa.cairn-1-0", "a.cairn-2-2", "a.cairn-3-3"}) {
    CHECK(exists(name));
  }
  close(writer);
  detail::write_file(folder.file("a"), "newer");
  CHECK_FALSE(exists("a.cairn-3-3"));
}

TEST_CASE("a file in the folder at hand has no slash in its name") {
  const test::TemporaryFolder folder;
  const auto before = std::filesystem::current_path();
  std::filesystem::current_path(folder.file(""));
  folder.write("a.cairn-1-1", "cut sho");
  detail::write_file("a", "here");
  std::filesystem::current_path(before);
  CHECK(folder.read("a") == "here");
  CHECK(folder.count() == 1);
}

TEST_CASE("a written file may be read by whom the user allows") {
  const test::TemporaryFolder folder;
  const mode_t before = umask(0027);
  detail::write_file(folder.file("a"), "x");
  umask(before);
  struct stat info {};
  REQUIRE(stat(folder.file("a").c_str(), &info) == 0);
  CHECK((info.st_mode & 0777) == 0640);
}

TEST_CASE("what is no file is not replaced by one") {
  const test::TemporaryFolder folder;
  REQUIRE(mkfifo(folder.file("pipe").c_str(), 0600) == 0);
  CHECK_ERROR(IoError, detail::write_file(folder.file("pipe"), "x"),
              "it is a device or a pipe; name a file");
  CHECK(std::filesystem::is_fifo(folder.file("pipe")));
  CHECK(folder.count() == 1);
}

TEST_CASE("what cannot be read is an error") {
  const test::TemporaryFolder folder;
  CHECK_ERROR(IoError, detail::read_file(folder.file("none")), "No such file");
  CHECK_ERROR(IoError, detail::read_file(folder.file("")), "it is a folder");
}

}  // namespace
}  // namespace cairn
