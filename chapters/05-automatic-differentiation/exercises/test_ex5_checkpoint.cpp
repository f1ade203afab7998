#include "ex5_checkpoint.h"

#include "04-multilayer-perceptron/init.h"
#include "05-automatic-differentiation/check.h"
#include "05-automatic-differentiation/costs.h"
#include "tests/catch.h"

using namespace ch05;

namespace {

struct Deep {
  ch01::Random random{5};
  Variable x = parameter(ch04::normal(4, 3, 1, random));
  Variable w = parameter(ch04::normal(4, 4, 0.5, random));

  // Eight layers in two blocks of four, each block whole or as a checkpoint.
  Variable run(bool save) const {
    const auto block = [this](const Variable& in) {
      Variable h = in;
      for (int layer = 0; layer < 4; ++layer) h = tanh(matmul(h, w));
      return h;
    };
    Variable h = x;
    for (int b = 0; b < 2; ++b) h = save ? checkpoint(block, h) : block(h);
    return sum(h * h);
  }
};

}  // namespace

TEST_CASE("a checkpoint changes no gradient") {
  const Deep deep;
  backward(deep.run(false));
  const Flat whole = gradients({deep.x, deep.w});
  zero_gradients({deep.x, deep.w});
  backward(deep.run(true));
  const Flat saved = gradients({deep.x, deep.w});
  for (std::size_t i = 0; i < whole.size(); ++i) {
    REQUIRE(saved[i] == Approx(whole[i]).epsilon(1e-12));
  }
}

TEST_CASE("a checkpoint keeps one node for each block") {
  const Deep deep;
  REQUIRE(size_of(deep.run(false)).nodes == 2 + 16 + 2);
  REQUIRE(size_of(deep.run(true)).nodes == 1 + 2 + 2);
}
