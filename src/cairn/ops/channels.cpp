#include <cairn/ops/channels.h>

#include <algorithm>

#include <cairn/core/memory.h>
#include <cairn/core/parallel.h>
#include <cairn/core/tensor_impl.h>
#include <cairn/kernels/table.h>

namespace cairn::detail {

namespace reference = kernels::reference;

namespace {

const kernels::MathKernels& math() { return *kernels::kernels().math; }
const kernels::NormKernels& norm() { return *kernels::kernels().norm; }

// Sums are taken in this many parts at the most, each of about this many elements, and
// the parts are put together in order: the same whatever the number of threads.
constexpr std::int64_t kParts = 16;
constexpr std::int64_t kPartElements = 32768;

bool lies_channels_last(const Tensor& x) {
  std::int64_t expected = 1;
  const auto fits = [&](int d) {
    const bool here = x.size(d) == 1 || x.strides()[d] == expected;
    expected *= x.size(d);
    return here;
  };
  bool last = fits(1);
  for (int d = x.dim() - 1; d >= 2; --d) last = fits(d) && last;
  return fits(0) && last;
}

// The part of one channel's elements, or of all channels' rows, that is summed at once.
struct Parts {
  std::int64_t count;  // parts of a channel
  std::int64_t units;  // images or rows that they divide

  std::int64_t begin(std::int64_t part) const { return units * part / count; }
  std::int64_t size(std::int64_t part) const { return begin(part + 1) - begin(part); }
};

Parts parts_of(const Channels& s) {
  const std::int64_t units = s.last ? s.count() : s.view.images;
  const std::int64_t wanted = s.last
                                  ? s.count() * s.view.channels / kPartElements
                                  : kParts / std::max<std::int64_t>(s.view.channels, 1);
  return {std::clamp<std::int64_t>(std::min(wanted, units), 1, kParts), units};
}

// Two sums for each part of each channel, [parts, channels].
class Partial {
 public:
  Partial(const Channels& s, const Parts& parts)
      : channels_(s.view.channels),
        size_(static_cast<std::size_t>(parts.count * channels_)),
        scratch_(2 * size_ * sizeof(double)) {
    std::fill(first(0), first(0) + 2 * size_, 0.0);
  }
  double* first(std::int64_t part) const {
    return scratch_.as<double>() + part * channels_;
  }
  double* second(std::int64_t part) const { return first(part) + size_; }

