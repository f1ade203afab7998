#include <cairn/data/folder_list.h>

#include <algorithm>
#include <cstring>
#include <filesystem>

#include <cairn/core/error.h>
#include <cairn/core/text.h>

namespace cairn::data {

FolderList list_folder(const char* operation, const std::string& path) {
  namespace fs = std::filesystem;
  std::error_code code;
  FolderList list;
  fs::directory_iterator entry(path, code);
  while (!code && entry != fs::directory_iterator()) {
    const std::string name = entry->path().filename().string();
    std::error_code unknown;  // a link to nowhere is neither
    if (name[0] == '.') {
    } else if (entry->is_directory(unknown)) {
      list.folders.push_back(name);
    } else if (entry->is_regular_file(unknown)) {
      list.files.push_back(name);
    }
    entry.increment(code);
  }
  if (code) {
    throw IoError(detail::concat(operation, ": cannot read the folder '", path,
                                 "': ", code.message(), "; check the path"));
  }
  std::sort(list.folders.begin(), list.folders.end());
  std::sort(list.files.begin(), list.files.end());
  return list;
}

bool ends_with(const std::string& name, const char* ending) {
  const std::size_t length = std::strlen(ending);
  return name.size() >= length &&
         std::equal(
             ending, ending + length, name.end() - static_cast<long>(length),
             [](char a, char b) { return a == (b >= 'A' && b <= 'Z' ? b + 32 : b); });
}

}  // namespace cairn::data
