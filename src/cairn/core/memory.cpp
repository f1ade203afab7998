#include <cairn/core/memory.h>

#include <algorithm>
#include <atomic>
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

// Free blocks of one class, the last one put in on top: its memory is still in a cache.
struct FreeList {
  FreeBlock* top = nullptr;

  void push(void* block) { top = new (block) FreeBlock{top}; }
  FreeBlock* pop() {
    FreeBlock* const block = top;
    if (block != nullptr) top = block->next;
    return block;
  }
};

// What one thread keeps for itself: small blocks, a few of each class, taken and put
// back without a lock. A training step takes and gives back some hundred of them.
constexpr int kFrontClasses = 4 * 10 + 1;   // up to 64 KiB
constexpr std::size_t kFrontBytes = 16384;  // of one class, but at least one block

bool is_too_many(int count, const SizeClass& size) {
  return count > 64 || (count > 1 && count * size.bytes > kFrontBytes);
}

struct Front {
  FreeList lists[kFrontClasses];
  int counts[kFrontClasses] = {};
  // Handed out less taken back by this thread, which may be negative: others free what
  // it allocated. Written by this thread alone, read by memory_stats().
  std::atomic<std::int64_t> live_bytes{0};
  Front* next = nullptr;

  void add_live(std::int64_t bytes) {
    live_bytes.store(live_bytes.load(std::memory_order_relaxed) + bytes,
                     std::memory_order_relaxed);
  }

  FreeBlock* pop(int index) {
    FreeBlock* const block = lists[index].pop();
    if (block != nullptr) --counts[index];
    return block;
  }

  void push(int index, void* block) {
    lists[index].push(block);
    ++counts[index];
  }
};

class Pool {
 public:
  // A block from the lists that all threads share, or from the system. The front, if
  // there is one, gets some more of the same class, so that the next requests find
  // them.
  void* allocate(const SizeClass& size, Front* front) {
    {
      const std::lock_guard<std::mutex> lock(mutex_);
      FreeList& list = free_[size.index];
      if (FreeBlock* const block = list.pop()) {
        if (front != nullptr && size.index < kFrontClasses) refill(*front, size, list);
        return block;
      }
      ++system_allocations_;
      system_bytes_ += static_cast<std::int64_t>(size.bytes);
    }
    return allocate_from_system(size.bytes);
  }

  void deallocate(void* block, const SizeClass& size) noexcept {
    const std::lock_guard<std::mutex> lock(mutex_);
    free_[size.index].push(block);
  }

  // Takes blocks of a class that a front has too many of.
  void take(Front& front, int index, int count) noexcept {
    const std::lock_guard<std::mutex> lock(mutex_);
    for (; count > 0; --count) free_[index].push(front.pop(index));
  }

  void open(Front& front) {
    const std::lock_guard<std::mutex> lock(mutex_);
    front.next = fronts_;
    fronts_ = &front;
  }

  // Takes all that a front has, and its count of what is live.
  void close(Front& front) noexcept {
    empty(front);
    const std::lock_guard<std::mutex> lock(mutex_);
    live_bytes_ += front.live_bytes.load(std::memory_order_relaxed);
    Front** link = &fronts_;
    while (*link != &front) link = &(*link)->next;
    *link = front.next;
  }

  void empty(Front& front) noexcept {
    for (int index = 0; index < kFrontClasses; ++index) {
      take(front, index, front.counts[index]);
    }
  }

  // For the frees of a thread that has no front any more.
  void add_live(std::int64_t bytes) noexcept {
    const std::lock_guard<std::mutex> lock(mutex_);
    live_bytes_ += bytes;
  }

  void release() noexcept {
    const std::lock_guard<std::mutex> lock(mutex_);
    for (int index = 0; index < kClasses; ++index) {
      while (FreeBlock* const block = free_[index].pop()) {
        system_bytes_ -= static_cast<std::int64_t>(class_bytes(index));
        std::free(block);
      }
    }
  }

