// What an optimizer remembers, saved and loaded.
#include <cairn/cairn.h>

#include <limits>

#include "tests/catch.h"
#include "tests/error_text.h"

namespace cairn {
namespace {

using Options = std::shared_ptr<optim::OptimizerOptions>;

const std::vector<std::pair<const char*, Options>>& all_options() {
  static const std::vector<std::pair<const char*, Options>> all{
      {"SGD", std::make_shared<optim::SGDOptions>(0.1)},
      {"SGD with momentum",
       std::make_shared<optim::SGDOptions>(optim::SGDOptions(0.1).momentum(0.9))},
      {"Adam", std::make_shared<optim::AdamOptions>(0.1)},
      {"AMSGrad",
       std::make_shared<optim::AdamOptions>(optim::AdamOptions(0.1).amsgrad(true))},
      {"AdamW", std::make_shared<optim::AdamWOptions>(0.1)},
      {"RMSprop", std::make_shared<optim::RMSpropOptions>(0.1)},
      {"RMSprop with all",
       std::make_shared<optim::RMSpropOptions>(
           optim::RMSpropOptions(0.1).centered(true).momentum(0.5))},
      {"Adagrad", std::make_shared<optim::AdagradOptions>(
                      optim::AdagradOptions(0.1).lr_decay(1))}};
  return all;
}

// A matrix, one that lies in columns, a vector of doubles, and one without gradients.
std::vector<Tensor> parameters() {
  Generator generator(3);
  const std::vector<Tensor> values{randn({3, 5}, generator),
                                   randn({5, 3}, generator).t().clone(),
                                   randn({7}, generator, f64), randn({2}, generator)};
  std::vector<Tensor> parameters;
  for (const Tensor& t : values) parameters.push_back(t.detach().requires_grad_());
  return parameters;
}

void walk(optim::Optimizer& optimizer, int from, int to) {
  for (int t = from; t < to; ++t) {
    Generator generator(static_cast<std::uint64_t>(t));
    for (std::size_t i = 0; i < 3; ++i) {
      Tensor p = optimizer.parameters()[i];
      p.set_grad(randn(p.shape(), generator, p.dtype()));
    }
    optimizer.step();
  }
}

std::vector<std::vector<double>> numbers(const std::vector<Tensor>& tensors) {
  std::vector<std::vector<double>> values;
  for (const Tensor& t : tensors) {
    values.push_back(t.detach().to(f64).to_vector<double>());
  }
  return values;
}

TEST_CASE("an optimizer goes on where another one stood") {
  for (const auto& [name, options] : all_options()) {
    INFO(name);
    const std::vector<Tensor> whole = parameters(), parts = parameters();
    const auto uninterrupted = options->make(whole);
    walk(*uninterrupted, 0, 7);
    StateDict state;
    {
      const auto first = options->make(parts);
      first->set_learning_rate(uninterrupted->learning_rate());
      walk(*first, 0, 3);
      state = first->state_dict();
    }
    const auto second = options->make(parts);
    second->set_learning_rate(123);
    second->load_state_dict(state);
    CHECK(second->learning_rate() == uninterrupted->learning_rate());
    walk(*second, 3, 7);
    CHECK(numbers(parts) == numbers(whole));
    const StateDict a = uninterrupted->state_dict(), b = second->state_dict();
    REQUIRE(a.size() == b.size());
    for (std::size_t i = 0; i < a.size(); ++i) {
      INFO(a[i].first);
      CHECK(a[i].first == b[i].first);
      CHECK(numbers({a[i].second}) == numbers({b[i].second}));
    }
  }
}

TEST_CASE("a state has the names of PyTorch") {
  std::vector<std::string> names;
  const auto adam = optim::AdamOptions(0.1).amsgrad(true).make(parameters());
  walk(*adam, 0, 2);
  for (const auto& entry : adam->state_dict()) names.push_back(entry.first);
  CHECK(names == std::vector<std::string>{
                     "learning_rate", "initial_learning_rate", "momentum", "0.step",
                     "0.exp_avg", "0.exp_avg_sq", "0.max_exp_avg_sq", "1.step",
                     "1.exp_avg", "1.exp_avg_sq", "1.max_exp_avg_sq", "2.step",
                     "2.exp_avg", "2.exp_avg_sq", "2.max_exp_avg_sq"});
}

TEST_CASE("a state is copied when it is loaded") {
  const auto first = optim::AdamOptions(0.1).make(parameters());
  walk(*first, 0, 1);
  const auto second = optim::AdamOptions(0.1).make(parameters());
  second->load_state_dict(first->state_dict());
  const auto before = numbers({second->state_dict()[4].second});
  walk(*first, 1, 2);
  CHECK(numbers({second->state_dict()[4].second}) == before);
}

// The state of an Adam after a step, with one entry exchanged or left out.
StateDict with(const std::string& name, const Tensor& value) {
  const auto adam = optim::AdamOptions(0.1).make(parameters());
  walk(*adam, 0, 1);
  StateDict state;
  bool found = false;
  for (const auto& [key, tensor] : adam->state_dict()) {
    found = found || key == name;
    if (key != name) state.emplace_back(key, tensor);
    else if (value.defined()) state.emplace_back(key, value);
  }
  if (!found) state.emplace_back(name, value);
  return state;
}

TEST_CASE("a state of something else is refused and changes nothing") {
  const auto adam = optim::AdamOptions(0.1).make(parameters());
  walk(*adam, 0, 2);
  const StateDict before = adam->state_dict();
  std::vector<std::vector<double>> values;
  for (const auto& entry : before) values.push_back(numbers({entry.second})[0]);
  const auto load = [&](const std::string& name, const Tensor& value) {
    adam->load_state_dict(with(name, value));
    return 0;
  };
  const Tensor one = Tensor::from_vector<std::int64_t>({1}, {});
  CHECK_ERROR(ValueError, load("learning_rate", Tensor()),
              "Adam::load_state_dict: the state has no learning_rate");
  CHECK_ERROR(ValueError, load("learning_rate", scalar(-1, f64)),
              "Adam::load_state_dict: learning_rate is -1");
  CHECK_ERROR(ValueError, load("learning_rate", scalar(0.5, f32)),
              "where one number of f64 belongs");
  CHECK_ERROR(ValueError, load("momentum", scalar(1, f64)), "momentum is 1");
  CHECK_ERROR(ValueError, load("0.exp_avg", Tensor()), "the state has no 0.exp_avg");
  CHECK_ERROR(ShapeError, load("0.exp_avg", zeros({5, 3})),
              "0.exp_avg has shape (5, 3) and its parameter (3, 5)");
  CHECK_ERROR(DTypeError, load("0.exp_avg", zeros({3, 5}, f64)), "0.exp_avg is f64");
  CHECK_ERROR(ValueError, load("0.step", Tensor::from_vector<std::int64_t>({-4}, {})),
              "0.step is -4");
  CHECK_ERROR(ValueError, load("0.step", zeros({2}, i64)), "of shape (2,)");
  CHECK_ERROR(ValueError, load("0.momentum_buffer", zeros({3, 5})),
              "nothing that takes 0.momentum_buffer");
  CHECK_ERROR(ValueError, load("4.step", one), "nothing that takes 4.step");
  const StateDict after = adam->state_dict();
  REQUIRE(after.size() == before.size());
  for (std::size_t i = 0; i < after.size(); ++i) {
    CHECK(numbers({after[i].second})[0] == values[i]);
  }
}

TEST_CASE("momentum can be set where there is one") {
  const auto sgd = optim::SGDOptions(1).make(parameters());
  CHECK(sgd->momentum() == 0);
  sgd->set_momentum(0.5);
  CHECK(sgd->momentum() == 0.5);
  walk(*sgd, 0, 1);
  CHECK(sgd->state_dict()[4].first == "0.momentum_buffer");
  CHECK_ERROR(ValueError, (sgd->set_momentum(1), 0), "SGD: the momentum is 1");
  CHECK(optim::AdamOptions(1).betas(0.7, 0.9).make(parameters())->momentum() == 0.7);
  const auto adagrad = optim::AdagradOptions(1).make(parameters());
  CHECK_FALSE(adagrad->has_momentum());
  CHECK_ERROR(ValueError, (adagrad->set_momentum(0.5), 0),
              "Adagrad: there is no momentum");
}

}  // namespace
}  // namespace cairn
