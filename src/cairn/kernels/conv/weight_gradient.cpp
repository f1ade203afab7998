// The gradient of the filters: for each tap a product of the pixels it saw, transposed,
// with dy, over all pixels of all images.
//
//   for a block of output pixels
//     for a group of channels                 copy its input rows with padding
//       for a panel of filters                copy dy's columns: they stay in the L1
//         for a row of taps
//           for a tile of its taps × channels one step of a sweep, added to the sum
#include <algorithm>

#include <cairn/core/memory.h>
#include <cairn/core/parallel.h>
#include <cairn/kernels/conv/correlation.h>
#include <cairn/kernels/conv/direct.h>
#include <cairn/kernels/conv/short_copy.h>
#include <cairn/kernels/conv/strip.h>
#include <cairn/kernels/cpu.h>
#include <cairn/kernels/typed_tables.h>

namespace cairn::kernels {
namespace {

constexpr std::int64_t kChunk = 144;     // weights that are turned at a time
constexpr std::int64_t kLeastRows = 24;  // of the sums that are worth a task
constexpr std::int64_t kFarApart = 256;  // elements: lines that are 1 KiB apart

template <class T>
class WeightGradient {
 public:
  WeightGradient(const ConvShape& s, const T* x, const T* dy, const KernelTable& table)
      : s_(s),
        ops_(conv_ops<T>(table)),
        gemm_(gemm_ops<T>(table)),
        vertical_{s.kh, s.stride[0], s.dilation[0], -s.padding[0]},
        horizontal_{s.kw, s.stride[1], s.dilation[1], -s.padding[1]},
        channels_(s.group_channels()),
        in_(dense_images(x, s.n, s.height, s.width, s.channels, s.groups)),
        dy_(dy),
        plan_(in_, vertical_, horizontal_, s.ow),
        panels_(choose_panels(ops_, joined() ? s.kw * channels_ : channels_,
                              s.group_out())),
        rows_{s.oh, 1},
        images_{s.n, 1} {
    // So many pixels that a panel of dy takes half of the L1, and what all groups read
    // stays in the L2 while these take their turns.
    const std::int64_t widest = panels_.step(panels_.count() - 1);
    constexpr std::int64_t kSize = sizeof(T), kFewPixels = 64;
    std::int64_t pixels = cache_sizes().l1 / 2 / (widest * kSize);
    if (s.groups > 1) {
      const std::int64_t read = s.channels * s.stride[0] * s.stride[1] + s.out;
      pixels = std::min(pixels, cache_sizes().l2 / (read * kSize));
    }
    pixels = std::max(pixels, kFewPixels);
    rows_ = Split::at_most(s.oh, std::max<std::int64_t>(1, pixels / s.ow));
    images_ = Split::at_most(
        s.n, rows_.parts > 1 ? 1 : std::max<std::int64_t>(1, pixels / (s.oh * s.ow)));
    parts_ = {images_.parts * rows_.parts,
              std::clamp<std::int64_t>(
                  images_.parts * rows_.parts, 1,
                  std::max<std::int64_t>(1, kMostParts / panels_.count()))};
  }

  void run(T* dw) const {
    const std::int64_t size = s_.taps() * channels_ * panels_.padded();
    const std::int64_t all = s_.groups * size;
    const detail::ScratchBuffer buffer(static_cast<std::size_t>(parts_.parts * all) *
                                       sizeof(T));
    T* const sums = buffer.as<T>();
    // A task is a part of the pixels, some of the panels and some of the rows of taps ×
    // channels.
    Split cut{panels_.count(), 1}, tall{tap_rows(), 1};
    if (num_threads() > 1 && s_.flops() > 2 * kTaskFlops) {
      const std::int64_t threads = num_threads(), parts = parts_.parts;
      cut.parts =
          std::clamp<std::int64_t>(ceil_div(4 * threads, parts), 1, panels_.count());
      // Each share of the rows copies all pixels again: no more than there are threads.
      tall.parts = std::clamp<std::int64_t>(ceil_div(threads, parts * cut.parts), 1,
                                            ceil_div(tap_rows(), kLeastRows));
    }
    const std::int64_t tasks = parts_.parts * cut.parts * tall.parts;
    const std::int64_t grain = s_.flops() < 2 * kTaskFlops ? tasks : 1;
    parallel_for(tasks, grain, [&](std::int64_t first, std::int64_t last) {
      for (std::int64_t task = first; task < last; ++task) {
        const std::int64_t part = task / (cut.parts * tall.parts);
        const std::int64_t share = task / tall.parts % cut.parts;
        const std::int64_t rows = task % tall.parts;
        run_part(
            part,
            {cut.begin(share), cut.begin(share + 1), tall.begin(rows), tall.size(rows)},
            sums + part * all);
      }
    });
    // Some channels of a panel: the sums of all parts are added, and brought into the
    // order of the weights.
    const std::int64_t few = std::max<std::int64_t>(1, kChunk / s_.taps());
    const Split channels = Split::at_most(channels_, few);
    const std::int64_t weights = few * s_.taps() * panels_.step(0) * parts_.parts;
    const std::int64_t of_group = panels_.count() * channels.parts;
    const std::int64_t filters = s_.group_out() * s_.filter_size();
    parallel_for(s_.groups * of_group, 1 + kTaskNumbers / weights,
                 [&](std::int64_t first, std::int64_t last) {
                   for (std::int64_t task = first; task < last; ++task) {
                     const std::int64_t g = task / of_group, i = task % channels.parts;
                     unpack(task % of_group / channels.parts, channels.begin(i),
                            channels.size(i), sums + g * size, all, dw + g * filters);
                   }
                 });
  }

