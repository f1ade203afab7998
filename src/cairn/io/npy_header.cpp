#include <cairn/io/npy_header.h>

#include <algorithm>
#include <utility>

#include <cairn/core/error.h>
#include <cairn/core/text.h>

namespace cairn::io {
namespace {

using detail::concat;

constexpr std::string_view kMagic = "\x93NUMPY";
constexpr std::size_t kAlignment = 64;
// NumPy leaves room for the first size to grow to this many digits.
constexpr std::size_t kGrowth = 21;

/// Reads the Python dictionary of a header: three keys in any order, and nothing that
/// would need Python to be understood.
class DictReader {
 public:
  DictReader(std::string_view text, const std::string& place)
      : text_(text), place_(place) {}

  NpyHeader read() {
    expect('{');
    while (!take('}')) {
      read_entry(quoted());
      if (take(',')) continue;
      expect('}');
      break;
    }
    skip_blanks();
    if (at_ < text_.size()) fail("something follows the closing brace");
    if (!has_descr_ || !has_order_ || !has_shape_) {
      fail("it lacks 'descr', 'fortran_order' or 'shape'");
    }
    return header_;
  }

 private:
  [[noreturn]] void fail(const std::string& what) const {
    throw FormatError(concat(place_, " has a header that is damaged at its character ",
                             at_, ": ", what, "; fetch or write the file anew"));
  }

  void skip_blanks() {
    while (at_ < text_.size() && (text_[at_] == ' ' || text_[at_] == '\n')) ++at_;
  }
  bool take(char c) {
    skip_blanks();
    if (at_ >= text_.size() || text_[at_] != c) return false;
    ++at_;
    return true;
  }
  void expect(char c) {
    if (!take(c)) fail(concat("'", c, "' was expected"));
  }
  bool take_word(std::string_view word) {
    skip_blanks();
    if (text_.substr(at_, word.size()) != word) return false;
    at_ += word.size();
    return true;
  }

  std::string_view quoted() {
    skip_blanks();
    const char quote = at_ < text_.size() ? text_[at_] : '\0';
    if (quote != '\'' && quote != '"') fail("a text in quotes was expected");
    const std::size_t end = text_.find(quote, at_ + 1);
    if (end == text_.npos) fail("a quote is never closed");
    const std::string_view inside = text_.substr(at_ + 1, end - at_ - 1);
    at_ = end + 1;
    return inside;
  }

  void once(bool& seen) {
    if (std::exchange(seen, true)) fail("a key stands twice");
    expect(':');
  }

  void read_entry(std::string_view key) {
    if (key == "descr") {
      once(has_descr_);
      read_descr();
    } else if (key == "fortran_order") {
      once(has_order_);
      header_.fortran_order = take_word("True");
      if (!header_.fortran_order && !take_word("False")) {
        fail("True or False was expected");
      }
    } else if (key == "shape") {
      once(has_shape_);
      read_shape();
    } else {
      fail("a key is none of 'descr', 'fortran_order' and 'shape'");
    }
  }

  void read_descr() {
    skip_blanks();
    if (take('[')) {
      throw FormatError(concat(place_,
                               " holds records of several fields; save each field as "
                               "an array of its own"));
    }
    const std::string_view descr = quoted();
    static constexpr std::pair<char, std::string_view> kSizes[] = {
        {'f', "248"}, {'i', "1248"}, {'u', "1248"}, {'b', "1"}};
    const bool plain =
        descr.size() == 3 && std::string_view("<>|=").find(descr[0]) != descr.npos &&
        std::any_of(std::begin(kSizes), std::end(kSizes), [&](auto k) {
          return k.first == descr[1] && k.second.find(descr[2]) != descr.npos;
        });
    if (!plain) {
      std::string shown;
      for (const char c : descr.substr(0, 20)) shown += c >= 0x20 && c < 0x7F ? c : '?';
      throw FormatError(
          concat(place_, " holds elements of the type '", shown,
                 "'; Cairn reads bool, (u)int8 to 64 and float16 to 64: convert it by "
                 "astype(\"float32\") before it is saved"));
    }
    header_.order = descr[0];
    header_.kind = descr[1];
    header_.size = static_cast<std::size_t>(descr[2] - '0');
  }

