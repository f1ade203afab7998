#include <cairn/io/zip.h>

#include <zlib.h>

#include <algorithm>
#include <utility>

#include <cairn/core/error.h>
#include <cairn/core/text.h>

namespace cairn::io {
namespace {

using detail::concat;

constexpr std::uint64_t kEndSize = 22, kLocatorSize = 20, kWideEndSize = 56;
constexpr std::uint64_t kEntrySize = 46, kHeaderSize = 30;
constexpr std::uint64_t kNone16 = 0xFFFF, kNone32 = 0xFFFFFFFF;  // look further on
// What deflate can do at its best: 258 bytes for two bits.
constexpr std::uint64_t kBestRatio = 1032;

/// A name as it may stand in an error's text.
std::string shown(std::string_view name) {
  std::string out;
  for (const char c : name.substr(0, 60)) {
    out += static_cast<unsigned char>(c) < 0x20 ? '?' : c;
  }
  return out;
}

/// zlib's state, which is let go of whatever happens.
struct Inflater {
  z_stream stream{};
  Inflater() {
    if (inflateInit2(&stream, -MAX_WBITS) != Z_OK) {
      throw IoError("zlib has no memory to unpack with");
    }
  }
  ~Inflater() { inflateEnd(&stream); }
  Inflater(const Inflater&) = delete;
  Inflater& operator=(const Inflater&) = delete;
};

}  // namespace

ZipReader::ZipReader(std::string_view file, std::string place)
    : file_(file), place_(std::move(place)) {
  const Directory directory = find_directory();
  const std::uint64_t end = directory.begin + directory.size;
  std::uint64_t at = directory.begin;
  for (std::uint64_t i = 0; i < directory.count; ++i) at = read_member(at, end);
  if (at != end) fail("its directory goes on after its last file");
  check_overlaps(directory.begin);
}

void ZipReader::fail(const std::string& what) const {
  throw FormatError(
      concat(place_, " is no whole zip archive: ", what, "; fetch it anew"));
}

std::uint64_t ZipReader::number(std::uint64_t at, int bytes) const {
  const auto count = static_cast<std::uint64_t>(bytes);
  if (at > file_.size() || count > file_.size() - at) {
    fail(concat("it ends at byte ", file_.size(), ", before a number at ", at));
  }
  std::uint64_t value = 0;
  for (std::uint64_t i = count; i-- > 0;) {
    value = value << 8 | static_cast<unsigned char>(file_[at + i]);
  }
  return value;
}

ZipReader::Directory ZipReader::find_directory() const {
  if (file_.size() < kEndSize) fail(concat("it has ", file_.size(), " bytes"));
  // The end record is the last thing in the file but for a comment, whose length it
  // tells.
  std::uint64_t at = file_.size() - kEndSize;
  const std::uint64_t first = at > kNone16 ? at - kNone16 : 0;
  const auto is_end = [&](std::uint64_t p) {
    return number(p, 4) == 0x06054B50 &&
           number(p + 20, 2) == file_.size() - p - kEndSize;
  };
  while (!is_end(at)) {
    if (at-- == first) fail("it has no directory at its end");
  }
  std::uint64_t before = at;
  Directory directory{number(at + 10, 2), number(at + 16, 4), number(at + 12, 4)};
  if (directory.count == kNone16 || directory.begin == kNone32 ||
      directory.size == kNone32) {
    if (at < kLocatorSize || number(at - kLocatorSize, 4) != 0x07064B50) {
      fail("the record of its 64-bit sizes is missing");
    }
    before = number(at - kLocatorSize + 8, 8);
    if (before > file_.size() || file_.size() - before < kWideEndSize ||
        number(before, 4) != 0x06064B50) {
      fail("the record of its 64-bit sizes is damaged");
    }
    directory = {number(before + 32, 8), number(before + 48, 8),
                 number(before + 40, 8)};
  }
  if (directory.begin > before || directory.size > before - directory.begin ||
      directory.count > directory.size / kEntrySize) {
    fail(concat("its directory is said to hold ", directory.count, " files in ",
                directory.size, " bytes from ", directory.begin,
                " on, which is more than there is"));
  }
  return directory;
}

/// Reads the entry at `at` and returns where the next one begins.
std::uint64_t ZipReader::read_member(std::uint64_t at, std::uint64_t end) {
  if (end - at < kEntrySize || number(at, 4) != 0x02014B50) {
    fail(concat("file ", members_.size() + 1, " is missing in its directory"));
  }
  const std::uint64_t name = number(at + 28, 2), extra = number(at + 30, 2);
  const std::uint64_t length = kEntrySize + name + extra + number(at + 32, 2);
  if (length > end - at) fail("an entry of its directory runs over the end");
  ZipMember member;
  member.name = std::string(file_.substr(at + kEntrySize, name));
  if ((number(at + 8, 2) & 1) != 0) {
    throw FormatError(concat(place_, " holds '", shown(member.name),
                             "' encrypted; save it without a password"));
  }
  member.method = static_cast<int>(number(at + 10, 2));
  if (member.method != 0 && member.method != 8) {
    throw FormatError(concat(place_, " holds '", shown(member.name),
                             "' packed by method ", member.method,
                             "; Cairn unpacks 0 (stored) and 8 (deflated)"));
  }
  member.checksum = static_cast<std::uint32_t>(number(at + 16, 4));
  member.packed_size = number(at + 20, 4);
  member.size = number(at + 24, 4);
  std::uint64_t offset = number(at + 42, 4);
  const std::uint64_t extra_begin = at + kEntrySize + name;
  read_wide_sizes(member, offset, extra_begin, extra_begin + extra);
  member.begin = data_begin(member, offset);
  members_.push_back(std::move(member));
  offsets_.push_back(offset);
  return at + length;
}

/// Sizes that 32 bits cannot hold stand in an extra field, those that need it, in order.
void ZipReader::read_wide_sizes(ZipMember& member, std::uint64_t& offset,
                                std::uint64_t at, std::uint64_t end) const {
  while (end - at >= 4) {
    const std::uint64_t id = number(at, 2), length = number(at + 2, 2);
    at += 4;
    if (length > end - at) fail("an extra field of its directory runs over the end");
    if (id == 1) {
      std::uint64_t field = at;
      for (std::uint64_t* value : {&member.size, &member.packed_size, &offset}) {
        if (*value != kNone32 || at + length - field < 8) continue;
        *value = number(field, 8);
        field += 8;
      }
    }
    at += length;
  }
}

/// Where a member's data begin: behind its own header, which repeats the name.
std::uint64_t ZipReader::data_begin(const ZipMember& member,
                                    std::uint64_t offset) const {
  if (offset > file_.size() || file_.size() - offset < kHeaderSize ||
      number(offset, 4) != 0x04034B50) {
    fail(concat("'", shown(member.name), "' is not at byte ", offset));
  }
  const std::uint64_t begin =
      offset + kHeaderSize + number(offset + 26, 2) + number(offset + 28, 2);
  if (begin > file_.size() || member.packed_size > file_.size() - begin) {
    fail(concat("'", shown(member.name), "' is said to take ", member.packed_size,
                " bytes, more than there are"));
  }
  if (member.method == 0 ? member.size != member.packed_size
                         : member.size / kBestRatio > member.packed_size) {
    fail(concat("'", shown(member.name), "' cannot be ", member.size, " bytes in ",
                member.packed_size));
  }
  return begin;
}

/// Bytes that count for two members are how a small file unpacks to a huge one.
void ZipReader::check_overlaps(std::uint64_t directory) const {
  std::vector<std::pair<std::uint64_t, std::uint64_t>> taken;
  for (std::size_t i = 0; i < members_.size(); ++i) {
    taken.emplace_back(offsets_[i], members_[i].begin + members_[i].packed_size);
  }
  taken.emplace_back(directory, directory);
  std::sort(taken.begin(), taken.end());
  for (std::size_t i = 1; i < taken.size(); ++i) {
    if (taken[i].first < taken[i - 1].second) {
      fail(concat("two of its parts share the byte ", taken[i].first));
    }
  }
}

std::string ZipReader::inflated(const ZipMember& member) const {
  constexpr std::uint64_t kPiece = 1 << 20;
  Inflater inflater;
  z_stream& stream = inflater.stream;
  std::string out;
  std::uint64_t in = 0;
  int code = Z_OK;
  while (code != Z_STREAM_END) {
    if (stream.avail_in == 0) {
      const std::uint64_t piece = std::min(member.packed_size - in, kPiece);
      // zlib does not write to what it reads.
      stream.next_in =
          reinterpret_cast<Bytef*>(const_cast<char*>(file_.data() + member.begin + in));
      stream.avail_in = static_cast<uInt>(piece);
      in += piece;
    }
    const std::uint64_t done = out.size();
    // One byte more than promised is room enough to see that there are too many.
    const std::uint64_t room = std::min(member.size + 1 - done, kPiece);
    out.resize(done + room);
    stream.next_out = reinterpret_cast<Bytef*>(out.data() + done);
    stream.avail_out = static_cast<uInt>(room);
    code = inflate(&stream, Z_NO_FLUSH);
    out.resize(done + room - stream.avail_out);
    const bool stuck = code == Z_BUF_ERROR && in == member.packed_size;
    if ((code != Z_OK && code != Z_STREAM_END && code != Z_BUF_ERROR) || stuck ||
        out.size() > member.size) {
      break;
    }
  }
  const bool whole = code == Z_STREAM_END && stream.avail_in == 0 &&
                     in == member.packed_size && out.size() == member.size;
  if (!whole) {
    fail(concat("the packed data of '", shown(member.name), "' are damaged"));
  }
  return out;
}

std::string ZipReader::content(const ZipMember& member) const {
  std::string out = member.method == 8
                        ? inflated(member)
                        : std::string(file_.substr(member.begin, member.size));
  const uLong sum = crc32_z(0, reinterpret_cast<const Bytef*>(out.data()), out.size());
  if (sum != member.checksum) {
    fail(concat("'", shown(member.name), "' does not have the checksum it should"));
  }
  return out;
}

}  // namespace cairn::io
