#pragma once

#include <string>
#include <vector>

#include <cairn/core/tensor.h>

namespace cairn::data {

/// How a CSV file is read; setters chain.
class CAIRN_API CsvOptions {
 public:
  /// Whether the first row holds names: to be found out, or told.
  enum class Header { kDetect, kPresent, kAbsent };

  /// Whether the first row holds names (default: it does if none of its fields is a
  /// number).
  CsvOptions& header(bool present) {
    return header_ = present ? Header::kPresent : Header::kAbsent, *this;
  }
  /// What separates fields (default: a comma).
  CsvOptions& delimiter(char value) { return delimiter_ = value, *this; }
  /// f64 (the default) or f32.
  CsvOptions& dtype(DType value) { return dtype_ = value, *this; }

  /// What is set.
  ///@{
  Header header() const { return header_; }
  char delimiter() const { return delimiter_; }
  DType dtype() const { return dtype_; }
  ///@}

 private:
  Header header_ = Header::kDetect;
  char delimiter_ = ',';
  DType dtype_ = f64;
};

/// A table of numbers.
struct CsvTable {
  std::vector<std::string> names;  ///< of the columns; empty without a header
  Tensor values;                   ///< [rows, columns]
};

/// Reads a table of numbers. Fields may be quoted and surrounded by blanks, lines end
/// with LF or CRLF, empty lines are skipped, a byte order mark too; the decimal mark is
/// a point under every locale.
///
/// Throws IoError when the file cannot be read; FormatError, naming line and column,
/// for a field that is missing or no finite number, a row of another length, an open
/// quote.
CAIRN_API CsvTable read_csv(const std::string& path, const CsvOptions& options = {});

}  // namespace cairn::data
