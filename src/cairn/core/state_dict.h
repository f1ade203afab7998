#pragma once

#include <cstdint>
#include <string>
#include <utility>
#include <vector>

#include <cairn/core/tensor.h>

namespace cairn {

/// What something remembers, as tensors by name: what a checkpoint is made of. Numbers
/// are tensors of one element, f64 or i64.
using StateDict = std::vector<std::pair<std::string, Tensor>>;

/// A number of a StateDict.
///@{
CAIRN_API Tensor state_real(double value);
CAIRN_API Tensor state_integer(std::int64_t value);
///@}

/// Appends the entries of `part`, their names with `prefix` before them.
CAIRN_API void append_state(StateDict& state, const std::string& prefix,
                            const StateDict& part);
/// The entries whose names begin with `prefix`, without it.
CAIRN_API StateDict state_part(const StateDict& state, const std::string& prefix);

/// Takes a StateDict apart, and notices what nobody asked for. All its errors are
/// ValueErrors that begin with the owner. A class that remembers two numbers:
///
///     StateDict state_dict() const override {
///       return {{"best", state_real(best_)}, {"bad", state_integer(bad_)}};
///     }
///     void load_state_dict(const StateDict& state) override {
///       StateReader reader("Patience", state);
///       const double best = reader.real("best");
///       const std::int64_t bad = reader.count("bad");
///       reader.finish();  // nothing was changed until all was found right
///       best_ = best;
///       bad_ = bad;
///     }
class CAIRN_API StateReader {
 public:
  /// Reads the state of `owner`; the state must stay where it is.
  StateReader(std::string owner, const StateDict& state);

  /// The tensor of that name, the first of several, or null.
  const Tensor* find(const std::string& name);
  /// The tensor of that name. Throws when there is none.
  const Tensor& tensor(const std::string& name);
  /// The tensor of that name as one number. Throw when it is none, or of another dtype.
  ///@{
  double real(const std::string& name);
  std::int64_t integer(const std::string& name);
  ///@}
  /// A whole number in [low, high]. Throws for another.
  std::int64_t integer(const std::string& name, std::int64_t low, std::int64_t high);
  /// How often something happened: from 0 to 2⁵³, far from where adding would overflow.
  std::int64_t count(const std::string& name) {
    return integer(name, 0, std::int64_t{1} << 53);
  }
  /// Yes or no, as 1 or 0.
  bool flag(const std::string& name) { return integer(name, 0, 1) != 0; }
  /// The name of the first tensor that was not asked for, or null.
  const std::string* unread() const;
  /// Throws unless everything was asked for.
  void finish() const;
  /// Throws a ValueError that begins with the owner.
  [[noreturn]] void fail(const std::string& what) const;

 private:
  const Tensor& number(const std::string& name, DType dtype);

  std::string owner_;
  const StateDict& state_;
  std::vector<std::size_t> by_name_;  // positions in the state, in the order of names
  std::vector<bool> read_;
};

}  // namespace cairn
