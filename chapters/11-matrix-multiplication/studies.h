// Where the time goes, what the machine can do, and how far each step comes.
#pragma once

#include <cstdint>
#include <cstdio>
#include <fstream>
#include <functional>
#include <string>
#include <vector>

#include "01-linear-regression/random.h"
#include "04-multilayer-perceptron/program.h"
#include "11-matrix-multiplication/bound.h"
#include "11-matrix-multiplication/cache.h"
#include "11-matrix-multiplication/figures.h"
#include "11-matrix-multiplication/probes.h"
#include "11-matrix-multiplication/steps.h"
#include "common/report.h"

namespace ch11 {

using ch01::Random;
using common::Report;

struct Options {
  std::string out = "chapter-11-out";
  std::uint64_t seed = 11;
  int size = 1007;
  bool marks = false;
};

struct Digits {
  ch04::Samples train, test;

  explicit Digits(std::uint64_t seed) {
    Random random(seed);
    train = ch04::from_images(ch02::draw_digits(1600, random));
    test = ch04::from_images(ch02::draw_digits(400, random));
  }
};

inline std::vector<double> noise(std::size_t count, Random& random) {
  std::vector<double> x(count);
  for (double& v : x) v = random.normal();
  return x;
}

// Three square matrices, of which a product may use fewer rows of A.
struct Square {
  std::size_t n;
  std::vector<double> a, b, c;

