#include <cairn/optim/plateau.h>

#include <algorithm>
#include <cmath>

#include <cairn/core/text.h>
#include <cairn/optim/schedule.h>

namespace cairn::optim {
namespace {
constexpr const char* kName = "ReduceLROnPlateau";
}  // namespace

ReduceLROnPlateau::ReduceLROnPlateau(Optimizer& optimizer,
                                     const ReduceLROnPlateauOptions& options)
    : optimizer_(&optimizer), options_(options) {
  detail::check_setting(kName, "the factor", options.factor_, 0, 1);
  detail::check_at_least(kName, "the threshold", options.threshold_, 0);
  detail::check_at_least(kName, "min_lr", options.min_lr_, 0);
  detail::check_at_least(kName, "eps", options.epsilon_, 0);
  detail::check_at_least(kName, "the patience", static_cast<double>(options.patience_),
                         0);
  detail::check_at_least(kName, "the cooldown", static_cast<double>(options.cooldown_),
                         0);
  if (options.mode_ == ReduceLROnPlateauOptions::Mode::max) best_ = -best_;
}

bool ReduceLROnPlateau::is_better(double figure) const {
  const bool relative = options_.how_ == ReduceLROnPlateauOptions::Threshold::relative;
  const double by = options_.threshold_;
  if (options_.mode_ == ReduceLROnPlateauOptions::Mode::min) {
    return figure < (relative ? best_ * (1 - by) : best_ - by);
  }
  return figure > (relative ? best_ * (1 + by) : best_ + by);
}

void ReduceLROnPlateau::step(double figure) {
  if (is_better(figure)) {
    best_ = figure;
    bad_ = 0;
  } else {
    ++bad_;
  }
  if (cooling_ > 0) {
    --cooling_;
    bad_ = 0;
  }
  if (bad_ <= options_.patience_) return;
  const double rate = optimizer_->rate_;
  const double lower = std::max(rate * options_.factor_, options_.min_lr_);
  if (rate - lower > options_.epsilon_) optimizer_->rate_ = lower;
  cooling_ = options_.cooldown_;
  bad_ = 0;
}

StateDict ReduceLROnPlateau::state_dict() const {
  return {{"best", state_real(best_)},
          {"bad", state_integer(bad_)},
          {"cooling", state_integer(cooling_)}};
}

void ReduceLROnPlateau::load_state_dict(const StateDict& state) {
  StateReader reader("ReduceLROnPlateau::load_state_dict", state);
  const double best = reader.real("best");
  const std::int64_t bad = reader.count("bad");
  const std::int64_t cooling = reader.count("cooling");
  reader.finish();
  best_ = best;
  bad_ = bad;
  cooling_ = cooling;
}

}  // namespace cairn::optim
