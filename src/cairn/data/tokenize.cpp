#include <cairn/data/tokenizer.h>

namespace cairn::data {
namespace {

bool in_word(unsigned char c) {
  return (c >= '0' && c <= '9') || (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') ||
         c >= 0x80;
}

bool is_blank(unsigned char c) { return c <= ' ' || c == 0x7F; }

std::vector<std::string> words(std::string_view text) {
  std::vector<std::string> out;
  std::string word;
  const auto end_word = [&] {
    if (!word.empty()) out.push_back(std::move(word));
    word.clear();
  };
  for (std::size_t i = 0; i < text.size(); ++i) {
    const auto c = static_cast<unsigned char>(text[i]);
    const bool joins = c == '\'' && !word.empty() && i + 1 < text.size() &&
                       in_word(static_cast<unsigned char>(text[i + 1]));
    if (in_word(c) || joins) {
      word += static_cast<char>(c >= 'A' && c <= 'Z' ? c + ('a' - 'A') : c);
      continue;
    }
    end_word();
    if (!is_blank(c)) out.emplace_back(1, static_cast<char>(c));
  }
  end_word();
  return out;
}

/// The length of the UTF-8 character that `text` begins with; 1 for what is none.
std::size_t character_length(std::string_view text) {
  const auto byte = [&](std::size_t i) { return static_cast<unsigned char>(text[i]); };
  const unsigned char first = byte(0);
  const std::size_t length = first >= 0xF0 && first < 0xF5   ? 4
                             : first >= 0xE0 && first < 0xF0 ? 3
                             : first >= 0xC2 && first < 0xE0 ? 2
                                                             : 1;
  if (length > text.size()) return 1;
  for (std::size_t i = 1; i < length; ++i) {
    if ((byte(i) & 0xC0) != 0x80) return 1;
  }
  return length;
}

}  // namespace

std::vector<std::string> tokenize(std::string_view text, Tokens kind) {
  if (kind == Tokens::kWords) return words(text);
  std::vector<std::string> out;
  while (!text.empty()) {
    const std::size_t length = kind == Tokens::kBytes ? 1 : character_length(text);
    out.emplace_back(text.substr(0, length));
    text.remove_prefix(length);
  }
  return out;
}

}  // namespace cairn::data
