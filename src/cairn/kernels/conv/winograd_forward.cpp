// Forward pass and gradient of the input.
//
//   weights → U, 36 matrices of channels × out              once
//   for a block of tiles:
//     pixels → V, 36 matrices of tiles × channels           in the L2
//     for each of the 36: a product of V and U → M          in the L2
//     M → pixels of the output, with bias and ReLU
#include <algorithm>
#include <cstring>

#include <cairn/core/memory.h>
#include <cairn/core/parallel.h>
#include <cairn/kernels/conv/winograd_passes.h>
#include <cairn/kernels/cpu.h>

namespace cairn::kernels {
namespace {

constexpr std::int64_t kTaps = 9;
constexpr std::int64_t kTapsDepth = 16;  // channels whose taps go together

class Forward {
 public:
  Forward(const WinogradPass& pass, const KernelTable& table)
      : p_(pass),
        winograd_(*table.winograd),
        gemm_(table.gemm->f32),
        grid_(pass.batch, pass.y.height, pass.y.width),
        channels_(pass.x.channels),
        in_row_(round_up(pass.x.channels, gemm_.width)),
        out_row_(round_up(pass.y.channels, gemm_.width)),
        panels_(Split::at_most(out_row_ / gemm_.width, gemm_.panel_vectors)),
        u_plane_(plane_stride(channels_ * out_row_)),
        tile_rows_(gemm_.tile_rows[panels_.size(panels_.parts - 1)]),
        blocks_(Split::at_most(ceil_div(grid_.count(), tile_rows_),
                               std::max<std::int64_t>(1, block_tiles() / tile_rows_))) {
  }

  void run() const {
    const detail::ScratchBuffer u(kWinogradPlanes * u_plane_ * sizeof(float));
    const detail::ScratchBuffer zeros(in_row_ * sizeof(float));
    std::memset(zeros.data(), 0, in_row_ * sizeof(float));
    transform_weights(u.as<float>());
    parallel_for(blocks_.parts, 1, [&](std::int64_t begin, std::int64_t end) {
      const std::int64_t largest = ceil_div(blocks_.n, blocks_.parts) * tile_rows_;
      const detail::ScratchBuffer v(kWinogradPlanes * plane_stride(largest * in_row_) *
                                    sizeof(float));
      const detail::ScratchBuffer m(kWinogradPlanes * plane_stride(largest * out_row_) *
                                    sizeof(float));
      const detail::ScratchBuffer waste(out_row_ * sizeof(float));
      for (std::int64_t b = begin; b < end; ++b) {
        const std::int64_t first = blocks_.begin(b) * tile_rows_;
        const std::int64_t last =
            std::min(blocks_.begin(b + 1) * tile_rows_, grid_.count());
        const std::int64_t tiles = last - first;
        const WinogradPlanes planes_v{v.as<float>(), plane_stride(tiles * in_row_)};
        const WinogradPlanes planes_m{m.as<float>(), plane_stride(tiles * out_row_)};
        transform_input(first, last, zeros.as<float>(), planes_v);
        multiply(tiles, planes_v, u.as<float>(), planes_m);
        transform_output(first, last, planes_m, waste.as<float>());
      }
    });
  }

 private:
  /// As many tiles as leave V and M in the L2. But U passes by once for every block: if
  /// only few tiles would fit, it is cheaper to have more of them in the L3. And there
  /// should be blocks for several threads.
  std::int64_t block_tiles() const {
    const std::int64_t tile_bytes =
        kWinogradPlanes * (in_row_ + out_row_) * sizeof(float);
    const std::int64_t fit = cache_sizes().l2 * 3 / 4 / tile_bytes;
    const std::int64_t best = fit < 16 ? 48 : std::min<std::int64_t>(fit, 96);
    return std::min(best, std::max<std::int64_t>(12, ceil_div(grid_.count(), 4)));
  }

  void transform_weights(float* u) const {
    const std::int64_t steps = ceil_div(channels_, kTapsDepth);
    parallel_for(panels_.parts * steps, 1, [&](std::int64_t begin, std::int64_t end) {
      const std::int64_t widest = panels_.size(panels_.parts - 1) * gemm_.width;
      const detail::ScratchBuffer taps(kTapsDepth * kTaps * widest * sizeof(float));
      for (std::int64_t task = begin; task < end; ++task) {
        const std::int64_t c = task % steps * kTapsDepth;
        transform_panel(task / steps, c, std::min(kTapsDepth, channels_ - c),
                        taps.as<float>(), u);
      }
    });
  }

