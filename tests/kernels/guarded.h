// Operands beside pages that nobody may touch: a kernel that reads or writes beyond one
// ends the test, whatever the compiler made of its loops. The address sanitizer cannot
// say that of optimised kernels, because it has other code compiled.
#pragma once

#include <sys/mman.h>
#include <unistd.h>

#include <cstddef>
#include <cstdint>
#include <stdexcept>

namespace guarded {

enum class Side { front, back };

/// `n` numbers, the first of which lies just behind an unreadable page, or the last just
/// before one.
template <class T>
class Numbers {
 public:
  Numbers(std::int64_t n, Side side) {
    const auto page = static_cast<std::size_t>(sysconf(_SC_PAGESIZE));
    const std::size_t bytes = static_cast<std::size_t>(n) * sizeof(T);
    const std::size_t room = (bytes + page - 1) / page * page;
    size_ = room + 2 * page;
    pages_ = static_cast<char*>(mmap(nullptr, size_, PROT_READ | PROT_WRITE,
                                     MAP_PRIVATE | MAP_ANONYMOUS, -1, 0));
    if (pages_ == MAP_FAILED) throw std::runtime_error("mmap failed");
    mprotect(pages_, page, PROT_NONE);
    mprotect(pages_ + page + room, page, PROT_NONE);
    char* const first = pages_ + page + (side == Side::front ? 0 : room - bytes);
    data_ = reinterpret_cast<T*>(first);
    for (std::int64_t i = 0; i < n; ++i) data_[i] = static_cast<T>(i % 7 - 3);
  }
  ~Numbers() { munmap(pages_, size_); }
  Numbers(const Numbers&) = delete;
  Numbers& operator=(const Numbers&) = delete;

  T* data() const { return data_; }

 private:
  char* pages_;
  std::size_t size_;
  T* data_;
};

}  // namespace guarded
