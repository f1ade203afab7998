// Copies of blocks, in the order in which the kernel reads them.
#pragma once

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <memory>

#include "11-matrix-multiplication/view.h"

namespace ch11 {

// ANCHOR: pack
// Copies `depth` rows of x, `width` columns of them, panel by panel: `unit` columns
// side by side, a row after the other without a gap. What is missing of the last panel
// is zero.
template <class T>
void pack(View<T> x, std::size_t depth, std::size_t width, std::size_t unit, T* to) {
  for (std::size_t j = 0; j < width; j += unit) {
    const std::size_t there = std::min(unit, width - j);
    if (there < unit) std::fill_n(to, depth * unit, T(0));
    if (x.column == 1) {
      for (std::size_t p = 0; p < depth; ++p) {
        std::copy_n(&x(p, j), there, to + p * unit);
      }
    } else {
      for (std::size_t l = 0; l < there; ++l) {
        for (std::size_t p = 0; p < depth; ++p) to[p * unit + l] = x(p, j + l);
      }
    }
    to += depth * unit;
  }
}
// ANCHOR_END: pack

// Room for `count` numbers that begins on a cache line and holds anything at first.
template <class T>
class Room {
 public:
  explicit Room(std::size_t count) : storage_(new T[count + kLine / sizeof(T)]) {
    const auto at = reinterpret_cast<std::uintptr_t>(storage_.get());
    begin_ = storage_.get() + (kLine - at % kLine) % kLine / sizeof(T);
  }
  T* begin() const { return begin_; }

 private:
  static constexpr std::size_t kLine = 64;
  std::unique_ptr<T[]> storage_;
  T* begin_;
};

inline std::size_t round_up(std::size_t n, std::size_t unit) {
  return (n + unit - 1) / unit * unit;
}

}  // namespace ch11