  /// U of one panel of outputs, for channels [c, c + depth).
  void transform_panel(std::int64_t panel, std::int64_t c, std::int64_t depth,
                       float* taps, float* u) const {
    const std::int64_t j = panels_.begin(panel) * gemm_.width;
    const std::int64_t across = panels_.size(panel) * gemm_.width;
    const std::int64_t n = std::min(across, p_.y.channels - j);
    if (n < across) std::memset(taps, 0, depth * kTaps * across * sizeof(float));
    if (!p_.backward) {
      gemm_.transpose(p_.weight + (j * channels_ + c) * kTaps, channels_ * kTaps,
                      depth * kTaps, n, taps, across);
    } else {
      for (std::int64_t i = 0; i < depth; ++i) {
        gemm_.transpose(p_.weight + ((c + i) * p_.y.channels + j) * kTaps, kTaps, kTaps,
                        n, taps + i * kTaps * across, across);
      }
    }
    for (std::int64_t i = 0; i < depth; ++i) {
      winograd_.weight(taps + i * kTaps * across, across, p_.backward, across,
                       {u + j * channels_ + (c + i) * across, u_plane_});
    }
  }

  void transform_input(std::int64_t first, std::int64_t last, const float* zeros,
                       WinogradPlanes v) const {
    const float* pixels[kWinogradIn * kWinogradIn];
    grid_.each(first, last,
               [&](std::int64_t t, std::int64_t n, std::int64_t y, std::int64_t x) {
                 p_.x.tile<kWinogradIn>(n, y - p_.pad_h, x - p_.pad_w, 0, zeros,
                                        pixels);
                 winograd_.input(pixels, channels_, {v.data + t * in_row_, v.plane});
               });
  }

  void transform_output(std::int64_t first, std::int64_t last, WinogradPlanes m,
                        float* waste) const {
    float* pixels[kWinogradOut * kWinogradOut];
    grid_.each(first, last,
               [&](std::int64_t t, std::int64_t n, std::int64_t y, std::int64_t x) {
                 p_.y.tile<kWinogradOut>(n, y, x, 0, waste, pixels);
                 winograd_.output({m.data + t * out_row_, m.plane}, p_.y.channels,
                                  p_.bias, p_.relu, pixels);
               });
  }

  /// M ← V U, plane by plane: a panel of U and all of V's plane stay in the L1 or near.
  void multiply(std::int64_t tiles, WinogradPlanes v, const float* u,
                WinogradPlanes m) const {
    GemmTile<float> t{};
    t.k = channels_;
    t.a_row = in_row_;
    t.a_step = 1;
    t.c_row = out_row_;
    t.b_ahead = t.b_ahead_next = 8;
    t.b_padded = true;
    t.tail = gemm_.width;
    t.finish.alpha = 1;
    for (int k = 0; k < kWinogradPlanes; ++k) {
      for (std::int64_t panel = 0; panel < panels_.parts; ++panel) {
        const std::int64_t vectors = panels_.size(panel);
        const std::int64_t j = panels_.begin(panel) * gemm_.width;
        t.b = u + k * u_plane_ + j * channels_;
        t.b_step = vectors * gemm_.width;
        t.a = v.data + k * v.plane;
        t.c = m.data + k * m.plane + j;
        run_tile_column(gemm_, vectors, tiles, t);
      }
    }
  }

  const WinogradPass& p_;
  const WinogradKernels& winograd_;
  const GemmOps<float>& gemm_;
  TileGrid grid_;
  std::int64_t channels_;
  std::int64_t in_row_, out_row_;  // of V and M: channels in whole vectors
  Split panels_;                   // of out_row_, in vectors
  std::int64_t u_plane_;
  std::int64_t tile_rows_;
  Split blocks_;  // of the tiles, in units of tile_rows_
};

}  // namespace

void run_forward(const WinogradPass& pass, const KernelTable& table) {
  Forward(pass, table).run();
}

}  // namespace cairn::kernels
