#pragma once

#include <algorithm>
#include <cstdint>
#include <vector>

#include <cairn/core/parallel.h>
#include <cairn/core/subnormals.h>
#include <cairn/core/tensor_impl.h>
#include <cairn/optim/optimizer.h>

namespace cairn::optim::detail {

/// The parameters that a step changes, laid end to end: small ones cost one call of the
/// kernel and no more, large ones are shared among the threads, all in one parallel
/// loop.
///
/// An element's update does not depend on the others, so where the loop is cut does not
/// show in the result. Room for the list is made once.
template <class Settings>
class Updates {
 public:
  /// A parameter, its gradient in the same order of memory, up to three buffers of the
  /// optimizer's own (null where there are none), and what the step is to do.
  struct Span {
    Tensor gradient;  // kept until the step is done
    void *w, *buffers[3];
    std::int64_t begin, end;  // in the row of all elements
    DType dtype;
    Settings settings;

    /// Calls f(w, gradient, buffer, buffer, buffer) with pointers to element `position`
    /// of the row of all elements.
    template <class T, class F>
    void at(std::int64_t position, F f) const {
      const std::int64_t i = position - begin;
      const auto from = [i](void* p) {
        return p == nullptr ? nullptr : static_cast<T*>(p) + i;
      };
      f(from(w), static_cast<const T*>(cairn::detail::data_of<T>(gradient)) + i,
        from(buffers[0]), from(buffers[1]), from(buffers[2]));
    }
  };

  explicit Updates(std::size_t parameters) { spans_.reserve(parameters); }

  /// Forgets what a step left that ended in an error.
  void clear() { spans_.clear(); }

  /// Notes an update; the version of w goes up, as after every change in place.
  void add(const Tensor& w, Tensor gradient, const Tensor (&buffers)[3],
           const Settings& settings) {
    const auto data = [](const Tensor& t) {
      return t.defined() ? static_cast<void*>(t.impl()->data()) : nullptr;
    };
    const std::int64_t begin = spans_.empty() ? 0 : spans_.back().end;
    w.impl()->storage->bump_version();
    spans_.push_back({std::move(gradient),
                      data(w),
                      {data(buffers[0]), data(buffers[1]), data(buffers[2])},
                      begin,
                      begin + w.numel(),
                      w.dtype(),
                      settings});
  }

  /// Calls f(span, begin, end) so that the whole row is covered, then forgets the list.
  /// Subnormal numbers are zero to f: moments of weights at rest end there.
  template <class F>
  void run(F f) {
    const std::int64_t total = spans_.empty() ? 0 : spans_.back().end;
    // Cut at whole blocks: two threads then hardly ever write to one cache line.
    constexpr std::int64_t kBlock = 1024, kGrain = 16;
    parallel_for((total + kBlock - 1) / kBlock, kGrain,
                 [&](std::int64_t first, std::int64_t last) {
                   const cairn::detail::FlushSubnormals guard;
                   const std::int64_t begin = first * kBlock;
                   const std::int64_t end = std::min(last * kBlock, total);
                   for (const Span& span : spans_) {
                     const std::int64_t from = std::max(begin, span.begin);
                     const std::int64_t to = std::min(end, span.end);
                     if (from < to) f(span, from, to);
                   }
                 });
    spans_.clear();
  }

 private:
  std::vector<Span> spans_;
};

}  // namespace cairn::optim::detail
