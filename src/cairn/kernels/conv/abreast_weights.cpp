// The gradient of the weights, images abreast: each weight's sum is a vector, one sum
// for each lane, until all images have passed.
#include <algorithm>

#include <cairn/core/memory.h>
#include <cairn/core/parallel.h>
#include <cairn/kernels/conv/abreast.h>
#include <cairn/kernels/conv/abreast_rows.h>
#include <cairn/kernels/conv/abreast_tiling.h>
#include <cairn/kernels/conv/correlation.h>
#include <cairn/kernels/cpu.h>

namespace cairn::kernels {
namespace {

/// Sums for channels of dy and runs of numbers of x. A tile is called once for many
/// pixels, so nothing is added for it; low ones read x in longer runs.
constexpr TilingCost kSumsCost{0, false};

template <class T>
class WeightSums {
 public:
  WeightSums(const AbreastOps<T>& ops, const ConvShape& s, const T* x, const T* dy)
      : ops_(ops),
        s_(s),
        in_{x, s.n, s.height, s.width, s.channels},
        dy_{dy, s.n, s.oh, s.ow, s.out},
        vertical_{s.kh, s.stride[0], s.dilation[0], -s.padding[0]},
        horizontal_{s.kw, s.stride[1], s.dilation[1], -s.padding[1]},
        lie_(in_, ops.width, s.padding[1],
             std::max<std::int64_t>(
                 0, horizontal_.pixel(s.ow - 1, s.kw - 1) - s.width + 1)),
        run_(joined() ? s.kw * s.channels : s.channels),
        tiling_(cheapest_tiling(s.out, run_, ops.most_across, kSumsCost)),
        groups_(ceil_div(s.n, ops.width)) {
    // So many rows that what a row of taps meets of them stays in the L1.
    const std::int64_t halo = (s.kh - 1) * s.dilation[0] + 1;
    const std::int64_t dy_row = dy_.row() * ops.width;
    const std::int64_t room =
        3 * cache_sizes().l1 / 2 / static_cast<std::int64_t>(sizeof(T));
    const std::int64_t rows = std::max<std::int64_t>(
        1, (room - halo * lie_.row) / (dy_row + s.stride[0] * lie_.row));
    blocks_ = Split::at_most(s.oh, rows);
    parts_ = {groups_ * blocks_.parts, std::min(groups_ * blocks_.parts, kMostParts)};
  }

  void run(T* dw) const {
    const std::int64_t size = s_.out * s_.filter_size() * ops_.width;
    const detail::ScratchBuffer buffer(static_cast<std::size_t>(parts_.parts * size) *
                                       sizeof(T));
    T* const sums = buffer.as<T>();
    std::fill(sums, sums + parts_.parts * size, T(0));
    const std::int64_t grain = s_.flops() < 2 * kTaskFlops ? parts_.parts : 1;
    parallel_for(parts_.parts, grain, [&](std::int64_t first, std::int64_t last) {
      for (std::int64_t part = first; part < last; ++part) {
        run_part(part, sums + part * size);
      }
    });
    add_parts(sums, parts_.parts, size, size);
    unpack(sums, dw);
  }

 private:
  bool joined() const { return horizontal_.dilation == 1; }

  void run_part(std::int64_t part, T* sums) const {
    const std::int64_t most_rows = blocks_.size(blocks_.parts - 1);
    const std::int64_t in_rows =
        (most_rows - 1) * s_.stride[0] + (s_.kh - 1) * s_.dilation[0] + 1;
    const detail::ScratchBuffer x(
        static_cast<std::size_t>(std::min(in_rows, s_.height) * lie_.row) * sizeof(T));
    const AbreastRow dy_lie(dy_, ops_.width, 0, 0);
    const detail::ScratchBuffer dy(static_cast<std::size_t>(most_rows * dy_lie.row) *
                                   sizeof(T));
    for (std::int64_t i = parts_.begin(part); i < parts_.begin(part + 1); ++i) {
      const std::int64_t group = i / blocks_.parts, block = i % blocks_.parts;
      const std::int64_t begin = blocks_.begin(block), end = blocks_.begin(block + 1);
      const std::int64_t low = std::max<std::int64_t>(0, vertical_.pixel(begin, 0));
      const std::int64_t high =
          std::min(s_.height, vertical_.pixel(end - 1, s_.kh - 1) + 1);
      gather_rows(ops_, in_, lie_, group, low, high, x.as<T>());
      gather_rows(ops_, dy_, dy_lie, group, begin, end, dy.as<T>());
      add_block(begin, end, low, x.as<T>(), dy.as<T>(), dy_lie, sums);
    }
  }

