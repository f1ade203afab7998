#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace cairn::io {

/// A value of a JSON text, as far as headers of files need it: objects, arrays, strings
/// and whole numbers. For a private use of this room, not a general parser.
struct Json {
  enum class Kind { object, array, string, integer } kind = Kind::object;
  std::vector<std::pair<std::string, Json>>
      members;              // object, in the order of the text
  std::vector<Json> items;  // array
  std::string text;         // string
  std::int64_t number = 0;  // integer, 0 or more

  /// The member of that name, or null.
  const Json* find(std::string_view name) const;
};

/// Parses `text`, which must hold one value and nothing after it but spaces. Throws
/// FormatError that begins with `source` and names the position.
Json parse_json(std::string_view text, const std::string& source);

/// `text` in quotes, with escapes where JSON wants them.
std::string json_string(std::string_view text);

}  // namespace cairn::io