  Square(std::size_t n, Random& random)
      : n(n), a(noise(n * n, random)), b(noise(n * n, random)), c(n * n) {}
  Product product(std::size_t rows) {
    return {rows, n, n, a.data(), n, b.data(), n, c.data(), n};
  }
};

// ---- the number to begin with

inline double operations(const Product& x) {
  return 2.0 * static_cast<double>(x.m) * static_cast<double>(x.n) *
         static_cast<double>(x.k);
}

// One training step of chapter 4's network on images, in parts.
inline void where_time_goes(const Options& options, const Digits& digits,
                            Report& report) {
  auto section = report.section("time_parts");
  Random random(options.seed);
  ch04::Network network = ch04::image_network(784, 128, random);
  const ch04::Samples& data = digits.train;
  const std::vector<std::size_t> order = ch04::in_order(data.count());
  double products = 0, rest = 0;
  const auto timed = [](double& total, auto run) {
    const double start = now();
    run();
    total += now() - start;
  };
  std::size_t steps = 0;
  for (std::size_t first = 0; first < order.size(); first += 32, ++steps) {
    ch04::Samples batch;
    ch04::Matrix h, a, z, dz, da, dh;
    timed(rest, [&] {
      batch = ch04::gather(data, order, first, first + 32);
      network.zero_gradients();
    });
    timed(products, [&] { h = network.layer(0).forward(batch.inputs); });
    timed(rest, [&] { a = network.layer(1).forward(h); });
    timed(products, [&] { z = network.layer(2).forward(a); });
    timed(rest, [&] { ch02::softmax_cross_entropy(z, batch.labels, &dz); });
    timed(products, [&] { network.layer(2).accumulate(dz); });
    timed(products, [&] { da = network.layer(2).backward(dz); });
    timed(rest, [&] { dh = network.layer(1).backward(da); });
    timed(products, [&] { network.layer(0).accumulate(dh); });
    timed(rest, [&] { network.step(0.1); });
  }
  const double count = static_cast<double>(steps);
  const double flops = 2.0 * 32 * (2 * 784 * 128 + 3 * 128 * 10);
  const double rate = flops * count / products / 1e9, peak = peak_gflops<double>();
  std::printf("products    %6.2f ms of a step, %4.1f GFLOP/s\n", 1e3 * products / count,
              rate);
  std::printf("the rest    %6.2f ms\n", 1e3 * rest / count);
  report.number("time_products_share", 100 * products / (products + rest), "%.0f");
  report.number("time_products_rate", rate, "%.1f");
  report.number("time_products_peak_share", 100 * rate / peak, "%.0f");
  report.number("step_mflops", flops / 1e6, "%.1f");
}

// ---- the machine

inline const char* name_of(Isa isa) {
  return isa == Isa::kAvx512 ? "AVX-512" : isa == Isa::kAvx2 ? "AVX2" : "none";
}

inline std::string processor() {
  std::ifstream file("/proc/cpuinfo");
  for (std::string line; std::getline(file, line);) {
    const std::size_t at = line.find(": ");
    if (line.compare(0, 10, "model name") == 0 && at != std::string::npos)
      return line.substr(at + 2);
  }
  return "unknown";
}

struct Machine {
  double peak = 0;                            // GFLOP/s
  double l1 = 0, l2 = 0, l3 = 0, memory = 0;  // GB/s
};

inline Machine machine(Report& report) {
  const Isa isa = active_isa();
  const CacheSizes& size = caches();
  const Kernels<double> kernel = kernels<double>();
  const Blocks block = choose_blocks(kernel, size);
  {
    auto section = report.section("machine");
    std::printf("processor            %s\n", processor().c_str());
    std::printf("vector instructions  %s\n", name_of(isa));
    std::printf("caches               %zu KiB, %zu KiB, %zu MiB\n", size.l1 >> 10,
                size.l2 >> 10, size.l3 >> 20);
    std::printf("tile                 %zu x %zu\n", kernel.rows, kernel.columns);
    std::printf("blocks               mc %zu, kc %zu, nc %zu\n", block.mc, block.kc,
                block.nc);
  }
  report.text("machine_processor", processor());
  report.text("machine_isa", name_of(isa));
  auto section = report.section("time_machine");
  const Probes<double> probe = probes<double>();
  Machine found;
  Curve curve;
  std::vector<double> rates;
  std::printf("chains of multiply-adds     ");
  for (const auto& c : probe.chains) std::printf(" %5d", c.count);
  std::printf("\nGFLOP/s                     ");
  for (const auto& c : probe.chains) {
    const double rate = gflops(probe, c);
    curve.x.push_back(c.count);
    rates.push_back(rate);
    found.peak = std::max(found.peak, rate);
    std::printf(" %5.1f", rate);
  }
  for (double rate : rates) curve.y.push_back(100 * rate / found.peak);
  found.l1 = read_rate(size.l1 / 2, 0.1);
  found.l2 = read_rate(size.l2 / 2);
  found.l3 = read_rate(8 * size.l2);
  found.memory = read_rate(std::size_t{128} << 20, 0.15);
  std::printf("\nreads from L1, L2, L3, memory  %.0f, %.0f, %.0f, %.0f GB/s\n",
              found.l1, found.l2, found.l3, found.memory);
  report.number("time_peak", found.peak, "%.0f");
  report.number("time_one_chain", rates[0], "%.1f");
  report.number("time_chain_ratio", found.peak / rates[0], "%.1f");
  report.number("time_four_chains", 100 * rates[3] / found.peak, "%.0f");
  report.number("time_eight_chains", 100 * rates[5] / found.peak, "%.0f");
  report.number("time_l1", found.l1, "%.0f");
  report.number("time_l2", found.l2, "%.0f");
  report.number("time_l3", found.l3, "%.0f");
  report.number("time_memory", found.memory, "%.0f");
  report.number("time_balance", found.peak / found.memory, "%.1f");
  draw_chains(curve).save(report.figure_path("chains.svg"));
  return found;
}

// ---- misses, counted

inline void count_misses(Report& report) {
  auto section = report.section("misses");
  std::printf(
      "of a thousand multiply-adds miss    L1             L2             pages\n");
  std::printf("                       250   256   500   512   500   512   500   512\n");
  using Trace = std::function<void(const Places&, Cache&)>;
  const auto row = [&](const char* name, double rows, const Trace& trace) {
    std::printf("%-20s", name);
    const auto count = [&](std::size_t n, Cache cache) {
      trace({n}, cache);
      const double steps = rows * static_cast<double>(n * n);
      std::printf(" %5.0f", 1000.0 * static_cast<double>(cache.misses()) / steps);
    };
    for (std::size_t n : {250, 256, 500, 512}) count(n, Cache(32 << 10, 8, 64));
    for (std::size_t n : {500, 512}) count(n, Cache(512 << 10, 8, 64));
    for (std::size_t n : {500, 512}) count(n, Cache(64 * 4096, 64, 4096));
    std::printf("\n");
  };
  const auto tiles = [](bool packed, std::size_t kc) {
    return [=](const Places& at, Cache& c) { trace_tiles(at, 24, packed, kc, c); };
  };
  row("three loops", 3, [](const Places& at, Cache& c) { trace_plain(at, 3, c); });
  row("along rows", 3, [](const Places& at, Cache& c) { trace_rows(at, 3, c); });
  row("tiles, as it lies", 24, tiles(false, 512));
  row("packed", 24, tiles(true, 512));
  row("blocks of 256", 24, tiles(true, 256));
}

// ---- the shape of a tile

inline void tile_shapes(const Machine& machine, Report& report) {
  auto section = report.section("time_tiles");
  const Probes<double> probe = probes<double>();
  std::printf(
      "rows x vectors   sums   registers   loads for an FMA   share of the peak\n");
  Random random(3);
  const std::size_t depth = 256;
  const std::vector<double> a = noise(16 * depth, random),
                            b = noise(64 * depth, random);
  std::vector<double> c(16 * 64);
  for (const auto& shape : probe.shapes) {
    const int r = shape.rows, v = shape.vectors;
    const std::size_t columns = static_cast<std::size_t>(v) * probe.lanes;
    const TileCall<double> call{
        depth,    a.data(), 1,        static_cast<std::size_t>(r),
        b.data(), columns,  c.data(), columns};
    const double took = best_time([&] { shape.run(call); }, 0.03);
    const double flops = 2.0 * r * static_cast<double>(columns * depth);
    const double share = 100 * flops / took / 1e9 / machine.peak;
    std::printf("%8d x %d  %7d  %10d  %17.2f  %17.0f %%\n", r, v, r * v, r * v + v + 1,
                static_cast<double>(r + v) / (r * v), share);
    const std::string name = "time_tile_" + std::to_string(r) + "_" + std::to_string(v);
    report.number(name, share, "%.0f");
  }
}

// ---- the steps

inline double rate_of(const Step& step, const Product& x, double seconds) {
  return operations(x) / best_time([&] { step.multiply(x); }, seconds) / 1e9;
}

// The slow ones are timed on some of A's rows: B is the same, and so is each row's work.
inline std::size_t rows_for(std::size_t step, std::size_t n) {
  return step == 0 ? std::min<std::size_t>(10, n) : step < 3 ? n / 8 : n;
}

inline std::vector<double> time_steps(const Options& options, const Machine& machine,
                                      Report& report) {
  auto section = report.section("time_steps");
  Random random(options.seed);
  const auto n = static_cast<std::size_t>(options.size);
  Square odd(n, random), power(1024, random);
  std::vector<double> shares;
  std::printf("                   %5zu             1024\n", n);
  std::printf("                 GFLOP/s  share   GFLOP/s  share\n");
  for (std::size_t s = 0; s < steps().size(); ++s) {
    const Step& step = steps()[s];
    const double rate = rate_of(step, odd.product(rows_for(s, n)), s < 3 ? 0.04 : 0.12);
    const double other =
        rate_of(step, power.product(rows_for(s, 1024)), s < 3 ? 0.04 : 0.08);
    const double share = 100 * rate / machine.peak;
    std::printf("%-16s %7.1f  %3.0f %%   %7.1f  %3.0f %%\n", step.name, rate, share,
                other, 100 * other / machine.peak);
    shares.push_back(share);
    const std::string name = "time_step_" + std::to_string(s);
    report.number(name, rate, "%.1f");
    report.number(name + "_share", share, "%.0f");
    report.number(name + "_power", other, "%.1f");
  }
  report.number("time_gain", shares.back() / shares.front(), "%.0f");
  report.number("time_rows_gain", shares[1] / shares[0], "%.1f");
  draw_steps(shares).save(report.figure_path("steps.svg"));
  return shares;
}

inline void time_sizes(const Options& options, const Machine& machine, Report& report) {
  auto section = report.section("time_sizes");
  Random random(options.seed);
  std::vector<Curve> curves;
  const std::size_t chosen[] = {0, 1, 3, 8};
  for (std::size_t s : chosen) curves.push_back({steps()[s].name, {}, {}});
  std::printf("size  ");
  for (const Curve& c : curves) std::printf("  %14s", c.name.c_str());
  std::printf("\n");
  for (std::size_t n : {64, 128, 250, 256, 384, 500, 512, 640, 768, 1000, 1024}) {
    Square square(n, random);
    std::printf("%4zu  ", n);
    for (std::size_t i = 0; i < 4; ++i) {
      const std::size_t s = chosen[i];
      const double rate =
          rate_of(steps()[s], square.product(rows_for(s, n)), s < 3 ? 0.01 : 0.02);
      curves[i].x.push_back(static_cast<double>(n));
      curves[i].y.push_back(100 * rate / machine.peak);
      std::printf("  %14.1f", rate);
      if (n == 500 || n == 512) {
        report.number("time_at_" + std::to_string(n) + "_" + std::to_string(s), rate,
                      "%.1f");
      }
    }
    std::printf("\n");
  }
  draw_sizes(curves).save(report.figure_path("sizes.svg"));
}

// ---- the roofline

inline void roofline(const Machine& machine, const std::vector<double>& shares,
                     Report& report) {
  auto section = report.section("roofline");
  // Operations for each byte that a loop asks its nearest cache for.
  const Kernels<double> avx2_tile{6, 8, {}, {}, {}, {}, {}};
  const double r = static_cast<double>(avx2_tile.rows);
  const double w = static_cast<double>(avx2_tile.columns);
  const double rows = 2.0 / 24, tile = 2 * r * w / (8 * (r + w));
  std::printf("operations for each byte asked for\n");
  std::printf("three loops     %.3f   (2 for 16 bytes of A and B)\n", 2.0 / 16);
  std::printf("along rows      %.3f   (2 for 24 bytes: B, C, and C again)\n", rows);
  std::printf("a tile of 6 x 8 %.3f   (96 for 112 bytes: 6 of A, 8 of B)\n", tile);
  std::printf("1007 x 1007     %.0f      (each number read or written once)\n",
              2.0 * 1007 / (4 * 8));
  const std::vector<double> at = {2.0 / 16, rows, tile};
  const std::vector<double> reached = {shares[0], shares[2], shares[8]};
  draw_roofline(machine.peak, {machine.l1, machine.l2, machine.l3, machine.memory}, at,
                reached)
      .save(report.figure_path("roofline.svg"));
}

// ---- prove it

inline void bounds(Report& report) {
  auto section = report.section("bounds");
  Random random(5);
  const std::size_t sizes[][3] = {
      {1, 1, 1}, {7, 17, 31}, {31, 63, 17}, {127, 97, 300}, {53, 64, 1009}};
  std::printf("worst error, as a share of its bound\n");
  for (const Step& step : steps()) {
    double worst = 0;
    for (const auto& s : sizes) {
      const std::vector<double> a = noise(s[0] * s[2], random);
      const std::vector<double> b = noise(s[2] * s[1], random);
      std::vector<double> c(s[0] * s[1], 0.5);
      const std::vector<double> before = c;
      const Product x{s[0], s[1], s[2], a.data(), s[2], b.data(), s[1], c.data(), s[1]};
      step.multiply(x);
      worst = std::max(worst, share_of_bound(x, before.data()));
    }
    std::printf("%-16s %5.2f  %s\n", step.name, worst,
                worst <= 1 ? "within the bound" : "WRONG");
  }
}

}  // namespace ch11