  void read_shape() {
    expect('(');
    while (!take(')')) {
      if (header_.shape.dim() == Shape::kMaxDims) {
        fail(concat("there are more than ", Shape::kMaxDims, " dimensions"));
      }
      header_.shape.push_back(number());
      if (take(',')) continue;
      expect(')');
      break;
    }
  }

  std::int64_t number() {
    skip_blanks();
    const std::size_t begin = at_;
    std::int64_t value = 0;
    for (; at_ < text_.size() && text_[at_] >= '0' && text_[at_] <= '9'; ++at_) {
      if (__builtin_mul_overflow(value, std::int64_t{10}, &value) ||
          __builtin_add_overflow(value, std::int64_t{text_[at_] - '0'}, &value)) {
        fail("a size is too large");
      }
    }
    if (at_ == begin) fail("a size was expected");
    if (at_ < text_.size() && text_[at_] == 'L') ++at_;  // as Python 2 wrote it
    return value;
  }

  std::string_view text_;
  const std::string& place_;
  std::size_t at_ = 0;
  NpyHeader header_;
  bool has_descr_ = false, has_order_ = false, has_shape_ = false;
};

const char* descr_of(DType dtype) {
  switch (dtype) {
    case DType::f32:
      return "<f4";
    case DType::f64:
      return "<f8";
    case DType::i64:
      return "<i8";
    case DType::u8:
      return "|u1";
  }
  return "";
}

}  // namespace

NpyHeader parse_npy_header(std::string_view file, const std::string& place) {
  if (file.substr(0, kMagic.size()) != kMagic || file.size() < 10) {
    throw FormatError(concat(place, " has ", file.size(),
                             " bytes and does not begin as a .npy file does, with 93, "
                             "NUMPY, a version and a length; is it another kind of "
                             "file?"));
  }
  const int major = static_cast<unsigned char>(file[6]);
  const int minor = static_cast<unsigned char>(file[7]);
  if (major < 1 || major > 3 || minor != 0) {
    throw FormatError(concat(place, " is of the format version ", major, ".", minor,
                             "; Cairn reads 1.0, 2.0 and 3.0"));
  }
  const std::size_t width = major == 1 ? 2 : 4, begin = 8 + width;
  std::size_t length = 0;
  for (std::size_t i = width; i-- > 0;) {
    const std::size_t at = 8 + i;
    length =
        length << 8 | (at < file.size() ? static_cast<unsigned char>(file[at]) : 0);
  }
  if (begin > file.size() || length > file.size() - begin) {
    throw FormatError(concat(place, " promises a header of ", length,
                             " bytes and ends before them, after ", file.size(),
                             "; fetch or write the file anew"));
  }
  NpyHeader header = DictReader(file.substr(begin, length), place).read();
  header.data_begin = begin + length;
  return header;
}

std::string npy_header(const Tensor& tensor) {
  const Shape& shape = tensor.shape();
  std::string text = concat("{'descr': '", descr_of(tensor.dtype()),
                            "', 'fortran_order': False, 'shape': ", shape, ", }");
  if (shape.dim() > 0) text.append(kGrowth - std::to_string(shape[0]).size(), ' ');
  const std::size_t whole = kMagic.size() + 4 + text.size() + 1;
  text.append(kAlignment - whole % kAlignment, ' ');
  text += '\n';
  std::string head(kMagic);
  head += {'\1', '\0', static_cast<char>(text.size() & 0xFF),
           static_cast<char>(text.size() >> 8)};
  return head + text;
}

}  // namespace cairn::io
