#pragma once

#include <cstdio>
#include <string>
#include <utility>
#include <vector>

namespace cairn::test {

/// A header of a tar archive with its checksum.
inline std::string tar_header(const std::string& name, std::size_t size, char type) {
  std::string block(512, '\0');
  const auto put = [&](std::size_t at, const std::string& text) {
    block.replace(at, text.size(), text);
  };
  const auto octal = [](std::size_t value, int digits) {
    char text[32];
    std::snprintf(text, sizeof text, "%0*zo", digits, value);
    return std::string(text);
  };
  put(0, name);
  put(100, "0000644");
  put(124, octal(size, 11));
  put(136, octal(0, 11));
  put(148, "        ");
  block[156] = type;
  put(257, std::string("ustar\0", 6) + "00");
  std::size_t sum = 0;
  for (const char c : block) sum += static_cast<unsigned char>(c);
  put(148, octal(sum, 6) + std::string("\0 ", 2));
  return block;
}

/// A tar archive of these files, as GNU tar makes it but for the padding at its end.
inline std::string tar_of(
    const std::vector<std::pair<std::string, std::string>>& files) {
  std::string out;
  for (const auto& [name, content] : files) {
    out += tar_header(name, content.size(), name.back() == '/' ? '5' : '0') + content;
    out.append((512 - content.size() % 512) % 512, '\0');
  }
  return out + std::string(1024, '\0');
}

}  // namespace cairn::test
