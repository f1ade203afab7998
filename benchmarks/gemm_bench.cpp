// Matrix multiplication beside the processor's FMA peak, which is measured in the same
// run: a slice of one, a slice of the other, in turn. Frequency and neighbours on a
// shared machine change the figures, their ratio much less.
#include <cmath>
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <fstream>
#include <iostream>
#include <random>
#include <sstream>
#include <string>
#include <vector>

#include <cairn/core/error.h>
#include <cairn/core/memory.h>
#include <cairn/core/parallel.h>
#include <cairn/kernels/gemm/gemm_call.h>

#include "peak.h"
#include "timing.h"

namespace {

using namespace cairn;
using bench::Clock;
using bench::PeakLoop;
using kernels::GemmCall;

struct Shape {
  const char* what;
  const char* trans;  // N or T for A and for B
  std::int64_t m, n, k;
};

const Shape kShapes[] = {
    {"square", "NN", 64, 64, 64},
    {"square", "NN", 128, 128, 128},
    {"square", "NN", 256, 256, 256},
    {"square", "NN", 512, 512, 512},
    {"square", "NT", 512, 512, 512},
    {"square", "TN", 512, 512, 512},
    {"square", "TT", 512, 512, 512},
    {"square", "NN", 1024, 1024, 1024},
    {"square", "NT", 1024, 1024, 1024},
    {"square", "TN", 1024, 1024, 1024},
    {"square", "TT", 1024, 1024, 1024},
    {"square", "NN", 2048, 2048, 2048},
    {"odd", "NN", 100, 100, 100},
    {"odd", "NN", 333, 777, 555},
    {"odd", "NN", 7, 13, 17},
    {"linear forward", "NT", 32, 128, 784},
    {"linear forward", "NT", 32, 10, 128},
    {"linear forward", "NT", 64, 1024, 256},
    {"linear forward", "NT", 128, 512, 128},
    {"linear dX", "NN", 32, 784, 128},
    {"linear dX", "NN", 32, 128, 10},
    {"linear dX", "NN", 64, 256, 1024},
    {"linear dW", "TN", 128, 784, 32},
    {"linear dW", "TN", 10, 128, 32},
    {"linear dW", "TN", 1024, 256, 64},
    {"matrix-vector", "NN", 1, 1024, 1024},
    {"matrix-vector", "NT", 1, 1024, 1024},
    {"convolution", "NN", 50176, 64, 27},
    {"convolution", "NN", 64, 4096, 576},
    {"convolution", "NT", 64, 4096, 576},
};

struct Options {
  bool quick = false;
  std::string json;
  std::string only;
  std::vector<Isa> isas;
};

struct Result {
  Shape shape;
  const char* type;
  Isa isa;
  int threads;
  double gflops, best_gflops, peak_gflops, ratio;  // peak: of one thread
};

template <class T>
struct Matrices {
  Matrices(const Shape& s)
      : a(bytes(s.m * s.k)), b(bytes(s.k * s.n)), c(bytes(s.m * s.n)) {
    std::mt19937 random(7);
    std::uniform_real_distribution<T> uniform(-1, 1);
    for (std::int64_t i = 0; i < s.m * s.k; ++i) a.as<T>()[i] = uniform(random);
    for (std::int64_t i = 0; i < s.k * s.n; ++i) b.as<T>()[i] = uniform(random);
    call.trans_a = s.trans[0] == 'T' ? Trans::yes : Trans::no;
    call.trans_b = s.trans[1] == 'T' ? Trans::yes : Trans::no;
    call.m = s.m;
    call.n = s.n;
    call.k = s.k;
    call.a = a.as<T>();
    call.b = b.as<T>();
    call.c = c.as<T>();
    call.lda = call.trans_a == Trans::yes ? s.m : s.k;
    call.ldb = call.trans_b == Trans::yes ? s.k : s.n;
    call.ldc = s.n;
  }
  static std::size_t bytes(std::int64_t count) { return count * sizeof(T); }

