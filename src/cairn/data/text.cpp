#include <cairn/data/text.h>

#include <algorithm>
#include <utility>

#include <cairn/core/error.h>
#include <cairn/core/text.h>
#include <cairn/data/byte_source.h>
#include <cairn/data/folder_list.h>

namespace cairn::data {
namespace {

using detail::concat;

constexpr std::uint64_t kMostBytes = std::uint64_t{1} << 30;
constexpr std::uint64_t kMostOfMany = std::uint64_t{64} << 20;

std::string read_limited(const char* operation, const std::string& path,
                         std::uint64_t limit) {
  const std::vector<std::uint8_t> bytes = read_bytes(operation, path, limit);
  return {bytes.begin(), bytes.end()};
}

void break_lines(std::string& text) {
  constexpr std::string_view kMark = "<br />";
  std::string out;
  std::size_t from = 0;
  for (;;) {
    const std::size_t at = text.find(kMark, from);
    out.append(text, from, at - from);
    if (at == text.npos) break;
    out += '\n';
    from = at + kMark.size();
  }
  text = std::move(out);
}

}  // namespace

std::string read_text(const std::string& path) {
  return read_limited("read_text", path, kMostBytes);
}

TextFolder load_text_folder(const std::string& folder,
                            const std::vector<std::string>& class_names) {
  constexpr const char* kOperation = "load_text_folder";
  TextFolder result;
  std::vector<std::int64_t> labels;
  for (std::size_t c = 0; c < class_names.size(); ++c) {
    const std::string inside = concat(folder, "/", class_names[c]);
    const std::size_t before = result.texts.size();
    for (const std::string& name : list_folder(kOperation, inside).files) {
      if (!ends_with(name, ".txt")) continue;
      result.texts.push_back(
          read_limited(kOperation, concat(inside, "/", name), kMostOfMany));
    }
    if (result.texts.size() == before) {
      throw FormatError(concat(kOperation, ": '", inside,
                               "' holds no .txt; put the texts of this class there"));
    }
    labels.resize(result.texts.size(), static_cast<std::int64_t>(c));
  }
  result.labels = Tensor::from_vector(labels);
  return result;
}

TextData load_imdb(const std::string& folder) {
  TextData data;
  data.class_names = {"neg", "pos"};
  data.train = load_text_folder(folder + "/train", data.class_names);
  data.test = load_text_folder(folder + "/test", data.class_names);
  for (TextFolder* part : {&data.train, &data.test}) {
    for (std::string& text : part->texts) break_lines(text);
  }
  return data;
}

TextWindows::TextWindows(std::vector<std::int64_t> tokens, std::int64_t length,
                         std::int64_t stride)
    : tokens_(std::move(tokens)), length_(length), stride_(stride) {
  if (length < 1 || stride < 0) {
    throw ValueError(concat("TextWindows: pieces of ", length, " tokens, ", stride,
                            " apart; give a length of at least 1 and a stride of at "
                            "least 0"));
  }
  if (static_cast<std::int64_t>(tokens_.size()) <= length) {
    throw ValueError(concat("TextWindows: ", tokens_.size(),
                            " tokens make no piece of ", length,
                            " and the one behind it; use shorter pieces"));
  }
  if (stride_ == 0) stride_ = length_;
}

std::int64_t TextWindows::size() const {
  return (static_cast<std::int64_t>(tokens_.size()) - 1 - length_) / stride_ + 1;
}

Batch TextWindows::gather(const std::int64_t* indices, std::int64_t count) const {
  Batch batch{empty({count, length_}, i64), empty({count, length_}, i64)};
  std::int64_t* x = batch.x.data<std::int64_t>();
  std::int64_t* y = batch.y.data<std::int64_t>();
  for (std::int64_t i = 0; i < count; ++i) {
    if (indices[i] < 0 || indices[i] >= size()) {
      throw IndexError(concat("TextWindows::gather: sample ", indices[i],
                              " was asked for; there are ", size(),
                              ", numbered from 0"));
    }
    const auto first = tokens_.begin() + indices[i] * stride_;
    std::copy_n(first, length_, x + i * length_);
    std::copy_n(first + 1, length_, y + i * length_);
  }
  return batch;
}

}  // namespace cairn::data
