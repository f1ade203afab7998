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
  // Write: catch in each part, keep the first (std::exception_ptr, under a mutex), and
  // throw it again at the end.
  for (std::size_t i = 0; i < parts; ++i) part(i);
}

}  // namespace ch13
