#include <cairn/data/jpeg_tables.h>

#include <algorithm>
#include <cstddef>

namespace cairn::data {
namespace {

constexpr int kStart = 0xD8, kEnd = 0xD9, kTables = 0xC4;

/// The tables of one segment, from `at` to `end`: 17 bytes, of which 16 are how many
/// codes there are of each length, then a value for each code.
bool segment_fits(const std::vector<std::uint8_t>& bytes, std::size_t at,
                  std::size_t end) {
  while (at < end) {
    int codes = 0;
    for (std::size_t i = at + 1; i < std::min(at + 17, bytes.size()); ++i) {
      codes += bytes[i];
    }
    if (codes > 256) return false;
    at += 17 + static_cast<std::size_t>(codes);
  }
  return true;
}

/// The marker that comes next, whatever lies before it; 0 at the end. Zeros behind FF
/// stand for a byte FF of the picture, D0 to D7 go on with it.
int next_marker(const std::vector<std::uint8_t>& bytes, std::size_t& at) {
  while (at < bytes.size()) {
    if (bytes[at++] != 0xFF) continue;
    while (at < bytes.size() && bytes[at] == 0xFF) ++at;
    if (at == bytes.size()) return 0;
    const int marker = bytes[at++];
    if (marker != 0 && (marker < 0xD0 || marker > 0xD7)) return marker;
  }
  return 0;
}

}  // namespace

bool jpeg_tables_fit(const std::vector<std::uint8_t>& bytes) {
  std::size_t at = 0;
  if (bytes.empty() || bytes[0] != 0xFF || next_marker(bytes, at) != kStart)
    return true;
  for (;;) {
    const int marker = next_marker(bytes, at);
    if (marker == 0 || marker == kEnd || at + 2 > bytes.size()) return true;
    const std::size_t length = static_cast<std::size_t>(bytes[at]) << 8 | bytes[at + 1];
    const std::size_t end = at + std::max<std::size_t>(length, 2);
    if (marker == kTables && !segment_fits(bytes, at + 2, end)) return false;
    at =
        end;  // behind the head of a scan the picture's data follow, up to the next marker
  }
}

}  // namespace cairn::data
