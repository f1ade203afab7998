// Convolution against its definition, all three passes, on every tier that this machine
// has.
#include <algorithm>
#include <cmath>
#include <cstdlib>
#include <limits>
#include <random>
#include <sstream>
#include <vector>

#include <cairn/core/parallel.h>
#include <cairn/kernels/conv/abreast.h>
#include <cairn/kernels/conv/conv_algorithm.h>
#include <cairn/kernels/conv/conv_call.h>
#include <cairn/kernels/conv/tables.h>

#include "tests/catch.h"

namespace {

using cairn::ConvAlgorithm;
using cairn::Isa;
using cairn::kernels::ConvShape;
using cairn::kernels::KernelTable;

// One way of computing for the length of a scope.
class Using {
 public:
  explicit Using(ConvAlgorithm algorithm) : before_(cairn::conv_algorithm()) {
    cairn::set_conv_algorithm(algorithm);
  }
  ~Using() { cairn::set_conv_algorithm(before_); }
  Using(const Using&) = delete;
  Using& operator=(const Using&) = delete;

 private:
  ConvAlgorithm before_;
};

class Random {
 public:
  explicit Random(unsigned seed) : engine_(seed) {}
  std::int64_t pick(std::int64_t low, std::int64_t high) {
    return std::uniform_int_distribution<std::int64_t>(low, high)(engine_);
  }
  bool one_in(std::int64_t n) { return pick(1, n) == 1; }
  template <class T>
  std::vector<T> numbers(std::int64_t n) {
    std::vector<T> values(static_cast<std::size_t>(n));
    for (T& v : values) v = static_cast<T>(normal_(engine_));
    return values;
  }

 private:
  std::mt19937 engine_;
  std::normal_distribution<double> normal_;
};

// Room for `extra` positions more than one along each axis.
ConvShape sized(ConvShape s, std::int64_t extra_rows, std::int64_t extra_columns) {
  const std::int64_t taps[2] = {s.kh, s.kw}, extra[2] = {extra_rows, extra_columns};
  std::int64_t* const extents[2] = {&s.height, &s.width};
  std::int64_t* const outputs[2] = {&s.oh, &s.ow};
  for (int d = 0; d < 2; ++d) {
    const std::int64_t reach = s.dilation[d] * (taps[d] - 1) + 1;
    *extents[d] = std::max<std::int64_t>(1, reach - 2 * s.padding[d]) + extra[d];
    *outputs[d] = (*extents[d] + 2 * s.padding[d] - reach) / s.stride[d] + 1;
  }
  return s;
}

// Every kind in turn: plain, strided, dilated, grouped, depthwise, one by one, and
// images of few channels.
ConvShape random_shape(Random& random, std::int64_t channels, std::int64_t extra) {
  ConvShape s{};
  s.n = random.pick(1, 3);
  s.groups = random.one_in(3) ? random.pick(2, 4) : 1;
  s.channels = s.groups * random.pick(1, random.one_in(2) ? channels : 4);
  s.out = s.groups * random.pick(1, channels);
  if (random.one_in(6)) s.groups = s.channels = s.out = random.pick(2, 2 * channels);
  s.kh = random.pick(1, 5), s.kw = random.pick(1, 7);
  for (int d = 0; d < 2; ++d) {
    s.stride[d] = random.one_in(2) ? random.pick(1, 4) : 1;
    s.dilation[d] = random.one_in(3) ? random.pick(1, 4) : 1;
    s.padding[d] = random.pick(0, 4);
  }
  if (random.one_in(8)) {
    s.kh = s.kw = s.stride[0] = s.stride[1] = 1;
    s.padding[0] = s.padding[1] = 0;
  }
  return sized(s, random.pick(0, extra), random.pick(0, extra));
}

std::string text(const ConvShape& s) {
  std::ostringstream out;
  out << s.n << "x" << s.height << "x" << s.width << "x" << s.channels << " -> "
      << s.out << ", kernel " << s.kh << "x" << s.kw << ", stride " << s.stride[0]
      << " " << s.stride[1] << ", padding " << s.padding[0] << " " << s.padding[1]
      << ", dilation " << s.dilation[0] << " " << s.dilation[1] << ", groups "
      << s.groups;
  return out.str();
}

// A problem with its three right answers.
template <class T>
struct Problem {
  ConvShape s;
  std::vector<T> x, w, bias, dy;
  bool biased, relu;
  std::vector<T> y, dx, dw;

