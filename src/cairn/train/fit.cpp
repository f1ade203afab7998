#include <cairn/train/fit.h>

#include <chrono>
#include <cmath>
#include <utility>

#include <cairn/core/text.h>
#include <cairn/optim/clip.h>
#include <cairn/train/callbacks.h>

namespace cairn::train {

using detail::concat;

namespace {

class Stopwatch {
 public:
  double seconds() const {
    return std::chrono::duration<double>(Clock::now() - start_).count();
  }

 private:
  using Clock = std::chrono::steady_clock;
  Clock::time_point start_ = Clock::now();
};

}  // namespace

Model::Fit::Fit(Model& model, std::shared_ptr<const data::Dataset> dataset,
                const FitOptions& options)
    : model_(model),
      options_(options),
      validation_(options.validation_),
      loader_(make_loader(std::move(dataset))),
      progress_(options.progress_),
      tally_(model.metrics_) {
  check_schedules();
  outer_ = std::exchange(model_.fit_, this);
}

Model::Fit::~Fit() { model_.fit_ = outer_; }

// The loader of the training set; sets `validation_`.
data::DataLoader Model::Fit::make_loader(std::shared_ptr<const data::Dataset> dataset) {
  if (options_.epochs_ < 1) {
    throw ValueError(
        concat("fit: ", options_.epochs_, " epochs train nothing; ask for 1 or more"));
  }
  if (options_.validation_split_ != 0) {
    if (validation_ != nullptr) {
      throw ValueError("fit: give validation_data or validation_split, not both");
    }
    const data::Split split = data::train_validation_split(
        std::move(dataset), options_.validation_split_, options_.seed_);
    dataset = std::make_shared<const data::Subset>(split.train);
    validation_ = std::make_shared<const data::Subset>(split.validation);
  }
  data::DataLoaderOptions loading(options_.batch_size_);
  loading.shuffle(options_.shuffle_).prefetch(options_.prefetch_).seed(options_.seed_);
  for (const auto& transform : options_.transforms_) loading.transform(transform);
  return data::DataLoader(std::move(dataset), std::move(loading));
}

void Model::Fit::check_schedules() const {
  const auto check = [this](const optim::Optimizer& optimizer, const char* name) {
    if (&optimizer == model_.optimizer_.get()) return;
    throw ValueError(concat("fit: ", name,
                            " rules another optimizer; make it after compile(), of "
                            "model.optimizer()"));
  };
  for (const auto& [schedule, every] : options_.schedules_) {
    check(schedule->optimizer(), schedule->name());
  }
  for (const auto& [schedule, monitor] : options_.plateaus_) {
    check(schedule->optimizer(), "ReduceLROnPlateau");
  }
}

template <class F>
void Model::Fit::tell(F f) {
  for (Callback* callback : options_.callbacks_) f(*callback);
}

History Model::Fit::run() {
  model_.stopping_ = false;
  tell([&](Callback& c) { c.on_train_begin(model_); });
  if (!options_.resume_.empty()) resume();
  while (in_epoch_ || (epoch_ < options_.epochs_ && !model_.stopping_)) {
    const Stopwatch watch;
    const Scores scores = run_epoch();
    const double seconds = watch.seconds();
    history_.add(scores, seconds);
    progress_.end_epoch(scores, seconds);
    in_epoch_ = false;
    follow_schedules(scores);
    tell([&](Callback& c) { c.on_epoch_end(model_, epoch_, scores); });
    tell([&](Callback& c) { c.on_epoch_settled(model_, epoch_); });
  }
  tell([&](Callback& c) { c.on_train_end(model_); });
  return history_;
}

Scores Model::Fit::run_epoch() {
  if (!in_epoch_) {
    ++epoch_;
    tally_.clear();
  }
  progress_.begin_epoch(epoch_, options_.epochs_, loader_.size());
  if (!in_epoch_) {
    tell([&](Callback& c) { c.on_epoch_begin(model_, epoch_); });
  }
  model_.module_->train();
  // After its last step an epoch may still want its validation.
  if (!in_epoch_ || loader_.state().position < loader_.size()) run_steps();
  Scores scores = tally_.scores("");
  if (validation_ != nullptr) {
    for (auto& [name, value] : model_.evaluate(validation_)) {
      scores.emplace_back("val_" + name, value);
    }
  }
  return scores;
}

void Model::Fit::run_steps() {
  for (const data::Batch& batch : loader_) {
    const double loss = step(batch);
    const std::int64_t done = loader_.state().position;
    if (!std::isfinite(loss)) {
      throw ValueError(concat("fit: the loss became ", loss, " in epoch ", epoch_,
                              ", step ", done, " of ", loader_.size(),
                              ", at a learning rate of ",
                              model_.optimizer_->learning_rate(),
                              "; lower the rate, or look for NaN in the data"));
    }
    ++steps_;
    in_epoch_ = true;
    progress_.step(done, tally_.loss());
    tell([&](Callback& c) { c.on_batch_end(model_, steps_, loss); });
    tell([&](Callback& c) { c.on_step_settled(model_, epoch_, steps_); });
  }
}

double Model::Fit::step(const data::Batch& batch) {
  model_.optimizer_->zero_grad();
  const Tensor prediction = model_.module_->forward(batch.x);
  const Tensor loss = model_.loss_.mean(prediction, batch.y);
  const double value = loss.item<double>();
  if (!std::isfinite(value)) return value;
  loss.backward();
  clip();
  model_.optimizer_->step();
  tally_.add(value, prediction, batch.y);
  for (const auto& [schedule, every] : options_.schedules_) {
    if (every == Every::step) schedule->step();
  }
  return value;
}

void Model::Fit::clip() const {
  const std::vector<Tensor>& parameters = model_.optimizer_->parameters();
  if (options_.clip_value_ >= 0) {
    optim::clip_grad_value_(parameters, options_.clip_value_);
  }
  if (options_.max_norm_ >= 0) {
    optim::clip_grad_norm_(parameters, options_.max_norm_, 2, true);
  }
}

void Model::Fit::follow_schedules(const Scores& scores) {
  for (const auto& [schedule, every] : options_.schedules_) {
    if (every == Every::epoch) schedule->step();
  }
  for (const auto& [schedule, monitor] : options_.plateaus_) {
    schedule->step(score(scores, monitor));
  }
}

}  // namespace cairn::train
