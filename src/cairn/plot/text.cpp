#include <cairn/plot/text.h>

#include <charconv>
#include <cmath>
#include <cstdint>

namespace cairn::plot {
namespace {

constexpr char kMinus[] = "\u2212";
constexpr char kReplacement[] = "\uFFFD";
constexpr double kSmall = 0.72;  // size of raised and lowered text

/// Length of the UTF-8 sequence at `text[at]` if XML allows its character, else 0.
std::size_t character_length(std::string_view text, std::size_t at) {
  const auto byte = [&](std::size_t i) { return static_cast<std::uint8_t>(text[i]); };
  const std::uint8_t first = byte(at);
  if (first < 0x80) {
    const bool allowed = first >= 0x20 || first == '\t' || first == '\n';
    return allowed && first != 0x7F ? 1 : 0;
  }
  const std::size_t length = first >= 0xF0   ? 4
                             : first >= 0xE0 ? 3
                             : first >= 0xC2 ? 2
                                             : 0;
  if (length == 0 || first > 0xF4 || at + length > text.size()) return 0;
  std::uint32_t code = first & (0x7F >> length);
  for (std::size_t i = 1; i < length; ++i) {
    if ((byte(at + i) & 0xC0) != 0x80) return 0;
    code = code << 6 | (byte(at + i) & 0x3F);
  }
  const bool overlong =
      (length == 3 && code < 0x800) || (length == 4 && code < 0x10000);
  const bool surrogate = code >= 0xD800 && code <= 0xDFFF;
  const bool noncharacter = (code & 0xFFFE) == 0xFFFE;
  const bool control = code < 0xA0;
  return overlong || surrogate || noncharacter || control || code > 0x10FFFF ? 0
                                                                             : length;
}

/// Width of an ASCII character as a share of the type size: that of the wider ones
/// among the common sans faces, since room left over does less harm than room that
/// lacks.
double character_width(char c) {
  const std::string_view narrow = "ijl.,:;|'!`", slim = "ftr()[]{}/\\ -\"I",
                         wide = "mwMW@%";
  if (narrow.find(c) != narrow.npos) return 0.31;
  if (slim.find(c) != slim.npos) return 0.40;
  if (wide.find(c) != wide.npos) return 0.95;
  if (c >= 'A' && c <= 'Z') return 0.71;
  return 0.62;
}

std::string group_thousands(std::string digits) {
  const std::size_t start = digits.compare(0, 3, kMinus) == 0 ? 3 : 0;
  const std::size_t end = std::min(digits.find('.'), digits.size());
  if (end - start < 5) return digits;
  for (std::size_t at = end - 3; at > start; at -= 3) {
    digits.insert(at, "\u202F");
    if (at < start + 4) break;
  }
  return digits;
}

}  // namespace

std::string coordinate(double value) {
  constexpr double kFar = 1e7;
  if (!std::isfinite(value)) value = 0;
  const long long hundredths =
      std::llround(std::fmax(-kFar, std::fmin(kFar, value)) * 100);
  const long long size = std::llabs(hundredths);
  std::string out = hundredths < 0 ? "-" : "";
  out += std::to_string(size / 100);
  if (size % 100 != 0) {
    out += '.';
    out += static_cast<char>('0' + size / 10 % 10);
    if (size % 10 != 0) out += static_cast<char>('0' + size % 10);
  }
  return out;
}

std::string fixed(double value, int decimals) {
  if (std::isnan(value)) return "NaN";
  if (std::isinf(value)) return value < 0 ? std::string(kMinus) + "∞" : "∞";
  char buffer[400];
  const auto result = std::to_chars(buffer, buffer + sizeof buffer, std::fabs(value),
                                    std::chars_format::fixed, decimals);
  const std::string digits(buffer, result.ptr);
  const bool zero = digits.find_first_not_of("0.") == digits.npos;
  return value < 0 && !zero ? kMinus + digits : digits;
}

std::string readable(double value) {
  const double size = std::fabs(value);
  if (value == 0 || !std::isfinite(value)) return fixed(value, 0);
  if (size < 1e-3 || size >= 1e7) {
    int exponent = static_cast<int>(std::floor(std::log10(size)));
    double mantissa = value / std::pow(10.0, exponent);
    if (std::fabs(mantissa) >= 9.995) mantissa /= 10, ++exponent;
    std::string digits = fixed(mantissa, 2);
    while (digits.back() == '0') digits.pop_back();
    if (digits.back() == '.') digits.pop_back();
    return digits + "×10^{" + fixed(exponent, 0) + "}";
  }
  const int decimals = size >= 100 ? 0 : size >= 10 ? 1 : size >= 1 ? 2 : 3;
  std::string digits = fixed(value, size < 0.1 ? 4 : decimals);
  if (digits.find('.') != digits.npos) {
    while (digits.back() == '0') digits.pop_back();
    if (digits.back() == '.') digits.pop_back();
  }
  return group_thousands(digits);
}

std::string escape(std::string_view text) {
  std::string out;
  out.reserve(text.size());
  for (std::size_t at = 0; at < text.size();) {
    const std::size_t length = character_length(text, at);
    if (length == 0) {
      out += kReplacement;
      ++at;
      continue;
    }
    switch (text[at]) {
      case '&':
        out += "&amp;";
        break;
      case '<':
        out += "&lt;";
        break;
      case '>':
        out += "&gt;";
        break;
      case '"':
        out += "&quot;";
        break;
      case '\'':
        out += "&#39;";
        break;
      // An inline picture in Markdown must hold no empty line and no stray formula.
      case '\n':
      case '\t':
        out += ' ';
        break;
      case '$':
        out += "&#36;";
        break;
      default:
        out.append(text, at, length);
    }
    at += length;
  }
  return out;
}

std::vector<Run> rich_runs(std::string_view markup) {
  std::vector<Run> runs;
  const auto append = [&](std::string_view text, int level) {
    if (text.empty()) return;
    if (runs.empty() || runs.back().level != level) runs.push_back({"", level});
    runs.back().text += text;
  };
  const auto one = [&](std::size_t at) {
    return std::max<std::size_t>(1, character_length(markup, at));
  };
  for (std::size_t at = 0; at < markup.size();) {
    const char c = markup[at];
    const bool shift = (c == '_' || c == '^') && at + 1 < markup.size();
    if (c == '\\' && at + 1 < markup.size()) {
      append(markup.substr(at + 1, one(at + 1)), 0);
      at += 1 + one(at + 1);
    } else if (shift) {
      const int level = c == '_' ? -1 : 1;
      const std::size_t close =
          markup[at + 1] == '{' ? markup.find('}', at + 2) : markup.npos;
      if (close != markup.npos) {
        append(markup.substr(at + 2, close - at - 2), level);
        at = close + 1;
      } else {
        append(markup.substr(at + 1, one(at + 1)), level);
        at += 1 + one(at + 1);
      }
    } else {
      append(markup.substr(at, one(at)), 0);
      at += one(at);
    }
  }
  return runs;
}

double text_width(std::string_view text, double size, bool bold) {
  double width = 0;
  for (const char c : text) {
    const auto byte = static_cast<std::uint8_t>(c);
    if (byte < 0x80) {
      width += character_width(c);
    } else if (byte >= 0xC0) {  // the first byte of a longer character
      width += byte >= 0xE3 ? 1.0 : byte == 0xE2 ? 0.8 : 0.65;
    }
  }
  return width * size * (bold ? 1.1 : 1.0);
}

double rich_width(std::string_view markup, double size) {
  double width = 0;
  for (const Run& run : rich_runs(markup)) {
    width += text_width(run.text, run.level == 0 ? size : size * kSmall);
  }
  return width;
}

std::vector<std::string> split_lines(std::string_view text) {
  std::vector<std::string> lines(1);
  for (const char c : text) {
    if (c == '\n') {
      lines.emplace_back();
    } else {
      lines.back() += c;
    }
  }
  return lines;
}

std::vector<std::string> wrap(std::string_view text, double width, double size,
                              bool bold) {
  std::vector<std::string> lines;
  for (const std::string& paragraph : split_lines(text)) {
    std::string line;
    std::size_t at = 0;
    while (at < paragraph.size()) {
      const std::size_t end = std::min(paragraph.find(' ', at), paragraph.size());
      const std::string word = paragraph.substr(at, end - at);
      const std::string longer = line.empty() ? word : line + ' ' + word;
      if (!line.empty() && text_width(longer, size, bold) > width) {
        lines.push_back(line);
        line = word;
      } else {
        line = longer;
      }
      at = end + 1;
    }
    if (!line.empty()) lines.push_back(line);
  }
  return lines;
}

}  // namespace cairn::plot
