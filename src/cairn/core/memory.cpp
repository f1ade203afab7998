#include <cairn/core/memory.h>

#include <cstdlib>
#include <mutex>
#include <new>

namespace cairn {
namespace {

constexpr std::size_t kAlignment = 64;  // a cache line, and an AVX-512 vector

// Sizes are rounded up to four steps an octave (64, 80, 96, 112, 128, 160, …, each a
// multiple of 64 after alignment), so that at most a quarter of a block is wasted and
// nearly equal requests share a list.
constexpr int kClasses = 4 * 48;

struct SizeClass {
  int index;
  std::size_t bytes;
};

SizeClass size_class(std::size_t bytes) {
  if (bytes < kAlignment) bytes = kAlignment;
  const int octave = 63 - __builtin_clzll(bytes);
  const std::size_t step = std::size_t{1} << (octave - 2);
  std::size_t quarters = (bytes - (std::size_t{1} << octave) + step - 1) / step;
  const int index = 4 * (octave - 6) + static_cast<int>(quarters);
  std::size_t rounded = (std::size_t{1} << octave) + quarters * step;
  rounded = (rounded + kAlignment - 1) / kAlignment * kAlignment;
  return {index, rounded};
}

// A free block's first bytes hold the link to the next one of its class.
struct FreeBlock {
  FreeBlock* next;
};

class Pool {
 public:
  void* allocate(std::size_t bytes) {
    if (bytes > (std::size_t{1} << 52)) throw std::bad_alloc();
    const SizeClass size = size_class(bytes);
    {
      const std::lock_guard<std::mutex> lock(mutex_);
      stats_.live_bytes += static_cast<std::int64_t>(size.bytes);
      if (FreeBlock* block = free_[size.index]) {
        free_[size.index] = block->next;
        stats_.cached_bytes -= static_cast<std::int64_t>(size.bytes);
        return block;
      }
      ++stats_.system_allocations;
    }
    return allocate_from_system(size.bytes);
  }

  void deallocate(void* pointer, std::size_t bytes) noexcept {
    if (pointer == nullptr) return;
    const SizeClass size = size_class(bytes);
    const std::lock_guard<std::mutex> lock(mutex_);
    free_[size.index] = new (pointer) FreeBlock{free_[size.index]};
    stats_.live_bytes -= static_cast<std::int64_t>(size.bytes);
    stats_.cached_bytes += static_cast<std::int64_t>(size.bytes);
  }

  void release() noexcept {
    const std::lock_guard<std::mutex> lock(mutex_);
    for (FreeBlock*& list : free_) {
      while (list != nullptr) {
        FreeBlock* const block = list;
        list = block->next;
        std::free(block);
      }
    }
    stats_.cached_bytes = 0;
  }

  MemoryStats stats() {
    const std::lock_guard<std::mutex> lock(mutex_);
    return stats_;
  }

 private:
  void* allocate_from_system(std::size_t bytes) {
    void* block = std::aligned_alloc(kAlignment, bytes);
    if (block == nullptr) {  // what is cached in other sizes may be what is missing
      release();
      block = std::aligned_alloc(kAlignment, bytes);
    }
    if (block == nullptr) {
      const std::lock_guard<std::mutex> lock(mutex_);
      stats_.live_bytes -= static_cast<std::int64_t>(bytes);
      throw std::bad_alloc();
    }
    return block;
  }

  std::mutex mutex_;
  FreeBlock* free_[kClasses] = {};
  MemoryStats stats_;
};

// Never destroyed: tensors with static storage duration may outlive any order of exit.
Pool& pool() {
  static Pool* const instance = new Pool;
  return *instance;
}

}  // namespace

MemoryStats memory_stats() { return pool().stats(); }
void release_cached_memory() noexcept { pool().release(); }

namespace detail {
void* pool_allocate(std::size_t bytes) { return pool().allocate(bytes); }
void pool_deallocate(void* block, std::size_t bytes) noexcept {
  pool().deallocate(block, bytes);
}
}  // namespace detail

}  // namespace cairn
