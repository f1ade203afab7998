#include <cairn/core/text.h>

#include <charconv>
#include <cmath>

namespace cairn::detail {

std::string number_text(double value) {
  if (std::isnan(value)) return "nan";
  if (std::isinf(value)) return value > 0 ? "inf" : "-inf";
  char buffer[32];
  char* const end = buffer + sizeof buffer;
  // A value that began as a float reads better with a float's digits.
  const auto single = static_cast<float>(value);
  const auto written = static_cast<double>(single) == value
                           ? std::to_chars(buffer, end, single)
                           : std::to_chars(buffer, end, value);
  return std::string(buffer, written.ptr);
}

}  // namespace cairn::detail
