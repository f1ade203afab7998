// What the machine can do: multiply-adds, and bytes from each level of its memory.
#pragma once

#include <algorithm>
#include <cstddef>
#include <ctime>
#include <vector>

#include "11-matrix-multiplication/isa.h"
#include "11-matrix-multiplication/kernels.h"
#include "11-matrix-multiplication/vectors.h"

namespace ch11 {

template <class T>
struct Probes {
  struct Chains {
    int count;
    T (*run)(std::size_t steps, T factor, T term);
  };
  struct Shape {
    int rows, vectors;
    void (*run)(const TileCall<T>&);
  };
  std::size_t lanes;  // numbers in a vector
  std::vector<Chains> chains;
  std::vector<Shape> shapes;
  T (*read)(const T* x, std::size_t count);
};

namespace portable {
#include "11-matrix-multiplication/probe_code.h"
}  // namespace portable

#if CH11_X86
CH11_BEGIN("avx2,fma")
namespace avx2 {
#include "11-matrix-multiplication/probe_code.h"
}  // namespace avx2
CH11_END

CH11_BEGIN("avx512f,avx2,fma")
namespace avx512 {
#include "11-matrix-multiplication/probe_code.h"
}  // namespace avx512
CH11_END
#endif

template <class T>
Probes<T> probes(Isa isa = active_isa()) {
#if CH11_X86
  if (isa == Isa::kAvx512) return avx512::probes<T>();
  if (isa == Isa::kAvx2) return avx2::probes<T>();
#endif
  return portable::probes<T>();
}

// Of the processor's time, which other programs on the machine disturb little.
inline double now() { return static_cast<double>(std::clock()) / CLOCKS_PER_SEC; }

// Seconds that one call takes: calls in groups of some milliseconds, and of several
// groups the fastest, since what disturbs a program only ever makes it slower.
template <class Run>
double best_time(Run run, double seconds = 0.1) {
  double best = 1e30;
  std::size_t calls = 1;
  for (double spent = 0; spent < seconds;) {
    const double start = now();
    for (std::size_t c = 0; c < calls; ++c) run();
    const double took = now() - start;
    spent += took;
    if (took < 2e-3) {
      calls *= 2;  // too short for the clock, and not counted
    } else {
      best = std::min(best, took / static_cast<double>(calls));
    }
  }
  return best;
}

// The results of what is only run to be timed go here, so that they are needed.
inline volatile double wanted = 0;

// Floating-point operations a second, in 10⁹, of so many independent chains.
template <class T>
double gflops(const Probes<T>& probe, const typename Probes<T>::Chains& chains,
              double seconds = 0.03) {
  const std::size_t steps = 20000;
  const volatile T factor = T(0.999), term = T(0.5);
  const double took = best_time(
      [&] { wanted = static_cast<double>(chains.run(steps, factor, term)); }, seconds);
  const double operations =
      2.0 * static_cast<double>(steps * chains.count * probe.lanes);
  return operations / took / 1e9;
}

template <class T>
double peak_gflops(double seconds = 0.1) {
  const Probes<T> probe = probes<T>();
  return gflops(probe, probe.chains.back(), seconds);
}

// Bytes a second, in 10⁹, of reading `bytes` again and again.
inline double read_rate(std::size_t bytes, double seconds = 0.05) {
  const Probes<double> probe = probes<double>();
  const std::vector<double> x(bytes / sizeof(double), 1.0);
  const double took =
      best_time([&] { wanted = probe.read(x.data(), x.size()); }, seconds);
  return static_cast<double>(bytes) / took / 1e9;
}

}  // namespace ch11