 private:
  struct Block {
    std::int64_t first_image, images;
    std::int64_t first_row, rows;
  };

  /// Panels [begin, end) of the sums, and of each row of taps so many rows.
  struct Share {
    std::int64_t begin, end;
    std::int64_t first_row, rows;
  };

  bool joined() const { return horizontal_.dilation == 1; }
  /// Of the product of one row of taps, or of one tap.
  std::int64_t tap_rows() const { return joined() ? s_.kw * channels_ : channels_; }

  /// Blocks of a part.
  void run_part(std::int64_t part, const Share& share, T* sums) const {
    const std::int64_t most_rows = rows_.size(rows_.parts - 1);
    const std::int64_t most_images = images_.size(images_.parts - 1);
    const std::size_t strip = plan_.bytes(most_rows);
    const detail::ScratchBuffer x(strip * static_cast<std::size_t>(most_images));
    for (std::int64_t k = 0; k < most_images; ++k) {
      plan_.prepare(most_rows,
                    x.as<T>() + k * static_cast<std::int64_t>(strip / sizeof(T)));
    }
    const detail::ScratchBuffer dy(
        static_cast<std::size_t>(most_images * most_rows * s_.ow *
                                 panels_.step(panels_.count() - 1)) *
        sizeof(T));
    for (std::int64_t i = parts_.begin(part); i < parts_.begin(part + 1); ++i) {
      const std::int64_t image = i / rows_.parts, row = i % rows_.parts;
      const Block block{images_.begin(image), images_.size(image), rows_.begin(row),
                        rows_.size(row)};
      const std::int64_t image_step =
          plan_.in_place() ? in_.image : static_cast<std::int64_t>(strip / sizeof(T));
      if (s_.groups > 1) {
        for (std::int64_t k = 0; k < block.images; ++k) {
          plan_.ask_for(block.first_image + k, block.first_row,
                        block.first_row + block.rows);
        }
      }
      for (std::int64_t g = 0; g < s_.groups; ++g) {
        Strip<T> rows{};
        for (std::int64_t k = block.images - 1; k >= 0; --k) {
          rows = plan_.strip(block.first_image + k, block.first_row,
                             block.first_row + block.rows, x.as<T>() + k * image_step,
                             g * channels_);
        }
        run_block(block, g, rows, image_step, share, i == parts_.begin(part),
                  dy.as<T>(), sums + g * s_.taps() * channels_ * panels_.padded());
      }
    }
  }

