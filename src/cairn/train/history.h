#pragma once

#include <string>
#include <utility>
#include <vector>

#include <cairn/export.h>

namespace cairn::train {

/// The figures of one epoch, in the order they are shown: loss, metrics, then the same
/// of the validation set with "val_" before the name.
using Scores = std::vector<std::pair<std::string, double>>;

/// The value of that name. Throws ValueError naming those there are.
CAIRN_API double score(const Scores& scores, const std::string& name);

/// What fit() saw, epoch by epoch.
class CAIRN_API History {
 public:
  /// Appends an epoch that took so many seconds.
  void add(Scores scores, double seconds);

  /// How many epochs there were.
  std::size_t epochs() const { return rows_.size(); }
  /// The figures of epoch `i`, from 0 on, and the seconds it took. Throw
  /// std::out_of_range.
  ///@{
  const Scores& epoch(std::size_t i) const { return rows_.at(i); }
  double seconds(std::size_t i) const { return seconds_.at(i); }
  ///@}
  /// The names of the figures.
  std::vector<std::string> names() const;
  /// One figure over all epochs: history["val_loss"]. Throws ValueError for an unknown
  /// one.
  std::vector<double> operator[](const std::string& name) const;
  /// Whether there is a figure of that name.
  bool has(const std::string& name) const;

  /// A header and a row for each epoch, which begins with 1.
  std::string csv() const;
  /// Writes csv() to a file, whole or not at all. Throws IoError.
  void save_csv(const std::string& path) const;

 private:
  std::vector<Scores> rows_;
  std::vector<double> seconds_;
};

}  // namespace cairn::train
