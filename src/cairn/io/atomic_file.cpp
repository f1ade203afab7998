#include <cairn/io/atomic_file.h>

#include <cerrno>
#include <cstdio>
#include <cstring>
#include <utility>

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cairn/core/error.h>
#include <cairn/core/text.h>

namespace cairn::io {
namespace {

using detail::concat;

[[noreturn]] void fail(const char* what, const std::string& path) {
  throw IoError(concat("cannot ", what, " ", path, ": ", std::strerror(errno)));
}

// A file descriptor that is closed, and a temporary file that is removed, whatever
// happens.
class TemporaryFile {
 public:
  explicit TemporaryFile(const std::string& target)
      : target_(target), path_(target + ".tmp-XXXXXX") {
    descriptor_ = mkstemp(path_.data());
    if (descriptor_ < 0) {
      throw IoError(concat("cannot write ", target_, ": ", std::strerror(errno),
                           "; does the folder exist, and may you write in it?"));
    }
  }
  ~TemporaryFile() {
    if (descriptor_ >= 0) close(descriptor_);
    if (!renamed_) unlink(path_.c_str());
  }
  TemporaryFile(const TemporaryFile&) = delete;
  TemporaryFile& operator=(const TemporaryFile&) = delete;

  void write(std::string_view bytes) {
    while (!bytes.empty()) {
      const ssize_t written = ::write(descriptor_, bytes.data(), bytes.size());
      if (written < 0 && errno == EINTR) continue;
      if (written < 0) fail("write", target_);
      bytes.remove_prefix(static_cast<std::size_t>(written));
    }
  }

  void move_into_place() {
    const mode_t mask =
        umask(0);  // mkstemp gives 0600; a saved file is an ordinary one
    umask(mask);
    if (fchmod(descriptor_, 0666 & ~mask) != 0) fail("write", target_);
    if (fsync(descriptor_) != 0) fail("flush", target_);
    if (close(std::exchange(descriptor_, -1)) != 0) fail("write", target_);
    if (std::rename(path_.c_str(), target_.c_str()) != 0) fail("write", target_);
    renamed_ = true;
    flush_folder();
  }

 private:
  // The new name is on disk only when the folder is.
  void flush_folder() const {
    const std::size_t slash = target_.rfind('/');
    const std::string folder =
        slash == std::string::npos ? "." : target_.substr(0, slash + 1);
    const int opened = open(folder.c_str(), O_RDONLY | O_DIRECTORY);
    if (opened < 0) return;  // some file systems do not let folders be opened
    fsync(opened);
    close(opened);
  }

  std::string target_, path_;
  int descriptor_ = -1;
  bool renamed_ = false;
};

}  // namespace

void write_file(const std::string& path, std::string_view head, std::string_view body) {
  TemporaryFile file(path);
  file.write(head);
  file.write(body);
  file.move_into_place();
}

void write_file(const std::string& path, std::string_view content) {
  write_file(path, content, {});
}

std::string read_file(const std::string& path) {
  struct stat info {};
  if (stat(path.c_str(), &info) == 0 && S_ISDIR(info.st_mode)) {
    throw IoError(concat("cannot read ", path, ": it is a folder"));
  }
  std::FILE* const file = std::fopen(path.c_str(), "rb");
  if (file == nullptr) fail("read", path);
  std::string content;
  char buffer[65536];
  std::size_t count = 0;
  do {
    count = std::fread(buffer, 1, sizeof buffer, file);
    content.append(buffer, count);
  } while (count == sizeof buffer);
  const bool failed = std::ferror(file) != 0;
  std::fclose(file);
  if (failed) fail("read", path);
  return content;
}

}  // namespace cairn::io
