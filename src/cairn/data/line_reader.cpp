#include <cairn/data/line_reader.h>

#include <cstring>

#include <cairn/core/error.h>
#include <cairn/core/text.h>

namespace cairn::data {
namespace {

constexpr std::size_t kLongest = 1 << 20;

}  // namespace

LineReader::LineReader(const char* operation, const std::string& path)
    : operation_(operation), path_(path), source_(operation, path) {}

std::string LineReader::place() const {
  return detail::concat(operation_, ": '", path_, "', line ", number_);
}

bool LineReader::next(std::string_view& line) {
  const auto find = [&](std::size_t from) -> std::size_t {
    if (from >= buffer_.size()) return std::string_view::npos;
    const void* found = std::memchr(buffer_.data() + from, '\n', buffer_.size() - from);
    if (found == nullptr) return std::string_view::npos;
    return static_cast<std::size_t>(static_cast<const std::uint8_t*>(found) -
                                    buffer_.data());
  };
  std::size_t end = find(at_);
  if (end == std::string_view::npos && !ended_) {
    buffer_.erase(buffer_.begin(), buffer_.begin() + static_cast<std::ptrdiff_t>(at_));
    at_ = 0;
    const std::size_t before = buffer_.size();
    ended_ = source_.append(buffer_, kLongest) < kLongest;
    end = find(before);
  }
  if (at_ >= buffer_.size()) return false;
  ++number_;
  const bool cut = end == std::string_view::npos && !ended_;
  if (end == std::string_view::npos) end = buffer_.size();
  std::size_t length = end - at_;
  if (cut || length > kLongest) {
    throw FormatError(detail::concat(place(), " has more than ", kLongest,
                                     " bytes; is it another kind of file?"));
  }
  const char* begin = reinterpret_cast<const char*>(buffer_.data()) + at_;
  at_ = end + 1;
  if (length > 0 && begin[length - 1] == '\r') --length;
  line = std::string_view(begin, length);
  return true;
}

}  // namespace cairn::data
