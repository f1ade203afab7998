// From loops to the limit: what each step towards the library's matrix multiplication
// and convolution gains, beside the FMA peak of the same run. Every step is first
// compared with the definition.
#include <cmath>
#include <cstdio>
#include <cstring>
#include <functional>
#include <iostream>
#include <random>
#include <string>
#include <vector>

#include <cairn/core/error.h>
#include <cairn/core/parallel.h>
#include <cairn/kernels/gemm/gemm_call.h>

#include "../peak.h"
#include "../timing.h"
#include "steps.h"

namespace {

using namespace cairn;
using bench::Clock;
using bench::Convolution;
using bench::Product;

using Floats = std::vector<float>;

Floats random_floats(std::int64_t count, unsigned seed) {
  std::mt19937 random(seed);
  std::uniform_real_distribution<float> uniform(-1, 1);
  Floats values(static_cast<std::size_t>(count));
  for (float& value : values) value = uniform(random);
  return values;
}

struct Step {
  const char* name;
  std::function<void()> run;
};

struct Figures {
  double gflops, peak, share;
};

// Slices of the step and of the peak in turn; medians over the rounds.
Figures measure(const Step& step, double flops) {
  const bench::PeakLoop& loop = bench::peak_loops(active_isa()).f32;
  volatile double sink = 0;
  const auto peak = [&] { sink = loop.run(10000); };
  const std::int64_t calls = bench::calls_in(Clock::thread, 1e-3, step.run);
  const std::int64_t loops = bench::calls_in(Clock::thread, 1e-3, peak);
  std::vector<double> rates, peaks, shares;
  double spent = 0;
  for (int round = 0; round < 25 && (round < 3 || spent < 2); ++round) {
    const double took = bench::seconds_per_call(Clock::thread, calls, step.run);
    const double full = bench::seconds_per_call(Clock::thread, loops, peak);
    rates.push_back(1e-9 * flops / took);
    peaks.push_back(1e-9 * loop.flops_per_round * 10000 / full);
    shares.push_back(rates.back() / peaks.back());
    spent += took * static_cast<double>(calls);
  }
  return {bench::median(rates), bench::median(peaks), bench::median(shares)};
}

void check(const Step& step, const Floats& result, const Floats& expected, double sums) {
  for (std::size_t i = 0; i < result.size(); ++i) {
    const double error = std::fabs(result[i] - expected[i]);
    if (!(error <= 1e-6 * sums)) {
      throw Error(std::string("steps-bench: ") + step.name + ": element " +
                  std::to_string(i) + " is wrong by " + std::to_string(error));
    }
  }
}

void print_steps(const std::vector<Step>& steps, double flops, Floats& result,
                 const Floats& expected, double sums) {
  double before = 0;
  for (const Step& step : steps) {
    std::fill(result.begin(), result.end(), NAN);
    step.run();
    check(step, result, expected, sums);
    const Figures f = measure(step, flops);
    std::printf("  %-44s %8.2f %8.1f %%", step.name, f.gflops, 100 * f.share);
    if (before > 0) std::printf("  x %.2f", f.gflops / before);
    std::printf("\n");
    std::fflush(stdout);
    before = f.gflops;
  }
}

void multiplication(std::int64_t n) {
  const Floats a = random_floats(n * n, 1), b = random_floats(n * n, 2);
  Floats c(static_cast<std::size_t>(n * n)), expected(c.size());
  const Product p{n, n, n, a.data(), b.data(), c.data()};
  kernels::GemmCall<float> definition;
  definition.m = definition.n = definition.k = n;
  definition.a = a.data(), definition.b = b.data(), definition.c = expected.data();
  definition.lda = definition.ldb = definition.ldc = n;
  kernels::gemm_reference(definition);

  std::vector<Step> steps = {{"three loops", [=] { three_loops(p); }},
                             {"along the rows of B", [=] { rows_of_b(p); }}};
  if (kernels::cpu_supports(Isa::avx2)) {
    steps.push_back({"the same, for AVX2 with FMA", [=] { rows_of_b_avx2(p); }});
    steps.push_back({"a tile of C in registers", [=] { tile_in_registers_avx2(p); }});
    steps.push_back({"blocks that fit the caches", [=] { blocks_in_cache_avx2(p); }});
    steps.push_back({"blocks packed", [=] { packed_blocks_avx2(p); }});
  }
  steps.push_back({"cairn::gemm", [=] {
                     gemm(Trans::no, Trans::no, p.m, p.n, p.k, 1.0f, p.a, p.k, p.b, p.n,
                          0.0f, p.c, p.n);
                   }});
  std::printf("\nC = A B, %lld x %lld x %lld%*sGFLOP/s   of peak\n",
              static_cast<long long>(n), static_cast<long long>(n),
              static_cast<long long>(n), n < 1000 ? 21 : 18, "");
  print_steps(steps, 2.0 * n * n * n, c, expected, n);
}

const char kHelp[] =
    "usage: steps-bench [gemm|conv]\n"
    "  what each step from plain loops to the library gains, on one thread\n";

}  // namespace

int main(int argc, char** argv) {
  const std::string only = argc > 1 ? argv[1] : "";
  if (argc > 2 || (only != "" && only != "gemm" && only != "conv")) {
    std::fputs(kHelp, only == "--help" ? stdout : stderr);
    return only == "--help" ? 0 : 2;
  }
  try {
    set_num_threads(1);
    if (only != "conv") {
      for (const std::int64_t n : {256, 1024}) multiplication(n);
    }
  } catch (const std::exception& error) {
    std::cerr << error.what() << '\n';
    return 2;
  }
  return 0;
}
