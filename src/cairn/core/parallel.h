#pragma once

#include <cstdint>
#include <type_traits>

#include <cairn/export.h>

namespace cairn {

/// How many threads work on large operations: CAIRN_NUM_THREADS, or as many as the
/// processor has cores, until set_num_threads says otherwise.
CAIRN_API int num_threads();

/// Throws ValueError for a count below 1. Results never depend on it (chapter 13).
CAIRN_API void set_num_threads(int count);

namespace detail {
using ParallelBody = void (*)(void* context, std::int64_t begin, std::int64_t end);
CAIRN_API void run_parallel(std::int64_t n, std::int64_t grain, ParallelBody body,
                            void* context);

/// For the length of a scope, loops of this thread run in place: the other threads are
/// left to whoever has more urgent work for them.
class CAIRN_API InPlaceScope {
 public:
  InPlaceScope();
  ~InPlaceScope();
  InPlaceScope(const InPlaceScope&) = delete;
  InPlaceScope& operator=(const InPlaceScope&) = delete;

 private:
  bool before_;
};
}  // namespace detail

/// Calls f(begin, end) for parts that together cover [0, n), each at least `grain` long
/// (but for the last), on several threads where that is worth while.
///
/// Where the parts are cut depends on n and grain alone, so that a sum taken part by
/// part is the same on one thread as on many. Calls from inside a part run in place.
/// The first exception thrown by a part is thrown again here, when all parts have
/// ended.
template <class F>
void parallel_for(std::int64_t n, std::int64_t grain, F&& f) {
  using Function = std::remove_reference_t<F>;
  detail::run_parallel(
      n, grain,
      [](void* context, std::int64_t begin, std::int64_t end) {
        (*static_cast<Function*>(context))(begin, end);
      },
      const_cast<void*>(static_cast<const void*>(&f)));
}

}  // namespace cairn
