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
