// What the processor offers: the instruction sets that Cairn has kernels for, and the
// sizes of its caches.
#pragma once

#include <cstdint>

#include <cairn/export.h>

namespace cairn {

/// The instruction sets that kernels are written for, from the most modest up.
enum class Isa { scalar, avx2, avx512 };

/// "scalar", "avx2" or "avx512": the names that the variable CAIRN_ISA takes.
CAIRN_API const char* isa_name(Isa isa);

/// The instruction set in use: the best that the processor and the operating system
/// support, or the one named by the environment variable CAIRN_ISA. It is chosen once,
/// on first use. Throws ValueError if CAIRN_ISA holds anything else, or names a set
/// that this processor lacks.
CAIRN_API Isa active_isa();

namespace kernels {

/// Whether this processor, and the operating system that saves its registers, can run
/// the kernels of `isa`.
CAIRN_API bool cpu_supports(Isa isa);

/// The choice behind active_isa(): `requested` is the text of CAIRN_ISA, null or empty
/// for "the best there is".
CAIRN_API Isa choose_isa(const char* requested);

/// Bytes of data cache; each level as one core sees it.
struct CacheSizes {
  std::int64_t l1;  ///< the first data cache
  std::int64_t l2;  ///< the second
  std::int64_t l3;  ///< the third, which cores share
};

/// Asked of the processor once; 32 KiB, 1 MiB and 8 MiB where it does not say.
CAIRN_API const CacheSizes& cache_sizes();

}  // namespace kernels
}  // namespace cairn
