#include <cairn/kernels/recurrent/step_panels.h>

#include <cairn/kernels/cpu.h>

namespace cairn::kernels {
namespace {

// Half of the L1 for a panel, or an eighth of the L2 for a wide one, as in tile_loops.h.
template <class T>
std::int64_t depth_at_once(const GemmOps<T>& ops, std::int64_t vectors) {
  const auto bytes = static_cast<std::int64_t>(sizeof(T)) * ops.width;
  const CacheSizes& cache = cache_sizes();
  const std::int64_t room = bytes >= 64 ? cache.l2 / 8 : cache.l1 / 2;
  return std::clamp<std::int64_t>(room / (bytes * vectors), 128, 1024);
}

}  // namespace

template <class T>
StepPanels<T>::StepPanels(const GemmOps<T>& ops, std::int64_t rows, std::int64_t depth,
                          std::int64_t columns, int matrices)
    : ops_(ops),
      rows_(rows),
      columns_(columns),
      matrices_(matrices),
      panels_(split_panels(ceil_div(columns, ops.width), widest_tile(ops, rows))),
      depth_(
          Split::at_most(depth, depth_at_once(ops, panels_.size(panels_.parts - 1)))),
      panel_size_(depth * panels_.size(panels_.parts - 1) * ops.width),
      buffer_(static_cast<std::size_t>(panels_.parts * matrices * panel_size_) *
              sizeof(T)) {}

template <class T>
std::int64_t StepPanels<T>::size(std::int64_t j) const {
  return std::min(step(j), columns_ - begin(j));
}

template <class T>
void StepPanels<T>::copy_transposed(int matrix, const T* w, std::int64_t w_row) {
  for (std::int64_t j = 0; j < panels(); ++j) {
    ops_.transpose(w + begin(j) * w_row, w_row, depth_.n, size(j), at(j, matrix),
                   step(j));
  }
}

template <class T>
void StepPanels<T>::copy_rows(std::int64_t first, const T* w, std::int64_t w_row,
                              std::int64_t depth) {
  for (std::int64_t j = 0; j < panels(); ++j) {
    ops_.copy(w + begin(j), w_row, depth, size(j), at(j, 0) + first * step(j), step(j));
  }
}

template <class T>
void StepPanels<T>::multiply(std::int64_t j, int matrix, const T* a, std::int64_t a_row,
                             T beta, const T* bias, T* c, std::int64_t c_row) const {
  for (std::int64_t part = 0; part < depth_.parts; ++part) {
    multiply_part(part, j, matrix, a, a_row, beta, bias, c, c_row);
  }
}

template <class T>
void StepPanels<T>::multiply_part(std::int64_t part, std::int64_t j, int matrix,
                                  const T* a, std::int64_t a_row, T beta, const T* bias,
                                  T* c, std::int64_t c_row) const {
  const bool first = part == 0;
  GemmTile<T> t{};
  t.k = depth_.size(part);
  t.a = a + depth_.begin(part);
  t.b = at(j, matrix) + depth_.begin(part) * step(j);
  t.a_row = a_row;
  t.a_step = 1;
  t.b_step = step(j);
  t.b_padded = true;
  t.b_ahead = t.b_ahead_next = 8;
  t.c = c;
  t.c_row = c_row;
  t.tail = static_cast<int>(size(j) - (panels_.size(j) - 1) * ops_.width);
  t.finish = {T(1), first ? beta : T(1), first ? bias : nullptr, nullptr, false};
  run_tile_column(ops_, panels_.size(j), rows_, t);
}

template class StepPanels<float>;
template class StepPanels<double>;

}  // namespace cairn::kernels