 private:
  std::int64_t channels_;
  std::size_t size_;
  ScratchBuffer scratch_;
};

// Calls on_columns(part), or on_planes(part, channel), for all of them.
template <class OnColumns, class OnPlanes>
void each_part(const Channels& s, const Parts& parts, OnColumns on_columns,
               OnPlanes on_planes) {
  if (s.last) {
    parallel_for(parts.count, 1, [&](std::int64_t begin, std::int64_t end) {
      for (std::int64_t part = begin; part < end; ++part) on_columns(part);
    });
    return;
  }
  const std::int64_t elements = s.count() / parts.count;
  parallel_for(s.view.channels * parts.count, 1 + kPartElements / (elements + 1),
               [&](std::int64_t begin, std::int64_t end) {
                 for (std::int64_t job = begin; job < end; ++job) {
                   on_planes(job % parts.count, job / parts.count);
                 }
               });
}

// Sums of deviations from a pivot become the mean and the squares about it.
void about_mean(double pivot, double count, double* sum, double* product) {
  const double offset = *sum / count;
  *product = std::max(0.0, *product - *sum * offset);
  *sum = pivot + offset;
}

// The pivot is the mean of the part's first rows or pixels: whatever the numbers, few
// of them can lie far from it when measured by the part's own deviation.
void column_moments(const float* x, std::int64_t rows, std::int64_t cols, double* mean,
                    double* squares) {
  if (rows == 0) return;
  const ScratchBuffer scratch(static_cast<std::size_t>(cols) * sizeof(float));
  float* const pivot = scratch.as<float>();
  const std::int64_t first = std::min<std::int64_t>(rows, 16);
  math().column_sums(pivot, x, first, cols, false);
  math().div_scalar(pivot, pivot, static_cast<float>(first), cols);
  norm().moments_of_columns(mean, squares, x, pivot, rows, cols);
  for (std::int64_t c = 0; c < cols; ++c) {
    about_mean(pivot[c], static_cast<double>(rows), mean + c, squares + c);
  }
}

void plane_moments(const reference::ChannelView& v, const float* x, std::int64_t images,
                   double* mean, double* squares) {
  const std::int64_t count = images * v.pixels;
  if (count == 0) return;
  const std::int64_t first = std::min<std::int64_t>(v.pixels, 64);
  const auto pivot =
      static_cast<float>(math().sum(x, first) / static_cast<double>(first));
  for (std::int64_t i = 0; i < images; ++i) {
    norm().moments_of_plane(mean, squares, x + i * v.image_stride, pivot, v.pixels);
  }
  about_mean(pivot, static_cast<double>(count), mean, squares);
}

// Two groups' means and squares are those of both together (Chan, Golub and LeVeque).
void join_moments(const Channels& s, const Parts& parts, const Partial& partial,
                  double* mean, double* squares) {
  const std::int64_t channels = s.view.channels;
  const std::int64_t elements = s.last ? 1 : s.view.pixels;
  std::copy(partial.first(0), partial.first(0) + channels, mean);
  std::copy(partial.second(0), partial.second(0) + channels, squares);
  auto so_far = static_cast<double>(parts.size(0) * elements);
  for (std::int64_t part = 1; part < parts.count; ++part) {
    const auto more = static_cast<double>(parts.size(part) * elements);
    const double share = more / std::max(so_far + more, 1.0);
    for (std::int64_t c = 0; c < channels; ++c) {
      const double step = partial.first(part)[c] - mean[c];
      mean[c] += step * share;
      squares[c] += partial.second(part)[c] + step * step * so_far * share;
    }
    so_far += more;
  }
}

void moments(const Channels& s, const float* x, double* mean, double* squares) {
  const reference::ChannelView& v = s.view;
  const Parts parts = parts_of(s);
  const Partial partial(s, parts);
  each_part(
      s, parts,
      [&](std::int64_t part) {
        column_moments(x + parts.begin(part) * v.channels, parts.size(part), v.channels,
                       partial.first(part), partial.second(part));
      },
      [&](std::int64_t part, std::int64_t c) {
        const float* const plane =
            x + parts.begin(part) * v.image_stride + c * v.channel_stride;
        plane_moments(v, plane, parts.size(part), partial.first(part) + c,
                      partial.second(part) + c);
      });
  join_moments(s, parts, partial, mean, squares);
}

// The kernels' form of a gate, and the reference's.
template <class Gate, class T>
Gate gate_of(const ChannelScale& by) {
  if (!by.scale.defined()) return {};
  return {data_of<T>(by.scale), data_of<T>(by.shift)};
}

void gradient_sums(const Channels& s, const float* dy, const float* x,
                   const double* mean, double* sum, double* product,
                   kernels::ReluGate gate) {
  const reference::ChannelView& v = s.view;
  const ScratchBuffer scratch(static_cast<std::size_t>(v.channels) * sizeof(float));
  float* const pivot = scratch.as<float>();
  for (std::int64_t c = 0; c < v.channels; ++c) pivot[c] = static_cast<float>(mean[c]);
  const Parts parts = parts_of(s);
  const Partial partial(s, parts);
  each_part(
      s, parts,
      [&](std::int64_t part) {
        const std::int64_t at = parts.begin(part) * v.channels;
        norm().gradient_sums_of_columns(partial.first(part), partial.second(part),
                                        dy + at, x + at, pivot, parts.size(part),
                                        v.channels, gate);
      },
      [&](std::int64_t part, std::int64_t c) {
        for (std::int64_t i = 0; i < parts.size(part); ++i) {
          const std::int64_t at =
              (parts.begin(part) + i) * v.image_stride + c * v.channel_stride;
          norm().gradient_sums_of_plane(partial.first(part) + c,
                                        partial.second(part) + c, dy + at, x + at,
                                        pivot[c], v.pixels, gate.at(c));
        }
      });
  for (std::int64_t c = 0; c < v.channels; ++c) {
    sum[c] = product[c] = 0;
    for (std::int64_t part = 0; part < parts.count; ++part) {
      sum[c] += partial.first(part)[c], product[c] += partial.second(part)[c];
    }
    product[c] += (pivot[c] - mean[c]) * sum[c];  // what rounding the mean left over
  }
}

// Calls on_rows(first row, rows) or on_plane(offset, channel) so that all is visited.
template <class OnRows, class OnPlane>
void each_run(const Channels& s, OnRows on_rows, OnPlane on_plane) {
  const reference::ChannelView& v = s.view;
  constexpr std::int64_t kGrain = 16384;
  if (s.last) {
    parallel_for(
        s.count(), 1 + kGrain / (v.channels + 1),
        [&](std::int64_t begin, std::int64_t end) { on_rows(begin, end - begin); });
    return;
  }
  parallel_for(v.images * v.channels, 1 + kGrain / (v.pixels + 1),
               [&](std::int64_t begin, std::int64_t end) {
                 for (std::int64_t plane = begin; plane < end; ++plane) {
                   on_plane(plane * v.pixels, plane % v.channels);
                 }
               });
}

}  // namespace

Tensor in_channel_order(const Tensor& x) {
  return lies_channels_last(x) ? x.detach() : x.detach().contiguous();
}

Channels channels_of(const Tensor& x) {
  Channels s{};
  s.view.images = x.size(0), s.view.channels = x.size(1);
  s.view.pixels = 1;
  for (int d = 2; d < x.dim(); ++d) s.view.pixels *= x.size(d);
  // A single channel's plane is the longer run.
  s.last = s.view.channels > 1 && lies_channels_last(x);
  s.view.image_stride = s.view.channels * s.view.pixels;
  s.view.channel_stride = s.last ? 1 : s.view.pixels;
  s.view.pixel_stride = s.last ? s.view.channels : 1;
  return s;
}

void channel_moments(const Tensor& x, double* mean, double* squares) {
  const Channels s = channels_of(x);
  if (x.dtype() == DType::f32) return moments(s, data_of<float>(x), mean, squares);
  reference::channel_moments(s.view, data_of<double>(x), mean, squares);
}

void channel_gradient_sums(const Tensor& dy, const Tensor& x, const double* mean,
                           double* sum, double* product, const ChannelScale& gate) {
  const Channels s = channels_of(x);
  if (x.dtype() == DType::f32) {
    return gradient_sums(s, data_of<float>(dy), data_of<float>(x), mean, sum, product,
                         gate_of<kernels::ReluGate, float>(gate));
  }
  reference::channel_gradient_sums(s.view, data_of<double>(dy), data_of<double>(x),
                                   mean, sum, product,
                                   gate_of<reference::Gate<double>, double>(gate));
}

void scale_channels(const Tensor& y, const Tensor& x, const ChannelScale& by,
                    bool relu) {
  const Channels s = channels_of(x);
  if (x.dtype() == DType::f64) {
    return reference::scale_channels(s.view, data_of<double>(y), data_of<double>(x),
                                     data_of<double>(by.scale),
                                     data_of<double>(by.shift), relu);
  }
  float* const to = data_of<float>(y);
  const float *const from = data_of<float>(x), *const factor = data_of<float>(by.scale),
                     *const offset = data_of<float>(by.shift);
  each_run(
      s,
      [&](std::int64_t row, std::int64_t rows) {
        const std::int64_t at = row * s.view.channels;
        norm().scale_columns(to + at, from + at, factor, offset, rows, s.view.channels,
                             relu);
      },
      [&](std::int64_t at, std::int64_t c) {
        norm().scale_plane(to + at, from + at, factor[c], offset[c], s.view.pixels,
                           relu);
      });
}

void combine_channels(const Tensor& dx, const Tensor& dy, const Tensor& x,
                      const Tensor& a, const Tensor& b, const Tensor& c,
                      const ChannelScale& gate) {
  const Channels s = channels_of(x);
  if (x.dtype() == DType::f64) {
    return reference::combine_channels(s.view, data_of<double>(dx), data_of<double>(dy),
                                       data_of<double>(x), data_of<double>(a),
                                       data_of<double>(b), data_of<double>(c),
                                       gate_of<reference::Gate<double>, double>(gate));
  }
  const auto open = gate_of<kernels::ReluGate, float>(gate);
  float* const to = data_of<float>(dx);
  const float *const g = data_of<float>(dy), *const from = data_of<float>(x);
  const float *const fa = data_of<float>(a), *const fb = data_of<float>(b),
                     *const fc = data_of<float>(c);
  each_run(
      s,
      [&](std::int64_t row, std::int64_t rows) {
        const std::int64_t at = row * s.view.channels;
        norm().combine_columns(to + at, g + at, from + at, fa, fb, fc, rows,
                               s.view.channels, open);
      },
      [&](std::int64_t at, std::int64_t k) {
        norm().combine_plane(to + at, g + at, from + at, fa[k], fb[k], fc[k],
                             s.view.pixels, open.at(k));
      });
}

}  // namespace cairn::detail
