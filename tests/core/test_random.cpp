#include <cairn/cairn.h>

#include <algorithm>
#include <cmath>
#include <set>

#include "tests/catch.h"
#include "tests/error_text.h"

namespace cairn {
namespace {

// Known answers of Random123's test vectors for philox4x32-10: counter and key all
// zero, and all ones.
TEST_CASE("the generator is Philox 4x32-10") {
  std::uint32_t block[4];
  Generator(0, 0).block(0, block);
  CHECK(std::vector<std::uint32_t>(block, block + 4) ==
        std::vector<std::uint32_t>{0x6627e8d5, 0xe169c58d, 0xbc57ac4c, 0x9b00dbd8});
  Generator(~0ULL, ~0ULL).block(~0ULL, block);
  CHECK(std::vector<std::uint32_t>(block, block + 4) ==
        std::vector<std::uint32_t>{0x408f276d, 0x41c83b0e, 0xa20bc7c6, 0x6d5451fd});
}

TEST_CASE("the same seed gives the same numbers and another seed others") {
  manual_seed(3);
  const std::vector<float> a = randn({100}).to_vector<float>();
  const std::vector<float> later = randn({100}).to_vector<float>();
  manual_seed(3);
  CHECK(randn({100}).to_vector<float>() == a);
  CHECK(a != later);
  manual_seed(4);
  CHECK(randn({100}).to_vector<float>() != a);
}

TEST_CASE("state can be taken up again") {
  Generator g(9, 2);
  g.uniform();
  Generator resumed;
  resumed.set_state(g.seed(), g.stream(), g.position());
  CHECK(resumed.next() == g.next());
  CHECK(Generator(9).fork(0).next() != Generator(9).fork(1).next());
  CHECK(Generator(9).fork(5).next() == Generator(9).fork(5).next());
}

TEST_CASE("results do not depend on the number of threads") {
  const int before = num_threads();
  Generator one(1), many(1);
  set_num_threads(1);
  const auto serial = randn({100003}, one).to_vector<float>();
  set_num_threads(4);
  CHECK(randn({100003}, many).to_vector<float>() == serial);
  set_num_threads(before);
}

struct Moments {
  double mean, variance, low, high;
};

Moments moments(const Tensor& t) {
  const std::vector<double> x = t.to(f64).to_vector<double>();
  Moments m{0, 0, x[0], x[0]};
  for (const double v : x) {
    m.mean += v / static_cast<double>(x.size());
    m.low = std::min(m.low, v), m.high = std::max(m.high, v);
  }
  for (const double v : x) {
    m.variance += (v - m.mean) * (v - m.mean) / static_cast<double>(x.size());
  }
  return m;
}

// Bounds are five standard errors wide: n = 200,000 numbers.
TEST_CASE("distributions have the moments they should") {
  Generator g(11);
  for (const DType dtype : {f32, f64}) {
    const Moments u = moments(rand({200000}, g, dtype));
    CHECK(std::abs(u.mean - 0.5) < 0.0033);
    CHECK(std::abs(u.variance - 1.0 / 12) < 0.001);
    CHECK((u.low >= 0 && u.high < 1));
    const Moments n = moments(randn({200000}, g, dtype));
    CHECK(std::abs(n.mean) < 0.0112);
    CHECK(std::abs(n.variance - 1) < 0.016);
    CHECK(n.high > 4);
    const Moments b = moments(bernoulli({200000}, 0.3, g, dtype));
    CHECK(std::abs(b.mean - 0.3) < 0.0052);
    CHECK((b.low == 0 && b.high == 1));
  }
}

TEST_CASE("below is even and permutations are permutations") {
  Generator g(5);
  std::vector<int> counts(7, 0);
  for (int i = 0; i < 70000; ++i) ++counts[static_cast<std::size_t>(g.below(7))];
  for (const int count : counts) CHECK(std::abs(count - 10000) < 470);  // five sigma
  std::vector<std::int64_t> p = randperm(1000, g).to_vector<std::int64_t>();
  CHECK_FALSE(std::is_sorted(p.begin(), p.end()));
  std::sort(p.begin(), p.end());
  CHECK(p == arange(0, 1000, 1, i64).to_vector<std::int64_t>());
  const auto draws = randint(-2, 3, {500}, g).to_vector<std::int64_t>();
  CHECK(std::set<std::int64_t>(draws.begin(), draws.end()) ==
        std::set<std::int64_t>{-2, -1, 0, 1, 2});
}

TEST_CASE("random numbers that cannot be are refused") {
  CHECK_ERROR(ValueError, bernoulli({2}, 1.5), "p is 1.5; a probability lies between");
  CHECK_ERROR(ValueError, randint(3, 3, {1}), "no integer from 3 up to");
  CHECK_ERROR(DTypeError, randn({2}, i64), "randn works on real numbers");
}

}  // namespace
}  // namespace cairn