  Problem(const ConvShape& shape, Random& random)
      : s(shape),
        x(random.numbers<T>(s.n * s.height * s.width * s.channels)),
        w(random.numbers<T>(s.out * s.filter_size())),
        bias(random.numbers<T>(s.out)),
        dy(random.numbers<T>(s.n * s.oh * s.ow * s.out)),
        biased(random.one_in(2)),
        relu(random.one_in(2)),
        y(dy.size()),
        dx(x.size()),
        dw(w.size()) {
    using namespace cairn::kernels;
    conv_forward_reference(s, x.data(), w.data(), biased ? bias.data() : nullptr, relu,
                           y.data());
    conv_input_gradient_reference(s, dy.data(), w.data(), dx.data());
    conv_weight_gradient_reference(s, x.data(), dy.data(), dw.data());
  }

  struct Answers {
    std::vector<T> y, dx, dw;
  };
  // Memory that a kernel forgets to write stays NaN.
  Answers nothing() const {
    const T nan = std::numeric_limits<T>::quiet_NaN();
    return {std::vector<T>(y.size(), nan), std::vector<T>(dx.size(), nan),
            std::vector<T>(dw.size(), nan)};
  }
  Answers run(const KernelTable& table) const {
    Answers a = nothing();
    using namespace cairn::kernels;
    conv_forward(s, x.data(), w.data(), biased ? bias.data() : nullptr, relu,
                 a.y.data(), table);
    conv_input_gradient(s, dy.data(), w.data(), a.dx.data(), table);
    conv_weight_gradient(s, x.data(), dy.data(), a.dw.data(), table);
    return a;
  }

  // Whether or not that is thought to pay.
  Answers run_abreast(const KernelTable& table) const {
    using namespace cairn::kernels;
    Answers a = nothing();
    const AbreastOps<T>& ops = abreast_ops<T>(table);
    abreast_forward(ops, s, x.data(), w.data(), biased ? bias.data() : nullptr, relu,
                    a.y.data());
    abreast_input_gradient(ops, s, dy.data(), w.data(), a.dx.data());
    abreast_weight_gradient(ops, s, x.data(), dy.data(), a.dw.data());
    return a;
  }

  // "" where all is right. Every addition rounds a partial sum, whose size grows with
  // the root of the number of terms before it: errors grow with the number of terms.
  std::string fault(Isa isa) const {
    const Using plain(ConvAlgorithm::direct);
    return fault(run(cairn::kernels::kernels_for(isa)));
  }
  std::string fault(const Answers& a) const {
    const double unit = std::numeric_limits<T>::epsilon();
    const auto bound = [&](std::int64_t terms) { return unit * (16 + 2 * terms); };
    const double forward = bound(s.filter_size());
    const double backward = bound(s.taps() * s.group_out());
    const double weights = bound(s.n * s.oh * s.ow);
    return difference("y", a.y, y, forward) + difference("dx", a.dx, dx, backward) +
           difference("dw", a.dw, dw, weights);
  }

 private:
  std::string difference(const char* name, const std::vector<T>& got,
                         const std::vector<T>& wanted, double bound) const {
    for (std::size_t i = 0; i < got.size(); ++i) {
      const double error = std::abs(static_cast<double>(got[i]) - wanted[i]);
      if (error <= bound * (1 + std::abs(static_cast<double>(wanted[i])))) continue;
      std::ostringstream out;
      out << text(s) << ": " << name << " at " << i << " is " << got[i] << ", not "
          << wanted[i] << "; ";
      return out.str();
    }
    return "";
  }
};

std::vector<Isa> tiers() {
  std::vector<Isa> result;
  for (const Isa isa : {Isa::scalar, Isa::avx2, Isa::avx512}) {
    if (cairn::kernels::cpu_supports(isa)) result.push_back(isa);
  }
  return result;
}

// Fails with the first result that is wrong, on the first tier that has one.
template <class T>
void check_every_tier(const Problem<T>& problem) {
  for (const Isa isa : tiers()) {
    const std::string fault = problem.fault(isa);
    if (!fault.empty()) FAIL(cairn::isa_name(isa) << ": " << fault);
  }
}

template <class T>
void check_random_shapes(unsigned seed, int count, std::int64_t channels,
                         std::int64_t extra) {
  Random random(seed);
  for (int i = 0; i < count; ++i) {
    check_every_tier(Problem<T>(random_shape(random, channels, extra), random));
  }
  SUCCEED(count << " shapes agree");
}

/// 1000 shapes every day; a hundred thousand where CAIRN_LONG_TESTS is set.
int shapes_to_try() { return std::getenv("CAIRN_LONG_TESTS") ? 50000 : 500; }

ConvShape square(std::int64_t n, std::int64_t size, std::int64_t in, std::int64_t out,
                 std::int64_t kernel, std::int64_t stride, std::int64_t padding) {
  ConvShape s{};
  s.n = n, s.height = s.width = size, s.channels = in, s.out = out, s.groups = 1;
  s.kh = s.kw = kernel;
  s.oh = s.ow = (size + 2 * padding - kernel) / stride + 1;
  for (int d = 0; d < 2; ++d) {
    s.stride[d] = stride, s.padding[d] = padding, s.dilation[d] = 1;
  }
  return s;
}

}  // namespace

