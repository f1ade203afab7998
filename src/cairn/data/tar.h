#pragma once

#include <cstdint>
#include <map>
#include <string>
#include <vector>

namespace cairn::data {

/// Contents of files by name.
using NamedBytes = std::map<std::string, std::vector<std::uint8_t>>;

/// Reads the files of `wanted` out of a tar archive, plain or packed by gzip, wherever
/// in it they lie (internal): what folders stand before a name does not matter, and
/// nothing is written to disk. Those that are not there are left out.
///
/// Throws IoError when the archive cannot be read; FormatError when it is damaged, when
/// it holds one of them twice or one of more than `limit` bytes. Memory grows only as
/// data arrive.
NamedBytes read_tar(const char* operation, const std::string& path,
                    const std::vector<std::string>& wanted, std::uint64_t limit);

}  // namespace cairn::data
