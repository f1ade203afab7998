// Text of a tensor, laid out as NumPy lays it out: numbers aligned on their decimal
// points, at most eight decimals, long dimensions shortened to three entries at each
// end.
#include <algorithm>
#include <charconv>
#include <cmath>
#include <ostream>

#include <cairn/core/tensor.h>
#include <cairn/core/tensor_impl.h>
#include <cairn/core/text.h>

namespace cairn {
namespace {

constexpr std::int64_t kThreshold = 1000;  // more elements than this are shortened
constexpr std::int64_t kEdge = 3;
constexpr int kPrecision = 8;

double element(const Tensor& t, std::int64_t offset) {
  return detail::visit_dtype(t.dtype(), [&](auto zero) {
    return static_cast<double>(detail::data_of<decltype(zero)>(t)[offset]);
  });
}

// Visits the offsets of the elements that will be shown.
template <class F>
void each_shown(const Tensor& t, bool shorten, int d, std::int64_t offset, F&& f) {
  if (d == t.dim()) {
    f(offset);
    return;
  }
  const std::int64_t n = t.shape()[d];
  for (std::int64_t i = 0; i < n; ++i) {
    if (shorten && n > 2 * kEdge && i == kEdge) i = n - kEdge;
    each_shown(t, shorten, d + 1, offset + i * t.strides()[d], f);
  }
}

// How all numbers of one tensor are written, chosen from the ones that are shown.
class Format {
 public:
  Format(const Tensor& t, bool shorten) : tensor_(t) {
    double largest = 0, smallest = INFINITY;
    each_shown(t, shorten, 0, 0, [&](std::int64_t at) {
      const double x = std::abs(element(tensor_, at));
      if (!std::isfinite(x) || x == 0) return;
      largest = std::max(largest, x);
      smallest = std::min(smallest, x);
    });
    scientific_ = is_floating(t.dtype()) && largest > 0 &&
                  (largest >= 1e8 || smallest < 1e-4 || largest / smallest > 1e3) &&
                  !all_whole(shorten, largest);
    std::size_t words = 0;  // nan and inf, which have no decimal point to align
    each_shown(t, shorten, 0, 0, [&](std::int64_t at) {
      const double x = element(tensor_, at);
      const std::string text = write(x);
      if (!std::isfinite(x)) {
        words = std::max(words, text.size());
        return;
      }
      const std::size_t point = std::min(text.find('.'), text.size());
      before_ = std::max(before_, point);
      after_ = std::max(after_, text.size() - point);
    });
    if (before_ + after_ < words) before_ = words - after_;
  }

  std::string operator()(std::int64_t at) const {
    std::string text = write(element(tensor_, at));
    const std::size_t point = std::min(text.find('.'), text.size());
    if (point == text.size() && after_ > 0) {  // an integer, nan or inf: to the right
      return std::string(before_ + after_ - text.size(), ' ') + text;
    }
    text.append(after_ - (text.size() - point), ' ');
    return std::string(before_ - point, ' ') + text;
  }

 private:
  bool all_whole(bool shorten, double largest) const {
    bool whole = largest < 1e8;
    each_shown(tensor_, shorten, 0, 0, [&](std::int64_t at) {
      const double x = element(tensor_, at);
      if (std::isfinite(x) && x != std::floor(x)) whole = false;
    });
    return whole;
  }

  std::string write(double x) const {
    if (!is_floating(tensor_.dtype())) {
      return std::to_string(static_cast<std::int64_t>(x));
    }
    if (!std::isfinite(x)) return detail::number_text(x);
    char buffer[64];
    char* const end = buffer + sizeof buffer;
    const auto format =
        scientific_ ? std::chars_format::scientific : std::chars_format::fixed;
    const bool single = tensor_.dtype() == DType::f32;
    auto written = single ? std::to_chars(buffer, end, static_cast<float>(x), format)
                          : std::to_chars(buffer, end, x, format);
    std::string text(buffer, written.ptr);
    if (decimals(text) > kPrecision) {
      written = std::to_chars(buffer, end, x, format, kPrecision);
      text.assign(buffer, written.ptr);
    }
    return scientific_ ? with_point(text) : trimmed(text);
  }

  static int decimals(const std::string& text) {
    const std::size_t point = text.find('.');
    if (point == std::string::npos) return 0;
    return static_cast<int>(std::min(text.find('e'), text.size()) - point) - 1;
  }

  static std::string with_point(std::string text) {
    if (text.find('.') == std::string::npos) text.insert(text.find('e'), ".");
    return text;
  }

  static std::string trimmed(std::string text) {
    if (text.find('.') == std::string::npos) return text + ".";
    while (text.back() == '0') text.pop_back();
    return text;
  }

  const Tensor& tensor_;
  bool scientific_ = false;
  std::size_t before_ = 0;  // characters before the decimal point
  std::size_t after_ = 0;   // the point and what follows
};

void write(const Tensor& t, const Format& format, bool shorten, int d,
           std::int64_t offset, std::string& out) {
  if (d == t.dim()) {
    out += format(offset);
    return;
  }
  // Between the parts of an outer dimension stand line breaks, one for each level.
  const int depth = t.dim() - d - 1;
  const std::string separator =
      depth == 0 ? " "
                 : std::string(static_cast<std::size_t>(depth), '\n') +
                       std::string(static_cast<std::size_t>(d) + 1, ' ');
  out += '[';
  const std::int64_t n = t.shape()[d];
  for (std::int64_t i = 0; i < n; ++i) {
    if (i > 0) out += separator;
    if (shorten && n > 2 * kEdge && i == kEdge) {
      out += "..." + separator;
      i = n - kEdge;
    }
    write(t, format, shorten, d + 1, offset + i * t.strides()[d], out);
  }
  out += ']';
}

}  // namespace

std::string Tensor::to_string() const {
  if (!defined()) return "undefined";
  const Tensor plain = detach();
  const bool shorten = numel() > kThreshold;
  std::string out;
  write(plain, Format(plain, shorten), shorten, 0, 0, out);
  return out;
}

std::ostream& operator<<(std::ostream& stream, const Tensor& tensor) {
  return stream << tensor.to_string();
}

}  // namespace cairn
