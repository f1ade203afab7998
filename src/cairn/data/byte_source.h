#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <vector>

namespace cairn::data {

/// Bytes of a file, unpacked on the way if gzip packed it (internal). Errors name the
/// operation and the file.
class ByteSource {
 public:
  /// Throws IoError if the file cannot be opened.
  ByteSource(const char* operation, const std::string& path);
  ~ByteSource();
  ByteSource(const ByteSource&) = delete;
  ByteSource& operator=(const ByteSource&) = delete;

  /// Up to `count` bytes; fewer only at the end. Throws IoError when reading fails and
  /// FormatError when the packed data are damaged or cut short.
  std::size_t read(std::uint8_t* out, std::size_t count);

  /// Appends up to `count` bytes to `out`, which grows only as they really arrive, so
  /// that a file that promises more than it holds costs no memory.
  std::size_t append(std::vector<std::uint8_t>& out, std::uint64_t count);

  /// Whether gzip packed the file.
  bool packed() const;
  /// The size of the file on disk.
  std::uint64_t file_size() const { return file_size_; }

 private:
  const char* operation_;
  std::string path_;
  std::uint64_t file_size_ = 0;
  void* file_ = nullptr;  // zlib's gzFile
};

/// All of a file, unpacked if gzip packed it (internal). Throws as ByteSource does, and
/// FormatError for one of more than `limit` bytes.
std::vector<std::uint8_t> read_bytes(const char* operation, const std::string& path,
                                     std::uint64_t limit);

}  // namespace cairn::data
