#pragma once

#include <string>
#include <vector>

namespace cairn::data {

/// Names in a folder, in the order of their bytes, without those that begin with a dot
/// (internal).
struct FolderList {
  std::vector<std::string> folders, files;
};

/// Throws IoError, whose text begins with `operation`, when there is no such folder.
FolderList list_folder(const char* operation, const std::string& path);

/// Whether `name` ends with `ending`, which is lower case, in whatever case (internal).
bool ends_with(const std::string& name, const char* ending);

}  // namespace cairn::data
