#pragma once

#include <cairn/export.h>

namespace cairn::detail {

/// For the length of a scope, this thread counts subnormal floating-point numbers (in
/// f32 those below 1.2·10⁻³⁸) as zero, read or made.
///
/// A moving average of gradients that have stopped, such as those of a ReLU that no
/// longer fires, shrinks until it is subnormal and then stays there, since 0.9 times the
/// smallest numbers rounds back to them. It is without effect by then, but arithmetic
/// with it takes many times as long: 150 cycles an instruction on Intel's processors.
///
/// On processors other than x86 it changes nothing.
class CAIRN_API FlushSubnormals {
 public:
  FlushSubnormals() noexcept;
  ~FlushSubnormals();
  FlushSubnormals(const FlushSubnormals&) = delete;
  FlushSubnormals& operator=(const FlushSubnormals&) = delete;

 private:
  unsigned before_;
};

}  // namespace cairn::detail
