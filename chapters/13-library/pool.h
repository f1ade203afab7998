// Memory that is kept for the next request of its size.
#pragma once

#include <cstddef>
#include <cstdlib>
#include <limits>
#include <map>
#include <mutex>
#include <new>
#include <vector>

namespace ch13 {

constexpr std::size_t kLine = 64;  // bytes of a cache line, and of the widest vector

// ANCHOR: size_class
// Room for `count` numbers, rounded up to whole cache lines and to four sizes an octave
// (8, 16, 24, 32, 40, 48, 56, 64, 80, 96, ...), so that nearly equal requests share
// their blocks and little is wasted.
inline std::size_t size_class(std::size_t count) {
  std::size_t octave = kLine / sizeof(double);
  while (2 * octave < count) octave *= 2;
  const std::size_t line = kLine / sizeof(double);
  const std::size_t step = octave / 4 > line ? octave / 4 : line;
  return count == 0 ? line : (count + step - 1) / step * step;
}
// ANCHOR_END: size_class

// ANCHOR: pool
class Pool {
 public:
  double* take(std::size_t count);
  void give(double* block, std::size_t count);

  // Counted in requests, and in numbers.
  std::size_t asked = 0, from_system = 0, live = 0, peak = 0;
  bool poison = false;  // fill with NaN what comes back

 private:
  std::mutex mutex_;
  std::map<std::size_t, std::vector<double*>> free_;  // by size, the last one on top
};
// ANCHOR_END: pool

// ANCHOR: take
inline double* Pool::take(std::size_t count) {
  const std::size_t size = size_class(count);
  const std::lock_guard<std::mutex> lock(mutex_);
  ++asked;
  live += size;
  peak = peak > live ? peak : live;
  std::vector<double*>& blocks = free_[size];
  if (!blocks.empty()) {
    double* const block = blocks.back();
    blocks.pop_back();
    return block;
  }
  ++from_system;
  void* const fresh = std::aligned_alloc(kLine, size * sizeof(double));
  if (fresh == nullptr) throw std::bad_alloc();
  return static_cast<double*>(fresh);
}

inline void Pool::give(double* block, std::size_t count) {
  const std::size_t size = size_class(count);
  const std::lock_guard<std::mutex> lock(mutex_);
  live -= size;
  for (std::size_t i = 0; poison && i < size; ++i) {
    block[i] = std::numeric_limits<double>::quiet_NaN();
  }
  free_[size].push_back(block);
}
// ANCHOR_END: take

// Never destroyed: something static may give a block back after all else is gone.
inline Pool& pool() {
  static Pool* const only = new Pool;
  return *only;
}

}  // namespace ch13
