// Chapter 13: views, the pool, the workers, the tape, and what is saved.
#include <array>
#include <atomic>
#include <cmath>
#include <cstdint>
#include <set>
#include <stdexcept>
#include <string>
#include <vector>

#include "13-library/hand.h"
#include "13-library/registry.h"
#include "13-library/rounding.h"
#include "13-library/state.h"
#include "tests/catch.h"

using namespace ch13;

namespace {

Tensor tensor_of(const ch01::Matrix& m) { return {{m.rows, m.cols}, m.values}; }

ch01::Matrix normal(std::size_t rows, std::size_t cols, Random& random) {
  ch01::Matrix m(rows, cols);
  for (double& v : m.values) v = random.normal();
  return m;
}

Mlp small_network(Random& random) {
  return Mlp(tensor_of(normal(5, 7, random)), tensor_of(normal(3, 5, random)));
}

void step(const Mlp& network, const Tensor& x, const std::vector<int>& labels) {
  network.zero_gradients();
  backward(softmax_cross_entropy(network(x), labels));
  descend(network, 0.1);
}

}  // namespace

TEST_CASE("views as on paper") {
  const Hand hand;
  CHECK(numbers(hand.turned) == Flat{1, 4, 2, 5, 3, 6});
  CHECK(hand.turned.strides == Strides{1, 3});
  CHECK(numbers(hand.column) == Flat{2, 5});
  CHECK(hand.column.offset == 1);
  CHECK(numbers(hand.wide) == Flat{2, 2, 2, 5, 5, 5});
  CHECK(numbers(hand.part) == Flat{2, 5, 3, 6});
  CHECK(hand.part.storage == hand.x.storage);
}

TEST_CASE("views see the same numbers") {
  Random random(1);
  const Tensor x = some({4, 5}, random).value;
  const Tensor part = slice(slice(x, 0, 1, 4), 1, 2, 4);  // rows 1 to 3, columns 2, 3
  for (std::size_t i = 0; i < 3; ++i) {
    for (std::size_t j = 0; j < 2; ++j) CHECK(part(i, j) == x(1 + i, 2 + j));
  }
  transpose(part)(1, 2) = 77;
  CHECK(x(3, 3) == 77);
  REQUIRE_THROWS_AS(slice(x, 0, 2, 5), std::invalid_argument);
}

TEST_CASE("a reshape is a view where the numbers lie in order") {
  Random random(1);
  const Tensor x = some({4, 6}, random).value;
  CHECK(reshape(x, {2, 12}).storage == x.storage);
  const Tensor turned = reshape(transpose(x), {24});
  CHECK(turned.storage != x.storage);
  CHECK(numbers(turned) == numbers(transpose(x)));
  REQUIRE_THROWS_AS(reshape(x, {5, 5}), std::invalid_argument);
}

TEST_CASE("shapes are matched from the last axis") {
  CHECK(broadcast("+", {2, 1, 5}, {3, 1}) == Shape{2, 3, 5});
  CHECK(broadcast("+", {}, {3, 1}) == Shape{3, 1});
  try {
    broadcast("+", {2, 3}, {2});
    FAIL("these do not fit");
  } catch (const std::invalid_argument& error) {
    CHECK(std::string(error.what()) == "+: shapes [2, 3] and [2] do not fit");
  }
}

TEST_CASE("what was stretched is summed") {
  const Tensor slopes({2, 3}, {1, 2, 3, 4, 5, 6});
  CHECK(numbers(sum_to(slopes, {2, 1})) == Flat{6, 15});
  CHECK(numbers(sum_to(slopes, {3})) == Flat{5, 7, 9});
  CHECK(numbers(sum_to(slopes, {})) == Flat{21});
}

TEST_CASE("loops agree with single numbers for all kinds of views") {
  Random random(1);
  const Tensor x = some({6, 7}, random).value, row = some({7}, random).value;
  const Tensor y = add(transpose(x), expand(reshape(row, {7, 1}), {7, 6}));
  for (std::size_t i = 0; i < 7; ++i) {
    for (std::size_t j = 0; j < 6; ++j) CHECK(y(i, j) == x(j, i) + row.data()[i]);
  }
}

TEST_CASE("products of views are those of the definition") {
  Random random(1);
  for (const auto& [m, k, n] : std::vector<std::array<std::size_t, 3>>{
           {1, 1, 1}, {3, 5, 7}, {17, 31, 129}, {200, 65, 190}, {8, 0, 3}}) {
    const auto a = normal(k, m, random), b = normal(n, k, random);
    const auto c = ch01::multiply(ch01::transpose(a), ch01::transpose(b));
    const Tensor y = multiply(transpose(tensor_of(a)), transpose(tensor_of(b)));
    const Flat ours = numbers(y);
    for (std::size_t i = 0; i < ours.size(); ++i) {
      REQUIRE(ours[i] == Approx(c.values[i]).margin(1e-12));
    }
  }
}

TEST_CASE("every operation passes the check") {
  Random random(13);
  for (const Case& c : all_operations(random)) {
    INFO(c.name);
    const auto f = [&] { return c.f(c.x); };
    CHECK(check(c.x, f, random).passed());
  }
}

TEST_CASE("and with a pool that poisons what it gets back") {
  Random random(13);
  pool().poison = true;
  for (const Case& c : all_operations(random)) {
    INFO(c.name);
    const auto f = [&] { return c.f(c.x); };
    CHECK(check(c.x, f, random).passed());
  }
  pool().poison = false;
}

