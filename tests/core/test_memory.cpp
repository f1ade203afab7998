#include <cairn/cairn.h>

#include <cstdint>
#include <new>
#include <vector>

#include "tests/catch.h"
#include "tests/error_text.h"

namespace cairn {
namespace {

TEST_CASE("blocks are aligned do not overlap and are used again") {
  std::vector<std::pair<char*, std::size_t>> blocks;
  for (std::size_t bytes : {1, 63, 64, 65, 100, 4096, 5000, 1 << 20}) {
    char* const block = static_cast<char*>(detail::pool_allocate(bytes));
    CHECK(reinterpret_cast<std::uintptr_t>(block) % 64 == 0);
    for (std::size_t i = 0; i < bytes; ++i) block[i] = static_cast<char>(blocks.size());
    blocks.emplace_back(block, bytes);
  }
  for (std::size_t k = 0; k < blocks.size(); ++k) {
    for (std::size_t i = 0; i < blocks[k].second; i += 61) {
      REQUIRE(blocks[k].first[i] == static_cast<char>(k));
    }
  }
  for (const auto& [block, bytes] : blocks) detail::pool_deallocate(block, bytes);
  const std::int64_t before = memory_stats().system_allocations;
  for (const auto& [block, bytes] : blocks) {
    detail::pool_deallocate(detail::pool_allocate(bytes), bytes);
  }
  CHECK(memory_stats().system_allocations == before);
}

TEST_CASE("the counters count") {
  const MemoryStats before = memory_stats();
  {
    const Tensor t = zeros({1000, 1000});
    CHECK(memory_stats().live_bytes >= before.live_bytes + 4'000'000);
  }
  CHECK(memory_stats().live_bytes == before.live_bytes);
  release_cached_memory();
  CHECK(memory_stats().cached_bytes == 0);
}

TEST_CASE("a request beyond all memory is an exception and changes nothing") {
  const MemoryStats before = memory_stats();
  CHECK_THROWS_AS(detail::pool_allocate(std::size_t{1} << 60), std::bad_alloc);
  CHECK_ERROR(MemoryError, zeros({1LL << 58}), "GB, which the system does not give");
  CHECK_ERROR(MemoryError, zeros({1LL << 40, 32}),
              "a tensor of shape (1099511627776, 32) and dtype f32 takes");
  // 2⁶⁴ bytes and a little more, which are a little modulo 2⁶⁴.
  CHECK_ERROR(MemoryError, zeros({1LL << 61}, f64), "is one of the sizes wrong?");
  CHECK_ERROR(MemoryError, empty({(1LL << 61) + 1}, i64), "is one of the sizes wrong?");
  CHECK(memory_stats().live_bytes == before.live_bytes);
}

}  // namespace
}  // namespace cairn
