// Several numbers at once, as many as the processor takes. Plumbing.
#pragma once

#include <cstddef>

#include "11-matrix-multiplication/isa.h"

namespace ch12 {
// N doubles side by side: +, * and the rest work on all of them. Vec is a register,
// VecAt the same in memory, wherever it begins.
template <std::size_t N>
struct Lanes;

template <>
struct Lanes<1> {
  static constexpr std::size_t kCount = 1;
  typedef double Vec, VecAt;
};
template <>
struct Lanes<2> {
  static constexpr std::size_t kCount = 2;
  typedef double Vec __attribute__((vector_size(16)));
  typedef double VecAt __attribute__((vector_size(16), aligned(8), may_alias));
};
template <>
struct Lanes<4> {
  static constexpr std::size_t kCount = 4;
  typedef double Vec __attribute__((vector_size(32)));
  typedef double VecAt __attribute__((vector_size(32), aligned(8), may_alias));
};
template <>
struct Lanes<8> {
  static constexpr std::size_t kCount = 8;
  typedef double Vec __attribute__((vector_size(64)));
  typedef double VecAt __attribute__((vector_size(64), aligned(8), may_alias));
};

#define CH12_INLINE __attribute__((always_inline)) inline
#define CH12_LAMBDA __attribute__((always_inline))

// run(kernel) calls kernel(Lanes<N>{}), compiled for the vectors that chapter 11's
// active_isa() names. All that the kernel calls must be CH12_INLINE.
#if CH11_X86
template <class Kernel>
__attribute__((target("avx2,fma"))) void run_avx2(const Kernel& kernel) {
  kernel(Lanes<4>{});
}
template <class Kernel>
__attribute__((target("avx512f,avx2,fma"))) void run_avx512(const Kernel& kernel) {
  kernel(Lanes<8>{});
}
#endif

inline std::size_t active_lanes() {
  const ch11::Isa isa = ch11::active_isa();
  return isa == ch11::Isa::kAvx512 ? 8 : isa == ch11::Isa::kAvx2 ? 4 : 2;
}

template <class Kernel>
void run(const Kernel& kernel) {
#if CH11_X86
  if (active_lanes() == 8) return run_avx512(kernel);
  if (active_lanes() == 4) return run_avx2(kernel);
#endif
  kernel(Lanes<2>{});
}

}  // namespace ch12
