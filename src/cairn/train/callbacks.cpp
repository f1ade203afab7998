#include <cairn/train/callbacks.h>

#include <cairn/train/model.h>

namespace cairn::train {
namespace {

bool is_better(double value, double best, Goal goal, double min_delta) {
  return goal == Goal::smaller ? value < best - min_delta : value > best + min_delta;
}

}  // namespace

Callback::~Callback() = default;

void Callback::load_state_dict(const StateDict& state) {
  StateReader("load_state_dict", state).finish();
}

void EarlyStopping::on_train_begin(Model& model) {
  if (restore_) weights_ = model.module().state();
  best_epoch_ = 0;
  best_weights_.clear();
}

void EarlyStopping::on_epoch_end(Model& model, std::int64_t epoch,
                                 const Scores& scores) {
  const double value = score(scores, monitor_);
  if (best_epoch_ == 0 || is_better(value, best_, goal_, min_delta_)) {
    best_epoch_ = epoch;
    best_ = value;
    if (restore_) {
      best_weights_.clear();
      for (const auto& [name, tensor] : model.module().state()) {
        best_weights_.emplace_back(name, tensor.detach().clone());
      }
    }
  } else if (epoch - best_epoch_ >= patience_) {
    model.stop_training();
  }
}

void EarlyStopping::on_train_end(Model& model) {
  if (restore_ && !best_weights_.empty()) model.module().load_state(best_weights_);
  weights_.clear();
}

StateDict EarlyStopping::state_dict() const {
  StateDict state{{"best_epoch", state_integer(best_epoch_)},
                  {"best", state_real(best_)}};
  append_state(state, "weights/", best_weights_);
  return state;
}

void EarlyStopping::load_state_dict(const StateDict& state) {
  StateReader reader("EarlyStopping", state);
  const std::int64_t epoch = reader.count("best_epoch");
  const double best = reader.real("best");
  StateDict weights = state_part(state, "weights/");
  if (weights.empty() == (restore_ && epoch > 0)) {
    reader.fail(restore_ ? "the state holds no weights to restore"
                         : "the state holds weights, but none are to be restored");
  }
  // Now, and not after hours of training, when they are put back.
  if (!weights.empty() && !weights_.empty()) nn::check_state(weights_, weights);
  for (const auto& [name, tensor] : weights) reader.tensor("weights/" + name);
  reader.finish();
  best_epoch_ = epoch;
  best_ = best;
  best_weights_ = std::move(weights);
}

void LearningRateScheduler::on_epoch_begin(Model& model, std::int64_t epoch) {
  model.optimizer().set_learning_rate(rate_(epoch));
}

void ModelCheckpoint::on_train_begin(Model&) { any_ = false; }

StateDict ModelCheckpoint::state_dict() const {
  return {{"any", state_integer(any_ ? 1 : 0)}, {"best", state_real(best_)}};
}

void ModelCheckpoint::load_state_dict(const StateDict& state) {
  StateReader reader("ModelCheckpoint", state);
  const bool any = reader.flag("any");
  const double best = reader.real("best");
  reader.finish();
  any_ = any;
  best_ = best;
}

void ModelCheckpoint::on_epoch_end(Model& model, std::int64_t epoch,
                                   const Scores& scores) {
  if (!monitor_.empty()) {
    const double value = score(scores, monitor_);
    if (any_ && !is_better(value, best_, goal_, 0)) return;
    any_ = true;
    best_ = value;
  }
  std::string path = path_;
  const std::string mark = "{epoch}";
  const std::size_t at = path.find(mark);
  if (at != std::string::npos) path.replace(at, mark.size(), std::to_string(epoch));
  model.save(path);
}

}  // namespace cairn::train
