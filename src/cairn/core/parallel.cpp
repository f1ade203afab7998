#include <cairn/core/parallel.h>

#include <algorithm>
#include <atomic>
#include <condition_variable>
#include <cstdlib>
#include <exception>
#include <mutex>
#include <thread>
#include <utility>
#include <vector>

#include <cairn/core/error.h>
#include <cairn/core/text.h>

namespace cairn {
namespace {

// Parts a loop is cut into at the most: enough to even out threads that are held up,
// few enough that handing them out costs nothing.
constexpr std::int64_t kMaxParts = 16;

// About 50 µs: an operation that follows at once finds the workers awake.
constexpr int kSpins = 4000;

void relax() {
#if defined(__x86_64__)
  __builtin_ia32_pause();
#endif
}

// True while this thread is working on a part: loops inside run in place.
thread_local bool inside_part = false;

struct Job {
  detail::ParallelBody body = nullptr;
  void* context = nullptr;
  std::int64_t n = 0;
  std::int64_t parts = 0;
  std::atomic<std::int64_t> next{0};
  std::mutex error_mutex;
  std::exception_ptr error;

  void run_part(std::int64_t part) {
    const std::int64_t begin = n * part / parts;
    const std::int64_t end = n * (part + 1) / parts;
    try {
      body(context, begin, end);
    } catch (...) {
      const std::lock_guard<std::mutex> lock(error_mutex);
      if (!error) error = std::current_exception();
    }
  }

  void work() {
    inside_part = true;
    for (std::int64_t part; (part = next.fetch_add(1)) < parts;) run_part(part);
    inside_part = false;
  }
};

// Workers that help whoever calls. A worker may come late or not at all: the caller
// works too and is done when all parts are, so a sleeping worker delays nobody.
class ThreadPool {
 public:
  explicit ThreadPool(int threads) { start(threads); }

  int threads() const { return threads_.load(std::memory_order_relaxed); }

  void resize(int threads) {
    const std::lock_guard<std::mutex> lock(caller_mutex_);
    stop();
    start(threads);
  }

  // False when another thread has the workers; the caller then works alone.
  bool try_run(std::int64_t n, std::int64_t parts, detail::ParallelBody body,
               void* context) {
    const std::unique_lock<std::mutex> lock(caller_mutex_, std::try_to_lock);
    if (!lock.owns_lock()) return false;
    job_.body = body;
    job_.context = context;
    job_.n = n;
    job_.parts = parts;
    job_.next.store(0);
    open_.store(true);
    wake();
    job_.work();
    // Between here and the end a worker has either counted itself in, and is waited
    // for, or will see that the job is closed.
    open_.store(false);
    for (int spins = 0; helping_.load() != 0; ++spins) {
      if (spins < kSpins) relax();
      else std::this_thread::yield();
    }
    if (job_.error) std::rethrow_exception(std::exchange(job_.error, nullptr));
    return true;
  }

 private:
  void start(int threads) {
    threads_ = threads;
    stopping_ = false;
    for (int i = 1; i < threads; ++i) workers_.emplace_back([this] { serve(); });
  }

  void stop() {
    {
      const std::lock_guard<std::mutex> lock(sleep_mutex_);
      stopping_ = true;
    }
    wake_up_.notify_all();
    for (std::thread& worker : workers_) worker.join();
    workers_.clear();
  }

  void wake() {
    if (sleepers_.load() == 0) return;
    { const std::lock_guard<std::mutex> lock(sleep_mutex_); }
    wake_up_.notify_all();
  }

  void serve() {
    while (!stopping_.load()) {
      helping_.fetch_add(1);
      if (open_.load()) job_.work();
      helping_.fetch_sub(1);
      wait_for_work();
    }
  }

  void wait_for_work() {
    for (int spins = 0; spins < kSpins; ++spins) {
      if (stopping_.load() || open_.load()) return;
      relax();
    }
    std::unique_lock<std::mutex> lock(sleep_mutex_);
    sleepers_.fetch_add(1);
    wake_up_.wait(lock, [this] { return stopping_.load() || open_.load(); });
    sleepers_.fetch_sub(1);
  }

  std::mutex caller_mutex_;
  Job job_;
  std::atomic<bool> open_{false};
  std::atomic<int> helping_{0};
  std::atomic<int> threads_{1};

  std::mutex sleep_mutex_;
  std::condition_variable wake_up_;
  std::atomic<int> sleepers_{0};
  std::atomic<bool> stopping_{false};
  std::vector<std::thread> workers_;
};

int threads_to_start_with() {
  if (const char* wish = std::getenv("CAIRN_NUM_THREADS")) {
    const int threads = std::atoi(wish);
    if (threads >= 1 && threads <= 1024) return threads;
    throw ValueError(detail::concat("CAIRN_NUM_THREADS is \"", wish,
                                    "\"; it must be a number from 1 to 1024"));
  }
  return std::max(1, static_cast<int>(std::thread::hardware_concurrency()));
}

// Never destroyed: static objects of the program may still compute while it exits.
ThreadPool& pool() {
  static ThreadPool* const instance = new ThreadPool(threads_to_start_with());
  return *instance;
}

}  // namespace

int num_threads() { return pool().threads(); }

void set_num_threads(int count) {
  if (count < 1) {
    throw ValueError(detail::concat("set_num_threads: ", count,
                                    " threads cannot do any work; ask for 1 or more"));
  }
  pool().resize(count);
}

namespace detail {

InPlaceScope::InPlaceScope() : before_(std::exchange(inside_part, true)) {}
InPlaceScope::~InPlaceScope() { inside_part = before_; }

void run_parallel(std::int64_t n, std::int64_t grain, ParallelBody body,
                  void* context) {
  if (n <= 0) return;
  const std::int64_t parts =
      std::clamp<std::int64_t>(n / std::max<std::int64_t>(grain, 1), 1, kMaxParts);
  if (parts == 1) {
    body(context, 0, n);
    return;
  }
  if (!inside_part && pool().threads() > 1 && pool().try_run(n, parts, body, context)) {
    return;
  }
  for (std::int64_t part = 0; part < parts; ++part) {
    body(context, n * part / parts, n * (part + 1) / parts);
  }
}

}  // namespace detail
}  // namespace cairn
