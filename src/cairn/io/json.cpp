#include <cairn/io/json.h>

#include <cstdio>

#include <cairn/core/error.h>
#include <cairn/core/text.h>

namespace cairn::io {
namespace {

// A header nested deeper than this is an attack on the stack.
constexpr int kMaxDepth = 16;

class Parser {
 public:
  Parser(std::string_view text, const std::string& source)
      : text_(text), source_(source) {}

  Json document() {
    Json value = parse_value(0);
    skip_spaces();
    if (at_ != text_.size()) fail("something follows the JSON value");
    return value;
  }

 private:
  [[noreturn]] void fail(const char* what) const {
    throw FormatError(detail::concat(source_, ": ", what, " (character ", at_,
                                     " of the JSON header)"));
  }

  void skip_spaces() {
    while (at_ < text_.size() &&
           std::string_view(" \t\r\n").find(text_[at_]) != std::string_view::npos) {
      ++at_;
    }
  }

  char peek() {
    skip_spaces();
    if (at_ == text_.size()) fail("the JSON text ends too early");
    return text_[at_];
  }

  bool take(char c) {
    if (peek() != c) return false;
    ++at_;
    return true;
  }

  void expect(char c, const char* what) {
    if (!take(c)) fail(what);
  }

  Json parse_value(int depth) {
    if (depth > kMaxDepth) fail("the JSON text is nested too deeply");
    Json value;
    const char c = peek();
    if (c == '{') {
      parse_object(value, depth);
    } else if (c == '[') {
      parse_array(value, depth);
    } else if (c == '"') {
      value.kind = Json::Kind::string;
      value.text = parse_string();
    } else if (c >= '0' && c <= '9') {
      value.kind = Json::Kind::integer;
      value.number = parse_integer();
    } else {
      fail("expected an object, an array, a string or a whole number");
    }
    return value;
  }

  void parse_object(Json& value, int depth) {
    value.kind = Json::Kind::object;
    expect('{', "expected {");
    if (take('}')) return;
    do {
      if (peek() != '"') fail("expected a name in quotes");
      std::string name = parse_string();
      if (value.find(name) != nullptr) fail("a name stands twice in one object");
      expect(':', "expected : after a name");
      value.members.emplace_back(std::move(name), parse_value(depth + 1));
    } while (take(','));
    expect('}', "expected , or }");
  }

  void parse_array(Json& value, int depth) {
    value.kind = Json::Kind::array;
    expect('[', "expected [");
    if (take(']')) return;
    do value.items.push_back(parse_value(depth + 1));
    while (take(','));
    expect(']', "expected , or ]");
  }

  std::int64_t parse_integer() {
    std::int64_t number = 0;
    for (; at_ < text_.size() && text_[at_] >= '0' && text_[at_] <= '9'; ++at_) {
      if (__builtin_mul_overflow(number, 10, &number) ||
          __builtin_add_overflow(number, text_[at_] - '0', &number)) {
        fail("a number is too large");
      }
    }
    if (at_ < text_.size() &&
        (text_[at_] == '.' || text_[at_] == 'e' || text_[at_] == 'E')) {
      fail("expected a whole number");
    }
    return number;
  }

  std::string parse_string() {
    ++at_;  // the opening quote
    std::string out;
    while (true) {
      if (at_ == text_.size()) fail("a string has no closing quote");
      const char c = text_[at_++];
      if (c == '"') return out;
      if (static_cast<unsigned char>(c) < 0x20) fail("a control character in a string");
      if (c == '\\') append_escape(out);
      else out += c;
    }
  }

  void append_escape(std::string& out) {
    if (at_ == text_.size()) fail("a string has no closing quote");
    const char c = text_[at_++];
    const std::string_view plain = "\"\\/bfnrt";
    const std::size_t which = plain.find(c);
    if (which != std::string_view::npos) out += "\"\\/\b\f\n\r\t"[which];
    else if (c == 'u') append_utf8(out, parse_code_point());
    else fail("an unknown escape in a string");
  }

  unsigned parse_hex4() {
    if (text_.size() - at_ < 4) fail("an escape \\u needs four hexadecimal digits");
    unsigned value = 0;
    for (int i = 0; i < 4; ++i) {
      const char c = text_[at_++];
      const std::string_view digits = "0123456789abcdef";
      const std::size_t digit =
          digits.find(static_cast<char>(c | (c > '9' ? 0x20 : 0)));
      if (digit == std::string_view::npos) {
        fail("an escape \\u needs four hexadecimal digits");
      }
      value = value * 16 + static_cast<unsigned>(digit);
    }
    return value;
  }

  unsigned parse_code_point() {
    const unsigned first = parse_hex4();
    if (first < 0xD800 || first > 0xDFFF) return first;
    const bool paired = first < 0xDC00 && text_.substr(at_, 2) == "\\u";
    if (paired) at_ += 2;
    const unsigned second = paired ? parse_hex4() : 0;
    if (second < 0xDC00 || second > 0xDFFF) fail("half of a surrogate pair");
    return 0x10000 + ((first - 0xD800) << 10) + (second - 0xDC00);
  }

  static void append_utf8(std::string& out, unsigned code) {
    const auto put = [&out](unsigned byte) { out += static_cast<char>(byte); };
    if (code < 0x80) {
      put(code);
    } else if (code < 0x800) {
      put(0xC0 | code >> 6), put(0x80 | (code & 0x3F));
    } else if (code < 0x10000) {
      put(0xE0 | code >> 12), put(0x80 | (code >> 6 & 0x3F)), put(0x80 | (code & 0x3F));
    } else {
      put(0xF0 | code >> 18), put(0x80 | (code >> 12 & 0x3F));
      put(0x80 | (code >> 6 & 0x3F)), put(0x80 | (code & 0x3F));
    }
  }

  std::string_view text_;
  const std::string& source_;
  std::size_t at_ = 0;
};

}  // namespace

const Json* Json::find(std::string_view name) const {
  for (const auto& [key, value] : members) {
    if (key == name) return &value;
  }
  return nullptr;
}

Json parse_json(std::string_view text, const std::string& source) {
  return Parser(text, source).document();
}

std::string json_string(std::string_view text) {
  std::string out = "\"";
  for (const char c : text) {
    if (c == '"' || c == '\\') {
      out += '\\';
      out += c;
    } else if (static_cast<unsigned char>(c) < 0x20) {
      char escape[8];
      std::snprintf(escape, sizeof escape, "\\u%04x", static_cast<unsigned>(c));
      out += escape;
    } else {
      out += c;
    }
  }
  return out + '"';
}

}  // namespace cairn::io
