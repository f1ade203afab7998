#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace cairn::io {

/// What the directory of a zip archive says of a file in it (internal).
struct ZipMember {
  std::string name;
  int method = 0;  ///< 0: as it is, 8: deflated
  std::uint32_t checksum = 0;
  std::uint64_t packed_size = 0, size = 0;
  std::uint64_t begin = 0;  ///< where its bytes begin in the archive
};

/// Reads a zip archive that lies in memory (internal). `place` begins the text of
/// errors, all FormatError.
class ZipReader {
 public:
  /// Reads and checks the directory; no member's data yet.
  ZipReader(std::string_view file, std::string place);

  const std::vector<ZipMember>& members() const { return members_; }
  /// The content of a member, unpacked, of the size and checksum that were promised.
  std::string content(const ZipMember& member) const;

 private:
  struct Directory {
    std::uint64_t count, begin, size;
  };

  [[noreturn]] void fail(const std::string& what) const;
  std::uint64_t number(std::uint64_t at, int bytes) const;
  Directory find_directory() const;
  std::uint64_t read_member(std::uint64_t at, std::uint64_t end);
  void read_wide_sizes(ZipMember& member, std::uint64_t& offset, std::uint64_t at,
                       std::uint64_t end) const;
  std::uint64_t data_begin(const ZipMember& member, std::uint64_t offset) const;
  void check_overlaps(std::uint64_t directory) const;
  std::string inflated(const ZipMember& member) const;

  std::string_view file_;
  std::string place_;
  std::vector<ZipMember> members_;
  std::vector<std::uint64_t> offsets_;  // of the members' own headers
};

/// Makes a zip archive in memory (internal), of less than 4 GiB and 65,535 members.
class ZipWriter {
 public:
  /// Appends a file whose content is `head` and then `body`. Throws ValueError where
  /// the archive would grow too large.
  void add(const std::string& name, std::string_view head, std::string_view body,
           bool packed);
  /// The archive.
  std::string finish() &&;

 private:
  std::string out_, directory_;
  std::uint64_t count_ = 0;
};

}  // namespace cairn::io
