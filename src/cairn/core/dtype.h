#pragma once

#include <cstddef>
#include <cstdint>
#include <limits>
#include <string>
#include <type_traits>

#include <cairn/core/error.h>

namespace cairn {

/// What a tensor's elements are. f32 is the default everywhere; f64 is for checking
/// gradients; i64 for labels and indices; u8 for images as they lie in files and for
/// the truth values of comparisons.
enum class DType : std::uint8_t { f32, f64, i64, u8 };

/// The same names without the enumeration's: zeros(shape, f64).
///@{
constexpr DType f32 = DType::f32;
constexpr DType f64 = DType::f64;
constexpr DType i64 = DType::i64;
constexpr DType u8 = DType::u8;
///@}

/// "f32", "f64", "i64" or "u8".
CAIRN_API const char* dtype_name(DType dtype);

/// Bytes an element takes.
CAIRN_API std::size_t dtype_size(DType dtype);

/// Whether a dtype holds real numbers: f32 or f64.
constexpr bool is_floating(DType dtype) {
  return dtype == DType::f32 || dtype == DType::f64;
}

namespace detail {

template <class T>
constexpr DType dtype_of() {
  if constexpr (std::is_same_v<T, float>) {
    return DType::f32;
  } else if constexpr (std::is_same_v<T, double>) {
    return DType::f64;
  } else if constexpr (std::is_same_v<T, std::int64_t>) {
    return DType::i64;
  } else {
    static_assert(std::is_same_v<T, std::uint8_t>,
                  "a tensor holds float, double, std::int64_t or std::uint8_t");
    return DType::u8;
  }
}

/// v as a T: cut towards zero, and to the ends of what an integer holds, where C++ leaves
/// the result undefined. NaN becomes the lowest integer.
template <class T>
T saturated(double v) {
  if constexpr (std::is_integral_v<T>) {
    constexpr T kLowest = std::numeric_limits<T>::lowest();
    constexpr T kHighest = std::numeric_limits<T>::max();
    if (!(v > static_cast<double>(kLowest))) return kLowest;
    if (v >= static_cast<double>(kHighest)) return kHighest;
  }
  return static_cast<T>(v);
}

/// Whether tensors of `dtype` can hold the whole part of v.
CAIRN_API bool fits(double v, DType dtype);
/// Throws ValueError naming `operation` unless they can.
CAIRN_API void require_fits(double v, DType dtype, const char* operation);

inline void append_text(std::string& out, DType dtype) { out += dtype_name(dtype); }

/// Calls f with a value of the C++ type behind `dtype`: `visit(d, [&](auto zero) {…})`.
template <class F>
decltype(auto) visit_dtype(DType dtype, F&& f) {
  switch (dtype) {
    case DType::f64:
      return f(double{});
    case DType::i64:
      return f(std::int64_t{});
    case DType::u8:
      return f(std::uint8_t{});
    case DType::f32:
      break;
  }
  return f(float{});
}

/// The same for operations on real numbers only. Throws DTypeError naming `operation`.
CAIRN_API void require_floating(DType dtype, const char* operation);

template <class F>
decltype(auto) visit_floating(DType dtype, const char* operation, F&& f) {
  require_floating(dtype, operation);
  if (dtype == DType::f64) return f(double{});
  return f(float{});
}

}  // namespace detail
}  // namespace cairn
