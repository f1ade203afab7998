#include <cairn/ops/conv_shape.h>

#include <cairn/core/error.h>
#include <cairn/core/text.h>

namespace cairn::detail {

void check_window(const Window& window, const char* operation) {
  for (int axis = 0; axis < 2; ++axis) {
    if (window.stride[axis] < 1 || window.dilation[axis] < 1 ||
        window.padding[axis] < 0) {
      throw ValueError(
          concat(operation, ": stride ", window.stride[axis], ", dilation ",
                 window.dilation[axis], " and padding ", window.padding[axis],
                 " are not possible; stride and dilation start at 1, padding "
                 "at 0"));
    }
  }
}

std::int64_t window_positions(std::int64_t extent, std::int64_t size,
                              const Window& window, int axis, const char* operation) {
  const std::int64_t reach = window.dilation[axis] * (size - 1) + 1;
  const std::int64_t room = extent + 2 * window.padding[axis] - reach;
  if (size < 1 || room < 0) {
    throw ShapeError(concat(operation, ": a window that reaches over ", reach, " ",
                            axis == 0 ? "rows" : "columns", " does not fit into ",
                            extent, " with a padding of ", window.padding[axis],
                            "; use a smaller window or more padding"));
  }
  return room / window.stride[axis] + 1;
}

}  // namespace cairn::detail
