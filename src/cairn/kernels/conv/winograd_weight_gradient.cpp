// Gradient of the weights.
//
//   for a block of tiles:
//     pixels of x → V, 36 matrices of tiles × channels
//     pixels of dy → Z, 36 matrices of tiles × out
//     for each of the 36: sum += the product of Vᵀ and Z
//   sums → taps
//
// The sums are as large as four times the weights. Work is cut into squares of channels
// × out that are no larger than the cache can bear, and where those are few, the tiles
// into parts with sums of their own, which are added in order at the end.
#include <algorithm>
#include <cstring>

#include <cairn/core/memory.h>
#include <cairn/core/parallel.h>
#include <cairn/kernels/conv/winograd_passes.h>
#include <cairn/kernels/cpu.h>

namespace cairn::kernels {
namespace {

constexpr std::int64_t kTaps = 9;
constexpr std::int64_t kLanes = 16;    // channels are cut at multiples of this
constexpr std::int64_t kSquare = 128;  // largest side of a square of channels × out
constexpr std::int64_t kLeastSquare = 32;
constexpr std::int64_t kMaxSumBytes = 16 << 20;  // of all parts together

/// A range of channels, and what a row of them takes in whole vectors.
struct Range {
  std::int64_t begin, size, row;
};

class WeightGradient {
 public:
  WeightGradient(const WinogradWeightPass& pass, const KernelTable& table)
      : p_(pass),
        winograd_(*table.winograd),
        gemm_(table.gemm->f32),
        grid_(pass.batch, pass.dy.height, pass.dy.width),
        out_row_(round_up(pass.dy.channels, gemm_.width)),
        plane_(plane_stride(pass.x.channels * out_row_)),
        in_squares_(split(pass.x.channels, kSquare)),
        out_squares_(split(pass.dy.channels, kSquare)),
        parts_{grid_.count(), choose_parts()} {
    // Smaller squares for more threads: where the sums are cut does not change them,
    // but pixels are transformed again for each, so no smaller than is worth it.
    const auto tasks = [&] {
      return in_squares_.parts * out_squares_.parts * parts_.parts;
    };
    for (std::int64_t side = kSquare / 2;
         side >= kLeastSquare && tasks() < num_threads(); side /= 2) {
      in_squares_ = split(pass.x.channels, side);
      out_squares_ = split(pass.dy.channels, side);
    }
  }

  void run() const {
    const detail::ScratchBuffer sums(parts_.parts * kWinogradPlanes * plane_ *
                                     sizeof(float));
    const std::int64_t longest = std::max(p_.x.channels, p_.dy.channels) + kLanes;
    const detail::ScratchBuffer zeros(longest * sizeof(float));
    std::memset(zeros.data(), 0, longest * sizeof(float));
    const std::int64_t squares = in_squares_.parts * out_squares_.parts;
    parallel_for(squares * parts_.parts, 1, [&](std::int64_t begin, std::int64_t end) {
      for (std::int64_t task = begin; task < end; ++task) {
        const std::int64_t square = task % squares, part = task / squares;
        sum_part(part, range(in_squares_, square % in_squares_.parts, p_.x.channels),
                 range(out_squares_, square / in_squares_.parts, p_.dy.channels),
                 zeros.as<float>(),
                 {sums.as<float>() + part * kWinogradPlanes * plane_, plane_});
      }
    });
    transform_sums({sums.as<float>(), plane_});
  }

 private:
  static Split split(std::int64_t channels, std::int64_t side) {
    return Split::at_most(ceil_div(channels, kLanes), side / kLanes);
  }

  /// As many tiles as leave V and Z in the L2, but enough for one pass over the sums to
  /// be small beside the products, even if V and Z then lie in the L3.
  std::int64_t block_tiles() const {
    const std::int64_t channels =
        std::min(p_.x.channels, kSquare) + std::min(p_.dy.channels, kSquare);
    const std::int64_t tile_bytes = kWinogradPlanes * channels * sizeof(float);
    return std::clamp<std::int64_t>(cache_sizes().l2 * 3 / 4 / tile_bytes, 72, 128);
  }

  /// Enough for the threads of most machines, but only as many as have tiles enough to
  /// be worth sums of their own, which must not take too much memory, either. The
  /// result depends on it, so it depends on nothing but the shape.
  std::int64_t choose_parts() const {
    const std::int64_t tiles = grid_.count();
    const std::int64_t squares = in_squares_.parts * out_squares_.parts;
    const std::int64_t bytes = kWinogradPlanes * plane_ * sizeof(float);
    const std::int64_t worth_it = std::max(std::min<std::int64_t>(tiles / 64, 4),
                                           std::min<std::int64_t>(tiles / 128, 8));
    return std::clamp<std::int64_t>(ceil_div(worth_it, squares), 1,
                                    std::max<std::int64_t>(1, kMaxSumBytes / bytes));
  }

  Range range(const Split& split, std::int64_t i, std::int64_t channels) const {
    const std::int64_t begin = split.begin(i) * kLanes;
    const std::int64_t size = std::min(split.begin(i + 1) * kLanes, channels) - begin;
    return {begin, size, round_up(size, gemm_.width)};
  }