  void run_block(const Block& block, std::int64_t group, const Strip<T>& strip,
                 std::int64_t image_step, const Share& share, bool first, T* scratch,
                 T* sums) const {
    ConvSweep<T> s{};
    s.outer = block.images;
    s.depth = s_.ow;
    s.a_row = 1;
    s.a_step = horizontal_.stride * strip.pixel;
    s.a_inner = vertical_.stride * strip.row;
    s.a_outer = image_step;
    s.tail = ops_.width;
    s.accumulate = !first;
    for (std::int64_t panel = share.begin; panel < share.end; ++panel) {
      const T* const b = pack_panel(block, group, panel, scratch, s.b_step);
      s.b_inner = s_.ow * s.b_step;
      s.b_outer = block.rows * s.b_inner;
      s.c_row = panels_.step(panel);
      T* c = sums + panels_.begin(panel) * s_.taps() * channels_ +
             share.first_row * s.c_row;
      // The next panel's dy lies in one line here and one there, which no processor
      // sees coming; after the last panel, that of the next block. Few tiles could not
      // ask for so much without waiting.
      const std::int64_t pixels = block.images * block.rows * s_.ow;
      if (s_.out >= kFarApart && pixels * 2 < share.rows * 9) {
        s.ahead = panel + 1 < share.end
                      ? dy_of(block, group) + panels_.begin(panel + 1)
                      : dy_of(block, group + 1) + panels_.begin(share.begin);
        if (panel + 1 == share.end && group + 1 == s_.groups) {
          s.ahead += (pixels - 1) * s_.out;
        }
        s.ahead_step = s_.out;
        s.ahead_rows = pixels;
      }
      for (std::int64_t p = 0; p < s_.kh; ++p) {
        // Output rows whose tap p lies inside the image.
        std::int64_t low = block.first_row, high = low + block.rows;
        while (low < high && vertical_.pixel(low, p) < 0) ++low;
        while (low < high && vertical_.pixel(high - 1, p) >= s_.height) --high;
        s.inner = high - low;
        const T* const a = s.inner > 0 ? strip.at(vertical_.pixel(low, p)) : strip.data;
        s.b = b + (low - block.first_row) * s.b_inner;
        for (std::int64_t q = 0; q < (joined() ? 1 : s_.kw); ++q) {
          s.a = a + q * horizontal_.dilation * strip.pixel + share.first_row;
          s.c = c;
          sweep_rows(ops_, s, share.rows, panels_.across(panel));
          s.ahead_rows = 0;
          c += tap_rows() * s.c_row;
        }
      }
    }
  }

  const T* dy_of(const Block& block, std::int64_t group) const {
    return dy_ + ((block.first_image * s_.oh + block.first_row) * s_.ow) * s_.out +
           group * s_.group_out();
  }

  /// The columns of dy that belong to a panel, pixel after pixel.
  const T* pack_panel(const Block& block, std::int64_t group, std::int64_t panel,
                      T* scratch, std::int64_t& step) const {
    const T* const from = dy_of(block, group) + panels_.begin(panel);
    step = panels_.step(panel);
    // As it lies only where the panel is full: a group's columns may be fewer, and what
    // is beyond the last pixel's is not ours to read.
    if (s_.out == step && panels_.used(panel) == step) return from;
    gemm_.copy(from, s_.out, block.images * block.rows * s_.ow, panels_.used(panel),
               scratch, step);
    return scratch;
  }

  /// dw[out channel][in channel][tap] of `count` channels from c on, from a panel of
  /// [tap][in channel][out channel]. The parts' sums lie `size` apart.
  void unpack(std::int64_t panel, std::int64_t c, std::int64_t count, T* sums,
              std::int64_t size, T* dw) const {
    const std::int64_t taps = s_.taps(), step = panels_.step(panel);
    const detail::ScratchBuffer buffer(static_cast<std::size_t>(count * taps * step) *
                                       sizeof(T));
    T* const block = buffer.as<T>();
    for (std::int64_t tap = 0; tap < taps; ++tap) {
      T* const sum =
          sums + panels_.begin(panel) * taps * channels_ + (tap * channels_ + c) * step;
      add_parts(sum, parts_.parts, size, count * step);
      for (std::int64_t k = 0; k < count; ++k) {
        short_copy(sum + k * step, step, block + (k * taps + tap) * step);
      }
    }
    gemm_.turn(block, step, panels_.used(panel), count * taps,
               dw + panels_.begin(panel) * s_.filter_size() + c * taps,
               s_.filter_size());
  }

  const ConvShape& s_;
  const ConvOps<T>& ops_;
  const GemmOps<T>& gemm_;
  ConvAxis vertical_, horizontal_;
  std::int64_t channels_;
  Images<const T> in_;
  const T* dy_;
  StripPlan<T> plan_;
  ConvPanels<T> panels_;
  Split rows_;    // of an image, into blocks
  Split images_;  // into blocks of several, where they are small
  Split parts_;   // of the blocks: each has a sum of its own
};

}  // namespace

template <class T>
void direct_weight_gradient(const ConvShape& s, const T* x, const T* dy, T* dw,
                            const KernelTable& table) {
  WeightGradient<T>(s, x, dy, table).run(dw);
}

template void direct_weight_gradient(const ConvShape&, const float*, const float*,
                                     float*, const KernelTable&);
template void direct_weight_gradient(const ConvShape&, const double*, const double*,
                                     double*, const KernelTable&);

}  // namespace cairn::kernels
