#include "peak.h"

namespace cairn::bench {
namespace {

template <class T>
struct One {
  using Reg = T;
  static constexpr int width = 1;
  static Reg set(float x) { return static_cast<T>(x); }
  static Reg fma(Reg a, Reg b, Reg c) { return a * b + c; }
  static double first(Reg v) { return v; }
};

#include "peak_loop.inc"

}  // namespace

// A compiler may put these sums side by side in vectors: that is this tier's peak, too.
extern const PeakLoops peak_scalar = {loop<One<float>, 12>(), loop<One<double>, 12>()};

}  // namespace cairn::bench
