#include <cairn/core/state_dict.h>

#include <algorithm>
#include <numeric>

#include <cairn/core/error.h>
#include <cairn/core/text.h>

namespace cairn {

using detail::concat;

Tensor state_real(double value) { return Tensor::from_vector<double>({value}, {}); }
Tensor state_integer(std::int64_t value) {
  return Tensor::from_vector<std::int64_t>({value}, {});
}

void append_state(StateDict& state, const std::string& prefix, const StateDict& part) {
  for (const auto& [name, tensor] : part) state.emplace_back(prefix + name, tensor);
}

StateDict state_part(const StateDict& state, const std::string& prefix) {
  StateDict part;
  for (const auto& [name, tensor] : state) {
    if (name.compare(0, prefix.size(), prefix) != 0) continue;
    part.emplace_back(name.substr(prefix.size()), tensor);
  }
  return part;
}

StateReader::StateReader(std::string owner, const StateDict& state)
    : owner_(std::move(owner)),
      state_(state),
      by_name_(state.size()),
      read_(state.size(), false) {
  std::iota(by_name_.begin(), by_name_.end(), std::size_t{0});
  std::sort(by_name_.begin(), by_name_.end(), [&](std::size_t a, std::size_t b) {
    const int order = state[a].first.compare(state[b].first);
    return order != 0 ? order < 0 : a < b;
  });
}

void StateReader::fail(const std::string& what) const {
  throw ValueError(concat(owner_, ": ", what));
}

const Tensor* StateReader::find(const std::string& name) {
  const auto found = std::lower_bound(
      by_name_.begin(), by_name_.end(), name,
      [&](std::size_t i, const std::string& key) { return state_[i].first < key; });
  if (found == by_name_.end() || state_[*found].first != name) return nullptr;
  read_[*found] = true;
  return &state_[*found].second;
}

const Tensor& StateReader::tensor(const std::string& name) {
  const Tensor* const found = find(name);
  if (found == nullptr) {
    fail(concat("the state has no ", name, "; it was taken from something else"));
  }
  return *found;
}

const Tensor& StateReader::number(const std::string& name, DType dtype) {
  const Tensor& t = tensor(name);
  if (t.dtype() != dtype || t.numel() != 1) {
    fail(concat(name, " is ", t.dtype(), " of shape ", t.shape(),
                " where one number of ", dtype,
                " belongs; the state was taken from something else"));
  }
  return t;
}

double StateReader::real(const std::string& name) {
  return number(name, f64).item<double>();
}

std::int64_t StateReader::integer(const std::string& name) {
  return number(name, i64).item<std::int64_t>();
}

std::int64_t StateReader::integer(const std::string& name, std::int64_t low,
                                  std::int64_t high) {
  const std::int64_t value = integer(name);
  if (value < low || value > high) {
    fail(concat(name, " is ", value, " and must lie between ", low, " and ", high,
                "; the state was taken from something else"));
  }
  return value;
}

const std::string* StateReader::unread() const {
  const auto found = std::find(read_.begin(), read_.end(), false);
  if (found == read_.end()) return nullptr;
  return &state_[static_cast<std::size_t>(found - read_.begin())].first;
}

void StateReader::finish() const {
  if (const std::string* const name = unread()) {
    fail(concat("there is nothing that takes ", *name,
                "; the state was taken from something else"));
  }
}

}  // namespace cairn
