#include <cairn/core/atomic_file.h>

#include <atomic>
#include <cerrno>
#include <cstdio>
#include <cstring>
#include <memory>

#include <dirent.h>
#include <fcntl.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cairn/core/error.h>
#include <cairn/core/text.h>

namespace cairn::detail {
namespace {

// Behind the target's name; two numbers follow.
constexpr const char* kMark = ".cairn-";

[[noreturn]] void fail(const char* what, const std::string& path) {
  throw IoError(concat("cannot ", what, " ", path, ": ", std::strerror(errno)));
}

class Descriptor {
 public:
  explicit Descriptor(int number) : number_(number) {}
  ~Descriptor() {
    if (number_ >= 0) close(number_);
  }
  Descriptor(const Descriptor&) = delete;
  Descriptor& operator=(const Descriptor&) = delete;
  int get() const { return number_; }
  bool is_open() const { return number_ >= 0; }

 private:
  int number_;
};

// Whether `path` still names the file that is open.
bool names(const std::string& path, int descriptor) {
  struct stat there {
  }, here{};
  return lstat(path.c_str(), &there) == 0 && fstat(descriptor, &here) == 0 &&
         there.st_dev == here.st_dev && there.st_ino == here.st_ino;
}

std::string folder_of(const std::string& path) {
  const std::size_t slash = path.rfind('/');
  return slash == std::string::npos ? "./" : path.substr(0, slash + 1);
}

// Whether `name` is what a TemporaryFile beside `target` is called.
bool is_temporary(std::string_view name, std::string_view target) {
  const std::string_view mark = kMark;
  if (name.substr(0, target.size()) != target) return false;
  name.remove_prefix(target.size());
  if (name.substr(0, mark.size()) != mark) return false;
  name.remove_prefix(mark.size());
  const std::size_t dash = name.find('-');
  return dash != 0 && dash != std::string_view::npos && dash + 1 < name.size() &&
         name.find_first_not_of("0123456789-") == std::string_view::npos &&
         name.find('-', dash + 1) == std::string_view::npos;
}

// Removes a temporary file whose writer is dead: the system has let go of its lock.
void remove_if_abandoned(const std::string& path) {
  const Descriptor file(open(path.c_str(), O_RDONLY | O_NOFOLLOW | O_CLOEXEC));
  struct stat info {};
  if (!file.is_open() || fstat(file.get(), &info) != 0) return;
  if (!S_ISREG(info.st_mode) || info.st_uid != geteuid()) return;
  if (flock(file.get(), LOCK_EX | LOCK_NB) != 0) return;
  if (names(path, file.get())) unlink(path.c_str());
}

void remove_abandoned(const std::string& target) {
  const std::string folder = folder_of(target);
  const std::string_view name =
      std::string_view(target).substr(target.rfind('/') + 1);  // npos + 1 is 0
  const std::unique_ptr<DIR, int (*)(DIR*)> list(opendir(folder.c_str()), closedir);
  if (list == nullptr) return;  // where there is no folder, creating the file says so
  while (const dirent* const entry = readdir(list.get())) {
    if (is_temporary(entry->d_name, name)) remove_if_abandoned(folder + entry->d_name);
  }
}

// A file beside the target that is locked while it is open, and removed unless it takes
// the target's place.
class TemporaryFile {
 public:
  explicit TemporaryFile(const std::string& target)
      : target_(target), descriptor_(create()) {}
  ~TemporaryFile() {
    if (!renamed_) unlink(path_.c_str());
  }
  TemporaryFile(const TemporaryFile&) = delete;
  TemporaryFile& operator=(const TemporaryFile&) = delete;

  void write(std::string_view bytes) {
    while (!bytes.empty()) {
      const ssize_t written = ::write(descriptor_.get(), bytes.data(), bytes.size());
      if (written < 0 && errno == EINTR) continue;
      if (written < 0) fail("write", target_);
      bytes.remove_prefix(static_cast<std::size_t>(written));
    }
  }

  // Closed only after it was renamed: until then its lock keeps others from removing it.
  void move_into_place() {
    if (fsync(descriptor_.get()) != 0) fail("flush", target_);
    if (std::rename(path_.c_str(), target_.c_str()) != 0) fail("write", target_);
    renamed_ = true;
    flush_folder();
  }

 private:
  int create() {
    static std::atomic<std::uint64_t> count{0};
    for (;;) {
      path_ = concat(target_, kMark, getpid(), "-", count++);
      const int file =
          open(path_.c_str(), O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0666);
      if (file < 0 && errno == EEXIST) continue;  // of a process of the same number
      if (file < 0) {
        throw IoError(concat("cannot write ", target_, ": ", std::strerror(errno),
                             "; does the folder exist, and may you write in it?"));
      }
      // Another may have taken it for abandoned before it was locked. Where there are no
      // locks, nobody takes any.
      const bool locked = flock(file, LOCK_EX | LOCK_NB) == 0 || errno != EWOULDBLOCK;
      if (locked && names(path_, file)) return file;
      close(file);
    }
  }

  // The new name is on disk only when the folder is.
  void flush_folder() const {
    const Descriptor folder(
        open(folder_of(target_).c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC));
    if (folder.is_open()) fsync(folder.get());  // some systems open no folders
  }

  std::string target_, path_;
  Descriptor descriptor_;
  bool renamed_ = false;
};

}  // namespace

void write_file(const std::string& path, std::string_view head, std::string_view body) {
  struct stat info {};
  if (stat(path.c_str(), &info) == 0 && !S_ISREG(info.st_mode)) {
    throw IoError(concat("cannot write ", path, ": it is a ",
                         S_ISDIR(info.st_mode) ? "folder" : "device or a pipe",
                         "; name a file"));
  }
  remove_abandoned(path);
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
  const std::unique_ptr<std::FILE, int (*)(std::FILE*)> file(
      std::fopen(path.c_str(), "rb"), std::fclose);
  if (file == nullptr) fail("read", path);
  std::string content;
  char buffer[65536];
  std::size_t count = 0;
  do {
    count = std::fread(buffer, 1, sizeof buffer, file.get());
    content.append(buffer, count);
  } while (count == sizeof buffer);
  if (std::ferror(file.get()) != 0) fail("read", path);
  return content;
}

}  // namespace cairn::detail
