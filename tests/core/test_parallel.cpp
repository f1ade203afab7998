#include <cairn/core/error.h>
#include <cairn/core/parallel.h>

#include <algorithm>
#include <atomic>
#include <mutex>
#include <thread>
#include <utility>
#include <vector>

#include "tests/catch.h"
#include "tests/error_text.h"

namespace cairn {
namespace {

// Sets a number of threads for a test and puts the old one back.
class Threads {
 public:
  explicit Threads(int count) : before_(num_threads()) { set_num_threads(count); }
  ~Threads() { set_num_threads(before_); }

 private:
  int before_;
};

std::vector<std::pair<std::int64_t, std::int64_t>> parts_of(std::int64_t n,
                                                            std::int64_t grain) {
  std::mutex mutex;
  std::vector<std::pair<std::int64_t, std::int64_t>> parts;
  parallel_for(n, grain, [&](std::int64_t begin, std::int64_t end) {
    const std::lock_guard<std::mutex> lock(mutex);
    parts.emplace_back(begin, end);
  });
  std::sort(parts.begin(), parts.end());
  return parts;
}

TEST_CASE("every index is visited once and the cuts do not depend on the threads") {
  for (const std::int64_t n : {1, 2, 15, 16, 17, 1000}) {
    for (const std::int64_t grain : {1, 3, 2000}) {
      std::vector<std::pair<std::int64_t, std::int64_t>> reference;
      for (const int threads : {1, 2, 5}) {
        const Threads scope(threads);
        const auto parts = parts_of(n, grain);
        std::int64_t at = 0;
        for (const auto& [begin, end] : parts) {
          CHECK(begin == at);
          at = end;
        }
        CHECK(at == n);
        if (reference.empty()) reference = parts;
        CHECK(parts == reference);
      }
    }
  }
  CHECK(parts_of(0, 1).empty());
}

TEST_CASE("an exception in a part reaches the caller and the pool lives on") {
  const Threads scope(3);
  for (int round = 0; round < 20; ++round) {
    CHECK_THROWS_AS(parallel_for(100, 1,
                                 [](std::int64_t begin, std::int64_t) {
                                   if (begin > 50) throw ValueError("a part failed");
                                 }),
                    ValueError);
  }
  std::atomic<std::int64_t> sum{0};
  parallel_for(100, 1, [&](std::int64_t begin, std::int64_t end) {
    for (std::int64_t i = begin; i < end; ++i) sum += i;
  });
  CHECK(sum == 4950);
}

TEST_CASE("loops nest and several threads may call at once") {
  const Threads scope(3);
  std::atomic<std::int64_t> total{0};
  const auto work = [&] {
    for (int round = 0; round < 50; ++round) {
      parallel_for(20, 1, [&](std::int64_t begin, std::int64_t end) {
        for (std::int64_t i = begin; i < end; ++i) {
          parallel_for(10, 1, [&](std::int64_t b, std::int64_t e) { total += e - b; });
        }
      });
    }
  };
  std::vector<std::thread> callers;
  for (int i = 0; i < 3; ++i) callers.emplace_back(work);
  for (std::thread& caller : callers) caller.join();
  CHECK(total == 3 * 50 * 20 * 10);
}

TEST_CASE("no threads is no number of threads") {
  CHECK_ERROR(ValueError, set_num_threads(0), "0 threads cannot do any work");
}

}  // namespace
}  // namespace cairn
