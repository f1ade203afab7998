// Nothing outside the operands is read or written, on every tier that this machine has.
#include <utility>

#include <cairn/kernels/gemm/gemm_call.h>

#include "conv_problem.h"
#include "gemm_problem.h"
#include "guarded.h"
#include "tests/catch.h"

namespace {

using cairn::Trans;
using cairn::kernels::KernelTable;
using conv_test::ConvShape;
using conv_test::Random;
using guarded::Numbers;
using guarded::Side;

/// Calls f(table, side) for every tier that this machine has, and both sides.
template <class F>
void each_way(F f) {
  for (const cairn::Isa isa : gemm_test::tiers()) {
    INFO(cairn::isa_name(isa));
    for (const Side side : {Side::front, Side::back}) {
      f(cairn::kernels::kernels_for(isa), side);
    }
  }
}

template <class T>
void convolve(const ConvShape& s, const KernelTable& table, Side side) {
  const std::int64_t pixels = s.n * s.height * s.width * s.channels;
  const std::int64_t results = s.n * s.oh * s.ow * s.out;
  const std::int64_t weights = s.out * s.filter_size();
  const Numbers<T> x(pixels, side), w(weights, side), bias(s.out, side);
  const Numbers<T> dy(results, side), y(results, side);
  const Numbers<T> dx(pixels, side), dw(weights, side);
  using namespace cairn::kernels;
  conv_forward<T>(s, x.data(), w.data(), bias.data(), true, y.data(), table);
  conv_input_gradient<T>(s, dy.data(), w.data(), dx.data(), table);
  conv_weight_gradient<T>(s, x.data(), dy.data(), dw.data(), table);
}

template <class T>
void multiply(const gemm_test::Spec<T>& spec, const KernelTable& table, Side side) {
  const auto elements = [](Trans trans, std::int64_t rows, std::int64_t columns,
                           std::int64_t pad, std::int64_t& ld) {
    if (trans == Trans::yes) std::swap(rows, columns);
    ld = columns + pad;
    return (rows - 1) * ld + columns;
  };
  cairn::kernels::GemmCall<T> g;
  g.trans_a = spec.trans_a, g.trans_b = spec.trans_b;
  g.m = spec.m, g.n = spec.n, g.k = spec.k, g.beta = spec.beta;
  const Numbers<T> a(elements(g.trans_a, g.m, g.k, spec.pad_a, g.lda), side);
  const Numbers<T> b(elements(g.trans_b, g.k, g.n, spec.pad_b, g.ldb), side);
  const Numbers<T> c(elements(Trans::no, g.m, g.n, spec.pad_c, g.ldc), side);
  const Numbers<T> bias(g.n, side), row_bias(g.m, side);
  g.a = a.data(), g.b = b.data(), g.c = c.data();
  if (spec.bias) g.epilogue = {bias.data(), row_bias.data(), true};
  cairn::kernels::gemm(g, table);
}

/// Small sizes, at which vectors and steps of depth have ends, and some larger.
template <class T>
gemm_test::Spec<T> random_product(Random& random) {
  gemm_test::Spec<T> spec;
  spec.trans_a = random.one_in(2) ? Trans::yes : Trans::no;
  spec.trans_b = random.one_in(2) ? Trans::yes : Trans::no;
  const std::int64_t most = random.one_in(8) ? 150 : random.one_in(3) ? 40 : 12;
  spec.m = random.pick(1, most), spec.n = random.pick(1, most);
  spec.k = random.pick(1, most);
  for (std::int64_t* pad : {&spec.pad_a, &spec.pad_b, &spec.pad_c}) {
    if (random.one_in(2)) *pad = random.pick(1, 5);
  }
  spec.beta = random.one_in(2) ? 1 : 0;
  spec.bias = random.one_in(2);
  return spec;
}

template <class T>
void check_random_products(Random& random, int count) {
  for (int i = 0; i < count; ++i) {
    const gemm_test::Spec<T> spec = random_product<T>(random);
    INFO(spec.text());
    each_way([&](const KernelTable& table, Side side) { multiply(spec, table, side); });
  }
}

}  // namespace

TEST_CASE("bounds: convolution touches its operands alone", "[bounds]") {
  const conv_test::Using plain(conv_test::ConvAlgorithm::direct);
  Random random(21);
  for (int i = 0; i < 250; ++i) {
    const std::int64_t channels = random.one_in(4) ? 40 : 9;
    const ConvShape s = conv_test::random_shape(random, channels, 12);
    INFO(conv_test::text(s));
    each_way([&](const KernelTable& table, Side side) {
      convolve<float>(s, table, side);
      convolve<double>(s, table, side);
    });
  }
  SUCCEED("no page was touched that must not be");
}

TEST_CASE("bounds: Winograd's convolution touches its operands alone", "[bounds]") {
  const conv_test::Using winograd(conv_test::ConvAlgorithm::winograd);
  Random random(22);
  for (int i = 0; i < 60; ++i) {
    ConvShape s = conv_test::square(random.pick(1, 2), 1, random.pick(1, 40),
                                    random.pick(1, 40), 3, 1, random.pick(0, 2));
    s = conv_test::sized(s, random.pick(0, 9), random.pick(0, 9));
    INFO(conv_test::text(s));
    each_way(
        [&](const KernelTable& table, Side side) { convolve<float>(s, table, side); });
  }
  SUCCEED("no page was touched that must not be");
}

TEST_CASE("bounds: multiplication touches its operands alone", "[bounds]") {
  Random random(23);
  check_random_products<float>(random, 400);
  check_random_products<double>(random, 200);
  SUCCEED("no page was touched that must not be");
}
