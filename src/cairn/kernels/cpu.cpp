#include <cairn/kernels/cpu.h>

#include <cstdlib>
#include <string>

#include <cairn/core/error.h>

#if defined(CAIRN_X86)
#include <cpuid.h>
#endif

namespace cairn {
namespace kernels {
namespace {

constexpr Isa kBestFirst[] = {Isa::avx512, Isa::avx2, Isa::scalar};

#if defined(CAIRN_X86)

struct Registers {
  unsigned eax = 0, ebx = 0, ecx = 0, edx = 0;
};

/// CPUID, all zero for a leaf that the processor does not have.
Registers cpuid(unsigned leaf, unsigned subleaf = 0) {
  Registers r;
  if (!__get_cpuid_count(leaf, subleaf, &r.eax, &r.ebx, &r.ecx, &r.edx)) return {};
  return r;
}

bool bit(unsigned word, int index) { return (word >> index & 1u) != 0; }

/// XCR0: which registers the operating system saves when it switches threads. An
/// instruction set that CPUID announces is unusable without this.
std::uint64_t saved_registers() {
  if (!bit(cpuid(1).ecx, 27)) return 0;  // OSXSAVE: XGETBV may be executed
  unsigned low = 0, high = 0;
  __asm__ volatile("xgetbv" : "=a"(low), "=d"(high) : "c"(0));
  return static_cast<std::uint64_t>(high) << 32 | low;
}

bool detect(Isa isa) {
  if (isa == Isa::scalar) return true;
  constexpr std::uint64_t kYmm = 0x06;  // SSE and AVX state
  constexpr std::uint64_t kZmm = 0xe6;  // and opmasks, upper halves, registers 16–31
  const std::uint64_t saved = saved_registers();
  const Registers basic = cpuid(1), extended = cpuid(7);
  const bool avx2 = (saved & kYmm) == kYmm && bit(basic.ecx, 28) /* AVX */ &&
                    bit(basic.ecx, 12) /* FMA */ && bit(extended.ebx, 5) /* AVX2 */;
#if defined(CAIRN_EMULATE_AVX512)  // tests/emulation
  return avx2;
#endif
  if (isa == Isa::avx2) return avx2;
  return avx2 && (saved & kZmm) == kZmm && bit(extended.ebx, 16) /* F */ &&
         bit(extended.ebx, 17) /* DQ */ && bit(extended.ebx, 30) /* BW */ &&
         bit(extended.ebx, 31) /* VL */;
}

/// Walks the cache descriptions of leaf 4 (Intel) or 0x8000001D (AMD): same layout.
bool read_caches(unsigned leaf, CacheSizes& sizes) {
  bool found = false;
  for (unsigned index = 0; index < 16; ++index) {
    const Registers r = cpuid(leaf, index);
    const unsigned type = r.eax & 31, level = r.eax >> 5 & 7;
    if (type == 0) break;
    if (type == 2) continue;  // instructions
    const std::int64_t ways = (r.ebx >> 22) + 1;
    const std::int64_t partitions = (r.ebx >> 12 & 0x3ff) + 1;
    const std::int64_t line = (r.ebx & 0xfff) + 1;
    const std::int64_t bytes = ways * partitions * line * (std::int64_t{r.ecx} + 1);
    if (level == 1) sizes.l1 = bytes;
    if (level == 2) sizes.l2 = bytes;
    if (level == 3) sizes.l3 = bytes;
    found = true;
  }
  return found;
}

bool read_caches(CacheSizes& sizes) {
  return read_caches(4, sizes) || read_caches(0x8000001d, sizes);
}

#else

bool detect(Isa isa) { return isa == Isa::scalar; }
bool read_caches(CacheSizes&) { return false; }

#endif

}  // namespace

bool cpu_supports(Isa isa) {
  static const bool supported[] = {detect(Isa::scalar), detect(Isa::avx2),
                                   detect(Isa::avx512)};
  return supported[static_cast<int>(isa)];
}

Isa choose_isa(const char* requested) {
  const std::string name = requested == nullptr ? "" : requested;
  for (const Isa isa : kBestFirst) {
    if (name.empty() && cpu_supports(isa)) return isa;
    if (name != isa_name(isa)) continue;
    if (cpu_supports(isa)) return isa;
    throw ValueError("CAIRN_ISA=" + name + ": this processor cannot run " + name +
                     " kernels; the best it can run is " +
                     isa_name(choose_isa(nullptr)) +
                     " (leave CAIRN_ISA unset to use that)");
  }
  throw ValueError("CAIRN_ISA=" + name +
                   ": no such instruction set; expected scalar, avx2 or avx512");
}

const CacheSizes& cache_sizes() {
  static const CacheSizes sizes = [] {
    CacheSizes s{32 << 10, 1 << 20, 8 << 20};
    read_caches(s);
    return s;
  }();
  return sizes;
}

}  // namespace kernels

const char* isa_name(Isa isa) {
  switch (isa) {
    case Isa::scalar:
      return "scalar";
    case Isa::avx2:
      return "avx2";
    case Isa::avx512:
      return "avx512";
  }
  return "unknown";
}

}  // namespace cairn
