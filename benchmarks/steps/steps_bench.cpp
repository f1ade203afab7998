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

#include <cairn/cairn.h>
#include <cairn/kernels/conv/conv_algorithm.h>
#include <cairn/kernels/conv/conv_call.h>
#include <cairn/kernels/conv/winograd.h>
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

void check(const Step& step, const Floats& result, const Floats& expected,
           double sums) {
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

// [n][from][to] from [n][to][from]: channels first to channels last, and back.
Floats exchanged(const Floats& x, std::int64_t n, std::int64_t to, std::int64_t from) {
  Floats y(x.size());
  for (std::int64_t i = 0; i < n; ++i) {
    for (std::int64_t t = 0; t < to; ++t) {
      for (std::int64_t f = 0; f < from; ++f) {
        y[(i * from + f) * to + t] = x[(i * to + t) * from + f];
      }
    }
  }
  return y;
}

void convolution(std::int64_t n, std::int64_t channels, std::int64_t size) {
  const std::int64_t pixels = size * size;
  const Floats first = random_floats(n * channels * pixels, 1);
  const Floats last = exchanged(first, n, channels, pixels);
  const Floats weight = random_floats(channels * channels * 9, 2);
  // [out][channels · 9] → [channels · 9][out] → [9][channels][out]
  Floats taps = exchanged(weight, 1, channels, 9 * channels);
  Floats by_tap(taps.size());
  for (std::int64_t c = 0; c < channels; ++c) {
    for (std::int64_t tap = 0; tap < 9; ++tap) {
      std::copy_n(taps.data() + (c * 9 + tap) * channels, channels,
                  by_tap.data() + (tap * channels + c) * channels);
    }
  }
  Floats y(first.size()), expected(first.size());
  const Convolution definition{n,        channels,     size,          size,
                               channels, first.data(), weight.data(), expected.data()};
  seven_loops(definition);
  Convolution planes = definition;
  planes.y = y.data();
  Convolution sides = planes;
  sides.x = last.data(), sides.weight = by_tap.data();

  const double flops = 2.0 * 9 * n * pixels * channels * channels;
  std::printf("\n3x3 convolution, %lld images of %lldx%lld, %lld to %lld channels\n",
              static_cast<long long>(n), static_cast<long long>(size),
              static_cast<long long>(size), static_cast<long long>(channels),
              static_cast<long long>(channels));
  const double sums = 9 * channels;
  print_steps(
      {{"seven loops", [=] { seven_loops(planes); }},
       {"columns of the image, one product", [=] { columns_and_product(planes); }}},
      flops, y, expected, sums);

  expected = exchanged(expected, n, channels, pixels);
  const kernels::ConvShape direct{n,    channels, size, size,   channels, 3,     3,
                                  size, size,     1,    {1, 1}, {1, 1},   {1, 1}};
  kernels::WinogradShape shape;
  shape.batch = n, shape.height = shape.width = size;
  shape.channels = shape.out = channels, shape.pad_h = shape.pad_w = 1;
  std::vector<Step> steps;
  if (kernels::cpu_supports(Isa::avx2)) {
    steps.push_back(
        {"channels last, eight at once", [=] { channels_last_avx2(sides); }});
  }
  steps.push_back({"a product for each tap", [=] { product_for_each_tap(sides); }});
  set_conv_algorithm(ConvAlgorithm::direct);
  steps.push_back({"taps summed in registers: conv_forward", [=, &weight] {
                     kernels::conv_forward<float>(direct, sides.x, weight.data(),
                                                  nullptr, false, sides.y);
                   }});
  steps.push_back({"Winograd's tiles: winograd_forward", [=, &weight] {
                     winograd_forward(shape, sides.x, weight.data(), nullptr, false,
                                      sides.y);
                   }});
  print_steps(steps, flops, y, expected, sums);
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
    if (only != "gemm") convolution(8, 64, 16);
  } catch (const std::exception& error) {
    std::cerr << error.what() << '\n';
    return 2;
  }
  return 0;
}
