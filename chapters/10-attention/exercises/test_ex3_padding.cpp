#include "10-attention/properties.h"
#include "ex3_padding.h"
#include "tests/catch.h"

using namespace ch10;

namespace {

Head random_head(std::size_t length, Random& random) {
  return {noise(length, 3, random),
          noise(length, 3, random),
          noise(length, 2, random),
          false,
          {}};
}

}  // namespace

TEST_CASE("a padded sequence finds what it finds alone") {
  Random random(5);
  Head padded = random_head(6, random);
  Head alone{cut(padded.q, 0, 4, 0, 3),
             cut(padded.k, 0, 4, 0, 3),
             cut(padded.v, 0, 4, 0, 2),
             false,
             {}};
  const Matrix found = attend_padded(padded, 4);
  REQUIRE(largest_difference(cut(found, 0, 4, 0, 2), Attention::forward(alone)) <
          1e-14);
  REQUIRE(largest_difference(cut(found, 4, 2, 0, 2), Matrix(2, 2)) == 0);
}

TEST_CASE("no slope reaches the padding") {
  Random random(6);
  Head padded = random_head(5, random);
  attend_padded(padded, 3);
  const HeadSlopes d = Attention::backward(padded, noise(5, 2, random));
  for (const Matrix* m : {&d.q, &d.k, &d.v}) {
    REQUIRE(largest_difference(cut(*m, 3, 2, 0, m->cols), Matrix(2, m->cols)) == 0);
    REQUIRE(largest_difference(cut(*m, 0, 3, 0, m->cols), Matrix(3, m->cols)) > 0);
  }
}
