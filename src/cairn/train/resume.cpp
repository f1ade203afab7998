// What a checkpoint holds of a fit(), and the way back.
#include <cairn/train/fit.h>

#include <cairn/core/text.h>
#include <cairn/io/checkpoint.h>
#include <cairn/train/callbacks.h>

namespace cairn::train {

using detail::concat;

namespace {

std::string numbered(const char* what, std::size_t i) {
  return concat(what, "/", i, "/");
}

// An option that must be as it was, or the run would be another.
void check_same(const StateReader& reader, const char* option, std::int64_t was,
                std::int64_t is) {
  if (was == is) return;
  reader.fail(concat("the run was begun with ", option, " ", was, " and this is ", is,
                     "; give fit() the same options and data"));
}

StateDict history_state(const History& history) {
  StateDict state;
  std::vector<double> seconds;
  for (std::size_t i = 0; i < history.epochs(); ++i) {
    seconds.push_back(history.seconds(i));
  }
  state.emplace_back("seconds", Tensor::from_vector(seconds));
  for (const std::string& name : history.names()) {
    state.emplace_back("of/" + name, Tensor::from_vector(history[name]));
  }
  return state;
}

}  // namespace

StateDict Model::Fit::state() const {
  const data::DataLoader::State loader = loader_.state();
  StateDict state{{"epoch", state_integer(epoch_)},
                  {"steps", state_integer(steps_)},
                  {"in_epoch", state_integer(in_epoch_ ? 1 : 0)},
                  {"stopping", state_integer(model_.stopping_ ? 1 : 0)},
                  {"position", state_integer(loader.position)},
                  {"samples", state_integer(loader_.dataset().size())},
                  {"batch_size", state_integer(options_.batch_size_)},
                  {"shuffle", state_integer(options_.shuffle_ ? 1 : 0)},
                  {"seed", state_integer(static_cast<std::int64_t>(options_.seed_))}};
  if (in_epoch_) append_state(state, "tally/", tally_.state_dict());
  append_state(state, "history/", history_state(history_));
  append_state(state, "", parts_state());
  return state;
}

template <class F>
void Model::Fit::each_part(F f) const {
  for (std::size_t i = 0; i < options_.schedules_.size(); ++i) {
    f("schedule", i, *options_.schedules_[i].schedule);
  }
  for (std::size_t i = 0; i < options_.plateaus_.size(); ++i) {
    f("plateau", i, *options_.plateaus_[i].schedule);
  }
  for (std::size_t i = 0; i < options_.callbacks_.size(); ++i) {
    f("callback", i, *options_.callbacks_[i]);
  }
}

StateDict Model::Fit::parts_state() const {
  StateDict state;
  each_part([&](const char* what, std::size_t i, const auto& part) {
    append_state(state, numbered(what, i), part.state_dict());
  });
  return state;
}

void Model::Fit::resume() {
  const StateDict checkpoint = io::load_checkpoint(options_.resume_);
  const StateDict own = state_part(checkpoint, "fit/");
  if (own.empty()) {
    throw ValueError(concat("fit: ", options_.resume_,
                            " was not written during a fit(); read it with "
                            "load_checkpoint() and begin a new one"));
  }
  const StateDict before = parts_state();
  try {
    load(own);
    model_.restore(checkpoint);  // last: it changes all or nothing
  } catch (...) {
    model_.stopping_ = false;
    each_part([&](const char* what, std::size_t i, auto& part) {
      try {
        part.load_state_dict(state_part(before, numbered(what, i)));
      } catch (const Error&) {
        // A callback that refuses its own state; the first error says more.
      }
    });
    throw;
  }
}

void Model::Fit::load(const StateDict& state) {
  StateDict numbers;
  for (const auto& entry : state) {
    if (entry.first.find('/') == std::string::npos) numbers.push_back(entry);
  }
  StateReader reader(concat("fit: ", options_.resume_), numbers);
  load_position(reader);
  reader.finish();
  if (in_epoch_) tally_.load_state_dict(state_part(state, "tally/"));
  load_history(state_part(state, "history/"));
  load_parts(state);
}

void Model::Fit::load_position(StateReader& reader) {
  check_same(reader, "a data set of size", reader.integer("samples"),
             loader_.dataset().size());
  check_same(reader, "a batch size of", reader.integer("batch_size"),
             options_.batch_size_);
  check_same(reader, "shuffle", reader.integer("shuffle"), options_.shuffle_ ? 1 : 0);
  check_same(reader, "the seed", reader.integer("seed"),
             static_cast<std::int64_t>(options_.seed_));
  epoch_ = reader.count("epoch");
  steps_ = reader.count("steps");
  in_epoch_ = reader.flag("in_epoch");
  model_.stopping_ = reader.flag("stopping");
  data::DataLoader::State loader;
  loader.seed = options_.seed_;
  loader.epoch = epoch_;
  loader.position = reader.integer("position", 0, loader_.size());
  loader_.set_state(loader);
}

// Schedules and callbacks: as many as there were, each with its own state.
void Model::Fit::load_parts(const StateDict& state) {
  std::size_t taken = 0;
  each_part([&](const char* what, std::size_t i, auto& part) {
    const StateDict own = state_part(state, numbered(what, i));
    taken += own.size();
    try {
      part.load_state_dict(own);
    } catch (const ValueError& error) {
      throw ValueError(concat("fit: ", options_.resume_, ": ", what, " ", i, ": ",
                              error.what(), "; give fit() the same ", what,
                              "s in the same order"));
    }
  });
  std::size_t there = 0;
  for (const char* what : {"schedule/", "plateau/", "callback/"}) {
    there += state_part(state, what).size();
  }
  if (taken == there) return;
  throw ValueError(concat("fit: ", options_.resume_,
                          " holds the state of more schedules or callbacks than fit() "
                          "was given; give it the same in the same order"));
}

void Model::Fit::load_history(const StateDict& state) {
  StateReader reader(concat("fit: ", options_.resume_, ": the history"), state);
  const std::int64_t epochs = in_epoch_ ? epoch_ - 1 : epoch_;
  const auto numbers = [&](const std::string& name) {
    const Tensor& t = reader.tensor(name);
    if (t.dtype() != f64 || t.shape() != Shape{epochs}) {
      reader.fail(concat(name, " is ", t.dtype(), " of shape ", t.shape(), " where ",
                         epochs, " numbers belong"));
    }
    return t.to_vector<double>();
  };
  const std::vector<double> seconds = numbers("seconds");
  std::vector<Scores> rows(seconds.size());
  for (const auto& [name, tensor] : state_part(state, "of/")) {
    const std::vector<double> values = numbers("of/" + name);
    for (std::size_t i = 0; i < rows.size(); ++i) rows[i].emplace_back(name, values[i]);
  }
  reader.finish();
  for (std::size_t i = 0; i < rows.size(); ++i) {
    history_.add(std::move(rows[i]), seconds[i]);
  }
}

}  // namespace cairn::train
