// Which kernels are chosen, and what is said when they cannot be.
#include <cstdlib>
#include <set>
#include <string>
#include <thread>
#include <vector>

#include <cairn/core/error.h>
#include <cairn/kernels/cpu.h>
#include <cairn/kernels/table.h>

#include "tests/catch.h"

using cairn::Isa;
using cairn::isa_name;
using cairn::kernels::choose_isa;
using cairn::kernels::cpu_supports;

namespace {

const Isa kAll[] = {Isa::scalar, Isa::avx2, Isa::avx512};

std::string complaint(const char* requested) {
  try {
    choose_isa(requested);
  } catch (const cairn::ValueError& error) {
    return error.what();
  }
  return "";
}

}  // namespace

TEST_CASE("dispatch: every tier has its own table and its own name", "[dispatch]") {
  std::set<const void*> gemm, math;
  std::set<std::string> names;
  std::size_t count = 0;
  for (const Isa isa : kAll) {
    if (!cpu_supports(isa)) continue;
    const cairn::kernels::KernelTable& table = cairn::kernels::kernels_for(isa);
    CHECK(table.isa == isa);
    gemm.insert(table.gemm);
    math.insert(table.math);
    names.insert(isa_name(isa));
    ++count;
  }
  CHECK(gemm.size() == count);
  CHECK(math.size() == count);
  CHECK(names.size() == count);
  CHECK(gemm.count(nullptr) == 0);
  CHECK(math.count(nullptr) == 0);
}

TEST_CASE("dispatch: the scalar tier runs everywhere", "[dispatch]") {
  CHECK(cpu_supports(Isa::scalar));
  CHECK(choose_isa("scalar") == Isa::scalar);
  if (cpu_supports(Isa::avx512)) CHECK(cpu_supports(Isa::avx2));
}

#if defined(__GNUC__) && defined(__x86_64__)
TEST_CASE("dispatch: agrees with what the compiler's runtime detects", "[dispatch]") {
  __builtin_cpu_init();
  CHECK(cpu_supports(Isa::avx2) ==
        (__builtin_cpu_supports("avx2") && __builtin_cpu_supports("fma")));
#if defined(CAIRN_EMULATE_AVX512)
  CHECK(cpu_supports(Isa::avx512) == cpu_supports(Isa::avx2));
#else
  CHECK(cpu_supports(Isa::avx512) ==
        (__builtin_cpu_supports("avx512f") && __builtin_cpu_supports("avx512bw") &&
         __builtin_cpu_supports("avx512dq") && __builtin_cpu_supports("avx512vl")));
#endif
}
#endif

TEST_CASE("dispatch: nothing requested means the best", "[dispatch]") {
  const Isa best = choose_isa(nullptr);
  CHECK(choose_isa("") == best);
  for (const Isa isa : kAll) {
    if (cpu_supports(isa)) CHECK(static_cast<int>(isa) <= static_cast<int>(best));
  }
}

TEST_CASE("dispatch: a name that is none", "[dispatch]") {
  CHECK(complaint("sse2") ==
        "CAIRN_ISA=sse2: no such instruction set; expected scalar, avx2 or avx512");
  CHECK(complaint("AVX2") != "");
}

TEST_CASE("dispatch: a tier is given or refused with the best one named",
          "[dispatch]") {
  for (const Isa isa : kAll) {
    if (cpu_supports(isa)) {
      CHECK(choose_isa(isa_name(isa)) == isa);
    } else {
      CHECK(complaint(isa_name(isa)).find(isa_name(choose_isa(nullptr))) !=
            std::string::npos);
      CHECK_THROWS_AS(cairn::kernels::kernels_for(isa), cairn::ValueError);
    }
  }
}

TEST_CASE("dispatch: the environment decides once and for all", "[dispatch]") {
  const Isa expected = choose_isa(std::getenv("CAIRN_ISA"));
  std::vector<std::thread> threads;
  std::vector<Isa> seen(4, Isa::scalar);
  for (Isa& isa : seen) threads.emplace_back([&isa] { isa = cairn::active_isa(); });
  for (std::thread& thread : threads) thread.join();
  for (const Isa isa : seen) CHECK(isa == expected);
  CHECK(cairn::kernels::kernels().isa == expected);
}

TEST_CASE("dispatch: caches have believable sizes", "[dispatch]") {
  const cairn::kernels::CacheSizes& sizes = cairn::kernels::cache_sizes();
  CHECK(sizes.l1 >= 8 << 10);
  CHECK(sizes.l2 > sizes.l1);
  CHECK(sizes.l3 > sizes.l2);
}