TEST_CASE("sizes are rounded up and waste little") {
  std::size_t before = 0;
  for (std::size_t n = 1; n < 5000; ++n) {
    const std::size_t size = size_class(n);
    REQUIRE(size >= n);
    REQUIRE(size >= before);
    REQUIRE(size % 8 == 0);
    REQUIRE(size <= n + n / 4 + 8);
    before = size;
  }
}

TEST_CASE("no block is handed out twice") {
  { const Tensor gone({50}, 0.0); }
  std::set<double*> blocks;
  std::vector<Tensor> held;
  for (int i = 0; i < 20; ++i) {
    held.emplace_back(Shape{50}, 0.0);
    CHECK(reinterpret_cast<std::uintptr_t>(held.back().data()) % kLine == 0);
    blocks.insert(held.back().data());
  }
  CHECK(blocks.size() == 20);
}

TEST_CASE("after the second step a training step asks the system for nothing") {
  Random random(1);
  const Mlp network = small_network(random);
  const Tensor x = tensor_of(normal(4, 7, random));
  for (int s = 0; s < 2; ++s) step(network, x, {0, 2, 1, 1});
  const std::size_t fresh = pool().from_system, live = pool().live;
  for (int s = 0; s < 5; ++s) step(network, x, {0, 2, 1, 1});
  CHECK(pool().from_system == fresh);
  CHECK(pool().live == live);
}

TEST_CASE("every part is done once") {
  workers().resize(3);
  for (std::size_t parts : {1, 2, 7, 16}) {
    for (int again = 0; again < 200; ++again) {
      std::vector<std::atomic<int>> done(parts);
      workers().run(parts, [&](std::size_t i) { ++done[i]; });
      for (const auto& d : done) REQUIRE(d == 1);
    }
  }
  std::atomic<int> inner{0};
  const auto two_more = [&](std::size_t) {
    workers().run(2, [&](std::size_t) { ++inner; });
  };
  workers().run(4, two_more);
  CHECK(inner == 8);
}

TEST_CASE("results do not depend on the number of threads") {
  Random random(1);
  const Tensor x = some({300, 200}, random).value;
  Flat sums, products;
  for (std::size_t threads : {1, 2, 3, 5}) {
    workers().resize(threads);
    const Flat now = numbers(multiply(x, transpose(x)));
    if (products.empty()) products = now;
    CHECK(now == products);
    sums.push_back(sum_of(x));
    CHECK(sums.back() == sums.front());
  }
  const Flat all = numbers(x);
  CHECK(sum_by_threads(all, 2) != sum_by_threads(all, 3));
}

TEST_CASE("a value changed in place is noticed") {
  Random random(1);
  const Variable x = some({3, 4}, random);
  const Variable h = tanh(x), y = sum(h);
  add_to(slice(h.value, 0, 1, 2), slice(h.value, 0, 0, 1));  // through a view
  REQUIRE_THROWS_AS(backward(y), std::logic_error);
}

TEST_CASE("the walk back frees what it has used") {
  Random random(1);
  const Variable x = some({30, 40}, random);
  const Variable y = sum(tanh(tanh(tanh(x))));
  const std::size_t before = pool().live;
  backward(y);
  // Three results are gone, and a gradient of the same size has come.
  CHECK(pool().live + 2 * size_class(1200) == before);
  REQUIRE_THROWS_AS(backward(y), std::logic_error);
  CHECK(x.gradient().size() == 1200);
}

TEST_CASE("gradients add up until they are set to nothing") {
  const Variable x = parameter(Tensor({}, 3.0));
  backward(x * x);
  backward(x * x);
  CHECK(number(x.gradient()) == 12);
}

TEST_CASE("a long chain is walked and destroyed without recursion") {
  const Variable x = parameter(Tensor({}, 1.0));
  Variable y = x;
  for (int i = 0; i < 300000; ++i) y = y * 1.0;
  y = Variable();  // dies without a walk
  for (int i = 0; i < 300000; ++i) y = i == 0 ? x * 1.0 : y * 1.0;
  backward(y);
  CHECK(number(x.gradient()) == 1);
}

TEST_CASE("parameters have names and are shared by copies") {
  Random random(1);
  const Mlp network = small_network(random), copy = network;
  std::vector<std::string> names;
  for (const auto& [name, p] : network.parameters()) names.push_back(name);
  CHECK(names == std::vector<std::string>{"hidden.weight", "hidden.bias", "out.weight",
                                          "out.bias"});
  const Tensor x = tensor_of(normal(4, 7, random));
  step(copy, x, {0, 2, 1, 1});
  CHECK(numbers(network(x).value) == numbers(copy(x).value));
}

TEST_CASE("a network comes back from a file as it was") {
  Random random(1);
  const Mlp network = small_network(random), other = small_network(random);
  const Tensor x = tensor_of(normal(4, 7, random));
  CHECK(numbers(network(x).value) != numbers(other(x).value));
  read(other, write(network));
  CHECK(numbers(network(x).value) == numbers(other(x).value));
}

TEST_CASE("a damaged file is refused") {
  Random random(1);
  const Mlp network = small_network(random);
  const std::string bytes = write(network);
  const Flat before = values(parameters_of(network));
  for (std::size_t i = 0; i < bytes.size(); i += 3) {
    std::string damaged = bytes;
    damaged[i] ^= 4;
    REQUIRE_THROWS_AS(read(network, damaged), std::runtime_error);
    REQUIRE_THROWS_AS(read(network, bytes.substr(0, i)), std::runtime_error);
  }
  CHECK(values(parameters_of(network)) == before);
  const Mlp larger(Tensor({6, 7}, 0.0), Tensor({3, 6}, 0.0));
  REQUIRE_THROWS_AS(read(larger, bytes), std::invalid_argument);
}
