// Chapter 3 against the library: the library's backward passes give the chapter's
// numbers, and each checker approves of what the other does.
#include <cairn/autograd/function.h>
#include <cairn/autograd/gradcheck.h>
#include <cairn/core/error.h>
#include <cairn/core/tensor.h>
#include <cairn/ops/conv.h>
#include <cairn/ops/elementwise.h>
#include <cairn/ops/loss.h>
#include <cairn/ops/matmul.h>
#include <cairn/ops/softmax.h>

#include <cmath>
#include <functional>

#include "01-linear-regression/random.h"
#include "03-checking-gradients/colour_network.h"
#include "03-checking-gradients/gradient_check.h"
#include "03-checking-gradients/sigmoid_network.h"
#include "03-checking-gradients/suspects.h"
#include "tests/catch.h"

using cairn::Shape;
using cairn::Tensor;
using ch01::Random;
using ch03::Vector;
using Operation = std::function<Tensor(const Tensor&)>;

namespace {

Tensor tensor_of(const Vector& values, const Shape& shape) {
  return Tensor::from_vector(values, shape);
}

Tensor tensor_of(const ch03::Table& rows) {
  Vector all;
  for (const auto& row : rows) all.insert(all.end(), row.begin(), row.end());
  return tensor_of(all, {static_cast<std::int64_t>(rows.size()),
                         static_cast<std::int64_t>(rows[0].size())});
}

// The library's gradient by x of the outputs' projection on `upstream`.
Vector taped(const Operation& f, const Vector& at, const Shape& shape,
             const Vector& upstream) {
  Tensor x = tensor_of(at, shape);
  x.requires_grad_();
  const Tensor y = f(x);
  y.backward(tensor_of(upstream, y.shape()));
  return x.grad().to_vector<double>();
}

// All that has to hold between an operation of the library and one of the chapter, of
// which `gradient` is the gradient under `upstream`.
void require_parity(const Operation& f, const Vector& at, const Shape& shape,
                    const Vector& upstream, const Vector& gradient) {
  const Vector tape = taped(f, at, shape, upstream);
  REQUIRE(tape.size() == gradient.size());
  for (std::size_t i = 0; i < tape.size(); ++i) {
    CHECK(tape[i] == Approx(gradient[i]).epsilon(1e-10).margin(1e-12));
  }
  // ANCHOR: both_checkers
  const ch03::Loss loss = [&](const Vector& values) {
    return ch03::project(upstream, f(tensor_of(values, shape)).to_vector<double>());
  };
  const ch03::CheckResult ours = ch03::check_gradient(loss, at, tape);

  Tensor x = tensor_of(at, shape);
  x.requires_grad_();
  const cairn::GradcheckResult theirs = cairn::gradcheck(
      [&](const std::vector<Tensor>& inputs) { return f(inputs[0]); }, {x});
  // ANCHOR_END: both_checkers
  INFO("chapter: " << ours.worst_relative_error << ", library: " << theirs.message);
  CHECK(ours.passed());
  CHECK(theirs.ok);
  CHECK(theirs.kinks == static_cast<std::int64_t>(ours.kinks));
}

}  // namespace

TEST_CASE("softmax has the chapter's gradient", "[parity]") {
  Random random(1);
  const Vector z = ch03::normals(15, random), r = ch03::random_projection(15, random);
  require_parity([](const Tensor& x) { return cairn::softmax(x, 1); }, z, {3, 5}, r,
                 ch03::softmax_backward(ch03::softmax_rows(z, 5), r, 5));
}

TEST_CASE("cross-entropy has the chapter's gradient", "[parity]") {
  Random random(2);
  const std::vector<std::int64_t> labels = {2, 0, 0, 1};
  const Tensor target = Tensor::from_vector(labels);
  ch01::Matrix scores(4, 3), gradient;
  scores.values = ch03::normals(12, random);
  ch02::softmax_cross_entropy(scores, {2, 0, 0, 1}, &gradient);
  require_parity([&](const Tensor& x) { return cairn::cross_entropy(x, target); },
                 scores.values, {4, 3}, {1}, gradient.values);
}

TEST_CASE("a matrix product has the chapter's gradient", "[parity]") {
  Random random(3);
  ch01::Matrix x(5, 3), w(3, 2), dy(5, 2);
  x.values = ch03::normals(15, random);
  w.values = ch03::normals(6, random);
  dy.values = ch03::random_projection(10, random);
  const Tensor left = tensor_of(x.values, {5, 3});
  require_parity([&](const Tensor& right) { return cairn::matmul(left, right); },
                 w.values, {3, 2}, dy.values,
                 ch01::multiply(ch01::transpose(x), dy).values);
}

TEST_CASE("ReLU has the chapter's gradient and as many kinks", "[parity]") {
  Random random(4);
  const ch03::Suspect relu = ch03::relu_suspect(random);
  // The suspect keeps its projection to itself; each weight shows at a unit input.
  Vector r(12);
  for (std::size_t i = 0; i < r.size(); ++i) {
    Vector unit(12);
    unit[i] = 1;
    r[i] = relu.loss(unit);
  }
  require_parity([](const Tensor& x) { return cairn::relu(x); }, relu.at, {12}, r,
                 relu.analytic);
}

