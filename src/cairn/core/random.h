#pragma once

#include <cstdint>

#include <cairn/core/state_dict.h>
#include <cairn/core/tensor.h>

namespace cairn {

/// A counter-based random generator: Philox 4x32 with ten rounds (Salmon, Moraes, Dror
/// and Shaw, "Parallel random numbers: as easy as 1, 2, 3", 2011).
///
/// Number i of a stream is a function of (seed, stream, i) alone, so that any thread
/// may draw any part and the result is the same. The state is three integers, which is
/// all that a checkpoint needs to keep. Distributions are Cairn's own: those of the
/// standard library differ from one implementation to the next.
class CAIRN_API Generator {
 public:
  /// Stands at the beginning of stream `stream` of `seed`.
  explicit Generator(std::uint64_t seed = 0, std::uint64_t stream = 0)
      : seed_(seed), stream_(stream) {}

  /// Which stream of numbers this is.
  ///@{
  std::uint64_t seed() const { return seed_; }
  std::uint64_t stream() const { return stream_; }
  ///@}
  /// How many blocks of four 32-bit numbers were drawn.
  std::uint64_t position() const { return position_; }
  /// Puts the generator where another one stood: seed(), stream() and position().
  void set_state(std::uint64_t seed, std::uint64_t stream, std::uint64_t position);
  /// The same as a StateDict: seed, stream and position in one i64 tensor.
  StateDict state_dict() const;
  /// Throws ValueError for the state of something else.
  void load_state_dict(const StateDict& state);

  /// An independent generator: sample `index` of a data set has one of its own.
  Generator fork(std::uint64_t index) const;

  /// Sets aside `blocks` blocks of four numbers for a caller that computes them itself,
  /// and returns the position of the first.
  std::uint64_t reserve(std::uint64_t blocks);

  /// Block number `position` of this stream: four independent 32-bit numbers.
  void block(std::uint64_t position, std::uint32_t out[4]) const;

  std::uint64_t next();                     ///< 64 random bits
  double uniform();                         ///< in [0, 1)
  double uniform(double low, double high);  ///< in [low, high)
  double normal();                          ///< mean 0, standard deviation 1
  std::int64_t below(std::int64_t n);       ///< each of 0 … n-1 equally likely

 private:
  std::uint64_t seed_;
  std::uint64_t stream_;
  std::uint64_t position_ = 0;
};

/// The generator that functions use when given none. Not shared between threads that
/// draw at the same time.
CAIRN_API Generator& default_generator();

/// Starts the default generator anew: the same seed gives the same run.
CAIRN_API void manual_seed(std::uint64_t seed);

/// Numbers in [0, 1).
///@{
CAIRN_API Tensor rand(const Shape& shape, DType dtype = f32);
CAIRN_API Tensor rand(const Shape& shape, Generator& generator, DType dtype = f32);
///@}
/// Normal numbers of mean 0 and standard deviation 1.
///@{
CAIRN_API Tensor randn(const Shape& shape, DType dtype = f32);
CAIRN_API Tensor randn(const Shape& shape, Generator& generator, DType dtype = f32);
///@}
/// Whole numbers in [low, high), as i64.
///@{
CAIRN_API Tensor randint(std::int64_t low, std::int64_t high, const Shape& shape);
CAIRN_API Tensor randint(std::int64_t low, std::int64_t high, const Shape& shape,
                         Generator& generator);
///@}
/// 1 with probability p, else 0.
///@{
CAIRN_API Tensor bernoulli(const Shape& shape, double p, DType dtype = f32);
CAIRN_API Tensor bernoulli(const Shape& shape, double p, Generator& generator,
                           DType dtype = f32);
///@}
/// 0 … n-1 in random order (Fisher and Yates), as i64.
///@{
CAIRN_API Tensor randperm(std::int64_t n);
CAIRN_API Tensor randperm(std::int64_t n, Generator& generator);
///@}

}  // namespace cairn
