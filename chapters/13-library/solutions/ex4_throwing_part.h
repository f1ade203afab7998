// Exercise 4 ★★: a part that fails.
#pragma once

#include <cstddef>
#include <exception>
#include <functional>
#include <mutex>

#include "13-library/workers.h"

namespace ch13 {

// Like workers().run(parts, part). An exception of a part must not leave the thread it
// is thrown on, which would end the program. The first one is thrown again here, when
// all parts have ended.
inline void run_safely(std::size_t parts,
                       const std::function<void(std::size_t)>& part) {
  std::mutex mutex;
  std::exception_ptr first;
  workers().run(parts, [&](std::size_t i) {
    try {
      part(i);
    } catch (...) {
      const std::lock_guard<std::mutex> lock(mutex);
      if (!first) first = std::current_exception();
    }
  });
  if (first) std::rethrow_exception(first);
}

}  // namespace ch13
