#pragma once

#include <string>
#include <vector>

#include <cairn/core/state_dict.h>
#include <cairn/core/text.h>
#include <cairn/train/history.h>
#include <cairn/train/metrics.h>

namespace cairn::train {

/// Loss and metrics of the samples seen so far.
class Tally {
 public:
  explicit Tally(const std::vector<Metric>& metrics)
      : metrics_(metrics), totals_(metrics.size(), 0) {}

  /// Forgets all: an epoch begins.
  void clear() {
    totals_.assign(totals_.size(), 0);
    samples_ = loss_ = 0;
  }

  /// Takes a batch in: its mean loss, and what the metrics make of it.
  void add(double loss, const Tensor& prediction, const Tensor& target) {
    const auto n = static_cast<double>(prediction.size(0));
    samples_ += n;
    loss_ += loss * n;
    for (std::size_t i = 0; i < metrics_.size(); ++i) {
      totals_[i] += metrics_[i].total(prediction, target);
    }
  }

  /// Their mean loss.
  double loss() const { return loss_ / samples_; }

  /// All means, their names with `prefix` before them.
  Scores scores(const std::string& prefix) const {
    Scores scores{{prefix + "loss", loss()}};
    for (std::size_t i = 0; i < metrics_.size(); ++i) {
      scores.emplace_back(prefix + metrics_[i].name, totals_[i] / samples_);
    }
    return scores;
  }

  /// The sums, for a checkpoint in the middle of an epoch.
  StateDict state_dict() const {
    return {{"samples", state_real(samples_)},
            {"loss", state_real(loss_)},
            {"totals", Tensor::from_vector(totals_)}};
  }
  /// Throws ValueError for sums of other metrics.
  void load_state_dict(const StateDict& state) {
    StateReader reader("fit: resume: the sums of an epoch", state);
    const double samples = reader.real("samples"), loss = reader.real("loss");
    const Tensor& totals = reader.tensor("totals");
    if (totals.dtype() != f64 || totals.numel() != std::int64_t(totals_.size())) {
      reader.fail(detail::concat("there are ", totals.numel(), " metrics of ",
                                 totals.dtype(), " where compile() was given ",
                                 totals_.size()));
    }
    reader.finish();
    totals_ = totals.to_vector<double>();
    samples_ = samples;
    loss_ = loss;
  }

 private:
  const std::vector<Metric>& metrics_;
  std::vector<double> totals_;
  double samples_ = 0, loss_ = 0;
};

}  // namespace cairn::train
