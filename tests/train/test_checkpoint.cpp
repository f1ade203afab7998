// Checkpoints of a model in training: what they hold, and what is said when one does
// not fit. test_resume.cpp kills a program and goes on.
#include <cairn/cairn.h>

#include <cmath>
#include <limits>

#include "tests/catch.h"
#include "tests/error_text.h"
#include "tests/temporary_folder.h"

namespace cairn {
namespace {

using test::TemporaryFolder;

train::Model small_model(const optim::OptimizerOptions& options = optim::AdamOptions(),
                         std::int64_t width = 4) {
  manual_seed(1);
  train::Model model(nn::Sequential(nn::Linear(2, width), nn::ReLU(), nn::Dropout(0.1),
                                    nn::Linear(width, 1)));
  model.compile(options, train::mean_squared_error());
  return model;
}

struct Data {
  Tensor x, y;
};

Data data_set(std::int64_t n = 12) {
  Generator generator(2);
  const Tensor x = randn({n, 2}, generator);
  return {x, matmul(x, ones({2, 1}))};
}

std::vector<std::vector<float>> weights(train::Model& model) {
  std::vector<std::vector<float>> values;
  for (const Tensor& p : model.module().parameters()) {
    values.push_back(p.detach().to_vector<float>());
  }
  return values;
}

TEST_CASE("a checkpoint outside fit holds weights optimizer and generator") {
  const TemporaryFolder folder;
  const auto [x, y] = data_set();
  train::Model model = small_model();
  model.fit(x, y, train::FitOptions().epochs(2));
  model.save_checkpoint(folder.file("c"));
  model.fit(x, y, train::FitOptions().epochs(2));
  const auto wanted = weights(model);
  train::Model other = small_model();
  CHECK(weights(other) != wanted);
  manual_seed(77);
  other.load_checkpoint(folder.file("c"));
  other.fit(x, y, train::FitOptions().epochs(2));
  CHECK(weights(other) == wanted);
}

TEST_CASE("a checkpoint that does not fit changes nothing") {
  const TemporaryFolder folder;
  const auto [x, y] = data_set();
  train::Model model = small_model();
  model.fit(x, y);
  model.save_checkpoint(folder.file("c"));
  const auto state_of = [](train::Model& m) {
    std::vector<std::vector<double>> values;
    for (const auto& entry : m.optimizer().state_dict()) {
      values.push_back(entry.second.to(f64).to_vector<double>());
    }
    return values;
  };
  const auto check = [&](train::Model other, const char* text) {
    other.fit(x, y);
    const auto before = weights(other);
    const auto state = state_of(other);
    const std::uint64_t position = default_generator().position();
    CHECK_ERROR(Error, (other.load_checkpoint(folder.file("c")), 0), text);
    CHECK(weights(other) == before);
    CHECK(state_of(other) == state);
    CHECK(default_generator().position() == position);
  };
  check(small_model(optim::AdamOptions(), 5),
        "0.weight has shape (5, 2) in the model and (4, 2) in the file");
  check(small_model(optim::SGDOptions(0.1)), "SGD::load_state_dict: ");
  check(small_model(optim::AdamOptions().amsgrad(true)), "no 0.max_exp_avg_sq");
  train::Model deeper(nn::Sequential(nn::Linear(2, 4), nn::ReLU(), nn::Dropout(0.1),
                                     nn::Linear(4, 1), nn::BatchNorm1d(1)));
  deeper.compile(optim::AdamOptions(), train::mean_squared_error());
  check(std::move(deeper), "there is no tensor named 4.weight");
  train::Model raw(nn::Sequential(nn::Linear(2, 1)));
  CHECK_ERROR(ValueError, (raw.save_checkpoint(folder.file("r")), 0),
              "save_checkpoint: call compile() first");
}

TEST_CASE("checkpoints are numbered and the last are kept") {
  const TemporaryFolder folder;
  const auto [x, y] = data_set();
  folder.write("99.safetensors.cairn-17-0", "cut short by a kill");
  folder.write("9x.safetensors", "of somebody else");
  train::Model model = small_model();
  train::Checkpoint checkpoint(folder.file("deep/er/{epoch}.safetensors"));
  CHECK(checkpoint.keep(2).latest().empty());
  model.fit(x, y, train::FitOptions().epochs(11).callback(checkpoint));
  const auto exists = [&](const std::string& name) {
    return std::filesystem::exists(folder.file(name));
  };
  CHECK(exists("deep/er/11.safetensors"));
  CHECK(exists("deep/er/10.safetensors"));
  CHECK_FALSE(exists("deep/er/9.safetensors"));
  CHECK(checkpoint.latest() == folder.file("deep/er/11.safetensors"));

  train::Checkpoint by_step(folder.file("{step}.safetensors"));
  by_step.every_steps(2).keep(0);
  model.fit(x, y, train::FitOptions().epochs(2).batch_size(4).callback(by_step));
  for (const char* name : {"2", "3", "4", "6"}) {
    CHECK(exists(std::string(name) + ".safetensors"));
  }
  CHECK(by_step.latest() == folder.file("6.safetensors"));

  train::Checkpoint one(folder.file("one"));
  CHECK(one.latest().empty());
  model.fit(x, y, train::FitOptions().epochs(2).callback(one));
  CHECK(one.latest() == folder.file("one"));
}

TEST_CASE("a run goes on for more epochs than it was begun with") {
  const TemporaryFolder folder;
  const auto [x, y] = data_set();
  train::Model whole = small_model(), parts = small_model();
  manual_seed(5);
  const train::History wanted = whole.fit(x, y, train::FitOptions().epochs(5));
  manual_seed(5);
  train::Checkpoint checkpoint(folder.file("c"));
  for (const int epochs : {2, 4, 5, 5}) {
    const train::History found = parts.fit(x, y,
                                           train::FitOptions()
                                               .epochs(epochs)
                                               .callback(checkpoint)
                                               .resume(checkpoint.latest()));
    CHECK(found.epochs() == static_cast<std::size_t>(epochs));
    if (epochs == 5) CHECK(found["loss"] == wanted["loss"]);
  }
  CHECK(weights(parts) == weights(whole));
}

// A run whose checkpoints hold everything there is.
struct Parts {
  train::EarlyStopping stop{"loss", 100};
  train::ModelCheckpoint best;
  optim::StepLR schedule;
  optim::ReduceLROnPlateau plateau;

