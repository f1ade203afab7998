// Throughput of the elementwise kernels, tier by tier, on arrays that stay in the first
// cache: elements per nanosecond, the median of seven samples of 20 ms each. Every
// result is compared with the scalar tier's before anything is timed.
#include <algorithm>
#include <cmath>
#include <cstdint>
#include <cstdio>
#include <ctime>
#include <functional>
#include <vector>

#include <cairn/kernels/table.h>

namespace {

using cairn::Isa;
using cairn::kernels::AdamStep;
using cairn::kernels::MathKernels;

constexpr std::int64_t kCount = 2040;  // with two inputs and an output under 32 KiB
constexpr std::int64_t kClasses = 10;

/// The arrays of one run: a and b in, out out (and in, for those that update).
struct Arrays {
  std::vector<float> a, b, out, m, v;
};

Arrays fresh_arrays() {
  Arrays x;
  std::uint32_t state = 7;
  const auto draw = [&] {
    state = state * 1664525u + 1013904223u;
    return 0.25f + 8.0f * static_cast<float>(state >> 8) * 0x1p-24f;
  };
  for (std::vector<float>* array : {&x.a, &x.b, &x.out, &x.m, &x.v}) {
    for (std::int64_t i = 0; i < kCount; ++i) array->push_back(draw());
  }
  return x;
}

struct Work {
  const char* name;
  std::function<void(const MathKernels&, Arrays&)> run;
};

template <class Kernel>
Work unary(const char* name, Kernel MathKernels::* kernel) {
  return {name, [=](const MathKernels& math, Arrays& x) {
            (math.*kernel)(x.out.data(), x.a.data(), kCount);
          }};
}

template <class Kernel>
Work binary(const char* name, Kernel MathKernels::* kernel) {
  return {name, [=](const MathKernels& math, Arrays& x) {
            (math.*kernel)(x.out.data(), x.a.data(), x.b.data(), kCount);
          }};
}

std::vector<Work> works() {
  const auto softmax = [](std::int64_t cols) {
    return [=](const MathKernels& math, Arrays& x) {
      math.softmax_rows(x.out.data(), x.a.data(), kCount / cols, cols);
    };
  };
  const auto cross_entropy = [](std::int64_t cols) {
    return [=](const MathKernels& math, Arrays& x) {
      static const std::vector<std::int64_t> labels(kCount, 3);
      math.softmax_cross_entropy_rows(x.m.data(), x.out.data(), x.a.data(),
                                      labels.data(), kCount / cols, cols, 0.1f);
    };
  };
  return {
      unary("exp", &MathKernels::exp),
      unary("log", &MathKernels::log),
      unary("sigmoid", &MathKernels::sigmoid),
      unary("tanh", &MathKernels::tanh),
      unary("relu", &MathKernels::relu),
      unary("sqrt", &MathKernels::sqrt),
      binary("add", &MathKernels::add),
      binary("div", &MathKernels::div),
      binary("tanh_backward", &MathKernels::tanh_backward),
      {"sum",
       [](const MathKernels& math, Arrays& x) {
         x.out[0] = static_cast<float>(math.sum(x.a.data(), kCount));
       }},
      {"dot",
       [](const MathKernels& math, Arrays& x) {
         x.out[0] = static_cast<float>(math.dot(x.a.data(), x.b.data(), kCount));
       }},
      {"max_value", [](const MathKernels& math,
                       Arrays& x) { x.out[0] = math.max_value(x.a.data(), kCount); }},
      {"argmax",
       [](const MathKernels& math, Arrays& x) {
         x.out[0] = static_cast<float>(math.argmax(x.a.data(), kCount));
       }},
      {"column_sums of 60 columns",
       [](const MathKernels& math, Arrays& x) {
         math.column_sums(x.out.data(), x.a.data(), kCount / 60, 60, false);
       }},
      {"softmax, rows of 10", softmax(kClasses)},
      {"softmax, rows of 2040", softmax(kCount)},
      {"cross entropy, rows of 10", cross_entropy(kClasses)},
      {"cross entropy, rows of 2040", cross_entropy(kCount)},
      {"random_uniform",
       [](const MathKernels& math, Arrays& x) {
         math.random_uniform(x.out.data(), kCount, 1, 2, 3);
       }},
      {"random_mask",
       [](const MathKernels& math, Arrays& x) {
         math.random_mask(x.out.data(), kCount, 0.8f, 1.25f, 1, 2, 3);
       }},
      {"sgd_step with momentum",
       [](const MathKernels& math, Arrays& x) {
         math.sgd_step(x.out.data(), x.a.data(), x.m.data(), kCount,
                       {1e-6f, 0.9f, 0.0f, 0.0f, false, false});
       }},
      {"adam_step",
       [](const MathKernels& math, Arrays& x) {
         AdamStep step{0.999f, 0.1f, 0.001f, 1e-8f, 1e-6f, 1.0f, 0.0f, 1.0f};
         math.adam_step(x.out.data(), x.a.data(), x.m.data(), x.v.data(), kCount, step);
       }},
  };
}

/// Largest relative difference of the outputs.
double difference(const Work& work, const MathKernels& math, const MathKernels& naive) {
  Arrays got = fresh_arrays(), want = fresh_arrays();
  work.run(math, got);
  work.run(naive, want);
  double largest = 0.0;
  for (std::size_t i = 0; i < got.out.size(); ++i) {
    const double size = std::fabs(want.out[i]) + 1e-3;
    largest = std::max(largest, std::fabs(double{got.out[i]} - want.out[i]) / size);
  }
  return largest;
}

/// Elements per nanosecond of processor time, the best of twelve samples: other
/// programs on the machine can only make a sample slower.
double throughput(const Work& work, const MathKernels& math) {
  constexpr double kNanoseconds = 1e9 / CLOCKS_PER_SEC;
  Arrays x = fresh_arrays();
  double best = 0.0;
  for (int sample = 0; sample < 12; ++sample) {
    std::int64_t calls = 0;
    const std::clock_t start = std::clock();
    double elapsed = 0.0;
    while (elapsed < 5e6) {
      for (int i = 0; i < 50; ++i) work.run(math, x);
      calls += 50;
      elapsed = static_cast<double>(std::clock() - start) * kNanoseconds;
    }
    best = std::max(best, static_cast<double>(calls * kCount) / elapsed);
  }
  return best;
}

}  // namespace

int main() {
  const MathKernels& naive = *cairn::kernels::kernels_for(Isa::scalar).math;
  std::printf("%-30s", "elements per nanosecond");
  for (Isa isa : {Isa::scalar, Isa::avx2, Isa::avx512}) {
    if (cairn::kernels::cpu_supports(isa)) std::printf("%10s", cairn::isa_name(isa));
  }
  std::printf("\n");
  for (const Work& work : works()) {
    std::printf("%-30s", work.name);
    for (Isa isa : {Isa::scalar, Isa::avx2, Isa::avx512}) {
      if (!cairn::kernels::cpu_supports(isa)) continue;
      const MathKernels& math = *cairn::kernels::kernels_for(isa).math;
      if (difference(work, math, naive) > 1e-4) {
        std::printf("\n%s on %s gives wrong results\n", work.name,
                    cairn::isa_name(isa));
        return 1;
      }
      std::printf("%10.2f", throughput(work, math));
      std::fflush(stdout);
    }
    std::printf("\n");
  }
}
