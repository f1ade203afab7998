#include <cairn/data/tokenizer.h>

#include <algorithm>
#include <charconv>
#include <unordered_map>
#include <utility>

#include <cairn/core/atomic_file.h>
#include <cairn/core/error.h>
#include <cairn/core/text.h>
#include <cairn/data/line_reader.h>

namespace cairn::data {
namespace {

using detail::concat;

constexpr const char* kTitle = "cairn vocabulary 1";

const char* kind_name(Tokens kind) {
  switch (kind) {
    case Tokens::kWords:
      return "words";
    case Tokens::kCharacters:
      return "characters";
    case Tokens::kBytes:
      break;
  }
  return "bytes";
}

/// A token on a line of its own: the ends of lines and the backslash are escaped.
std::string escaped(const std::string& token) {
  std::string out;
  for (const char c : token) {
    switch (c) {
      case '\n':
        out += "\\n";
        break;
      case '\r':
        out += "\\r";
        break;
      case '\\':
        out += "\\\\";
        break;
      default:
        out += c;
    }
  }
  return out;
}

std::string unescaped(std::string_view line, const LineReader& reader) {
  std::string out;
  for (std::size_t i = 0; i < line.size(); ++i) {
    if (line[i] != '\\') {
      out += line[i];
      continue;
    }
    const char next = i + 1 < line.size() ? line[i + 1] : '\0';
    if (next != 'n' && next != 'r' && next != '\\') {
      throw FormatError(concat(reader.place(),
                               " has a backslash that is not followed by n, r or "
                               "another; write \\\\ for one"));
    }
    out += next == 'n' ? '\n' : next == 'r' ? '\r' : '\\';
    ++i;
  }
  return out;
}

/// What the first line says: the kind and how many tokens follow.
std::pair<Tokens, std::int64_t> read_title(LineReader& reader) {
  std::string_view line;
  reader.next(line);
  for (const Tokens kind : {Tokens::kWords, Tokens::kCharacters, Tokens::kBytes}) {
    const std::string begin = concat(kTitle, " ", kind_name(kind), " ");
    if (line.substr(0, begin.size()) != begin) continue;
    line.remove_prefix(begin.size());
    std::int64_t count = 0;
    const auto end = line.data() + line.size();
    const auto result = std::from_chars(line.data(), end, count);
    if (result.ec == std::errc() && result.ptr == end && count >= 0) {
      return {kind, count};
    }
  }
  throw FormatError(concat(reader.place(),
                           ": a file that Tokenizer::save wrote begins "
                           "with '",
                           kTitle,
                           "', what the tokens are and how many "
                           "follow; is it another kind of file?"));
}

}  // namespace

struct Tokenizer::Ids : std::unordered_map<std::string, std::int64_t> {};

Tokenizer::Tokenizer(Tokens kind)
    : kind_(kind), tokens_{"<pad>", "<unk>"}, ids_(std::make_shared<Ids>()) {}

bool Tokenizer::add(std::string token) {
  if (!ids_->emplace(token, size()).second) return false;
  tokens_.push_back(std::move(token));
  return true;
}

Tokenizer::Tokenizer(Tokens kind, const std::vector<std::string>& texts,
                     const VocabularyOptions& options)
    : Tokenizer(kind) {
  if ((options.max_size() != 0 && options.max_size() < 2) || options.min_count() < 1) {
    throw ValueError(concat("Tokenizer: a vocabulary of at most ", options.max_size(),
                            " tokens that occur ", options.min_count(),
                            " times; it holds at least 2, and counts begin at 1"));
  }
  if (kind == Tokens::kBytes) {
    for (int b = 0; b < 256; ++b) add(std::string(1, static_cast<char>(b)));
    return;
  }
  std::unordered_map<std::string, std::int64_t> counts;
  for (const std::string& text : texts) {
    for (std::string& token : tokenize(text, kind)) ++counts[std::move(token)];
  }
  std::vector<std::pair<std::int64_t, std::string>> order;
  for (const auto& [token, count] : counts) {
    if (count >= options.min_count()) order.emplace_back(-count, token);
  }
  std::sort(order.begin(), order.end());
  for (auto& [count, token] : order) {
    if (options.max_size() != 0 && size() >= options.max_size()) break;
    add(std::move(token));
  }
}

std::int64_t Tokenizer::id(const std::string& token) const {
  const auto found = ids_->find(token);
  return found == ids_->end() ? kUnknown : found->second;
}

const std::string& Tokenizer::token(std::int64_t id) const {
  if (id < 0 || id >= size()) {
    throw IndexError(concat("Tokenizer: there is no token ", id, "; there are ", size(),
                            ", numbered from 0"));
  }
  return tokens_[static_cast<std::size_t>(id)];
}

std::vector<std::int64_t> Tokenizer::encode(std::string_view text) const {
  std::vector<std::int64_t> ids;
  for (const std::string& token : tokenize(text, kind_)) ids.push_back(id(token));
  return ids;
}

Tensor Tokenizer::encode(const std::vector<std::string>& texts, std::int64_t length,
                         Truncate truncate) const {
  if (length < 1) {
    throw ValueError(
        concat("Tokenizer::encode: a length of ", length, "; give at least 1"));
  }
  Tensor out = full({static_cast<std::int64_t>(texts.size()), length}, kPadding, i64);
  std::int64_t* row = out.data<std::int64_t>();
  for (const std::string& text : texts) {
    const std::vector<std::int64_t> ids = encode(text);
    const auto count = static_cast<std::int64_t>(ids.size());
    const std::int64_t kept = std::min(count, length);
    const std::int64_t first = truncate == Truncate::kEnd ? 0 : count - kept;
    std::copy_n(ids.begin() + first, kept, row);
    row += length;
  }
  return out;
}

std::string Tokenizer::decode(const std::vector<std::int64_t>& ids) const {
  std::string out;
  for (const std::int64_t id : ids) {
    const std::string& text = token(id);
    if (id == kPadding) continue;
    if (kind_ == Tokens::kWords && !out.empty()) out += ' ';
    out += text;
  }
  return out;
}

void Tokenizer::save(const std::string& path) const {
  std::string text =
      concat(kTitle, ' ', kind_name(kind_), ' ', tokens_.size() - 2, '\n');
  for (std::size_t i = 2; i < tokens_.size(); ++i) text += escaped(tokens_[i]) + '\n';
  detail::write_file(path, text);
}

Tokenizer Tokenizer::load(const std::string& path) {
  LineReader reader("Tokenizer::load", path);
  const auto [kind, count] = read_title(reader);
  Tokenizer tokenizer(kind);
  std::string_view line;
  while (reader.next(line)) {
    std::string token = unescaped(line, reader);
    const std::vector<std::string> alone = tokenize(token, kind);
    if (alone.size() != 1 || alone[0] != token) {
      throw FormatError(concat(reader.place(), " is not one of the ", kind_name(kind),
                               " that the first line announces"));
    }
    if (!tokenizer.add(std::move(token))) {
      throw FormatError(concat(reader.place(), " has a token that came before"));
    }
  }
  if (tokenizer.size() - 2 != count) {
    throw FormatError(concat("Tokenizer::load: '", path, "' announces ", count,
                             " tokens and holds ", tokenizer.size() - 2,
                             "; fetch or save it anew"));
  }
  return tokenizer;
}

}  // namespace cairn::data