  void sum_part(std::int64_t part, const Range& in, const Range& out,
                const float* zeros, WinogradPlanes sums) const {
    const Split blocks = Split::at_most(parts_.size(part), block_tiles());
    const std::int64_t largest = ceil_div(blocks.n, blocks.parts);
    const detail::ScratchBuffer v(kWinogradPlanes * plane_stride(largest * in.row) *
                                  sizeof(float));
    const detail::ScratchBuffer z(kWinogradPlanes * plane_stride(largest * out.row) *
                                  sizeof(float));
    for (std::int64_t b = 0; b < blocks.parts; ++b) {
      const std::int64_t first = parts_.begin(part) + blocks.begin(b);
      const std::int64_t tiles = blocks.size(b);
      const WinogradPlanes planes_v{v.as<float>(), plane_stride(tiles * in.row)};
      const WinogradPlanes planes_z{z.as<float>(), plane_stride(tiles * out.row)};
      transform_tiles(first, tiles, in, out, zeros, planes_v, planes_z);
      multiply(tiles, in, out, planes_v, planes_z, b == 0, sums);
    }
  }

  void transform_tiles(std::int64_t first, std::int64_t tiles, const Range& in,
                       const Range& out, const float* zeros, WinogradPlanes v,
                       WinogradPlanes z) const {
    const float* pixels[kWinogradIn * kWinogradIn];
    grid_.each(
        first, first + tiles,
        [&](std::int64_t t, std::int64_t n, std::int64_t y, std::int64_t x) {
          p_.x.tile<kWinogradIn>(n, y - p_.pad_h, x - p_.pad_w, in.begin, zeros,
                                 pixels);
          winograd_.input(pixels, in.size, {v.data + t * in.row, v.plane});
          p_.dy.tile<kWinogradOut>(n, y, x, out.begin, zeros, pixels);
          winograd_.output_gradient(pixels, out.size, {z.data + t * out.row, z.plane});
        });
  }

  /// sums += Vᵀ Z, or = for the first block
  void multiply(std::int64_t tiles, const Range& in, const Range& out, WinogradPlanes v,
                WinogradPlanes z, bool first, WinogradPlanes sums) const {
    const Split panels = Split::at_most(out.row / gemm_.width, gemm_.panel_vectors);
    GemmTile<float> t{};
    t.k = tiles;
    t.a_row = 1;
    t.a_step = in.row;
    t.b_step = out.row;
    t.c_row = out_row_;
    t.b_ahead = t.b_ahead_next = 8;
    t.b_padded = true;
    t.tail = gemm_.width;
    t.finish.alpha = 1;
    t.finish.beta = first ? 0.0f : 1.0f;
    for (int k = 0; k < kWinogradPlanes; ++k) {
      float* to = sums.data + k * sums.plane + in.begin * out_row_ + out.begin;
      for (std::int64_t panel = 0; panel < panels.parts; ++panel) {
        const std::int64_t vectors = panels.size(panel);
        const std::int64_t j = panels.begin(panel) * gemm_.width;
        t.b = z.data + k * z.plane + j;
        t.a = v.data + k * v.plane;
        t.c = to + j;
        run_tile_column(gemm_, vectors, in.size, t);
      }
    }
  }

  /// The parts added up and transformed, a cache line of outputs at a time.
  void transform_sums(WinogradPlanes sums) const {
    const std::int64_t channels = p_.x.channels;
    parallel_for(
        ceil_div(out_row_, kLanes), 1, [&](std::int64_t begin, std::int64_t end) {
          const detail::ScratchBuffer taps(channels * kTaps * kLanes * sizeof(float));
          for (std::int64_t o = begin * kLanes; o < std::min(end * kLanes, out_row_);
               o += kLanes) {
            const std::int64_t columns = std::min(kLanes, out_row_ - o);
            for (std::int64_t c = 0; c < channels; ++c) {
              winograd_.weight_gradient({sums.data + c * out_row_ + o, sums.plane},
                                        parts_.parts, kWinogradPlanes * plane_, columns,
                                        taps.as<float>() + c * kTaps * columns,
                                        columns);
            }
            gemm_.transpose(taps.as<float>(), columns,
                            std::min(columns, p_.dy.channels - o), channels * kTaps,
                            p_.dweight + o * channels * kTaps, channels * kTaps);
          }
        });
  }

  const WinogradWeightPass& p_;
  const WinogradKernels& winograd_;
  const GemmOps<float>& gemm_;
  TileGrid grid_;
  std::int64_t out_row_;            // of the sums: outputs in whole vectors
  std::int64_t plane_;              // of the sums
  Split in_squares_, out_squares_;  // of channels and outputs, in units of kLanes
  Split parts_;                     // of the tiles
};

}  // namespace

void run_weight_gradient(const WinogradWeightPass& pass, const KernelTable& table) {
  WeightGradient(pass, table).run();
}

}  // namespace cairn::kernels
