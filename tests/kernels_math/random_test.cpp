// The random numbers of every tier against the published ones and the generator's own.
#include <cairn/core/random.h>

#include "tests/kernels_math/tiers.h"

namespace {

/// Philox 4x32-10 as the paper has it, one block at a time.
void philox(std::uint32_t counter[4], std::uint32_t key0, std::uint32_t key1) {
  for (int round = 0; round < 10; ++round) {
    const std::uint64_t a = std::uint64_t{0xd2511f53u} * counter[0];
    const std::uint64_t b = std::uint64_t{0xcd9e8d57u} * counter[2];
    const std::uint32_t next[4] = {
        static_cast<std::uint32_t>(b >> 32) ^ counter[1] ^ key0,
        static_cast<std::uint32_t>(b),
        static_cast<std::uint32_t>(a >> 32) ^ counter[3] ^ key1,
        static_cast<std::uint32_t>(a)};
    for (int i = 0; i < 4; ++i) counter[i] = next[i];
    key0 += 0x9e3779b9u;
    key1 += 0xbb67ae85u;
  }
}

std::uint32_t number(std::int64_t i, std::uint64_t seed, std::uint64_t stream,
                     std::uint64_t first) {
  const std::uint64_t block = first + static_cast<std::uint64_t>(i) / 4;
  std::uint32_t counter[4] = {
      static_cast<std::uint32_t>(block), static_cast<std::uint32_t>(block >> 32),
      static_cast<std::uint32_t>(stream), static_cast<std::uint32_t>(stream >> 32)};
  philox(counter, static_cast<std::uint32_t>(seed),
         static_cast<std::uint32_t>(seed >> 32));
  return counter[i % 4];
}

constexpr std::uint64_t kSeed = 0x0123456789abcdefu, kStream = 0xfedcba9876543210u;

}  // namespace

TEST_CASE("random numbers are the published ones of Philox", "[kernels]") {
  // The known answers that come with the authors' library Random123.
  struct Known {
    std::uint64_t block, stream, seed;
    std::uint32_t answer[4];
  };
  const Known known[] = {
      {0, 0, 0, {0x6627e8d5u, 0xe169c58du, 0xbc57ac4cu, 0x9b00dbd8u}},
      {~0ull, ~0ull, ~0ull, {0x408f276du, 0x41c83b0eu, 0xa20bc7c6u, 0x6d5451fdu}},
      {0x85a308d3243f6a88u,
       0x0370734413198a2eu,
       0x299f31d0a4093822u,
       {0xd16cfe09u, 0x94fdcceb, 0x5001e420u, 0x24126ea1u}}};
  for (const Tier& tier : tiers()) {
    INFO(tier.name);
    for (const Known& k : known) {
      std::uint32_t out[4] = {};
      tier.math->random_bits(out, 4, k.seed, k.stream, k.block);
      for (int i = 0; i < 4; ++i) CHECK(out[i] == k.answer[i]);
    }
  }
}

TEST_CASE("random numbers are those of the generator", "[kernels]") {
  const cairn::Generator generator(kSeed, kStream);
  for (const Tier& tier : tiers()) {
    INFO(tier.name);
    std::uint32_t out[400], block[4];
    tier.math->random_bits(out, 400, kSeed, kStream, 7);
    for (std::uint64_t b = 0; b < 100; ++b) {
      generator.block(7 + b, block);
      for (std::uint64_t i = 0; i < 4; ++i) REQUIRE(out[4 * b + i] == block[i]);
    }
  }
}

TEST_CASE("random numbers of any length in every tier", "[kernels]") {
  constexpr float kScale = 1.25f, kKeep = 0.8f;
  // The second start makes the counter carry from one 32-bit word to the next.
  for (std::uint64_t first : {std::uint64_t{0}, std::uint64_t{0xfffffffd}}) {
    for (const Tier& tier : tiers()) {
      for (std::int64_t n : lengths()) {
        for (int offset : {0, 1}) {
          INFO(tier.name << " n = " << n << " first = " << first);
          Guarded uniform(n, offset), mask(n, offset);
          std::vector<std::uint32_t> bits(static_cast<std::size_t>(n) + 1, 77u);
          tier.math->random_bits(bits.data(), n, kSeed, kStream, first);
          tier.math->random_uniform(uniform.data(), n, kSeed, kStream, first);
          tier.math->random_mask(mask.data(), n, kKeep, kScale, kSeed, kStream, first);
          REQUIRE(bits.back() == 77u);
          REQUIRE((uniform.intact() && mask.intact()));
          for (std::int64_t i = 0; i < n; ++i) {
            const std::uint32_t want = number(i, kSeed, kStream, first);
            const float u = static_cast<float>(want >> 8) * 0x1p-24f;
            REQUIRE(bits[static_cast<std::size_t>(i)] == want);
            REQUIRE(uniform[i] == u);
            REQUIRE(mask[i] == (u < kKeep ? kScale : 0.0f));
          }
        }
      }
    }
  }
}

TEST_CASE("dropout masks keep the share they are told to", "[kernels]") {
  constexpr std::int64_t kCount = 100'000;
  for (const Tier& tier : tiers()) {
    for (float keep : {0.0f, 0.25f, 0.9f, 1.0f}) {
      INFO(tier.name << " keep = " << keep);
      std::vector<float> mask(kCount);
      tier.math->random_mask(mask.data(), kCount, keep, 1.0f, 1, 2, 3);
      const double share = tier.math->sum(mask.data(), kCount) / double{kCount};
      CHECK(share == Approx(keep).margin(keep == 0.0f || keep == 1.0f ? 0.0 : 0.006));
    }
  }
}
