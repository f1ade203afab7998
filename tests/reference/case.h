// The cases of the .safetensors files beside this one: inputs, results and gradients by
// another framework.
#pragma once

#include <map>
#include <string>
#include <vector>

#include <cairn/cairn.h>

namespace cairn::test {

/// The words "key=1,2" behind an operation's name.
class Settings {
 public:
  explicit Settings(const std::string& words);
  bool has(const std::string& key) const { return words_.count(key) != 0; }
  std::string word(const std::string& key) const;  // throws Error when it is not there
  std::vector<double> numbers(const std::string& key) const;
  double number(const std::string& key) const { return numbers(key).at(0); }
  double number(const std::string& key, double otherwise) const;
  std::int64_t integer(const std::string& key) const {
    return static_cast<std::int64_t>(number(key));
  }
  Shape shape(const std::string& key) const;

 private:
  std::map<std::string, std::string> words_;
};

/// One case: y = operation(inputs), and the gradients of the inputs that have one.
struct ReferenceCase {
  std::string name, operation;
  Settings settings{""};
  std::map<int, Tensor> inputs, gradients;  // by number
  Tensor y, dy;                             // dy is undefined for optimizers
  bool is_optimizer() const { return inputs.size() == 2 && gradients.empty(); }
};

std::vector<ReferenceCase> reference_cases();

/// What Cairn calls it: applies the operation of a case to inputs of any real dtype.
/// Throws Error for an operation it does not know.
Tensor compute(const ReferenceCase& c, const std::vector<Tensor>& x);

/// All results of a recurrent layer ("rnn", "lstm" or "gru") in one row.
Tensor recurrent(const std::string& kind, const std::vector<Tensor>& x,
                 const Settings& settings);

/// The parameter after each step of a case's optimizer, in rows.
Tensor run_optimizer(const ReferenceCase& c, DType dtype);

}  // namespace cairn::test