TEST_CASE("conv: random small shapes in f32", "[conv]") {
  check_random_shapes<float>(1, shapes_to_try(), 12, 9);
}

TEST_CASE("conv: random small shapes in f64", "[conv]") {
  check_random_shapes<double>(2, shapes_to_try(), 12, 9);
}

// The last lanes of a group are empty for most of these numbers of images.
TEST_CASE("conv: images abreast", "[conv]") {
  Random random(9);
  const auto check = [&](auto zero, const ConvShape& s) {
    const Problem<decltype(zero)> problem(s, random);
    for (const Isa isa : tiers()) {
      const auto answers = problem.run_abreast(cairn::kernels::kernels_for(isa));
      const std::string fault = problem.fault(answers);
      if (!fault.empty()) FAIL(cairn::isa_name(isa) << ": " << fault);
    }
  };
  const int count = shapes_to_try() / 5;
  for (int i = 0; i < count; ++i) {
    ConvShape s = random_shape(random, 8, 12);
    s.groups = 1;
    s.n = random.pick(1, 19);
    check(0.0F, s);
    if (i % 2 == 0) check(0.0, s);
  }
  // As the networks have them, and images that are cut into blocks of rows.
  for (const ConvShape& s :
       {square(17, 28, 1, 6, 5, 1, 2), square(16, 14, 6, 16, 5, 1, 0),
        square(9, 60, 3, 29, 7, 2, 3), square(8, 120, 1, 6, 3, 1, 1)}) {
    check(0.0F, s);
  }
  SUCCEED(count << " shapes agree");
}

// First layers: a row of taps is one short stretch, of every length up to the longest
// that counts as short, and results are of one to nine vectors, full or not. A batch of
// one keeps the other ways out, and tiles end anywhere in their rows.
TEST_CASE("conv: images of few channels", "[conv]") {
  Random random(11);
  const auto check = [&](auto zero, std::int64_t channels, std::int64_t columns) {
    ConvShape s{};
    s.n = random.pick(1, 2), s.groups = 1;
    s.channels = channels, s.kw = columns, s.kh = random.pick(1, 4);
    s.out = random.pick(1, 70);
    for (int d = 0; d < 2; ++d) {
      s.stride[d] = random.pick(1, 2), s.dilation[d] = 1;
      s.padding[d] = random.pick(0, 3);
    }
    const ConvShape sizes = sized(s, random.pick(0, 9), random.pick(0, 13));
    check_every_tier(Problem<decltype(zero)>(sizes, random));
  };
  for (std::int64_t channels = 1; channels <= 9; ++channels) {
    for (std::int64_t columns = 1; columns * channels <= 33; ++columns) {
      check(0.0F, channels, columns);
      check(0.0, channels, columns);
    }
  }
  SUCCEED("all agree");
}

TEST_CASE("conv: random shapes of many channels", "[conv]") {
  check_random_shapes<float>(3, 12, 70, 12);
  check_random_shapes<double>(4, 8, 70, 12);
}

// Rows long enough for tiles of every width, filters that have kernels of their own and
// others.
TEST_CASE("conv: random depthwise shapes", "[conv]") {
  Random random(9);
  for (int i = 0; i < 2 * shapes_to_try() / 5; ++i) {
    ConvShape s{};
    s.n = random.pick(1, 2);
    s.groups = s.channels = s.out = random.pick(2, random.one_in(4) ? 70 : 20);
    s.kh = random.pick(1, 6), s.kw = random.pick(1, 6);
    for (int d = 0; d < 2; ++d) {
      s.stride[d] = random.pick(1, 3);
      s.dilation[d] = random.one_in(4) ? 2 : 1;
      s.padding[d] = random.pick(0, 3);
    }
    s = sized(s, random.pick(0, 12), random.pick(0, 40));
    check_every_tier(Problem<float>(s, random));
    check_every_tier(Problem<double>(s, random));
  }
  SUCCEED("all agree");
}

// Batches and filters for which tiles take one pixel of several images.
TEST_CASE("conv: random batches of many images", "[conv]") {
  Random random(10);
  for (int i = 0; i < shapes_to_try() / 20; ++i) {
    ConvShape s{};
    s.n = 6 * random.pick(1, 2) - random.pick(0, 1);
    s.groups = random.one_in(4) ? 2 : 1;
    s.channels = s.groups * random.pick(16, 30);
    s.out = s.groups * random.pick(1, 30);
    s.kh = random.pick(3, 5), s.kw = random.pick(3, 6);
    for (int d = 0; d < 2; ++d) {
      s.stride[d] = random.one_in(3) ? 2 : 1;
      s.dilation[d] = random.one_in(4) ? 2 : 1;
      s.padding[d] = random.pick(0, 5);
    }
    s = sized(s, random.pick(0, 4), random.pick(0, 4));
    check_every_tier(Problem<float>(s, random));
    check_every_tier(Problem<double>(s, random));
  }
  SUCCEED("all agree");
}

