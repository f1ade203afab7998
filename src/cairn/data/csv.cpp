#include <cairn/data/csv.h>

#include <charconv>
#include <cmath>
#include <string_view>
#include <utility>

#include <cairn/core/error.h>
#include <cairn/core/text.h>
#include <cairn/data/byte_source.h>

namespace cairn::data {
namespace {

using detail::concat;

struct Row {
  std::int64_t line = 0;  // where it starts, from 1
  std::vector<std::string> fields;
  std::vector<bool> quoted;
};

std::string_view trimmed(std::string_view text) {
  const char* blanks = " \t";
  const std::size_t first = text.find_first_not_of(blanks);
  if (first == text.npos) return {};
  return text.substr(first, text.find_last_not_of(blanks) - first + 1);
}

/// A long or unprintable field as it may stand in an error's text.
std::string shown(std::string_view text) {
  std::string out;
  for (const char c : text.substr(0, 40)) {
    out += static_cast<unsigned char>(c) < 0x20 ? '?' : c;
  }
  return text.size() > 40 ? out + "…" : out;
}

/// Cuts a text into rows of fields (RFC 4180, with LF as well as CRLF).
class Reader {
 public:
  Reader(const std::string& path, std::string_view text, char delimiter)
      : path_(path), text_(text), delimiter_(delimiter) {
    if (text_.substr(0, 3) == "\xEF\xBB\xBF") at_ = 3;
  }

  /// The next row that is not empty; false at the end.
  bool next(Row& row) {
    while (at_ < text_.size()) {
      row.line = line_;
      row.fields.clear();
      row.quoted.clear();
      do {
        read_field(row);
      } while (take(delimiter_));
      end_line();
      const bool blank =
          row.fields.size() == 1 && !row.quoted[0] && trimmed(row.fields[0]).empty();
      if (!blank) return true;
    }
    return false;
  }

 private:
  bool take(char c) {
    if (at_ >= text_.size() || text_[at_] != c) return false;
    ++at_;
    return true;
  }

  void end_line() {
    take('\r');
    if (take('\n')) ++line_;
  }

  bool at_field_end() const {
    return at_ >= text_.size() || text_[at_] == delimiter_ || text_[at_] == '\n' ||
           (text_[at_] == '\r' && (at_ + 1 == text_.size() || text_[at_ + 1] == '\n'));
  }

  void read_field(Row& row) {
    const std::size_t column = row.fields.size() + 1;
    std::size_t start = at_;
    while (start < text_.size() && (text_[start] == ' ' || text_[start] == '\t') &&
           text_[start] != delimiter_) {
      ++start;
    }
    std::string field;
    const bool quoted = start < text_.size() && text_[start] == '"';
    if (quoted) {
      at_ = start + 1;
      read_quoted(row.line, column, field);
      while (!at_field_end()) {
        if (text_[at_] != ' ' && text_[at_] != '\t') {
          throw FormatError(concat("read_csv: '", path_, "', line ", line_, ", column ",
                                   column,
                                   ": something follows the closing quote; write "
                                   "a quote inside a field as \"\""));
        }
        ++at_;
      }
    } else {
      while (!at_field_end()) field += text_[at_++];
    }
    row.fields.push_back(std::move(field));
    row.quoted.push_back(quoted);
  }

  void read_quoted(std::int64_t line, std::size_t column, std::string& field) {
    for (;;) {
      if (at_ >= text_.size()) {
        throw FormatError(concat("read_csv: '", path_, "', line ", line, ", column ",
                                 column,
                                 ": the quote that opens here is never closed"));
      }
      const char c = text_[at_++];
      if (c == '"' && !take('"')) return;
      if (c == '\n') ++line_;
      field += c;
    }
  }

  const std::string& path_;
  std::string_view text_;
  char delimiter_;
  std::size_t at_ = 0;
  std::int64_t line_ = 1;
};

/// A finite number that fills the whole field; false for anything else.
bool parse_number(std::string_view field, double& value) {
  field = trimmed(field);
  if (!field.empty() && field[0] == '+') {
    field.remove_prefix(1);
    if (!field.empty() && field[0] == '-') return false;
  }
  const char* const begin = field.data();
  const char* const end = begin + field.size();
  const auto result = std::from_chars(begin, end, value);
  return result.ec == std::errc() && result.ptr == end && std::isfinite(value);
}

std::string column_name(const std::vector<std::string>& names, std::size_t column) {
  std::string out = concat("column ", column + 1);
  if (column < names.size()) out += " (" + shown(names[column]) + ")";
  return out;
}

void append_numbers(const std::string& path, const Row& row,
                    const std::vector<std::string>& names, std::size_t columns,
                    std::vector<double>& values) {
  if (row.fields.size() != columns) {
    throw FormatError(concat("read_csv: '", path, "', line ", row.line, ": ",
                             row.fields.size(), " fields where the first row has ",
                             columns, "; is a separator missing or one too many?"));
  }
  for (std::size_t column = 0; column < columns; ++column) {
    const std::string& field = row.fields[column];
    double value = 0;
    if (parse_number(field, value)) {
      values.push_back(value);
      continue;
    }
    const std::string where = concat("read_csv: '", path, "', line ", row.line, ", ",
                                     column_name(names, column), ": ");
    if (trimmed(field).empty()) {
      throw FormatError(where +
                        "the value is missing; fill it in or leave out the row");
    }
    throw FormatError(
        concat(where, "'", shown(field),
               "' is no finite number; numbers look like 12, -0.5, 1e-3"));
  }
}

/// A row of names has no number in it. (A row with one that does not parse is more
/// likely a row of data with a mistake, which must not pass for a header.)
bool looks_like_names(const Row& row) {
  double value;
  bool any = false;
  for (const std::string& field : row.fields) {
    if (parse_number(field, value)) return false;
    any = any || !trimmed(field).empty();
  }
  return any;
}

}  // namespace

CsvTable read_csv(const std::string& path, const CsvOptions& options) {
  ByteSource source("read_csv", path);
  std::vector<std::uint8_t> bytes;
  source.append(bytes, UINT64_MAX);
  Reader reader(path, {reinterpret_cast<const char*>(bytes.data()), bytes.size()},
                options.delimiter());
  CsvTable table;
  Row row;
  bool more = reader.next(row);
  if (!more) {
    throw FormatError(concat("read_csv: '", path, "' is empty; a table was expected"));
  }
  const std::size_t columns = row.fields.size();
  const bool header =
      options.header() == CsvOptions::Header::kPresent ||
      (options.header() == CsvOptions::Header::kDetect && looks_like_names(row));
  if (header) {
    for (const std::string& name : row.fields) table.names.emplace_back(trimmed(name));
    more = reader.next(row);
  }
  std::vector<double> values;
  std::int64_t rows = 0;
  for (; more; more = reader.next(row), ++rows) {
    append_numbers(path, row, table.names, columns, values);
  }
  const Shape shape{rows, static_cast<std::int64_t>(columns)};
  table.values = Tensor::from_vector(values, shape).to(options.dtype());
  return table;
}

}  // namespace cairn::data