TEST_CASE("the mended sigmoid network takes the library's gradient", "[parity]") {
  Random random(5);
  const ch03::TableData data = ch03::three_slices(7, random);
  const ch03::SigmoidNetwork net = ch03::random_network(3, 4, 3, random);
  Tensor w1 = tensor_of(net.w1), w2 = tensor_of(net.w2);
  w1.requires_grad_();
  w2.requires_grad_();
  const auto loss = [&](const std::vector<Tensor>& w) {
    const Tensor hidden = cairn::sigmoid(cairn::matmul(tensor_of(data.x), w[0]));
    const Tensor output = cairn::sigmoid(cairn::matmul(hidden, w[1]));
    return cairn::affine(cairn::square(cairn::sub(output, tensor_of(data.target))), 0.5,
                         0)
        .sum();
  };
  const Tensor value = loss({w1, w2});
  CHECK(value.item<double>() == Approx(ch03::squared_error(net, data)));
  value.backward();
  Vector tape = w1.grad().to_vector<double>();
  const Vector second = w2.grad().to_vector<double>();
  tape.insert(tape.end(), second.begin(), second.end());
  const Vector mended = ch03::gradient_taken(net, data, ch03::times);
  REQUIRE(tape.size() == mended.size());
  for (std::size_t i = 0; i < tape.size(); ++i) {
    CHECK(tape[i] == Approx(mended[i]).epsilon(1e-9).margin(1e-12));
  }
  CHECK(cairn::gradcheck(loss, {w1, w2}).ok);
}

TEST_CASE("the convolution has the chapter's gradients", "[parity]") {
  Random random(6);
  const ch03::Volume image = ch03::draw_bar(2, random).pixels;
  ch03::Filters filters = ch03::make_filters(2, 3), gradient = ch03::make_filters(2, 3);
  filters.weights = ch03::normals(filters.weights.size(), random);
  const ch03::Volume output = ch03::convolve(image, filters);
  const Vector r = ch03::random_projection(ch03::flat(output).size(), random);
  ch03::add_filter_gradient(image, ch03::with_entries(output, r), gradient);
  const Tensor x = tensor_of(ch03::flat(image), {1, 3, 12, 12});
  // The chapter's filters are [F][3][3][C], the library's [F][C][3][3].
  const auto convolution = [&](const Tensor& w) {
    return cairn::conv2d(x, w.permute({0, 3, 1, 2}), Tensor());
  };
  const Vector response =
      convolution(tensor_of(filters.weights, {2, 3, 3, 3})).to_vector<double>();
  const Vector expected = ch03::flat(output);
  REQUIRE(response.size() == expected.size());
  for (std::size_t i = 0; i < response.size(); ++i) {
    CHECK(response[i] == Approx(expected[i]).epsilon(1e-10).margin(1e-12));
  }
  require_parity(convolution, filters.weights, {2, 3, 3, 3}, r, gradient.weights);
}

TEST_CASE("both checkers refuse the same nonsense and a sum hides it from both",
          "[parity]") {
  Random random(7);
  const Vector z = ch03::normals(15, random);
  for (double factor : {-1.0, 0.0, 1000.0}) {
    const cairn::autograd::Function wrong = {
        "wrong softmax",
        [](const std::vector<Tensor>& in) { return cairn::softmax(in[0], 1); },
        [factor](const std::vector<Tensor>& in, const Tensor& y, const Tensor& dy) {
          Vector dz = ch03::softmax_backward(y.to_vector<double>(),
                                             dy.contiguous().to_vector<double>(), 5);
          ch03::scale(dz, factor);
          return std::vector<Tensor>{tensor_of(dz, in[0].shape())};
        }};
    Tensor x = tensor_of(z, {3, 5});
    x.requires_grad_();
    const auto bare = [&](const std::vector<Tensor>& in) {
      return cairn::autograd::apply(wrong, in);
    };
    const auto summed = [&](const std::vector<Tensor>& in) { return bare(in).sum(); };
    CHECK_FALSE(cairn::gradcheck(bare, {x}).ok);
    CHECK(cairn::gradcheck(summed, {x}).ok);
    const Vector r = ch03::random_projection(15, random);
    Vector ours = ch03::softmax_backward(ch03::softmax_rows(z, 5), r, 5);
    ch03::scale(ours, factor);
    CHECK_FALSE(ch03::check_gradient(
                    [&](const Vector& at) {
                      return ch03::project(r, ch03::softmax_rows(at, 5));
                    },
                    z, ours)
                    .passed());
  }
}

TEST_CASE("the library refuses to check in float", "[parity]") {
  Tensor x = cairn::ones({3});
  x.requires_grad_();
  CHECK_THROWS_AS(
      cairn::gradcheck([](const std::vector<Tensor>& in) { return cairn::exp(in[0]); },
                       {x}),
      cairn::DTypeError);
}
