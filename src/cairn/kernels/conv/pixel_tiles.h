// A correlation whose taps lie in short stretches of memory: images of few channels.
//
// Where a stretch is short, what surrounds the arithmetic counts. So there is one call
// for all rows of a block that meet the same taps; tiles take the next few pixels of
// them whether these end a row or not, are all of one height, and find their pixels in
// a list; and the body of the one loop over the depth is a piece of a stretch, all of
// whose offsets the kernel knows.
#pragma once

#include <cstddef>
#include <cstdint>

#include <cairn/core/memory.h>
#include <cairn/kernels/conv/correlation.h>
#include <cairn/kernels/conv/strip.h>

namespace cairn::kernels {

/// What the tiles of all blocks read beside their strips. `rows` is the most that a
/// block has.
template <class T>
class PixelTiles {
 public:
  PixelTiles(const ConvOps<T>& ops, const Correlation<T>& c, const StripPlan<T>& plan,
             std::int64_t rows);

  /// Output rows [begin, end) of image n, of a correlation that is as the one above but
  /// for where its operands lie.
  void run(const Correlation<T>& c, const Strip<T>& strip, std::int64_t n,
           std::int64_t begin, std::int64_t end) const;

 private:
  std::int64_t* from() const { return lists_.template as<std::int64_t>(); }
  std::int64_t* pieces() const { return from() + rows_ * c_.out.width; }
  void list_pixels(const StripPlan<T>& plan) const;
  void list_pieces(const StripPlan<T>& plan) const;
  std::int64_t rows_alike(std::int64_t i, std::int64_t end) const;

  const ConvOps<T>& ops_;
  const Correlation<T>& c_;
  std::int64_t rows_;
  int length_;          // which of kPieces
  std::int64_t piece_;  // and its elements
  detail::ScratchBuffer lists_;
};

}  // namespace cairn::kernels
