#pragma once

#include <string>
#include <string_view>

#include <cairn/export.h>

namespace cairn::detail {

/// Writes a file whole or not at all: to a temporary file beside it, which is flushed
/// to disk and then renamed. Whoever reads `path` finds the old content or the new one,
/// never a part, even when the program is killed. What a killed program left beside
/// `path` is removed by the next that writes there. Throws IoError naming the path and
/// what the system said.
CAIRN_API void write_file(const std::string& path, std::string_view content);

/// The same for content that comes in two pieces: a header and what follows it.
CAIRN_API void write_file(const std::string& path, std::string_view head,
                          std::string_view body);

/// The whole content of a file. Throws IoError.
CAIRN_API std::string read_file(const std::string& path);

}  // namespace cairn::detail
