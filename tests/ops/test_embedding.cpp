// Rows looked up by number, and what their gradients add up to.
#include <cairn/cairn.h>

#include "tests/catch.h"
#include "tests/error_text.h"

namespace cairn {
namespace {

using Floats = std::vector<float>;

TEST_CASE("embedding looks rows up by number") {
  const Tensor weight = tensor({{1, 2}, {3, 4}, {5, 6}});
  const Tensor indices = Tensor::from_vector<std::int64_t>({2, 0, 2, 1}, {2, 2});
  const Tensor y = embedding(indices, weight);
  CHECK(y.shape() == Shape{2, 2, 2});
  CHECK(y.to_vector<float>() == Floats{5, 6, 1, 2, 5, 6, 3, 4});
  CHECK(embedding(indices.t(), weight).to_vector<float>() ==
        Floats{5, 6, 5, 6, 1, 2, 3, 4});
  CHECK(embedding(indices[0][0], weight).to_vector<float>() == Floats{5, 6});
  CHECK(embedding(zeros({0, 3}, i64), weight).shape() == Shape{0, 3, 2});
}

TEST_CASE("the gradient of an embedding adds up what arrives for a row") {
  Tensor weight = zeros({4, 2}).requires_grad_();
  const Tensor indices = Tensor::from_vector<std::int64_t>({3, 0, 3});
  embedding(indices, weight).backward(tensor({{1, 2}, {10, 20}, {100, 200}}));
  CHECK(weight.grad().to_vector<float>() == Floats{10, 20, 0, 0, 0, 0, 101, 202});
  for (const std::int64_t padding : {3, -1}) {
    weight.set_grad(Tensor());
    embedding(indices, weight, padding).backward(ones({3, 2}));
    CHECK(weight.grad().to_vector<float>() == Floats{1, 1, 0, 0, 0, 0, 0, 0});
  }
}

TEST_CASE("the gradient of an embedding has the same bits on any number of threads") {
  const int before = num_threads();
  Generator generator(5);
  const Tensor indices = (rand({3000}, generator) * 50).to(i64);
  const Tensor dy = randn({3000, 20}, generator);
  std::vector<Floats> found;
  for (const int threads : {1, 2, 3}) {
    set_num_threads(threads);
    Tensor weight = zeros({53, 20}).requires_grad_();
    embedding(indices, weight).backward(dy);
    found.push_back(weight.grad().to_vector<float>());
  }
  set_num_threads(before);
  CHECK(found[1] == found[0]);
  CHECK(found[2] == found[0]);
  Floats wanted(53 * 20, 0.0F);
  const auto rows = indices.to_vector<std::int64_t>();
  const Floats given = dy.to_vector<float>();
  for (std::size_t i = 0; i < given.size(); ++i) {
    wanted[static_cast<std::size_t>(rows[i / 20]) * 20 + i % 20] += given[i];
  }
  CHECK(found[0] == wanted);
}

TEST_CASE("errors of embeddings name the index and the rows") {
  const Tensor weight = zeros({3, 2});
  const auto look_up = [&](std::int64_t index) {
    return embedding(Tensor::from_vector<std::int64_t>({0, index}), weight);
  };
  CHECK_ERROR(IndexError, look_up(3), "index 3 at position 1");
  CHECK_ERROR(IndexError, look_up(-1),
              "none of the 3 rows, which are counted from 0 to 2");
  CHECK_ERROR(DTypeError, embedding(zeros({2}), weight),
              "the indices are f32; they must be i64");
  CHECK_ERROR(ShapeError, embedding(zeros({2}, i64), zeros({3})),
              "the weight has shape (3,)");
  CHECK_ERROR(DTypeError, embedding(zeros({2}, i64), zeros({3, 2}, i64)), "embedding");
  CHECK_ERROR(IndexError, embedding(zeros({2}, i64), weight, 3),
              "padding_idx 3 is none of the 3 rows; use -3 to 2");
}

}  // namespace
}  // namespace cairn
