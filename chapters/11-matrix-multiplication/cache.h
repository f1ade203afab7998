// A cache to count with: which accesses of a loop would have to wait for memory?
#pragma once

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <vector>

namespace ch11 {

// ANCHOR: cache
// `ways` lines for each of its sets. A line's address says which set it belongs to, and
// of a set the line that was longest unused makes room.
class Cache {
 public:
  Cache(std::size_t bytes, std::size_t ways, std::size_t line)
      : line_(line), ways_(ways), tags_(bytes / line, kEmpty) {}

  void touch(std::size_t address) {
    const std::size_t tag = address / line_, sets = tags_.size() / ways_;
    const auto first = tags_.begin() + static_cast<std::ptrdiff_t>(tag % sets * ways_);
    auto at = std::find(first, first + static_cast<std::ptrdiff_t>(ways_), tag);
    if (at == first + static_cast<std::ptrdiff_t>(ways_)) {
      ++misses_;
      *--at = tag;  // in the place of the oldest
    }
    std::rotate(first, at, at + 1);  // and to the front
  }
  std::size_t misses() const { return misses_; }

 private:
  static constexpr std::size_t kEmpty = SIZE_MAX;
  std::size_t line_, ways_, misses_ = 0;
  std::vector<std::size_t> tags_;  // [sets × ways], in each set the newest first
};
// ANCHOR_END: cache

// Where three square matrices of side n lie, in bytes.
struct Places {
  std::size_t n;
  std::size_t a(std::size_t i, std::size_t p) const { return 8 * (i * n + p); }
  std::size_t b(std::size_t p, std::size_t j) const {
    return (std::size_t{1} << 32) + 8 * (p * n + j);
  }
  std::size_t c(std::size_t i, std::size_t j) const {
    return (std::size_t{2} << 32) + 8 * (i * n + j);
  }
};

// ANCHOR: traces
// The accesses of multiply_plain for the first `rows` rows of C.
inline void trace_plain(const Places& at, std::size_t rows, Cache& cache) {
  for (std::size_t i = 0; i < rows; ++i) {
    for (std::size_t j = 0; j < at.n; ++j) {
      for (std::size_t p = 0; p < at.n; ++p) {
        cache.touch(at.a(i, p));
        cache.touch(at.b(p, j));
      }
      cache.touch(at.c(i, j));
    }
  }
}

inline void trace_rows(const Places& at, std::size_t rows, Cache& cache) {
  for (std::size_t i = 0; i < rows; ++i) {
    for (std::size_t p = 0; p < at.n; ++p) {
      cache.touch(at.a(i, p));
      for (std::size_t j = 0; j < at.n; ++j) {
        cache.touch(at.b(p, j));
        cache.touch(at.c(i, j));
      }
    }
  }
}
// ANCHOR_END: traces

// Tiles of 6 × 8, from A and B as they lie or from copies in the tiles' order, `kc` steps
// of the depth after the other.
inline void trace_tiles(const Places& at, std::size_t rows, bool packed, std::size_t kc,
                        Cache& cache) {
  const auto a = [&](std::size_t i, std::size_t p, std::size_t r) {
    return packed ? at.a(0, 0) + 8 * (i * at.n + p * 6 + r) : at.a(i + r, p);
  };
  const auto b = [&](std::size_t p, std::size_t j, std::size_t v) {
    return packed ? at.b(0, 0) + 8 * (j * at.n + p * 8 + v) : at.b(p, j + v);
  };
  for (std::size_t p0 = 0; p0 < at.n; p0 += kc) {
    for (std::size_t j = 0; j + 8 <= at.n; j += 8) {
      for (std::size_t i = 0; i + 6 <= rows; i += 6) {
        for (std::size_t p = p0; p < std::min(at.n, p0 + kc); ++p) {
          for (std::size_t v = 0; v < 8; v += 4) cache.touch(b(p, j, v));
          for (std::size_t r = 0; r < 6; ++r) cache.touch(a(i, p, r));
        }
        for (std::size_t r = 0; r < 6; ++r) cache.touch(at.c(i + r, j));
      }
    }
  }
}

}  // namespace ch11
