#include <cairn/data/byte_source.h>

#include <zlib.h>

#include <algorithm>
#include <cerrno>
#include <cstring>
#include <filesystem>

#include <cairn/core/error.h>
#include <cairn/core/text.h>

namespace cairn::data {
namespace {

gzFile handle(void* file) { return static_cast<gzFile>(file); }

}  // namespace

ByteSource::ByteSource(const char* operation, const std::string& path)
    : operation_(operation), path_(path) {
  std::error_code code;
  if (std::filesystem::is_directory(path, code)) {
    throw IoError(
        detail::concat(operation, ": '", path, "' is a folder; name a file in it"));
  }
  errno = 0;
  file_ = gzopen(path.c_str(), "rb");
  if (file_ == nullptr) {
    throw IoError(detail::concat(operation, ": cannot open '", path, "': ",
                                 errno != 0 ? std::strerror(errno) : "out of memory",
                                 "; check the path and that you may read it"));
  }
  gzbuffer(handle(file_), 1 << 17);
  const auto size = std::filesystem::file_size(path, code);
  file_size_ = code ? 0 : size;
}

ByteSource::~ByteSource() { gzclose_r(handle(file_)); }

bool ByteSource::packed() const { return gzdirect(handle(file_)) == 0; }

std::size_t ByteSource::read(std::uint8_t* out, std::size_t count) {
  std::size_t done = 0;
  while (done < count) {
    const auto part =
        static_cast<unsigned>(std::min<std::size_t>(count - done, 1 << 30));
    errno = 0;
    const int got = gzread(handle(file_), out + done, part);
    if (got < 0) {
      int code = Z_OK;
      const char* text = gzerror(handle(file_), &code);
      if (code == Z_ERRNO) {
        throw IoError(detail::concat(operation_, ": cannot read '", path_,
                                     "': ", std::strerror(errno)));
      }
      throw FormatError(detail::concat(
          operation_, ": '", path_, "' is damaged: gzip reports \"", text, "\" after ",
          gztell(handle(file_)), " bytes; fetch the file anew"));
    }
    if (got == 0) break;
    done += static_cast<std::size_t>(got);
  }
  if (done < count) {
    // zlib reports a stream that was cut short only when its end is asked for.
    int code = Z_OK;
    gzerror(handle(file_), &code);
    if (code == Z_BUF_ERROR) {
      throw FormatError(detail::concat(
          operation_, ": '", path_, "' ends in the middle of its gzip data, after ",
          gztell(handle(file_)), " bytes unpacked; fetch the file anew"));
    }
  }
  return done;
}

std::size_t ByteSource::append(std::vector<std::uint8_t>& out, std::uint64_t count) {
  constexpr std::uint64_t kPiece = 1 << 20;
  std::size_t total = 0;
  while (count > 0) {
    const auto want = static_cast<std::size_t>(std::min(count, kPiece));
    const std::size_t before = out.size();
    out.resize(before + want);
    const std::size_t got = read(out.data() + before, want);
    out.resize(before + got);
    total += got;
    count -= got;
    if (got < want) break;
  }
  return total;
}

std::vector<std::uint8_t> read_bytes(const char* operation, const std::string& path,
                                     std::uint64_t limit) {
  ByteSource source(operation, path);
  std::vector<std::uint8_t> bytes;
  if (source.append(bytes, limit + 1) > limit) {
    throw FormatError(detail::concat(operation, ": '", path, "' holds more than ",
                                     limit,
                                     " bytes, the most that are read of such a "
                                     "file; is it another kind of file?"));
  }
  return bytes;
}

}  // namespace cairn::data