  detail::ScratchBuffer a, b, c;
  GemmCall<T> call;
};

/// Compares rows of C spread over the matrix with the definition.
template <class T>
void check(const GemmCall<T>& call, const std::string& what) {
  const double tolerance =
      (call.k + 4) * static_cast<double>(std::numeric_limits<T>::epsilon());
  const std::int64_t rows = std::min<std::int64_t>(call.m, 23);
  std::vector<T> expected(call.n);
  for (std::int64_t r = 0; r < rows; ++r) {
    const std::int64_t i = rows == 1 ? 0 : r * (call.m - 1) / (rows - 1);
    GemmCall<T> row = call;
    row.m = 1;
    row.a += call.trans_a == Trans::no ? i * call.lda : i;
    row.c = expected.data();
    kernels::gemm_reference(row);
    for (std::int64_t j = 0; j < call.n; ++j) {
      const double error = std::fabs(call.c[i * call.ldc + j] - expected[j]);
      if (!(error <= tolerance * call.k)) {
        std::ostringstream text;
        text << what << ": C(" << i << ", " << j << ") is wrong by " << error;
        throw Error(text.str());
      }
    }
  }
}

template <class T>
Result measure(const Shape& shape, Isa isa, int threads, const Options& options) {
  constexpr bool kSingle = sizeof(T) == 4;
  Matrices<T> matrices(shape);
  const kernels::KernelTable& table = kernels::kernels_for(isa);
  const PeakLoop& loop =
      kSingle ? bench::peak_loops(isa).f32 : bench::peak_loops(isa).f64;
  set_num_threads(threads);

  const auto multiply = [&] { kernels::gemm(matrices.call, table); };
  volatile double sink = 0;
  const auto peak = [&] { sink = loop.run(10000); };
  multiply();
  check(matrices.call, std::string(shape.trans) + " " + shape.what);

  // Short slices, for the clock frequency follows what was computed a millisecond ago:
  // the peak is that of the processor in the state that multiplication brings it into.
  constexpr double kSlice = 3e-4;
  const Clock clock = threads == 1 ? Clock::thread : Clock::wall;
  const std::int64_t calls = bench::calls_in(clock, kSlice, multiply);
  const std::int64_t loops = bench::calls_in(Clock::thread, kSlice, peak);
  const double work = 2e-9 * shape.m * shape.n * shape.k;
  const double sample = options.quick ? 0.004 : 0.02;
  std::vector<double> gflops, peaks, ratios;
  for (int round = 0; round < (options.quick ? 9 : 15); ++round) {
    double product_time = 0, peak_time = 0;
    int slices = 0;
    for (; product_time * calls < sample; ++slices) {
      product_time += bench::seconds_per_call(clock, calls, multiply);
      peak_time += bench::seconds_per_call(Clock::thread, loops, peak);
    }
    gflops.push_back(work * slices / product_time);
    peaks.push_back(1e-9 * loop.flops_per_round * 10000 * slices / peak_time);
    ratios.push_back(gflops.back() / (threads * peaks.back()));
  }
  return {shape,
          kSingle ? "f32" : "f64",
          isa,
          threads,
          bench::median(gflops),
          *std::max_element(gflops.begin(), gflops.end()),
          bench::median(peaks),
          bench::median(ratios)};
}

std::string processor() {
  std::ifstream info("/proc/cpuinfo");
  for (std::string line; std::getline(info, line);) {
    if (line.rfind("model name", 0) == 0) return line.substr(line.find(':') + 2);
  }
  return "unknown";
}

void print(const Result& r) {
  std::printf("%-7s %s %s %6lldx%-5lldx%-5lld %d  %8.1f %8.1f %8.1f  %5.1f %%  %s\n",
              isa_name(r.isa), r.type, r.shape.trans, static_cast<long long>(r.shape.m),
              static_cast<long long>(r.shape.n), static_cast<long long>(r.shape.k),
              r.threads, r.gflops, r.best_gflops, r.peak_gflops, 100 * r.ratio,
              r.shape.what);
  std::fflush(stdout);
}

void write_json(const std::string& path, const std::vector<Result>& results) {
  std::ofstream out(path);
  out << "{\n  \"benchmark\": \"gemm\",\n  \"processor\": \"" << processor()
      << "\",\n  \"results\": [\n";
  for (std::size_t i = 0; i < results.size(); ++i) {
    const Result& r = results[i];
    out << "    {\"isa\": \"" << isa_name(r.isa) << "\", \"type\": \"" << r.type
        << "\", \"trans\": \"" << r.shape.trans << "\", \"m\": " << r.shape.m
        << ", \"n\": " << r.shape.n << ", \"k\": " << r.shape.k
        << ", \"threads\": " << r.threads << ", \"gflops\": " << r.gflops
        << ", \"best_gflops\": " << r.best_gflops
        << ", \"peak_gflops_one_thread\": " << r.peak_gflops
        << ", \"ratio_to_peak\": " << r.ratio << "}"
        << (i + 1 < results.size() ? ",\n" : "\n");
  }
  out << "  ]\n}\n";
  if (!out) throw IoError("gemm-bench: cannot write " + path);
}

const char kHelp[] =
    "usage: gemm-bench [--quick] [--isa NAME]... [--only TEXT] [--json FILE]\n"
    "  --quick      short samples: under a minute, rougher figures\n"
    "  --isa NAME   scalar, avx2 or avx512, may be repeated (default: the best one)\n"
    "  --only TEXT  only lines like \"f32 NT 512x512x512\" that contain TEXT\n"
    "  --json FILE  writes the results to FILE, too\n";

Options parse(int argc, char** argv) {
  Options options;
  for (int i = 1; i < argc; ++i) {
    const std::string arg = argv[i];
    const auto value = [&]() -> std::string {
      if (++i < argc) return argv[i];
      throw ValueError("gemm-bench: " + arg + " needs a value; see --help");
    };
    if (arg == "--quick") {
      options.quick = true;
    } else if (arg == "--json") {
      options.json = value();
    } else if (arg == "--only") {
      options.only = value();
    } else if (arg == "--isa") {
      options.isas.push_back(kernels::choose_isa(value().c_str()));
    } else if (arg == "--help") {
      std::fputs(kHelp, stdout);
      std::exit(0);
    } else {
      throw ValueError("gemm-bench: " + arg + " is no option; see --help");
    }
  }
  if (options.isas.empty()) options.isas.push_back(active_isa());
  return options;
}

void run(const Options& options) {
  const int most = num_threads();
  std::printf("%s, %d threads, FMA peak measured on one thread beside each line\n",
              processor().c_str(), most);
  std::printf(
      "isa     type     m x n x k     threads GFLOP/s   best     peak   of peak\n");
  std::vector<Result> results;
  for (const Isa isa : options.isas) {
    for (const bool single : {true, false}) {
      for (const Shape& s : kShapes) {
        std::ostringstream line;
        line << (single ? "f32 " : "f64 ") << s.trans << ' ' << s.m << 'x' << s.n << 'x'
             << s.k << ' ' << s.what;
        if (line.str().find(options.only) == std::string::npos) continue;
        if (options.quick && s.m * s.n * s.k > 2'000'000'000) continue;
        for (int threads = 1; threads <= most;
             threads = threads < most ? most : most + 1) {
          results.push_back(single ? measure<float>(s, isa, threads, options)
                                   : measure<double>(s, isa, threads, options));
          print(results.back());
        }
      }
    }
  }
  if (!options.json.empty()) write_json(options.json, results);
}

}  // namespace

int main(int argc, char** argv) {
  try {
    run(parse(argc, argv));
  } catch (const std::exception& error) {
    std::cerr << error.what() << '\n';
    return 2;
  }
  return 0;
}
