// Convolution against its definition, all three passes, on every tier that this machine
// has.
#include <algorithm>
#include <cmath>
#include <cstdlib>
#include <limits>
#include <vector>

#include <cairn/core/parallel.h>

#include "tests/catch.h"
#include "tests/kernels/conv_problem.h"

namespace {

using namespace conv_test;

// Fails with the first result that is wrong, on the first tier that has one.
template <class T>
void check_every_tier(const Problem<T>& problem) {
  for (const Isa isa : tiers()) {
    const std::string fault = problem.fault(isa);
    if (!fault.empty()) FAIL(cairn::isa_name(isa) << ": " << fault);
  }
}

void check_both_types(const ConvShape& s, Random& random) {
  check_every_tier(Problem<float>(s, random));
  check_every_tier(Problem<double>(s, random));
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
    s.kh = random.pick(1, 6), s.kw = random.pick(1, 7);
    s = windowed(s, random, 3, 3);
    check_both_types(sized(s, random.pick(0, 12), random.pick(0, 40)), random);
  }
  SUCCEED("all agree");
}

// Pixels so far apart that all of them fall into a few sets of a cache are copied; images
// that exceed the L2 many times are asked for ahead.
TEST_CASE("conv: depthwise filters of many channels", "[conv]") {
  Random random(11);
  for (ConvShape s :
       {square(2, 9, 256, 256, 5, 1, 2), square(1, 15, 512, 512, 7, 2, 3),
        square(1, 8, 1024, 1024, 3, 1, 1), square(3, 10, 260, 260, 7, 1, 3),
        square(9, 20, 256, 256, 3, 1, 1)}) {
    s.groups = s.channels;
    check_both_types(s, random);
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
    s = windowed(s, random, 2, 5);
    check_both_types(sized(s, random.pick(0, 4), random.pick(0, 4)), random);
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
        square(12, 9, 24, 36, 5, 1, 2), square(1, 14, 64, 96, 3, 2, 1),
        square(2, 9, 70, 128, 3, 1, 1), square(3, 14, 48, 64, 1, 2, 0),
        square(40, 14, 16, 48, 1, 1, 0)}) {
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
