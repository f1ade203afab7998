// Throughput of the elementwise kernels and of normalisation, tier by tier, on arrays
// that stay in the first cache and on arrays of 1 MiB, which come from the last:
// elements per nanosecond, and for the best tier the bytes it reads and writes beside
// those of a copy. Every result is compared with the scalar tier's before anything is
// timed.
#include <algorithm>
#include <cmath>
#include <cstdint>
#include <cstdio>
#include <cstring>
#include <ctime>
#include <functional>
#include <vector>

#include <cairn/kernels/table.h>

namespace {

using cairn::Isa;
using cairn::kernels::AdamStep;
using cairn::kernels::KernelTable;
using cairn::kernels::MathKernels;

constexpr std::int64_t kSmall = 2040;  // with two inputs and an output under 32 KiB
constexpr std::int64_t kLarge = 262080;

/// The arrays of one run: a and b in, out out (and in, for those that update).
struct Arrays {
  std::int64_t count;
  std::vector<float> a, b, out, m, v;
  std::vector<double> sums;
  std::vector<std::int64_t> labels;
};

Arrays fresh_arrays(std::int64_t count) {
  Arrays x;
  x.count = count;
  std::uint32_t state = 7;
  const auto draw = [&] {
    state = state * 1664525u + 1013904223u;
    return 0.25f + 8.0f * static_cast<float>(state >> 8) * 0x1p-24f;
  };
  for (std::vector<float>* array : {&x.a, &x.b, &x.out, &x.m, &x.v}) {
    for (std::int64_t i = 0; i < count; ++i) array->push_back(draw());
  }
  x.sums.assign(4096, 0.0);
  x.labels.assign(static_cast<std::size_t>(count), 3);
  return x;
}

struct Work {
  const char* name;
  double bytes;  ///< read and written for each element
  std::function<void(const KernelTable&, Arrays&)> run;
};

template <class Kernel>
Work unary(const char* name, Kernel MathKernels::*kernel) {
  return {name, 8, [=](const KernelTable& table, Arrays& x) {
            (table.math->*kernel)(x.out.data(), x.a.data(), x.count);
          }};
}

template <class Kernel>
Work binary(const char* name, Kernel MathKernels::*kernel) {
  return {name, 12, [=](const KernelTable& table, Arrays& x) {
            (table.math->*kernel)(x.out.data(), x.a.data(), x.b.data(), x.count);
          }};
}

/// A number made of an array goes to out[0].
template <class Number>
Work to_number(const char* name, double bytes, Number number) {
  return {name, bytes, [=](const KernelTable& table, Arrays& x) {
            x.out[0] = static_cast<float>(number(*table.math, x));
          }};
}

void add_functions(std::vector<Work>& all) {
  all.push_back({"copy", 8, [](const KernelTable&, Arrays& x) {
                   std::memcpy(x.out.data(), x.a.data(), 4 * x.a.size());
                 }});
  all.push_back(unary("exp", &MathKernels::exp));
  all.push_back(unary("log", &MathKernels::log));
  all.push_back(unary("sigmoid", &MathKernels::sigmoid));
  all.push_back(unary("tanh", &MathKernels::tanh));
  all.push_back(unary("relu", &MathKernels::relu));
  all.push_back(unary("sqrt", &MathKernels::sqrt));
  all.push_back(binary("add", &MathKernels::add));
  all.push_back(binary("div", &MathKernels::div));
  all.push_back(binary("relu_backward", &MathKernels::relu_backward));
  all.push_back(binary("sigmoid_backward", &MathKernels::sigmoid_backward));
  all.push_back(binary("tanh_backward", &MathKernels::tanh_backward));
}

void add_reductions(std::vector<Work>& all) {
  all.push_back(to_number("sum", 4, [](const MathKernels& math, Arrays& x) {
    return math.sum(x.a.data(), x.count);
  }));
  all.push_back(to_number("dot", 8, [](const MathKernels& math, Arrays& x) {
    return math.dot(x.a.data(), x.b.data(), x.count);
  }));
  all.push_back(to_number("max_value", 4, [](const MathKernels& math, Arrays& x) {
    return math.max_value(x.a.data(), x.count);
  }));
  all.push_back(to_number("argmax", 4, [](const MathKernels& math, Arrays& x) {
    return math.argmax(x.a.data(), x.count);
  }));
  all.push_back(
      {"column_sums of 60 columns", 4, [](const KernelTable& table, Arrays& x) {
         table.math->column_sums(x.out.data(), x.a.data(), x.count / 60, 60, false);
       }});
}

void add_rows(std::vector<Work>& all) {
  const auto softmax = [&](const char* name, std::int64_t cols) {
    all.push_back({name, 8, [=](const KernelTable& table, Arrays& x) {
                     table.math->softmax_rows(x.out.data(), x.a.data(), x.count / cols,
                                              cols);
                   }});
  };
  const auto cross_entropy = [&](const char* name, std::int64_t cols) {
    all.push_back({name, 8, [=](const KernelTable& table, Arrays& x) {
                     table.math->softmax_cross_entropy_rows(x.m.data(), x.out.data(),
                                                            x.a.data(), x.labels.data(),
                                                            x.count / cols, cols, 0.1f);
                   }});
  };
  softmax("softmax, rows of 10", 10);
  softmax("softmax, rows of 120", 120);
  cross_entropy("cross entropy, rows of 10", 10);
  cross_entropy("cross entropy, rows of 120", 120);
}

void add_normalisation(std::vector<Work>& all) {
  constexpr std::int64_t kCols = 64;  // m holds weights, v biases, b gradients
  all.push_back({"layer_norm, rows of 120", 8, [](const KernelTable& table, Arrays& x) {
                   table.norm->layer_norm_rows(
                       x.out.data(), x.b.data(), x.b.data() + x.count / 120, x.a.data(),
                       x.m.data(), x.v.data(), x.count / 120, 120, 1e-5f);
                 }});
  all.push_back({"its gradients", 12, [](const KernelTable& table, Arrays& x) {
                   table.norm->layer_norm_backward_rows(
                       x.out.data(), x.sums.data(), x.sums.data() + 120,
                       x.v.data() + 120, x.b.data(), x.a.data(), x.m.data(), x.m.data(),
                       x.v.data(), x.count / 120, 120);
                 }});
  all.push_back(
      {"batch_norm's moments, 64", 4, [](const KernelTable& table, Arrays& x) {
         table.norm->moments_of_columns(x.sums.data(), x.sums.data() + kCols,
                                        x.a.data(), x.m.data(), x.count / kCols, kCols);
       }});
  all.push_back({"its result", 8, [](const KernelTable& table, Arrays& x) {
                   table.norm->scale_columns(x.out.data(), x.a.data(), x.m.data(),
                                             x.v.data(), x.count / kCols, kCols, false);
                 }});
  all.push_back({"its gradient's sums", 8, [](const KernelTable& table, Arrays& x) {
                   table.norm->gradient_sums_of_columns(
                       x.sums.data(), x.sums.data() + kCols, x.b.data(), x.a.data(),
                       x.m.data(), x.count / kCols, kCols, {});
                 }});
  all.push_back({"its gradient", 12, [](const KernelTable& table, Arrays& x) {
                   table.norm->combine_columns(
                       x.out.data(), x.b.data(), x.a.data(), x.m.data(), x.v.data(),
                       x.m.data() + kCols, x.count / kCols, kCols, {});
                 }});
}

void add_the_rest(std::vector<Work>& all) {
  all.push_back({"random_uniform", 4, [](const KernelTable& table, Arrays& x) {
                   table.math->random_uniform(x.out.data(), x.count, 1, 2, 3);
                 }});
  all.push_back({"random_mask", 4, [](const KernelTable& table, Arrays& x) {
                   table.math->random_mask(x.out.data(), x.count, 0.8f, 1.25f, 1, 2, 3);
                 }});
  all.push_back({"sgd_step with momentum", 20, [](const KernelTable& table, Arrays& x) {
                   table.math->sgd_step(x.out.data(), x.a.data(), x.m.data(), x.count,
                                        {1e-6f, 0.9f, 0.0f, 0.0f, false, false});
                 }});
  all.push_back({"adam_step", 28, [](const KernelTable& table, Arrays& x) {
                   AdamStep step{0.999f, 0.1f, 0.001f, 1e-8f, 1e-6f, 1.0f, 0.0f, 1.0f};
                   table.math->adam_step(x.out.data(), x.a.data(), x.m.data(),
                                         x.v.data(), nullptr, x.count, step);
                 }});
  all.push_back({"rms_step", 20, [](const KernelTable& table, Arrays& x) {
                   table.math->rms_step(x.out.data(), x.a.data(), x.v.data(), nullptr,
                                        nullptr, x.count,
                                        {0.99f, 0.01f, 1e-8f, 1e-6f, 0.0f, 0.0f});
                 }});
}

std::vector<Work> works() {
  std::vector<Work> all;
  add_functions(all);
  add_reductions(all);
  add_rows(all);
  add_normalisation(all);
  add_the_rest(all);
  return all;
}

/// Largest relative difference of the outputs.
double difference(const Work& work, const KernelTable& table,
                  const KernelTable& naive) {
  Arrays got = fresh_arrays(kSmall), want = fresh_arrays(kSmall);
  work.run(table, got);
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
double throughput(const Work& work, const KernelTable& table, std::int64_t count) {
  constexpr double kNanoseconds = 1e9 / CLOCKS_PER_SEC;
  Arrays x = fresh_arrays(count);
  const int calls_each = count == kSmall ? 50 : 2;
  double best = 0.0;
  for (int sample = 0; sample < 12; ++sample) {
    std::int64_t calls = 0;
    const std::clock_t start = std::clock();
    double elapsed = 0.0;
    while (elapsed < 5e6) {
      for (int i = 0; i < calls_each; ++i) work.run(table, x);
      calls += calls_each;
      elapsed = static_cast<double>(std::clock() - start) * kNanoseconds;
    }
    best = std::max(best, static_cast<double>(calls * count) / elapsed);
  }
  return best;
}

std::vector<Isa> tiers_here() {
  std::vector<Isa> all;
  for (Isa isa : {Isa::scalar, Isa::avx2, Isa::avx512}) {
    if (cairn::kernels::cpu_supports(isa)) all.push_back(isa);
  }
  return all;
}

/// One table; false if a result is wrong.
bool measure(const char* title, std::int64_t count) {
  const KernelTable& naive = cairn::kernels::kernels_for(Isa::scalar);
  std::printf("%-30s", title);
  for (Isa isa : tiers_here()) std::printf("%10s", cairn::isa_name(isa));
  std::printf("%10s%10s\n", "GB/s", "of a copy");
  double copy = 0.0;
  for (const Work& work : works()) {
    std::printf("%-30s", work.name);
    double elements = 0.0;
    for (Isa isa : tiers_here()) {
      const KernelTable& table = cairn::kernels::kernels_for(isa);
      if (difference(work, table, naive) > 1e-4) {
        std::printf("\n%s on %s gives wrong results\n", work.name,
                    cairn::isa_name(isa));
        return false;
      }
      elements = throughput(work, table, count);
      std::printf("%10.2f", elements);
      std::fflush(stdout);
    }
    if (copy == 0.0) copy = elements * work.bytes;
    std::printf("%10.1f%8.0f %%\n", elements * work.bytes,
                100.0 * elements * work.bytes / copy);
  }
  return true;
}

}  // namespace

int main() {
  return measure("elements/ns, first cache", kSmall) &&
                 measure("elements/ns, 1 MiB arrays", kLarge)
             ? 0
             : 1;
}
