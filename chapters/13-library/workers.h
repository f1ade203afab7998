// Threads that wait for work, and loops that are cut into parts for them.
#pragma once

#include <algorithm>
#include <atomic>
#include <condition_variable>
#include <cstddef>
#include <functional>
#include <mutex>
#include <thread>
#include <vector>

namespace ch13 {

// ANCHOR: workers
// Threads that live as long as the program. Whoever calls run() works as well.
class Workers {
 public:
  explicit Workers(std::size_t threads) { start(threads); }
  ~Workers() { stop(); }
  Workers(const Workers&) = delete;
  Workers& operator=(const Workers&) = delete;

  std::size_t threads() const { return others_.size() + 1; }
  void resize(std::size_t threads) { stop(), start(threads); }

  // Calls part(0), ..., part(parts - 1), each once, and returns when all have ended.
  void run(std::size_t parts, const std::function<void(std::size_t)>& part);

 private:
  void start(std::size_t threads);
  void stop();
  void serve();
  void work();

  std::mutex mutex_;  // guards all that follows, but for next_ and busy_
  std::condition_variable wake_, done_;
  const std::function<void(std::size_t)>* part_ = nullptr;  // null: nothing to do
  std::size_t parts_ = 0, inside_ = 0;
  bool stopping_ = false;
  std::atomic<std::size_t> next_{0};
  std::atomic<bool> busy_{false};
  std::vector<std::thread> others_;
};
// ANCHOR_END: workers

// ANCHOR: work
// Whoever is free takes the next part.
inline void Workers::work() {
  for (std::size_t i; (i = next_.fetch_add(1)) < parts_;) (*part_)(i);
}

inline void Workers::serve() {
  std::unique_lock<std::mutex> lock(mutex_);
  while (true) {
    wake_.wait(lock, [this] { return stopping_ || (part_ && next_ < parts_); });
    if (stopping_) return;
    ++inside_;
    lock.unlock();
    work();
    lock.lock();
    if (--inside_ == 0) done_.notify_one();
  }
}
// ANCHOR_END: work

// ANCHOR: run
inline void Workers::run(std::size_t parts,
                         const std::function<void(std::size_t)>& part) {
  if (parts == 1 || others_.empty() || busy_.exchange(true)) {
    for (std::size_t i = 0; i < parts; ++i) part(i);
    return;
  }
  {
    const std::lock_guard<std::mutex> lock(mutex_);
    part_ = &part, parts_ = parts, next_ = 0;
  }
  wake_.notify_all();
  work();
  std::unique_lock<std::mutex> lock(mutex_);
  done_.wait(lock, [this] { return inside_ == 0; });
  part_ = nullptr;
  busy_ = false;
}
// ANCHOR_END: run

inline void Workers::start(std::size_t threads) {
  stopping_ = false;
  for (std::size_t t = 1; t < threads; ++t) {
    others_.emplace_back([this] { serve(); });
  }
}

inline void Workers::stop() {
  {
    const std::lock_guard<std::mutex> lock(mutex_);
    stopping_ = true;
  }
  wake_.notify_all();
  for (std::thread& t : others_) t.join();
  others_.clear();
}

inline Workers& workers() {
  static Workers* const only =
      new Workers(std::max(1u, std::thread::hardware_concurrency()));
  return *only;
}

// ANCHOR: parallel
constexpr std::size_t kMostParts = 16;

// How many parts a loop of n turns is cut into. It depends on the loop alone.
inline std::size_t parts_of(std::size_t n, std::size_t grain) {
  return std::clamp(n / std::max(grain, std::size_t{1}), std::size_t{1}, kMostParts);
}

// f(begin, end) for parts of at least `grain` turns that together are all n.
template <class Function>
void parallel_for(std::size_t n, std::size_t grain, const Function& f) {
  const std::size_t parts = parts_of(n, grain);
  if (parts == 1) return f(std::size_t{0}, n);
  workers().run(parts, [&](std::size_t p) { f(n * p / parts, n * (p + 1) / parts); });
}
// ANCHOR_END: parallel

}  // namespace ch13
