#include <cairn/core/state_dict.h>

#include <cairn/core/error.h>
#include <cairn/core/text.h>

namespace cairn::detail {

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
    : owner_(std::move(owner)), state_(state), read_(state.size(), false) {}

void StateReader::fail(const std::string& what) const {
  throw ValueError(concat(owner_, ": ", what));
}

const Tensor* StateReader::find(const std::string& name) {
  for (std::size_t i = 0; i < state_.size(); ++i) {
    if (state_[i].first != name) continue;
    read_[i] = true;
    return &state_[i].second;
  }
  return nullptr;
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

void StateReader::finish() const {
  for (std::size_t i = 0; i < state_.size(); ++i) {
    if (read_[i]) continue;
    fail(concat("there is nothing that takes ", state_[i].first,
                "; the state was taken from something else"));
  }
}

}  // namespace cairn::detail
