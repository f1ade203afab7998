// What things cost: time, page faults, memory.
#pragma once

#include <algorithm>
#include <atomic>
#include <chrono>
#include <cstddef>
#include <cstdlib>
#include <fstream>
#include <string>
#include <thread>
#include <vector>

#include "13-library/earlier.h"
#include "13-library/program.h"
#include "13-library/rounding.h"

namespace ch13 {

inline double now() {
  const auto t = std::chrono::steady_clock::now().time_since_epoch();
  return std::chrono::duration<double>(t).count();
}

// The shortest of several runs, in milliseconds.
template <class Function>
double fastest(int runs, const Function& f) {
  double best = 1e9;
  for (int i = 0; i < runs; ++i) {
    const double start = now();
    f();
    best = std::min(best, now() - start);
  }
  return 1e3 * best;
}

// Pages that the system has had to give to this program so far: what Linux says, and 0
// elsewhere.
inline double page_faults() {
  std::ifstream stat("/proc/self/stat");
  std::string word;
  for (int field = 1; field <= 10 && stat >> word;) ++field;
  return stat ? std::stod(word) : 0;
}

struct MemoryCost {
  double milliseconds, faults;
};

// Takes memory for `count` numbers, writes to all of it, and gives it back.
template <class Take, class Give>
MemoryCost cost_of_memory(std::size_t count, int runs, const Take& take,
                          const Give& give) {
  MemoryCost cost{1e9, 0};
  for (int i = 0; i < runs; ++i) {
    const double start = now(), faults = page_faults();
    double* const block = take(count);
    std::fill_n(block, count, 1.0);
    give(block, count);
    cost.milliseconds = std::min(cost.milliseconds, 1e3 * (now() - start));
    cost.faults = page_faults() - faults;
  }
  return cost;
}

inline MemoryCost cost_of_malloc(std::size_t count, int runs) {
  return cost_of_memory(
      count, runs,
      [](std::size_t n) {
        return static_cast<double*>(std::malloc(n * sizeof(double)));
      },
      [](double* block, std::size_t) { std::free(block); });
}

inline MemoryCost cost_of_pool(std::size_t count, int runs) {
  return cost_of_memory(
      count, runs, [](std::size_t n) { return pool().take(n); },
      [](double* block, std::size_t n) { pool().give(block, n); });
}

// Two threads hand each other nothing: what does it cost to start one, or to wake one?
inline double microseconds_to_start() {
  return 1e3 * fastest(50, [] { std::thread([] {}).join(); });
}

// Neither part ends before both have begun, so that two threads must take part.
inline double microseconds_to_wake() {
  return 1e3 * fastest(200, [] {
           std::atomic<int> begun{0};
           workers().run(2, [&](std::size_t) {
             for (++begun; begun < 2;) std::this_thread::yield();
           });
         });
}

}  // namespace ch13
