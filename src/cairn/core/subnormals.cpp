#include <cairn/core/subnormals.h>

#if defined(__x86_64__)
#include <immintrin.h>
#endif

namespace cairn::detail {

// Functions of their own, not inline: the compiler moves no arithmetic past a call.
#if defined(__x86_64__)

constexpr unsigned kFlushToZero = 1U << 15, kDenormalsAreZero = 1U << 6;  // of MXCSR

FlushSubnormals::FlushSubnormals() noexcept : before_(_mm_getcsr()) {
  _mm_setcsr(before_ | kFlushToZero | kDenormalsAreZero);
}

FlushSubnormals::~FlushSubnormals() { _mm_setcsr(before_); }

#else

FlushSubnormals::FlushSubnormals() noexcept : before_(0) {}
FlushSubnormals::~FlushSubnormals() = default;

#endif

}  // namespace cairn::detail
