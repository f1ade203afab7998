// Timing on a machine that others use, too.
#pragma once

#include <algorithm>
#include <chrono>
#include <cstdint>
#include <ctime>
#include <vector>

namespace cairn::bench {

/// Which seconds count: those of the clock on the wall, or those that this thread had a
/// core for. Of work on one thread the latter says the same, and is not disturbed by
/// other programs that take the core away.
enum class Clock { wall, thread };

inline double now(Clock clock) {
#if defined(CLOCK_THREAD_CPUTIME_ID)
  if (clock == Clock::thread) {
    timespec t;
    clock_gettime(CLOCK_THREAD_CPUTIME_ID, &t);
    return static_cast<double>(t.tv_sec) + 1e-9 * static_cast<double>(t.tv_nsec);
  }
#endif
  using namespace std::chrono;
  return duration<double>(steady_clock::now().time_since_epoch()).count();
}

inline double median(std::vector<double> values) {
  if (values.empty()) return 0;
  std::sort(values.begin(), values.end());
  const std::size_t half = values.size() / 2;
  return values.size() % 2 ? values[half] : (values[half - 1] + values[half]) / 2;
}

/// Calls of `work` that take about `seconds`; at least one.
template <class Work>
std::int64_t calls_in(Clock clock, double seconds, Work&& work) {
  work();  // warms caches, scratch memory and threads
  std::int64_t calls = 1;
  for (;;) {
    const double start = now(clock);
    for (std::int64_t i = 0; i < calls; ++i) work();
    const double took = now(clock) - start;
    if (took > seconds / 8) return std::max<std::int64_t>(1, calls * seconds / took);
    calls *= 2;
  }
}

/// Seconds a call, over `calls` of them.
template <class Work>
double seconds_per_call(Clock clock, std::int64_t calls, Work&& work) {
  const double start = now(clock);
  for (std::int64_t i = 0; i < calls; ++i) work();
  return (now(clock) - start) / calls;
}

}  // namespace cairn::bench
