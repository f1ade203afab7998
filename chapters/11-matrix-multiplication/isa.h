// Which vector instructions this processor has, and which of them the chapter uses.
#pragma once

#include <cstdint>
#include <cstdlib>
#include <stdexcept>
#include <string>

#if defined(__x86_64__) && defined(__GNUC__)
#define CH11_X86 1
#include <cpuid.h>
#include <immintrin.h>
#else
#define CH11_X86 0
#endif

#if defined(__GNUC__)
#define CH11_INLINE inline __attribute__((always_inline))
#else
#define CH11_INLINE inline
#endif

// Functions between BEGIN and END are compiled for these instructions, whatever the
// rest of the program is compiled for.
#define CH11_PRAGMA(text) _Pragma(#text)
#if defined(__clang__)
#define CH11_BEGIN(names) \
  CH11_PRAGMA(clang attribute push(__attribute__((target(names))), apply_to = function))
#define CH11_END _Pragma("clang attribute pop")
#define CH11_UNROLL _Pragma("clang loop unroll(full)")
#elif defined(__GNUC__)
#define CH11_BEGIN(names) _Pragma("GCC push_options") CH11_PRAGMA(GCC target(names))
#define CH11_END _Pragma("GCC pop_options")
// A loop over registers must vanish: only what has a constant index can be a register.
#define CH11_UNROLL _Pragma("GCC unroll 32")
#else
#define CH11_UNROLL
#endif

namespace ch11 {

// What the kernels of this chapter can be compiled for.
enum class Isa {
  kPortable,  // what every compiler makes for every processor
  kAvx2,      // registers of 256 bits, and multiply-add in one instruction (FMA)
  kAvx512     // registers of 512 bits, and twice as many of them
};

#if CH11_X86

// Asks the processor (CPUID) for its instructions, and the operating system (XGETBV)
// whether it saves the registers when it switches threads.
inline bool has(Isa isa) {
  if (isa == Isa::kPortable) return true;
  unsigned a = 0, b = 0, c = 0, d = 0, low = 0, high = 0;
  const auto bit = [](unsigned word, int index) { return (word >> index & 1u) != 0; };
  if (!__get_cpuid(1, &a, &b, &c, &d)) return false;
  const bool fma = bit(c, 12), saves = bit(c, 27), avx = bit(c, 28);
  if (!fma || !saves || !avx || !__get_cpuid_count(7, 0, &a, &b, &c, &d)) return false;
  const bool avx2 = bit(b, 5), avx512 = bit(b, 16);
  __asm__ volatile("xgetbv" : "=a"(low), "=d"(high) : "c"(0));
  const bool wide = (low & 0x06u) == 0x06u, widest = (low & 0xe6u) == 0xe6u;
  return isa == Isa::kAvx2 ? avx2 && wide : avx2 && avx512 && widest;
}

#else

inline bool has(Isa isa) { return isa == Isa::kPortable; }

#endif

// The best that the processor has, or what the environment variable CAIRN_ISA asks for,
// by the names that the library uses: scalar, avx2 or avx512.
inline Isa choose_isa() {
  const char* asked = std::getenv("CAIRN_ISA");
  const std::string name = asked == nullptr ? "" : asked;
  if (name.empty()) {
    return has(Isa::kAvx512) ? Isa::kAvx512
           : has(Isa::kAvx2) ? Isa::kAvx2
                             : Isa::kPortable;
  }
  if (name == "scalar") return Isa::kPortable;
  if (name == "avx2" && has(Isa::kAvx2)) return Isa::kAvx2;
  if (name == "avx512" && has(Isa::kAvx512)) return Isa::kAvx512;
  throw std::invalid_argument("CAIRN_ISA=" + name +
                              ": it must be scalar, avx2 or avx512, and this processor "
                              "must have it");
}

inline Isa active_isa() {
  static const Isa isa = choose_isa();
  return isa;
}

}  // namespace ch11
