// A table from a CSV file: a header line, then lines of numbers.
#pragma once

#include <cmath>
#include <cstdlib>
#include <fstream>
#include <istream>
#include <stdexcept>
#include <string>
#include <vector>

#include "01-linear-regression/flats.h"

namespace ch01 {

struct Csv {
  std::vector<std::string> names;           // [columns]
  std::vector<std::vector<double>> values;  // [N][columns]
};

// Cuts a line at its commas. A field in double quotes may hold commas, and "" for ".
inline std::vector<std::string> csv_fields(const std::string& line,
                                           const std::string& where) {
  std::vector<std::string> fields(1);
  bool quoted = false;
  for (std::size_t i = 0; i < line.size(); ++i) {
    const bool doubled = quoted && line.compare(i, 2, "\"\"") == 0;
    if (line[i] == '"' && !doubled) {
      quoted = !quoted;
    } else if (line[i] == ',' && !quoted) {
      fields.emplace_back();
    } else {
      fields.back() += line[i];
      if (doubled) ++i;
    }
  }
  if (quoted) throw std::runtime_error(where + ": a quote is opened and not closed");
  return fields;
}

inline double csv_number(const std::string& field, const std::string& where) {
  char* end = nullptr;
  const double value = std::strtod(field.c_str(), &end);
  const bool empty = end == field.c_str();
  while (*end == ' ' || *end == '\t') ++end;
  if (empty || *end != '\0' || !std::isfinite(value)) {
    throw std::runtime_error(where + ": '" + field + "' is not a number");
  }
  return value;
}

// ANCHOR: read_csv
inline Csv read_csv(std::istream& in, const std::string& file) {
  Csv csv;
  std::string line;
  for (int number = 1; std::getline(in, line); ++number) {
    if (number == 1 && line.compare(0, 3, "\xEF\xBB\xBF") == 0) line.erase(0, 3);
    if (!line.empty() && line.back() == '\r') line.pop_back();
    if (line.find_first_not_of(" \t") == std::string::npos) continue;  // blank
    const std::string where = file + ", line " + std::to_string(number);
    const std::vector<std::string> fields = csv_fields(line, where);
    if (csv.names.empty()) {
      csv.names = fields;
      continue;
    }
    if (fields.size() != csv.names.size()) {
      throw std::runtime_error(where + ": " + std::to_string(fields.size()) +
                               " fields, but the header has " +
                               std::to_string(csv.names.size()));
    }
    csv.values.emplace_back();
    for (std::size_t j = 0; j < fields.size(); ++j) {
      csv.values.back().push_back(
          csv_number(fields[j], where + ", column '" + csv.names[j] + "'"));
    }
  }
  if (csv.values.empty()) throw std::runtime_error(file + ": no line of numbers");
  return csv;
}
// ANCHOR_END: read_csv

inline Csv read_csv(const std::string& path) {
  std::ifstream in(path);
  if (!in) throw std::runtime_error(path + ": cannot be opened");
  return read_csv(in, path);
}

// Makes the column called `target` the y of a table, and takes it out of csv.names.
inline Table set_apart(Csv& csv, const std::string& target) {
  const std::size_t d = csv.names.size() - 1;
  std::size_t t = 0;
  while (t <= d && csv.names[t] != target) ++t;
  if (t > d) {
    std::string known;
    for (const std::string& name : csv.names) known += " '" + name + "'";
    throw std::runtime_error("no column '" + target + "' to predict; there is" + known);
  }
  if (d == 0) throw std::runtime_error("nothing beside '" + target + "' to learn from");
  Table table{Matrix(csv.values.size(), d), Vector(csv.values.size())};
  for (std::size_t i = 0; i < csv.values.size(); ++i) {
    table.y[i] = csv.values[i][t];
    for (std::size_t j = 0; j < d; ++j) {
      table.x(i, j) = csv.values[i][j < t ? j : j + 1];
    }
  }
  csv.names.erase(csv.names.begin() + static_cast<std::ptrdiff_t>(t));
  return table;
}

}  // namespace ch01
