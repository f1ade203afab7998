#include <cairn/data/tar.h>

#include <algorithm>
#include <cstring>
#include <string_view>
#include <utility>

#include <cairn/core/error.h>
#include <cairn/core/text.h>
#include <cairn/data/byte_source.h>

namespace cairn::data {
namespace {

using detail::concat;

constexpr std::size_t kBlock = 512;
// Archives are filled up with zeros to a multiple of their record, seldom above 10 KiB.
constexpr std::uint64_t kMostPadding = 1 << 20;

/// Where the fields of a header stand, which all versions of the format share.
struct Field {
  std::size_t begin, length;
};
constexpr Field kName{0, 100}, kSize{124, 12}, kSum{148, 8};
constexpr std::size_t kType = 156;

class TarReader {
 public:
  TarReader(const char* operation, const std::string& path)
      : operation_(operation), path_(path), source_(operation, path) {}

  /// Goes on to the next file; false at the end.
  bool next() {
    const std::size_t got = source_.read(block_, kBlock);
    at_ += got;
    if (got == 0) return false;
    if (got < kBlock) fail(concat("it ends inside a header, at byte ", at_));
    if (std::all_of(block_, block_ + kBlock, [](std::uint8_t b) { return b == 0; })) {
      check_end();
      return false;
    }
    if (number(kSum) != sum()) {
      fail(concat("the header at byte ", at_ - kBlock,
                  " does not have the checksum it should"));
    }
    size_ = number(kSize);
    return true;
  }

  /// An ordinary file, not a folder or a link.
  bool is_file() const { return block_[kType] == '0' || block_[kType] == '\0'; }
  /// Its name without folders.
  std::string name() const {
    const auto* begin = reinterpret_cast<const char*>(block_ + kName.begin);
    const std::string_view whole(begin, strnlen(begin, kName.length));
    return std::string(whole.substr(whole.rfind('/') + 1));
  }
  std::uint64_t size() const { return size_; }

  std::vector<std::uint8_t> content() {
    std::vector<std::uint8_t> bytes;
    const std::size_t got = source_.append(bytes, size_);
    at_ += got;
    if (got < size_) fail(concat("it ends inside '", name(), "', at byte ", at_));
    pass_over((kBlock - size_ % kBlock) % kBlock);
    return bytes;
  }

  /// Goes behind the content without keeping it.
  void skip() {
    pass_over(size_);
    pass_over((kBlock - size_ % kBlock) % kBlock);
  }

 private:
  [[noreturn]] void fail(const std::string& what) const {
    throw FormatError(concat(operation_, ": '", path_,
                             "' is no whole tar archive: ", what, "; fetch it anew"));
  }

  void pass_over(std::uint64_t count) {
    std::uint8_t buffer[16384];
    while (count > 0) {
      const auto want =
          static_cast<std::size_t>(std::min<std::uint64_t>(count, sizeof buffer));
      const std::size_t got = source_.read(buffer, want);
      at_ += got;
      if (got < want) fail(concat("it ends inside '", name(), "', at byte ", at_));
      count -= got;
    }
  }

  /// Reading to the end makes gzip compare its checksum.
  void check_end() {
    std::vector<std::uint8_t> rest;
    if (source_.append(rest, kMostPadding) == kMostPadding) {
      fail("it goes on behind its end");
    }
  }

  /// Octal digits with blanks before and a blank or zero behind.
  std::uint64_t number(Field field) const {
    std::uint64_t value = 0;
    std::size_t i = field.begin;
    const std::size_t end = field.begin + field.length;
    while (i < end && block_[i] == ' ') ++i;
    const std::size_t first = i;
    for (; i < end && block_[i] >= '0' && block_[i] <= '7'; ++i) {
      value = value << 3 | static_cast<std::uint64_t>(block_[i] - '0');
    }
    if (i == first || (i < end && block_[i] != ' ' && block_[i] != '\0')) {
      fail(concat("a number in the header at byte ", at_ - kBlock,
                  " is not written in octal digits"));
    }
    return value;
  }

  /// Of all bytes of the header, as if the sum were blanks.
  std::uint64_t sum() const {
    std::uint64_t total = 0;
    for (std::size_t i = 0; i < kBlock; ++i) {
      const bool own = i >= kSum.begin && i < kSum.begin + kSum.length;
      total += own ? ' ' : block_[i];
    }
    return total;
  }

  const char* operation_;
  const std::string& path_;
  ByteSource source_;
  std::uint8_t block_[kBlock] = {};
  std::uint64_t at_ = 0, size_ = 0;
};

}  // namespace

NamedBytes read_tar(const char* operation, const std::string& path,
                    const std::vector<std::string>& wanted, std::uint64_t limit) {
  TarReader archive(operation, path);
  NamedBytes found;
  while (archive.next()) {
    const std::string name = archive.name();
    const bool take = archive.is_file() &&
                      std::find(wanted.begin(), wanted.end(), name) != wanted.end();
    if (!take) {
      archive.skip();
      continue;
    }
    if (archive.size() > limit || found.count(name) != 0) {
      throw FormatError(concat(operation, ": '", path, "' holds '", name, "' ",
                               archive.size() > limit
                                   ? concat("of ", archive.size(), " bytes, above the ",
                                            limit, " that such a file may have")
                                   : std::string("twice"),
                               "; is it another archive?"));
    }
    found[name] = archive.content();
  }
  return found;
}

}  // namespace cairn::data