  /// Rows [begin, end) of dy; x begins with row `low` of the image.
  void add_block(std::int64_t begin, std::int64_t end, std::int64_t low, const T* x,
                 const T* dy, const AbreastRow& dy_lie, T* sums) const {
    AbreastSums<T> t{};
    t.pixels = s_.ow;
    t.x_row = vertical_.stride * lie_.row;
    t.x_pixel = horizontal_.stride * lie_.pixel;
    t.dy_row = dy_lie.row;
    t.dy_pixel = dy_lie.pixel;
    t.sum_row = s_.filter_size() * ops_.width;
    for (std::int64_t p = 0; p < s_.kh; ++p) {
      std::int64_t first = begin, last = end;  // rows whose tap p is inside the image
      while (first < last && vertical_.pixel(first, p) < 0) ++first;
      while (first < last && vertical_.pixel(last - 1, p) >= s_.height) --last;
      if (first == last) continue;
      t.rows = last - first;
      const T* const row = x + (vertical_.pixel(first, p) - low) * lie_.row;
      const T* const dy_row = dy + (first - begin) * dy_lie.row;
      for (std::int64_t q = 0; q < (joined() ? 1 : s_.kw); ++q) {
        const T* const run = row + q * horizontal_.dilation * lie_.pixel;
        T* const sum = sums + (p * s_.kw + q) * s_.channels * ops_.width;
        for (std::int64_t i = 0; i < tiling_.rows.parts; ++i) {
          t.dy = dy_row + tiling_.rows.begin(i) * ops_.width;
          for (std::int64_t j = 0; j < tiling_.across.parts; ++j) {
            const std::int64_t number = tiling_.across.begin(j) * ops_.width;
            t.x = run + number;
            t.sum = sum + tiling_.rows.begin(i) * t.sum_row + number;
            ops_.sums[tiling_.rows.size(i)][tiling_.across.size(j)](t);
          }
        }
      }
    }
  }

  /// dw[out channel][in channel][tap] from [out channel][tap][in channel][lane].
  void unpack(const T* sums, T* dw) const {
    for (std::int64_t o = 0; o < s_.out; ++o) {
      for (std::int64_t tap = 0; tap < s_.taps(); ++tap) {
        for (std::int64_t c = 0; c < s_.channels; ++c) {
          T total = 0;
          for (int l = 0; l < ops_.width; ++l) total += *sums++;
          dw[o * s_.filter_size() + c * s_.taps() + tap] = total;
        }
      }
    }
  }

  const AbreastOps<T>& ops_;
  const ConvShape& s_;
  AbreastImages<const T> in_, dy_;
  ConvAxis vertical_, horizontal_;
  AbreastRow lie_;
  std::int64_t run_;      // numbers of x beside each other that are met alike
  AbreastTiling tiling_;  // channels of dy × numbers of x
  std::int64_t groups_;
  Split blocks_;  // of rows
  Split parts_;   // of the blocks of all groups: each has sums of its own
};

}  // namespace

template <class T>
void abreast_weight_gradient(const AbreastOps<T>& ops, const ConvShape& s, const T* x,
                             const T* dy, T* dw) {
  WeightSums<T>(ops, s, x, dy).run(dw);
}

template CAIRN_API void abreast_weight_gradient(const AbreastOps<float>&,
                                                const ConvShape&, const float*,
                                                const float*, float*);
template CAIRN_API void abreast_weight_gradient(const AbreastOps<double>&,
                                                const ConvShape&, const double*,
                                                const double*, double*);

}  // namespace cairn::kernels
