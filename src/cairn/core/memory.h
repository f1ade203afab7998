#pragma once

#include <cstddef>
#include <cstdint>

#include <cairn/export.h>

namespace cairn {

/// What the caching allocator holds. Training asks for the same sizes at every step, so
/// after the second step `system_allocations` stands still (chapter 13).
struct MemoryStats {
  std::int64_t live_bytes = 0;          ///< handed out and not yet given back
  std::int64_t cached_bytes = 0;        ///< given back and kept for the next request
  std::int64_t system_allocations = 0;  ///< requests that went to the system, ever
};

/// The allocator's counters at this moment.
CAIRN_API MemoryStats memory_stats();

/// Gives cached blocks back to the system: all but the small ones that other threads
/// keep at hand for themselves.
CAIRN_API void release_cached_memory() noexcept;

namespace detail {

/// A block of at least `bytes` bytes, aligned to 64. Throws std::bad_alloc.
CAIRN_API void* pool_allocate(std::size_t bytes);

/// Gives back what pool_allocate(bytes) returned; the same `bytes` must be named.
CAIRN_API void pool_deallocate(void* block, std::size_t bytes) noexcept;

/// Base of the library's small objects (tensors' bodies, tape nodes): they come from
/// the pool, so that a training step asks the system for nothing.
struct CAIRN_API PoolObject {
  static void* operator new(std::size_t bytes) { return pool_allocate(bytes); }
  static void operator delete(void* block, std::size_t bytes) noexcept {
    pool_deallocate(block, bytes);
  }
};

/// For standard containers on the library's hot paths.
template <class T>
struct PoolAllocator {
  using value_type = T;
  PoolAllocator() = default;
  template <class U>
  PoolAllocator(const PoolAllocator<U>&) {}  // NOLINT: containers convert implicitly
  T* allocate(std::size_t n) { return static_cast<T*>(pool_allocate(n * sizeof(T))); }
  void deallocate(T* p, std::size_t n) noexcept { pool_deallocate(p, n * sizeof(T)); }
  bool operator==(const PoolAllocator&) const { return true; }
  bool operator!=(const PoolAllocator&) const { return false; }
};

/// Memory for the length of a scope: a kernel's packed panels, a row of an image.
class ScratchBuffer {
 public:
  explicit ScratchBuffer(std::size_t bytes)
      : bytes_(bytes), data_(pool_allocate(bytes)) {}
  ~ScratchBuffer() { pool_deallocate(data_, bytes_); }
  ScratchBuffer(const ScratchBuffer&) = delete;
  ScratchBuffer& operator=(const ScratchBuffer&) = delete;

  void* data() const { return data_; }
  template <class T>
  T* as() const {
    return static_cast<T*>(data_);
  }

 private:
  std::size_t bytes_;
  void* data_;
};

}  // namespace detail
}  // namespace cairn
