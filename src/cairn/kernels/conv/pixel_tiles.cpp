#include <cairn/kernels/conv/pixel_tiles.h>

namespace cairn::kernels {
namespace {

/// The longest piece of which a stretch consists.
int longest_piece(std::int64_t stretch) {
  int best = 0;
  for (int k = 1; k < kPieceLengths; ++k) {
    if (stretch % kPieces[k] == 0) best = k;
  }
  return best;
}

}  // namespace

template <class T>
PixelTiles<T>::PixelTiles(const ConvOps<T>& ops, const Correlation<T>& c,
                          const StripPlan<T>& plan, std::int64_t rows)
    : ops_(ops),
      c_(c),
      rows_(rows),
      length_(longest_piece(c.stretch())),
      piece_(kPieces[length_]),
      lists_(static_cast<std::size_t>(rows * c.out.width + c.depth() / piece_ + 1) *
             sizeof(std::int64_t)) {
  list_pixels(plan);
  list_pieces(plan);
}

/// Where the pixels of some rows begin, from the first on.
template <class T>
void PixelTiles<T>::list_pixels(const StripPlan<T>& plan) const {
  const std::int64_t down = c_.vertical.stride * plan.row();
  const std::int64_t right = c_.horizontal.stride * plan.pixel();
  const std::int64_t width = c_.out.width;
  std::int64_t* const first = from();
  for (std::int64_t j = 0; j < width; ++j) first[j] = j * right;
  for (std::int64_t i = 1; i < rows_; ++i) {
    std::int64_t* const to = first + i * width;
    for (std::int64_t j = 0; j < width; ++j) to[j] = first[j] + i * down;
  }
}

/// Where the pieces of all taps begin.
template <class T>
void PixelTiles<T>::list_pieces(const StripPlan<T>& plan) const {
  const ConvAxis& h = c_.horizontal;
  const std::int64_t stretches = c_.joined() ? 1 : h.taps;  // in a row of taps
  std::int64_t* to = pieces();
  for (std::int64_t p = 0; p < c_.vertical.taps; ++p) {
    for (std::int64_t q = 0; q < stretches; ++q) {
      const std::int64_t begin =
          p * c_.vertical.dilation * plan.row() + q * h.dilation * plan.pixel();
      for (std::int64_t k = 0; k < c_.stretch(); k += piece_) *to++ = begin + k;
    }
  }
}

/// How many rows from i on can be one list of pixels: they meet the same taps, and the
/// results of one end where those of the next begin.
template <class T>
std::int64_t PixelTiles<T>::rows_alike(std::int64_t i, std::int64_t end) const {
  const ConvAxis::Taps taps = c_.vertical.inside(i, c_.in.height);
  std::int64_t next = i + 1;
  if (c_.out.row != c_.out.width * c_.out.pixel) return 1;
  for (; next < end; ++next) {
    const ConvAxis::Taps there = c_.vertical.inside(next, c_.in.height);
    if (there.first != taps.first || there.last != taps.last) break;
  }
  return next - i;
}

template <class T>
void PixelTiles<T>::run(const Correlation<T>& c, const Strip<T>& strip, std::int64_t n,
                        std::int64_t begin, std::int64_t end) const {
  const std::int64_t row_depth = c.horizontal.taps * c.in.channels;
  ConvPixels<T> call{};
  call.from = from();
  call.pieces = pieces();
  call.y_step = c.out.pixel;
  call.relu = c.relu;
  for (std::int64_t panel = 0; panel < c.panels.count(); ++panel) {
    const std::int64_t column = c.panels.begin(panel), step = c.panels.step(panel);
    const auto kernel = ops_.pixels[c.panels.across(panel)].of_length[length_];
    call.tail = c.panels.tail(panel);
    call.bias = c.bias == nullptr ? nullptr : c.bias + column;
    for (std::int64_t i = begin; i < end;) {
      const std::int64_t rows = rows_alike(i, end);
      const ConvAxis::Taps taps = c.vertical.inside(i, c.in.height);
      call.pixels = rows * c.out.width;
      call.depth = (taps.last - taps.first) * row_depth;
      call.x = call.depth > 0 ? strip.at(c.vertical.pixel(i, taps.first)) : strip.data;
      call.w = c.filters + column * c.depth() + taps.first * row_depth * step;
      call.y = c.out.data + n * c.out.image + i * c.out.row + column;
      kernel(call);
      i += rows;
    }
  }
}

template class PixelTiles<float>;
template class PixelTiles<double>;

}  // namespace cairn::kernels
