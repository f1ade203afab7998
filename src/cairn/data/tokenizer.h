#pragma once

#include <cstdint>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include <cairn/core/tensor.h>

namespace cairn::data {

/// What a text is cut into.
enum class Tokens : std::uint8_t {
  /// Words in lower case, and marks of punctuation each alone. Letters and digits of
  /// ASCII and all bytes above it belong to words, and so does an apostrophe between
  /// two of them: "Don't stop!" is don't, stop, !. Only A to Z change to lower case.
  kWords,
  /// Characters of UTF-8; a byte that belongs to none counts as one of its own.
  kCharacters,
  /// Bytes, of which there are 256, whatever the text.
  kBytes
};

/// The tokens of a text, in order.
CAIRN_API std::vector<std::string> tokenize(std::string_view text, Tokens kind);

/// How a Tokenizer chooses its vocabulary; setters chain.
class CAIRN_API VocabularyOptions {
 public:
  /// At most this many tokens, the most frequent, padding and unknown among them
  /// (default: no limit).
  VocabularyOptions& max_size(std::int64_t value) { return max_size_ = value, *this; }
  /// Only tokens that occur at least so often (default: 1).
  VocabularyOptions& min_count(std::int64_t value) { return min_count_ = value, *this; }

  /// What is set; a max_size of 0 is no limit.
  ///@{
  std::int64_t max_size() const { return max_size_; }
  std::int64_t min_count() const { return min_count_; }
  ///@}

 private:
  std::int64_t max_size_ = 0, min_count_ = 1;
};

/// Which end of a text that is too long is left out.
enum class Truncate : std::uint8_t { kEnd, kBeginning };

/// Turns texts into numbers and back.
///
/// Number 0 is padding, 1 stands for every token that is not in the vocabulary; the
/// others follow by frequency, equally frequent ones in the order of their bytes. So
/// the same texts give the same numbers.
class CAIRN_API Tokenizer {
 public:
  /// Numbers of the tokens that every vocabulary has.
  static constexpr std::int64_t kPadding = 0, kUnknown = 1;

  /// The vocabulary of these texts. That of Tokens::kBytes is always the 256 bytes:
  /// byte b has the number b + 2. Throws ValueError for a limit below 2 or a count
  /// below 1.
  Tokenizer(Tokens kind, const std::vector<std::string>& texts,
            const VocabularyOptions& options = {});

  /// What it cuts texts into.
  Tokens kind() const { return kind_; }
  /// How many tokens there are, padding and unknown among them: what an embedding needs
  /// as its number of rows.
  std::int64_t size() const { return static_cast<std::int64_t>(tokens_.size()); }
  /// The number of a token; kUnknown if it is not in the vocabulary.
  std::int64_t id(const std::string& token) const;
  /// The token of a number: "<pad>" and "<unk>" for the first two. Throws IndexError.
  const std::string& token(std::int64_t id) const;

  /// The numbers of a text's tokens.
  std::vector<std::int64_t> encode(std::string_view text) const;
  /// i64 [N, length]: short texts are filled up with padding at their end, of long ones
  /// an end is left out. Throws ValueError for a length below 1.
  Tensor encode(const std::vector<std::string>& texts, std::int64_t length,
                Truncate truncate = Truncate::kEnd) const;
  /// The text of some numbers, without padding; words are set apart by blanks. Throws
  /// IndexError.
  std::string decode(const std::vector<std::int64_t>& ids) const;

  /// Writes the vocabulary as text, a token a line. The file is whole or not there at
  /// all. Throws IoError.
  void save(const std::string& path) const;
  /// Reads it back. Throws IoError when the file cannot be read, FormatError when it is
  /// no whole vocabulary.
  static Tokenizer load(const std::string& path);

 private:
  struct Ids;  // the numbers of tokens
  explicit Tokenizer(Tokens kind);
  bool add(std::string token);

  Tokens kind_;
  std::vector<std::string> tokens_;
  std::shared_ptr<Ids> ids_;  // shared by copies: it does not change
};

}  // namespace cairn::data
