// The tiers this machine can run, and helpers for trying kernels on awkward arrays.
#pragma once

#include <cstdint>
#include <cstring>
#include <string>
#include <vector>

#include <cairn/kernels/table.h>

#include "tests/catch.h"

struct Tier {
  std::string name;
  const cairn::kernels::MathKernels* math;
};

inline std::vector<Tier> tiers() {
  std::vector<Tier> list;
  for (cairn::Isa isa : {cairn::Isa::scalar, cairn::Isa::avx2, cairn::Isa::avx512}) {
    if (cairn::kernels::cpu_supports(isa)) {
      list.push_back({cairn::isa_name(isa), cairn::kernels::kernels_for(isa).math});
    }
  }
  return list;
}

/// Lengths around the vectors' widths, their multiples, and the blocks of the sums.
inline const std::vector<std::int64_t>& lengths() {
  static const std::vector<std::int64_t> all = {0,  1,  2,  7,  8,  9,   15,   16,  17,
                                                31, 33, 63, 64, 65, 127, 1000, 4099};
  return all;
}

/// n floats that begin `offset` floats past an aligned address, between guards that
/// must still be there at the end.
class Guarded {
 public:
  explicit Guarded(std::int64_t n, int offset = 0)
      : all_(static_cast<std::size_t>(n) + 2 * kGuard, kMark), n_(n), offset_(offset) {
    for (std::int64_t i = 0; i < n; ++i) data()[i] = 0.0f;
  }
  Guarded(const std::vector<float>& values, int offset)
      : Guarded(static_cast<std::int64_t>(values.size()), offset) {
    if (n_ > 0) std::memcpy(data(), values.data(), values.size() * sizeof(float));
  }
  float* data() { return all_.data() + kGuard / 2 + offset_; }
  float operator[](std::int64_t i) const { return all_[kGuard / 2 + offset_ + i]; }
  std::int64_t size() const { return n_; }

  bool intact() const {
    const std::int64_t begin = kGuard / 2 + offset_;
    for (std::int64_t i = 0; i < static_cast<std::int64_t>(all_.size()); ++i) {
      if ((i < begin || i >= begin + n_) && all_[i] != kMark) return false;
    }
    return true;
  }

 private:
  static constexpr std::int64_t kGuard = 64;
  static constexpr float kMark = -7.654e21f;
  std::vector<float> all_;
  std::int64_t n_;
  int offset_;
};

/// Numbers in [low, high) from a small linear congruential generator: repeatable, and
/// independent of the kernels under test.
inline std::vector<float> numbers(std::int64_t n, unsigned seed, float low = -3.0f,
                                  float high = 3.0f) {
  std::vector<float> out(static_cast<std::size_t>(n));
  std::uint32_t state = seed * 2654435761u + 12345u;
  for (float& x : out) {
    state = state * 1664525u + 1013904223u;
    x = low + (high - low) * static_cast<float>(state >> 8) * 0x1p-24f;
  }
  return out;
}

inline std::uint32_t bits_of(float x) {
  std::uint32_t u;
  std::memcpy(&u, &x, sizeof u);
  return u;
}

inline float float_of(std::uint32_t u) {
  float x;
  std::memcpy(&x, &u, sizeof x);
  return x;
}
