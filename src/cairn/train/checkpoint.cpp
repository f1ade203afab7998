#include <cairn/train/checkpoint.h>

#include <algorithm>
#include <filesystem>
#include <vector>

#include <cairn/core/error.h>
#include <cairn/core/text.h>
#include <cairn/train/model.h>

namespace cairn::train {

using detail::concat;
namespace fs = std::filesystem;

namespace {

// The number between head and tail in a file's name; -1 where there is none.
std::int64_t number_in(const std::string& name, const std::string& head,
                       const std::string& tail) {
  if (name.size() <= head.size() + tail.size()) return -1;
  if (name.compare(0, head.size(), head) != 0) return -1;
  if (name.compare(name.size() - tail.size(), tail.size(), tail) != 0) return -1;
  const std::string digits =
      name.substr(head.size(), name.size() - head.size() - tail.size());
  if (digits.size() > 18) return -1;  // more than any count of steps
  if (digits.find_first_not_of("0123456789") != std::string::npos) return -1;
  return std::stoll(digits);
}

using Files = std::vector<std::pair<std::int64_t, fs::path>>;

// The files there are, by their numbers.
Files numbered_files(const std::string& folder, const std::string& head,
                     const std::string& tail) {
  Files files;
  std::error_code none;  // no folder, no files
  for (const auto& entry : fs::directory_iterator(folder, none)) {
    const std::int64_t n = number_in(entry.path().filename().string(), head, tail);
    if (n >= 0) files.emplace_back(n, entry.path());
  }
  std::sort(files.begin(), files.end());
  return files;
}

}  // namespace

Checkpoint::Checkpoint(std::string path) {
  const fs::path whole(path);
  folder_ = whole.has_parent_path() ? whole.parent_path().string() : ".";
  const std::string name = whole.filename().string();
  head_ = name;
  for (const auto& [mark, number] :
       {std::pair("{epoch}", Number::epoch), std::pair("{step}", Number::step)}) {
    const std::size_t at = name.find(mark);
    if (at == std::string::npos) continue;
    head_ = name.substr(0, at);
    tail_ = name.substr(at + std::string(mark).size());
    number_ = number;
  }
  if (name.empty() || folder_.find('{') != std::string::npos ||
      (head_ + tail_).find('{') != std::string::npos) {
    throw ValueError(concat("Checkpoint: ", path,
                            " names no file; one {epoch} or {step} may stand in the "
                            "name, and none in the folder's"));
  }
}

Checkpoint& Checkpoint::every_steps(std::int64_t n) {
  if (n < 0) throw ValueError(concat("Checkpoint: every ", n, " steps is never"));
  every_ = n;
  return *this;
}

Checkpoint& Checkpoint::keep(std::int64_t k) {
  if (k < 0) throw ValueError(concat("Checkpoint: ", k, " files cannot be kept"));
  keep_ = k;
  return *this;
}

std::string Checkpoint::latest() const {
  if (number_ == Number::none) {
    const fs::path path = fs::path(folder_) / head_;
    return fs::exists(path) ? path.string() : "";
  }
  const Files files = numbered_files(folder_, head_, tail_);
  return files.empty() ? "" : files.back().second.string();
}

void Checkpoint::on_train_begin(Model&) {
  step_ = 0;
  std::error_code error;
  fs::create_directories(folder_, error);
  if (error) {
    throw IoError(
        concat("Checkpoint: cannot make the folder ", folder_, ": ", error.message()));
  }
}

void Checkpoint::on_step_settled(Model& model, std::int64_t epoch, std::int64_t step) {
  step_ = step;
  if (every_ > 0 && step % every_ == 0) save(model, epoch);
}

void Checkpoint::on_epoch_settled(Model& model, std::int64_t epoch) {
  save(model, epoch);
}

StateDict Checkpoint::state_dict() const { return {{"step", state_integer(step_)}}; }

void Checkpoint::load_state_dict(const StateDict& state) {
  StateReader reader("Checkpoint", state);
  const std::int64_t step = reader.count("step");
  reader.finish();
  step_ = step;
}

void Checkpoint::save(Model& model, std::int64_t epoch) {
  const std::int64_t number = number_ == Number::step ? step_ : epoch;
  const std::string middle = number_ == Number::none ? "" : std::to_string(number);
  model.save_checkpoint((fs::path(folder_) / (head_ + middle + tail_)).string());
  if (keep_ == 0 || number_ == Number::none) return;
  Files files = numbered_files(folder_, head_, tail_);
  while (!files.empty() && files.back().first > number) files.pop_back();
  for (std::int64_t left = static_cast<std::int64_t>(files.size()) - keep_, i = 0;
       i < left; ++i) {
    std::error_code gone;  // by another hand, perhaps
    fs::remove(files[static_cast<std::size_t>(i)].second, gone);
  }
}

}  // namespace cairn::train
