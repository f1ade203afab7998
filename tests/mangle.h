#pragma once

#include <cairn/core/error.h>

#include <cstddef>
#include <exception>
#include <string>

namespace cairn::test {

/// How reading damaged files ended.
struct Mangled {
  int read = 0;       ///< something was read all the same
  int refused = 0;    ///< a cairn::Error
  std::string worse;  ///< another exception, and where; "" if none
};

/// Calls read(content) for every truncation of a valid file and for the file with each
/// byte changed in several ways. A crash ends the test program, a sanitizer's finding
/// too.
template <class Read>
Mangled mangle(const std::string& valid, Read&& read) {
  Mangled result;
  const auto attempt = [&](const std::string& content, const std::string& what) {
    try {
      read(content);
      ++result.read;
    } catch (const Error&) {
      ++result.refused;
    } catch (const std::exception& error) {
      result.worse = what + ": " + error.what();
    }
  };
  for (std::size_t n = 0; n < valid.size(); ++n) {
    attempt(valid.substr(0, n), "cut at " + std::to_string(n));
    for (const int mask : {0x01, 0x10, 0x80, 0xFF}) {
      std::string changed = valid;
      changed[n] = static_cast<char>(changed[n] ^ mask);
      attempt(changed, "byte " + std::to_string(n) + " xor " + std::to_string(mask));
    }
  }
  return result;
}

}  // namespace cairn::test
