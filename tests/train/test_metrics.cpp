#include <cairn/cairn.h>

#include <cmath>

#include "tests/catch.h"
#include "tests/error_text.h"

namespace cairn {
namespace {

const Tensor kOutputs =
    tensor({{0.1, 0.7, 0.2}, {0.5, 0.5, 0.1}, {1, 2, 3}, {3, 1, 2}});

Tensor classes(std::vector<std::int64_t> labels) { return Tensor::from_vector(labels); }

TEST_CASE("accuracy counts the samples that are right") {
  const train::Metric accuracy = train::accuracy();
  CHECK(accuracy.total(kOutputs, classes({1, 0, 2, 2})) == 3);
  CHECK(accuracy.total(kOutputs, classes({1, 1, 2, 2})) ==
        2);  // the first of equals wins
  CHECK(accuracy.total(kOutputs, one_hot(classes({1, 0, 2, 2}), 3)) == 3);
  CHECK(accuracy.total(kOutputs.to(f64), classes({0, 2, 0, 1})) == 0);
  CHECK(accuracy.total(full({2, 3}, NAN), classes({0, 1})) == 0);
}

TEST_CASE("of sequences every step counts alike") {
  const Tensor outputs = kOutputs.reshape({2, 2, 3});
  const Tensor right = classes({1, 0, 2, 2}).reshape({2, 2});
  // Three of four steps, so three quarters of the two samples.
  CHECK(train::accuracy().total(outputs, right) == 1.5);
  CHECK(train::top_k_accuracy(3).total(outputs, right) == 2);
  const double apart =
      cairn::cross_entropy(kOutputs, classes({1, 0, 2, 2})).item<double>();
  CHECK(train::cross_entropy().mean(outputs, right).item<double>() == apart);
  CHECK_ERROR(ShapeError, train::accuracy().total(outputs, classes({1, 0})),
              "outputs of shape (2, 2, 3) and targets of shape (2,)");
}

TEST_CASE("binary accuracy counts right answers") {
  const train::Metric metric = train::binary_accuracy();
  CHECK(metric.name == "accuracy");
  const Tensor logits = tensor({{-1, 2}, {0.1, -3}, {5, -0.2}});
  CHECK(metric.total(logits, tensor({{0, 1}, {1, 0}, {1, 0}})) == 3);
  CHECK(metric.total(logits, tensor({{1, 1}, {1, 0}, {0, 0}})) == 2);
  CHECK(metric.total(logits.slice(1, 0, 1), tensor({0, 1, 0}).unsqueeze(1)) == 2);
  CHECK(metric.total(full({2, 1}, NAN), ones({2, 1})) == 0);
  CHECK_ERROR(ShapeError, metric.total(logits, ones({3})),
              "binary_accuracy: outputs of shape (3, 2) and targets of shape (3,)");
}

TEST_CASE("accuracy of what has no classes is an error and not a hundred percent") {
  CHECK_ERROR(ShapeError, train::accuracy().total(ones({4, 1}), zeros({4, 1})),
              "are of one class, which is always right; a yes or no has "
              "binary_accuracy()");
  // More class numbers than rows would be read beyond the outputs' end.
  const Tensor two = zeros({4, 2}, i64);
  CHECK_ERROR(ShapeError, train::accuracy().total(kOutputs, two),
              "outputs of shape (4, 3) and targets of shape (4, 2)");
  CHECK_ERROR(ShapeError, train::confusion_matrix(kOutputs, two), "(4, 2)");
  CHECK(train::accuracy().total(kOutputs, classes({1, 0, 2, 2}).unsqueeze(1)) == 3);
}

TEST_CASE("losses of fit are those of the operations") {
  const Tensor x = kOutputs, y = kOutputs * 0.5 + 1, labels = classes({1, 0, 2, 2});
  const auto number = [](const train::Loss& loss, const Tensor& p, const Tensor& t) {
    return loss.mean(p, t).item<double>();
  };
  CHECK(number(train::mean_absolute_error(), x, y) == l1_loss(x, y).item<double>());
  CHECK(number(train::huber(0.3), x, y) == huber_loss(x, y, 0.3).item<double>());
  auto options = CrossEntropyOptions().label_smoothing(0.2).ignore_index(2);
  CHECK(number(train::cross_entropy(options), x, labels) ==
        cross_entropy(x, labels, options).item<double>());
  // A batch's loss is a mean whatever was asked for.
  auto each = options;
  each.reduction(Reduction::none);
  CHECK(number(train::cross_entropy(each), x, labels) ==
        cross_entropy(x, labels, options).item<double>());
  CHECK(number(train::cross_entropy(options), x.reshape({2, 2, 3}),
               labels.reshape({2, 2})) ==
        cross_entropy(x, labels, options).item<double>());
}

TEST_CASE("top k counts near misses too") {
  const train::Metric top2 = train::top_k_accuracy(2);
  CHECK(top2.name == "top_2_accuracy");
  CHECK(top2.total(kOutputs, classes({2, 1, 0, 2})) == 3);
  CHECK(train::top_k_accuracy(3).total(kOutputs, classes({0, 2, 0, 1})) == 4);
  CHECK_ERROR(ValueError, train::top_k_accuracy(0), "k is 0");
}

TEST_CASE("confusion counts truth by prediction") {
  const Tensor counts = train::confusion_matrix(kOutputs, classes({1, 0, 2, 2}));
  CHECK(counts.to_vector<std::int64_t>() ==
        std::vector<std::int64_t>{1, 0, 0, 0, 1, 0, 1, 0, 1});
  CHECK_ERROR(IndexError, train::confusion_matrix(kOutputs, classes({1, 0, 3, 2})),
              "label 3 of sample 2 is outside 0 to 2");
  CHECK_ERROR(ShapeError, train::confusion_matrix(kOutputs, classes({1})),
              "outputs of shape (4, 3) and targets of shape (1,)");
}

}  // namespace
}  // namespace cairn
