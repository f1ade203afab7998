#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <type_traits>

#include <cairn/export.h>

namespace cairn::detail {

/// A number as short text that reads back: 0.1, 3, 1e-07; nan and inf as such.
/// Does not depend on the locale.
CAIRN_API std::string number_text(double value);

inline void append_text(std::string& out, std::string_view text) { out += text; }
inline void append_text(std::string& out, char c) { out += c; }
inline void append_text(std::string& out, const char* text) { out += text; }
inline void append_text(std::string& out, const std::string& text) { out += text; }

template <class T, class = std::enable_if_t<std::is_arithmetic_v<T>>>
void append_text(std::string& out, T value) {
  if constexpr (std::is_integral_v<T>) {
    out += std::to_string(value);
  } else {
    out += number_text(static_cast<double>(value));
  }
}

/// Joins its arguments into one string: the way error texts are made.
template <class... Parts>
std::string concat(const Parts&... parts) {
  std::string out;
  (append_text(out, parts), ...);
  return out;
}

}  // namespace cairn::detail