  Parts(train::Model& model, const TemporaryFolder& folder)
      : best(folder.file("best")),
        schedule(model.optimizer(), 3),
        plateau(model.optimizer()) {
    stop.restore_best_weights(true);
  }
  train::FitOptions options() {
    return train::FitOptions()
        .epochs(2)
        .batch_size(4)
        .schedule(schedule, train::Every::step)
        .schedule(plateau, "loss")
        .callback(stop)
        .callback(best);
  }
};

void write_checkpoint(const TemporaryFolder& folder) {
  train::Model model = small_model();
  Parts parts(model, folder);
  train::Checkpoint checkpoint(folder.file("{step}"));
  checkpoint.every_steps(5).keep(0);
  const auto [x, y] = data_set();
  model.fit(x, y, parts.options().epochs(3).callback(checkpoint));
}

TEST_CASE("a run is not resumed with other options or data") {
  const TemporaryFolder folder;
  write_checkpoint(folder);
  const auto [x, y] = data_set();
  const auto [more_x, more_y] = data_set(13);
  train::Model model = small_model();
  Parts parts(model, folder);
  train::Checkpoint checkpoint(folder.file("other"));
  const auto options = [&] {
    return parts.options().callback(checkpoint).resume(folder.file("5"));
  };
  CHECK(model.fit(x, y, options()).epochs() == 2);
  CHECK_ERROR(ValueError, model.fit(x, y, options().batch_size(6)),
              "begun with a batch size of 4 and this is 6; give fit() the same");
  CHECK_ERROR(ValueError, model.fit(x, y, options().seed(1)), "the seed 0 and this is");
  CHECK_ERROR(ValueError, model.fit(x, y, options().shuffle(false)), "shuffle 1 and");
  CHECK_ERROR(ValueError, model.fit(more_x, more_y, options()),
              "a data set of size 12 and this is 13");
  CHECK_ERROR(ValueError, model.fit(x, y, parts.options().resume(folder.file("5"))),
              "more schedules or callbacks than fit() was given");
  CHECK_ERROR(ValueError,
              model.fit(x, y,
                        parts.options()
                            .callback(checkpoint)
                            .schedule(parts.schedule)
                            .resume(folder.file("5"))),
              "schedule 1: StepLR::load_state_dict: the state has no steps");
  parts.stop.restore_best_weights(false);
  CHECK_ERROR(ValueError, model.fit(x, y, options()),
              "callback 0: EarlyStopping: the state holds weights");
  CHECK_ERROR(IoError, model.fit(x, y, options().resume(folder.file("7"))), "cannot");
  model.save(folder.file("w"));
  CHECK_ERROR(FormatError, model.fit(x, y, options().resume(folder.file("w"))),
              "no checkpoint; files of weights are read with Model::load");
  model.save_checkpoint(folder.file("c"));
  CHECK_ERROR(ValueError, model.fit(x, y, options().resume(folder.file("c"))),
              "was not written during a fit()");
}

// Sees whether a fit() got beyond its resume().
struct Witness : train::Callback {
  bool went_on = false;
  void on_epoch_begin(train::Model&, std::int64_t) override { went_on = true; }
  void on_batch_end(train::Model&, std::int64_t, double) override { went_on = true; }
  void on_train_end(train::Model&) override { went_on = true; }
};

// All that a refused resume must leave as it was.
std::vector<std::vector<double>> remembered(train::Model& model, const Parts& parts) {
  StateDict all;
  append_state(all, "", model.module().state());
  append_state(all, "", model.optimizer().state_dict());
  append_state(all, "", default_generator().state_dict());
  append_state(all, "", parts.schedule.state_dict());
  append_state(all, "", parts.plateau.state_dict());
  append_state(all, "", parts.stop.state_dict());
  append_state(all, "", parts.best.state_dict());
  std::vector<std::vector<double>> values;
  for (const auto& entry : all) {
    values.push_back(entry.second.detach().to(f64).to_vector<double>());
  }
  return values;
}

// An intact file whose content is hostile: every entry left out, of another shape or
// dtype, or far from what it can be. Whatever comes of it, it is an Error or a training.
TEST_CASE("checkpoints that lie end in an error or in nothing worse") {
  const TemporaryFolder folder;
  write_checkpoint(folder);
  const auto [x, y] = data_set();
  int refused = 0, tried = 0, early = 0;
  for (const char* file : {"5", "6"}) {
    const StateDict good = io::load_checkpoint(folder.file(file));
    for (std::size_t i = 0; i < good.size(); ++i) {
      const Tensor& t = good[i].second;
      std::vector<Tensor> lies{Tensor(), zeros({2, 2, 2}), zeros(t.shape(), u8),
                               zeros({0}, t.dtype())};
      if (t.dtype() == i64) {
        for (const auto v :
             {std::numeric_limits<std::int64_t>::min(), std::int64_t{-1},
              std::int64_t{1} << 52, std::numeric_limits<std::int64_t>::max()}) {
          const std::vector<std::int64_t> numbers(static_cast<std::size_t>(t.numel()),
                                                  v);
          lies.push_back(Tensor::from_vector(numbers, t.shape()));
        }
      } else {
        for (const double v : {-1.0, 1e300, static_cast<double>(NAN)}) {
          lies.push_back(full(t.shape(), v, t.dtype()));
        }
      }
      for (const Tensor& lie : lies) {
        StateDict bad;
        for (std::size_t j = 0; j < good.size(); ++j) {
          if (j != i) bad.push_back(good[j]);
          else if (lie.defined()) bad.emplace_back(good[j].first, lie);
        }
        io::save_checkpoint(folder.file("bad"), bad);
        train::Model model = small_model();
        Parts parts(model, folder);
        train::Checkpoint checkpoint(folder.file("other"));
        Witness witness;
        const auto before = remembered(model, parts);
        ++tried;
        try {
          model.fit(x, y,
                    parts.options()
                        .callback(checkpoint)
                        .callback(witness)
                        .resume(folder.file("bad")));
        } catch (const Error& error) {
          CHECK(std::string(error.what()).size() > 20);
          ++refused;
          // Weights that are no numbers are seen in the first step.
          if (witness.went_on || test::contains(error.what(), "became")) continue;
          INFO(file << ": " << good[i].first << ": " << error.what());
          const bool unchanged = remembered(model, parts) == before;
          CHECK(unchanged);
          ++early;
        }
      }
    }
  }
  INFO(refused << " of " << tried << " refused, " << early << " at once");
  CHECK(tried > 500);
  CHECK(refused > tried / 2);
  CHECK(early > tried / 2);
}

}  // namespace
}  // namespace cairn