  MemoryStats stats() {
    const std::lock_guard<std::mutex> lock(mutex_);
    MemoryStats stats;
    stats.live_bytes = live_bytes_;
    for (const Front* front = fronts_; front != nullptr; front = front->next) {
      stats.live_bytes += front->live_bytes.load(std::memory_order_relaxed);
    }
    stats.cached_bytes = system_bytes_ - stats.live_bytes;
    stats.system_allocations = system_allocations_;
    return stats;
  }

 private:
  static std::size_t class_bytes(int index) {
    const std::size_t octave = std::size_t{64} << (index / 4);
    return size_class(octave + static_cast<std::size_t>(index % 4) * (octave / 4))
        .bytes;
  }

  static void refill(Front& front, const SizeClass& size, FreeList& list) {
    while (!is_too_many(2 * front.counts[size.index] + 2, size)) {
      FreeBlock* const block = list.pop();
      if (block == nullptr) return;
      front.push(size.index, block);
    }
  }

  void* allocate_from_system(std::size_t bytes) {
    void* block = std::aligned_alloc(kAlignment, bytes);
    if (block == nullptr) {  // what is cached in other sizes may be what is missing
      release();
      block = std::aligned_alloc(kAlignment, bytes);
    }
    if (block == nullptr) {
      const std::lock_guard<std::mutex> lock(mutex_);
      system_bytes_ -= static_cast<std::int64_t>(bytes);
      throw std::bad_alloc();
    }
    return block;
  }

  std::mutex mutex_;
  FreeList free_[kClasses];
  Front* fronts_ = nullptr;
  std::int64_t live_bytes_ = 0;    // of threads without a front
  std::int64_t system_bytes_ = 0;  // live or cached
  std::int64_t system_allocations_ = 0;
};

// Never destroyed: tensors with static storage duration may outlive any order of exit.
Pool& pool() {
  static Pool* const instance = new Pool;
  return *instance;
}

// A thread's front is opened by its first request and closed when the thread ends;
// what is freed even later goes to the pool itself. The pointer is looked at by every
// request, so it is read without the call that thread-locals of a shared library
// otherwise take.
#if defined(__GNUC__)
__attribute__((tls_model("initial-exec")))
#endif
thread_local Front* this_front = nullptr;
thread_local bool front_is_closed = false;

struct FrontOwner {
  Front* front = nullptr;
  ~FrontOwner() {
    if (front == nullptr) return;
    this_front = nullptr;
    front_is_closed = true;
    pool().close(*front);
    delete front;
  }
};
thread_local FrontOwner owner;

Front* open_front() {
  if (front_is_closed) return nullptr;
  owner.front = new Front;
  pool().open(*owner.front);
  return this_front = owner.front;
}

Front* front_of_this_thread() {
  return this_front != nullptr ? this_front : open_front();
}

void add_live(Front* front, std::int64_t bytes) {
  if (front != nullptr) {
    front->add_live(bytes);
  } else {
    pool().add_live(bytes);
  }
}

}  // namespace

MemoryStats memory_stats() { return pool().stats(); }

void release_cached_memory() noexcept {
  if (this_front != nullptr) pool().empty(*this_front);
  pool().release();
}

namespace detail {

void* pool_allocate(std::size_t bytes) {
  if (bytes > (std::size_t{1} << 52)) throw std::bad_alloc();
  const SizeClass size = size_class(bytes);
  Front* const front = front_of_this_thread();
  void* block = nullptr;
  if (front != nullptr && size.index < kFrontClasses) block = front->pop(size.index);
  if (block == nullptr) block = pool().allocate(size, front);
  add_live(front, static_cast<std::int64_t>(size.bytes));
  return block;
}

void pool_deallocate(void* block, std::size_t bytes) noexcept {
  if (block == nullptr) return;
  const SizeClass size = size_class(bytes);
  Front* const front = this_front;
  add_live(front, -static_cast<std::int64_t>(size.bytes));
  if (front == nullptr || size.index >= kFrontClasses) {
    pool().deallocate(block, size);
    return;
  }
  front->push(size.index, block);
  const int count = front->counts[size.index];
  if (is_too_many(count, size)) pool().take(*front, size.index, (count + 1) / 2);
}

}  // namespace detail

}  // namespace cairn
