#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include <cairn/data/byte_source.h>

namespace cairn::data {

/// A file line by line (internal), unpacked on the way if gzip packed it. Only the line
/// at hand and what was read with it lie in memory.
class LineReader {
 public:
  /// Throws IoError if the file cannot be opened.
  LineReader(const char* operation, const std::string& path);

  /// The next line without its end, LF or CRLF; false at the end. The text stays until
  /// the next call. Throws FormatError for a line of more than 1 MiB.
  bool next(std::string_view& line);

  /// The number of that line, from 1.
  std::int64_t number() const { return number_; }
  /// "operation: 'path', line 3", as errors begin.
  std::string place() const;

 private:
  const char* operation_;
  std::string path_;
  ByteSource source_;
  std::vector<std::uint8_t> buffer_;
  std::size_t at_ = 0;
  std::int64_t number_ = 0;
  bool ended_ = false;
};

}  // namespace cairn::data
