// The optimizers against their formulas, written out here number by number.
#include <cairn/cairn.h>

#include <cmath>

#include "tests/catch.h"
#include "tests/error_text.h"

namespace cairn {
namespace {

// What one parameter goes through: w and its gradients are chosen, the rest follows.
template <class Step>
void compare(const optim::OptimizerOptions& options, Step step) {
  for (const DType dtype : {f32, f64}) {
    Tensor w = tensor({0.5, -1.5, 2}, dtype).requires_grad_();
    const auto optimizer = options.make({w});
    std::vector<double> expected{0.5, -1.5, 2};
    for (int t = 1; t <= 6; ++t) {
      const std::vector<double> g{0.3 * t, -0.1 * t * t, t % 2 == 0 ? 0.7 : -0.2};
      w.set_grad(Tensor::from_vector(g).to(dtype));
      optimizer->step();
      for (std::size_t i = 0; i < 3; ++i) step(i, t, expected[i], g[i]);
      const std::vector<double> got = w.detach().to(f64).to_vector<double>();
      for (std::size_t i = 0; i < 3; ++i) {
        INFO("element " << i << " after step " << t << " in " << dtype_name(dtype));
        CHECK(std::abs(got[i] - expected[i]) < (dtype == f32 ? 2e-6 : 1e-14));
      }
    }
  }
}

TEST_CASE("plain gradient descent with weight decay") {
  compare(optim::SGDOptions(0.1).weight_decay(0.01),
          [](std::size_t, int, double& w, double g) { w -= 0.1 * (g + 0.01 * w); });
}

TEST_CASE("momentum") {
  double v[3];
  compare(optim::SGDOptions(0.1).momentum(0.9),
          [&](std::size_t i, int t, double& w, double g) {
            v[i] = t == 1 ? g : 0.9 * v[i] + g;
            w -= 0.1 * v[i];
          });
}

TEST_CASE("Nesterov's momentum") {
  double v[3];
  compare(optim::SGDOptions(0.1).momentum(0.8).nesterov(true).weight_decay(0.1),
          [&](std::size_t i, int t, double& w, double g) {
            g += 0.1 * w;
            v[i] = t == 1 ? g : 0.8 * v[i] + g;
            w -= 0.1 * (g + 0.8 * v[i]);
          });
}

TEST_CASE("Adam") {
  double m[3], v[3];
  compare(optim::AdamOptions(0.01).betas(0.8, 0.95).eps(1e-7).weight_decay(0.05),
          [&](std::size_t i, int t, double& w, double g) {
            g += 0.05 * w;
            m[i] = (t == 1 ? 0 : 0.8 * m[i]) + 0.2 * g;
            v[i] = (t == 1 ? 0 : 0.95 * v[i]) + 0.05 * g * g;
            const double mean = m[i] / (1 - std::pow(0.8, t));
            const double square = v[i] / (1 - std::pow(0.95, t));
            w -= 0.01 * mean / (std::sqrt(square) + 1e-7);
          });
}

TEST_CASE("dampened momentum") {
  double v[3];
  compare(optim::SGDOptions(0.1).momentum(0.9).dampening(0.3),
          [&](std::size_t i, int t, double& w, double g) {
            v[i] = t == 1 ? g : 0.9 * v[i] + 0.7 * g;
            w -= 0.1 * v[i];
          });
}

TEST_CASE("AdamW") {
  double m[3], v[3];
  compare(optim::AdamWOptions(0.01).betas(0.8, 0.95).eps(1e-7).weight_decay(2),
          [&](std::size_t i, int t, double& w, double g) {
            w -= 0.01 * 2 * w;
            m[i] = (t == 1 ? 0 : 0.8 * m[i]) + 0.2 * g;
            v[i] = (t == 1 ? 0 : 0.95 * v[i]) + 0.05 * g * g;
            const double mean = m[i] / (1 - std::pow(0.8, t));
            const double square = v[i] / (1 - std::pow(0.95, t));
            w -= 0.01 * mean / (std::sqrt(square) + 1e-7);
          });
}

TEST_CASE("AMSGrad") {
  double m[3], v[3], largest[3];
  compare(optim::AdamOptions(0.01).betas(0.8, 0.5).amsgrad(true),
          [&](std::size_t i, int t, double& w, double g) {
            m[i] = (t == 1 ? 0 : 0.8 * m[i]) + 0.2 * g;
            v[i] = (t == 1 ? 0 : 0.5 * v[i]) + 0.5 * g * g;
            largest[i] = t == 1 ? v[i] : std::max(largest[i], v[i]);
            const double mean = m[i] / (1 - std::pow(0.8, t));
            const double square = largest[i] / (1 - std::pow(0.5, t));
            w -= 0.01 * mean / (std::sqrt(square) + 1e-8);
          });
}

// RMSprop in all four forms.
void check_rmsprop(bool centered, double momentum) {
  double v[3], m[3], b[3];
  compare(optim::RMSpropOptions(0.01)
              .alpha(0.9)
              .eps(1e-6)
              .weight_decay(0.05)
              .centered(centered)
              .momentum(momentum),
          [&](std::size_t i, int t, double& w, double g) {
            g += 0.05 * w;
            v[i] = (t == 1 ? 0 : 0.9 * v[i]) + 0.1 * g * g;
            m[i] = (t == 1 ? 0 : 0.9 * m[i]) + 0.1 * g;
            const double under = centered ? v[i] - m[i] * m[i] : v[i];
            b[i] = (t == 1 ? 0 : momentum * b[i]) + g / (std::sqrt(under) + 1e-6);
            w -= 0.01 * b[i];
          });
}

TEST_CASE("RMSprop") {
  check_rmsprop(false, 0);
  check_rmsprop(false, 0.7);
}

TEST_CASE("RMSprop about the mean") {
  check_rmsprop(true, 0);
  check_rmsprop(true, 0.7);
}

TEST_CASE("Adagrad") {
  double v[3];
  compare(optim::AdagradOptions(0.1)
              .lr_decay(0.2)
              .initial_accumulator_value(0.3)
              .eps(1e-7)
              .weight_decay(0.05),
          [&](std::size_t i, int t, double& w, double g) {
            g += 0.05 * w;
            v[i] = (t == 1 ? 0.3 : v[i]) + g * g;
            w -= 0.1 / (1 + (t - 1) * 0.2) * g / (std::sqrt(v[i]) + 1e-7);
          });
}

TEST_CASE("a group has a rate and a decay of its own") {
  Tensor a = ones({2}).requires_grad_(), b = ones({2}).requires_grad_();
  optim::SGD sgd({a, b}, optim::SGDOptions(0.5).weight_decay(1));
  sgd.set_group(optim::ParameterGroup({b}).rate_factor(0.1).weight_decay(0));
  for (const Tensor& t : {a, b}) Tensor(t).set_grad(zeros({2}));
  sgd.step();
  CHECK(a.detach().to_vector<float>() == std::vector<float>{0.5, 0.5});
  CHECK(b.detach().to_vector<float>() == std::vector<float>{1, 1});
  sgd.set_learning_rate(1);
  b.set_grad(ones({2}));
  a.set_grad(Tensor());
  sgd.step();
  CHECK(b.detach().to_vector<float>() == std::vector<float>{0.9F, 0.9F});
  CHECK_ERROR(ValueError, (sgd.set_group(optim::ParameterGroup({ones({4})})), 0),
              "SGD: set_group: a tensor of shape (4,) is not among the parameters");
  CHECK_ERROR(ValueError,
              (sgd.set_group(optim::ParameterGroup({a}).weight_decay(-1)), 0),
              "the group's weight decay is -1");
}

TEST_CASE("a group holds for every optimizer") {
  const std::vector<std::shared_ptr<optim::OptimizerOptions>> all{
      std::make_shared<optim::SGDOptions>(0.1),
      std::make_shared<optim::AdamOptions>(0.1),
      std::make_shared<optim::AdamWOptions>(0.1),
      std::make_shared<optim::RMSpropOptions>(0.1),
      std::make_shared<optim::AdagradOptions>(0.1)};
  for (const auto& options : all) {
    Tensor a = ones({2}).requires_grad_(), b = ones({2}).requires_grad_();
    const auto optimizer = options->make({a, b});
    INFO(optimizer->name());
    optimizer->set_group(optim::ParameterGroup({b}).rate_factor(0));
    a.set_grad(ones({2}));
    b.set_grad(ones({2}));
    optimizer->step();
    CHECK(a.detach().to_vector<float>()[0] < 1);
    CHECK(b.detach().to_vector<float>() == std::vector<float>{1, 1});
  }
}

// Of many parameters, laid end to end, each must go its own way: small and large ones, two
// dtypes, one that never has a gradient and one that has every second time.
void check_together(const optim::OptimizerOptions& options) {
  const std::vector<Shape> shapes{{3}, {1000}, {1}, {257, 300}, {7}, {41000}, {5, 5}};
  Generator generator(9);
  std::vector<Tensor> together, alone;
  std::vector<std::unique_ptr<optim::Optimizer>> single;
  for (std::size_t i = 0; i < shapes.size(); ++i) {
    const Tensor w = randn(shapes[i], generator).to(i == 4 ? f64 : f32);
    together.push_back(w.clone().requires_grad_());
    alone.push_back(w.clone().requires_grad_());
    single.push_back(options.make({alone[i]}));
  }
  const auto all = options.make(together);
  for (int t = 0; t < 4; ++t) {
    for (std::size_t i = 0; i < shapes.size(); ++i) {
      const bool none = i == 2 || (i == 5 && t % 2 == 1);
      const Tensor g =
          none ? Tensor() : randn(shapes[i], generator).to(together[i].dtype());
      together[i].set_grad(g);
      alone[i].set_grad(g);
      single[i]->step();
    }
    all->step();
  }
  for (std::size_t i = 0; i < shapes.size(); ++i) {
    INFO("parameter " << i);
    CHECK(together[i].version() == (i == 2 ? 0 : i == 5 ? 2 : 4));
    CHECK(together[i].detach().to(f64).to_vector<double>() ==
          alone[i].detach().to(f64).to_vector<double>());
  }
}

TEST_CASE("parameters that are updated in one call each go their own way") {
  const int threads = num_threads();
  for (const int count : {1, 3}) {
    set_num_threads(count);
    check_together(optim::AdamOptions(0.01).weight_decay(0.1));
    check_together(optim::SGDOptions(0.1));
    check_together(optim::SGDOptions(0.1).momentum(0.9).nesterov(true));
    check_together(optim::AdamWOptions(0.01).amsgrad(true));
    check_together(optim::RMSpropOptions(0.01).centered(true).momentum(0.5));
    check_together(optim::AdagradOptions(0.01).lr_decay(0.1));
  }
  set_num_threads(threads);
}

TEST_CASE("large parameters are updated whole whatever the threads") {
  const Shape shape{70001};
  std::vector<std::vector<float>> results;
  for (const int threads : {1, 3}) {
    const int before = num_threads();
    set_num_threads(threads);
    Generator generator(1);
    Tensor w = randn(shape, generator).requires_grad_();
    optim::Adam adam({w}, optim::AdamOptions(0.01));
    for (int i = 0; i < 3; ++i) {
      w.set_grad(randn(shape, generator));
      adam.step();
    }
    results.push_back(w.detach().to_vector<float>());
    set_num_threads(before);
  }
  CHECK(results[0] == results[1]);
}

TEST_CASE(
    "a parameter without gradient is left alone one stored in another order too") {
  Tensor a = ones({2}).requires_grad_(), b = ones({2}).requires_grad_();
  optim::SGD sgd({a, b}, optim::SGDOptions(1));
  a.set_grad(tensor({1, 2}));
  sgd.step();
  CHECK(a.detach().to_vector<float>() == std::vector<float>{0, -1});
  CHECK(b.detach().to_vector<float>() == std::vector<float>{1, 1});
  sgd.zero_grad();
  CHECK_FALSE(a.grad().defined());
  Tensor c = zeros({2, 3}).requires_grad_();
  c.set_grad(tensor({{1, 2}, {3, 4}, {5, 6}}).t());
  optim::SGD({c}, optim::SGDOptions(1)).step();
  CHECK(c.detach().to_vector<float>() == std::vector<float>{-1, -3, -5, -2, -4, -6});
}

// One tiny gradient and then none: what is left of it must fade away. Rounded as usual,
// 0.9 times the smallest numbers is that number again, and the huge rate would show it.
void check_at_rest(const optim::OptimizerOptions& options) {
  Tensor w = zeros({3}).requires_grad_();
  const auto optimizer = options.make({w});
  w.set_grad(full({3}, 2e-38));
  optimizer->step();
  w.set_grad(zeros({3}));
  for (int i = 0; i < 1000; ++i) optimizer->step();
  const NoGradGuard guard;
  w.zero_();
  optimizer->step();
  CHECK(w.detach().to_vector<float>() == std::vector<float>{0, 0, 0});
}

TEST_CASE("moments of a weight at rest become zero") {
  check_at_rest(optim::SGDOptions(1e38).momentum(0.9));
  check_at_rest(optim::AdamOptions(1e20).eps(1e-30));
  check_at_rest(optim::AdamWOptions(1e20).eps(1e-30).weight_decay(0));
  check_at_rest(optim::RMSpropOptions(1e38).momentum(0.9));
}

TEST_CASE("arithmetic outside an optimizer's step keeps its subnormal numbers") {
  check_at_rest(optim::SGDOptions(1).momentum(0.9));
  volatile float small = 2e-38F;
  CHECK(small * 0.25F > 0);
}

TEST_CASE("settings that make no sense are refused") {
  const Tensor w = ones({2}).requires_grad_();
  const auto sgd = [&](const optim::SGDOptions& o) { return o.make({w}); };
  CHECK_ERROR(ValueError, sgd(optim::SGDOptions(-1)), "SGD: the learning rate is -1");
  CHECK_ERROR(ValueError, sgd(optim::SGDOptions(NAN)), "the learning rate is nan");
  CHECK_ERROR(ValueError, sgd(optim::SGDOptions(1).momentum(1)), "the momentum is 1");
  CHECK_ERROR(ValueError, sgd(optim::SGDOptions(1).nesterov(true)), "set momentum too");
  CHECK_ERROR(ValueError,
              sgd(optim::SGDOptions(1).nesterov(true).momentum(0.5).dampening(0.1)),
              "without dampening");
  CHECK_ERROR(ValueError, sgd(optim::SGDOptions(1).dampening(1.5)),
              "the dampening is 1.5");
  CHECK_ERROR(ValueError, optim::AdamWOptions().weight_decay(-1).make({w}),
              "AdamW: the weight decay is -1");
  CHECK_ERROR(ValueError, optim::RMSpropOptions().alpha(1).make({w}),
              "RMSprop: alpha is 1");
  CHECK_ERROR(ValueError, optim::AdagradOptions().lr_decay(-0.5).make({w}),
              "Adagrad: lr_decay is -0.5");
  CHECK_ERROR(ValueError, optim::AdamOptions(1).betas(0.9, 1).make({w}),
              "second beta is 1");
  CHECK_ERROR(ValueError, optim::AdamOptions().make({}), "there are no parameters");
  CHECK_ERROR(ValueError, optim::AdamOptions().make({ones({2})}),
              "none of the 1 parameters requires a gradient");
  CHECK_ERROR(ValueError, optim::AdamOptions().make({w * 2}), "cannot be trained");
  CHECK_ERROR(ValueError, optim::AdamOptions().make({w, ones({2}, i64)}),
              "cannot be trained");
  CHECK_ERROR(ValueError, optim::SGD({w}, optim::SGDOptions(1)).set_learning_rate(-2),
              "the learning rate is -2");
}

TEST_CASE("frozen parameters stay as they are and can be set free again") {
  manual_seed(4);
  nn::Sequential net(nn::Linear(3, 4), nn::Tanh(), nn::Linear(4, 2));
  net.requires_grad_(false);
  net[2].requires_grad_(true);
  const auto numbers = [](nn::Module& layer) {
    return layer.parameters()[0].detach().to_vector<float>();
  };
  optim::Adam optimizer(net.parameters(), optim::AdamOptions(0.1));
  const auto step = [&] {
    optimizer.zero_grad();
    cross_entropy(net(ones({5, 3})), zeros({5}, i64)).backward();
    optimizer.step();
  };
  const auto first = numbers(net[0]), last = numbers(net[2]);
  step();
  CHECK(numbers(net[0]) == first);
  CHECK(numbers(net[2]) != last);
  net.to(f64);  // what is frozen stays so
  net.to(f32);
  CHECK_FALSE(net[0].parameters()[0].requires_grad());
  CHECK(net[2].parameters()[0].requires_grad());

  nn::Sequential other(nn::Linear(3, 4), nn::Tanh(), nn::Linear(4, 2));
  optim::Adam later(other.parameters(), optim::AdamOptions(0.1));
  cross_entropy(other(ones({5, 3})), zeros({5}, i64)).backward();
  other[0].requires_grad_(false);  // with a gradient from before
  const auto held = numbers(other[0]);
  later.step();
  CHECK(numbers(other[0]) == held);
  other[0].requires_grad_(true);
  later.step();
  CHECK(numbers(other[0]) != held);
}

}  // namespace
}  // namespace cairn
