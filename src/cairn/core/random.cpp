#include <cairn/core/random.h>

#include <cmath>

#include <cairn/core/parallel.h>
#include <cairn/core/tensor_impl.h>
#include <cairn/core/text.h>

namespace cairn {
namespace {

// Philox 4x32-10: ten rounds of two 32x32 -> 64-bit products, keys advanced by Weyl
// constants. The counter is (position, stream), the key is the seed.
void philox(std::uint64_t seed, std::uint64_t stream, std::uint64_t position,
            std::uint32_t out[4]) {
  std::uint32_t c0 = static_cast<std::uint32_t>(position);
  std::uint32_t c1 = static_cast<std::uint32_t>(position >> 32);
  std::uint32_t c2 = static_cast<std::uint32_t>(stream);
  std::uint32_t c3 = static_cast<std::uint32_t>(stream >> 32);
  std::uint32_t k0 = static_cast<std::uint32_t>(seed);
  std::uint32_t k1 = static_cast<std::uint32_t>(seed >> 32);
  for (int round = 0; round < 10; ++round) {
    const std::uint64_t p0 = std::uint64_t{0xD2511F53} * c0;
    const std::uint64_t p1 = std::uint64_t{0xCD9E8D57} * c2;
    c0 = static_cast<std::uint32_t>(p1 >> 32) ^ c1 ^ k0;
    c1 = static_cast<std::uint32_t>(p1);
    c2 = static_cast<std::uint32_t>(p0 >> 32) ^ c3 ^ k1;
    c3 = static_cast<std::uint32_t>(p0);
    k0 += 0x9E3779B9;
    k1 += 0xBB67AE85;
  }
  out[0] = c0;
  out[1] = c1;
  out[2] = c2;
  out[3] = c3;
}

// 24 bits for a float, 53 for a double: every value is exact and below 1.
float unit_float(std::uint32_t bits) {
  return static_cast<float>(bits >> 8) * 0x1p-24F;
}
double unit_double(std::uint32_t high, std::uint32_t low) {
  const std::uint64_t bits = (std::uint64_t{high} << 32) | low;
  return static_cast<double>(bits >> 11) * 0x1p-53;
}

// Box and Muller: two uniform numbers make two independent normal ones. 1 - u is in
// (0, 1], so the logarithm is finite.
template <class T>
void box_muller(T u1, T u2, T& first, T& second) {
  const T radius = std::sqrt(T(-2) * std::log(T(1) - u1));
  const T angle = T(6.283185307179586476925286766559) * u2;
  first = radius * std::cos(angle);
  second = radius * std::sin(angle);
}

// One block of the generator as numbers of type T: four floats or two doubles.
template <class T>
constexpr int kPerBlock = sizeof(T) == 4 ? 4 : 2;

template <class T>
void uniform_block(const std::uint32_t bits[4], T* out) {
  if constexpr (sizeof(T) == 4) {
    for (int i = 0; i < 4; ++i) out[i] = unit_float(bits[i]);
  } else {
    out[0] = unit_double(bits[0], bits[1]);
    out[1] = unit_double(bits[2], bits[3]);
  }
}

template <class T>
void normal_block(const std::uint32_t bits[4], T* out) {
  T u[4];
  uniform_block(bits, u);
  for (int i = 0; i < kPerBlock<T>; i += 2) {
    box_muller(u[i], u[i + 1], out[i], out[i + 1]);
  }
}

// Fills `out` block by block: element i comes from block i / per-block, so that the
// parts can be drawn by any thread.
template <class T, class Block>
void fill_blocks(Generator& generator, T* out, std::int64_t n, Block block) {
  constexpr int width = kPerBlock<T>;
  const std::int64_t blocks = (n + width - 1) / width;
  const std::uint64_t first = generator.reserve(static_cast<std::uint64_t>(blocks));
  parallel_for(blocks, 4096, [&](std::int64_t begin, std::int64_t end) {
    for (std::int64_t b = begin; b < end; ++b) {
      std::uint32_t bits[4];
      generator.block(first + static_cast<std::uint64_t>(b), bits);
      T values[4];
      block(bits, values);
      const std::int64_t left = n - b * width;
      for (std::int64_t i = 0; i < (left < width ? left : width); ++i) {
        out[b * width + i] = values[i];
      }
    }
  });
}

template <class Block>
Tensor random_tensor(const Shape& shape, Generator& generator, DType dtype,
                     const char* operation, Block block) {
  Tensor out = empty(shape, dtype);
  detail::visit_floating(dtype, operation, [&](auto zero) {
    using T = decltype(zero);
    fill_blocks(generator, detail::data_of<T>(out), out.numel(), block);
  });
  return out;
}

}  // namespace

void Generator::set_state(std::uint64_t seed, std::uint64_t stream,
                          std::uint64_t position) {
  seed_ = seed;
  stream_ = stream;
  position_ = position;
}

StateDict Generator::state_dict() const {
  const std::vector<std::int64_t> numbers{static_cast<std::int64_t>(seed_),
                                          static_cast<std::int64_t>(stream_),
                                          static_cast<std::int64_t>(position_)};
  return {{"philox", Tensor::from_vector(numbers)}};
}

void Generator::load_state_dict(const StateDict& state) {
  StateReader reader("Generator::load_state_dict", state);
  const Tensor& numbers = reader.tensor("philox");
  if (numbers.dtype() != i64 || numbers.shape() != Shape{3}) {
    reader.fail(detail::concat("philox is ", numbers.dtype(), " of shape ",
                               numbers.shape(), " where three whole numbers belong"));
  }
  reader.finish();
  const std::vector<std::int64_t> n = numbers.to_vector<std::int64_t>();
  set_state(static_cast<std::uint64_t>(n[0]), static_cast<std::uint64_t>(n[1]),
            static_cast<std::uint64_t>(n[2]));
}

Generator Generator::fork(std::uint64_t index) const {
  // A block of this stream's own, far from those it draws itself, names the child.
  std::uint32_t bits[4];
  philox(seed_ ^ 0x6A09E667F3BCC908, stream_, index, bits);
  return Generator((std::uint64_t{bits[0]} << 32) | bits[1],
                   (std::uint64_t{bits[2]} << 32) | bits[3]);
}

std::uint64_t Generator::reserve(std::uint64_t blocks) {
  const std::uint64_t first = position_;
  position_ += blocks;
  return first;
}

void Generator::block(std::uint64_t position, std::uint32_t out[4]) const {
  philox(seed_, stream_, position, out);
}

std::uint64_t Generator::next() {
  std::uint32_t bits[4];
  block(reserve(1), bits);
  return (std::uint64_t{bits[0]} << 32) | bits[1];
}

double Generator::uniform() {
  const std::uint64_t bits = next();
  return static_cast<double>(bits >> 11) * 0x1p-53;
}

double Generator::uniform(double low, double high) {
  return low + (high - low) * uniform();
}

double Generator::normal() {
  std::uint32_t bits[4];
  block(reserve(1), bits);
  double values[4];
  normal_block(bits, values);
  return values[0];
}

std::int64_t Generator::below(std::int64_t n) {
  if (n < 1) {
    throw ValueError(detail::concat("below: there is no number from 0 to ", n - 1,
                                    "; ask for one of 1 or more"));
  }
  // Lemire's multiplication with rejection: no value is more likely than another.
  const auto range = static_cast<std::uint64_t>(n);
  const std::uint64_t threshold = (0 - range) % range;
  while (true) {
    const unsigned __int128 product = static_cast<unsigned __int128>(next()) * range;
    if (static_cast<std::uint64_t>(product) >= threshold) {
      return static_cast<std::int64_t>(product >> 64);
    }
  }
}

Generator& default_generator() {
  static Generator generator(0);
  return generator;
}

void manual_seed(std::uint64_t seed) { default_generator() = Generator(seed); }

Tensor rand(const Shape& shape, Generator& generator, DType dtype) {
  return random_tensor(
      shape, generator, dtype, "rand",
      [](const std::uint32_t bits[4], auto* out) { uniform_block(bits, out); });
}

Tensor randn(const Shape& shape, Generator& generator, DType dtype) {
  return random_tensor(
      shape, generator, dtype, "randn",
      [](const std::uint32_t bits[4], auto* out) { normal_block(bits, out); });
}

Tensor bernoulli(const Shape& shape, double p, Generator& generator, DType dtype) {
  if (!(p >= 0 && p <= 1)) {
    throw ValueError(
        detail::concat("bernoulli: p is ", p, "; a probability lies between 0 and 1"));
  }
  return random_tensor(shape, generator, dtype, "bernoulli",
                       [p](const std::uint32_t bits[4], auto* out) {
                         using T = std::remove_pointer_t<decltype(out)>;
                         uniform_block(bits, out);
                         for (int i = 0; i < kPerBlock<T>; ++i) {
                           out[i] = static_cast<double>(out[i]) < p ? T(1) : T(0);
                         }
                       });
}

Tensor randint(std::int64_t low, std::int64_t high, const Shape& shape,
               Generator& generator) {
  if (low >= high) {
    throw ValueError(detail::concat("randint: there is no integer from ", low,
                                    " up to but not including ", high,
                                    "; exchange the two, or raise the upper end"));
  }
  Tensor out = empty(shape, DType::i64);
  std::int64_t* const to = detail::data_of<std::int64_t>(out);
  for (std::int64_t i = 0; i < out.numel(); ++i)
    to[i] = low + generator.below(high - low);
  return out;
}

Tensor randperm(std::int64_t n, Generator& generator) {
  Tensor out = arange(0, static_cast<double>(n), 1, DType::i64);
  std::int64_t* const p = detail::data_of<std::int64_t>(out);
  for (std::int64_t i = n - 1; i > 0; --i) {
    const std::int64_t j = generator.below(i + 1);
    const std::int64_t held = p[i];
    p[i] = p[j];
    p[j] = held;
  }
  return out;
}

Tensor rand(const Shape& shape, DType dtype) {
  return rand(shape, default_generator(), dtype);
}
Tensor randn(const Shape& shape, DType dtype) {
  return randn(shape, default_generator(), dtype);
}
Tensor bernoulli(const Shape& shape, double p, DType dtype) {
  return bernoulli(shape, p, default_generator(), dtype);
}
Tensor randint(std::int64_t low, std::int64_t high, const Shape& shape) {
  return randint(low, high, shape, default_generator());
}
Tensor randperm(std::int64_t n) { return randperm(n, default_generator()); }

}  // namespace cairn
