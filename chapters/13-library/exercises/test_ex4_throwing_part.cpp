#include <atomic>
#include <stdexcept>

#include "ex4_throwing_part.h"
#include "tests/catch.h"

using namespace ch13;

TEST_CASE("one part fails and the others end and the caller hears of it") {
  workers().resize(3);
  for (std::size_t bad : {0, 3, 7}) {
    std::atomic<int> ended{0};
    const auto part = [&](std::size_t i) {
      if (i == bad) throw std::runtime_error("part");
      ++ended;
    };
    REQUIRE_THROWS_AS(run_safely(8, part), std::runtime_error);
    CHECK(ended == 7);
  }
  std::atomic<int> ended{0};
  run_safely(8, [&](std::size_t) { ++ended; });
  CHECK(ended == 8);
}