// Blocks of rows, of images and of pixels, and parts of the sum over them.
TEST_CASE("conv: images that are cut into blocks", "[conv]") {
  Random random(5);
  for (const ConvShape& s :
       {square(5, 40, 3, 17, 3, 1, 1), square(23, 5, 20, 33, 3, 1, 1),
        square(2, 37, 33, 20, 1, 1, 0), square(3, 31, 5, 7, 7, 2, 3)}) {
    const Problem<float> problem(s, random);
    for (const Isa isa : tiers()) CHECK(problem.fault(isa) == "");
  }
}

TEST_CASE("conv: results do not depend on the number of threads", "[conv]") {
  const Using plain(ConvAlgorithm::direct);
  const int before = cairn::num_threads();
  Random random(6);
  for (const ConvShape& s :
       {square(6, 28, 1, 32, 5, 1, 2), square(32, 28, 1, 6, 5, 1, 2),
        square(48, 14, 6, 16, 5, 1, 0), square(9, 14, 40, 70, 3, 1, 1),
        square(4, 30, 16, 20, 3, 2, 1), square(3, 40, 24, 48, 1, 1, 0),
        square(12, 9, 24, 36, 5, 1, 2)}) {
    INFO(text(s));
    const Problem<float> problem(s, random);
    cairn::set_num_threads(1);
    const auto one = problem.run(cairn::kernels::kernels());
    for (const int threads : {2, 3, 7}) {
      cairn::set_num_threads(threads);
      const auto many = problem.run(cairn::kernels::kernels());
      CHECK(many.y == one.y);
      CHECK(many.dx == one.dx);
      CHECK(many.dw == one.dw);
    }
  }
  cairn::set_num_threads(before);
}

// Winograd rounds otherwise, so that results which agree to the last bit were computed
// in the same way.
TEST_CASE("conv: Winograd's way is taken where it pays or is asked for", "[conv]") {
  Random random(8);
  const auto y_by = [](const Problem<float>& p, ConvAlgorithm algorithm) {
    const Using chosen(algorithm);
    return p.run(cairn::kernels::kernels());
  };
  const Problem<float> large(square(2, 24, 32, 32, 3, 1, 1), random);
  const Problem<float> small(square(2, 12, 3, 5, 3, 1, 1), random);
  const Problem<float> strided(square(2, 24, 32, 32, 3, 2, 1), random);
  for (const Problem<float>* p : {&large, &small, &strided}) {
    const auto direct = y_by(*p, ConvAlgorithm::direct);
    const auto winograd = y_by(*p, ConvAlgorithm::winograd);
    const auto automatic = y_by(*p, ConvAlgorithm::automatic);
    INFO(text(p->s));
    CHECK((direct.y == winograd.y) == (p == &strided));
    CHECK((direct.dx == winograd.dx) == (p == &strided));
    CHECK((direct.dw == winograd.dw) == (p == &strided));
    const auto& expected = p == &large ? winograd : direct;
    CHECK(automatic.y == expected.y);
    CHECK(automatic.dx == expected.dx);
    CHECK(automatic.dw == expected.dw);
  }
}

// Images that hold NaN must not reach others, nor may ReLU hide it.
TEST_CASE("conv: NaN stays where it belongs and passes ReLU", "[conv]") {
  Random random(7);
  const ConvShape s = square(3, 6, 4, 5, 3, 1, 1);
  Problem<float> problem(s, random);
  problem.relu = true;
  const Using plain(ConvAlgorithm::direct);
  const std::size_t image = problem.x.size() / 3, result = problem.y.size() / 3;
  problem.x[image + (2 * 6 + 3) * 4 + 1] = std::numeric_limits<float>::quiet_NaN();
  for (const Isa isa : tiers()) {
    const auto a = problem.run(cairn::kernels::kernels_for(isa));
    const auto nans = [&](std::size_t n) {
      return std::count_if(a.y.begin() + static_cast<std::ptrdiff_t>(n * result),
                           a.y.begin() + static_cast<std::ptrdiff_t>((n + 1) * result),
                           [](float v) { return std::isnan(v); });
    };
    CHECK(nans(0) == 0);
    CHECK(nans(1) == 9 * 5);
    CHECK(nans(2) == 0);
  }
}
