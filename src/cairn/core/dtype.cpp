#include <cairn/core/dtype.h>

#include <cairn/core/text.h>

namespace cairn {

const char* dtype_name(DType dtype) {
  switch (dtype) {
    case DType::f32:
      return "f32";
    case DType::f64:
      return "f64";
    case DType::i64:
      return "i64";
    case DType::u8:
      return "u8";
  }
  return "?";
}

std::size_t dtype_size(DType dtype) {
  return detail::visit_dtype(dtype, [](auto zero) { return sizeof zero; });
}

namespace detail {

void require_floating(DType dtype, const char* operation) {
  if (is_floating(dtype)) return;
  throw DTypeError(concat(operation, " works on real numbers (f32 or f64), not on ",
                          dtype, "; convert first with .to(cairn::f32)"));
}

bool fits(double v, DType dtype) {
  if (is_floating(dtype)) return true;
  if (dtype == DType::u8) return v > -1 && v < 256;
  return v >= -0x1p63 && v < 0x1p63;
}

void require_fits(double v, DType dtype, const char* operation) {
  if (fits(v, dtype)) return;
  throw ValueError(concat(operation, ": ", v, " is no number of dtype ", dtype,
                          dtype == DType::u8 ? ", which holds 0 to 255" : "",
                          "; take another dtype"));
}

}  // namespace detail
}  // namespace cairn
