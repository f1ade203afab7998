#include <cairn/train/history.h>

#include <cairn/core/atomic_file.h>
#include <cairn/core/error.h>
#include <cairn/core/text.h>

namespace cairn::train {

using detail::concat;

double score(const Scores& scores, const std::string& name) {
  std::string known;
  for (const auto& [key, value] : scores) {
    if (key == name) return value;
    known += (known.empty() ? "" : ", ") + key;
  }
  throw ValueError(concat("score: there is no figure named ", name, "; there are ",
                          known.empty() ? "none" : known));
}

void History::add(Scores scores, double seconds) {
  rows_.push_back(std::move(scores));
  seconds_.push_back(seconds);
}

std::vector<std::string> History::names() const {
  std::vector<std::string> names;
  if (rows_.empty()) return names;
  for (const auto& [name, value] : rows_.front()) names.push_back(name);
  return names;
}

bool History::has(const std::string& name) const {
  for (const std::string& known : names()) {
    if (known == name) return true;
  }
  return false;
}

std::vector<double> History::operator[](const std::string& name) const {
  std::vector<double> values;
  for (const Scores& row : rows_) values.push_back(score(row, name));
  return values;
}

std::string History::csv() const {
  std::string text = "epoch";
  for (const std::string& name : names()) text += "," + name;
  text += ",seconds\n";
  for (std::size_t i = 0; i < rows_.size(); ++i) {
    text += std::to_string(i + 1);
    for (const auto& [name, value] : rows_[i]) text += "," + detail::number_text(value);
    text += concat(",", seconds_[i], "\n");
  }
  return text;
}

void History::save_csv(const std::string& path) const {
  detail::write_file(path, csv());
}

}  // namespace cairn::train
