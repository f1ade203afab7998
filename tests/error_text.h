#pragma once

#include <exception>
#include <string>

namespace cairn::test {

/// The text of the error of type E that `run` throws; "(no error)" if it throws none.
template <typename E, typename Run>
std::string error_text(Run&& run) {
  try {
    run();
  } catch (const E& error) {
    return error.what();
  }
  return "(no error)";
}

inline bool contains(const std::string& text, const std::string& part) {
  return text.find(part) != std::string::npos;
}

}  // namespace cairn::test

/// Checks that `expression` throws an error of type E whose text holds `part`.
#define CHECK_ERROR(E, expression, part)                                               \
  do {                                                                                 \
    const std::string text_ = cairn::test::error_text<E>([&] { (void)(expression); }); \
    INFO("the text is: " << text_);                                                    \
    CHECK(cairn::test::contains(text_, part));                                         \
  } while (false)
