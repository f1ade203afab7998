#include "ex1_fold.h"

#include "04-multilayer-perceptron/init.h"
#include "tests/catch.h"

using namespace ch09;

TEST_CASE("the folded layer says what both said") {
  ch01::Random random(2);
  const Matrix weights = ch04::normal(6, 5, 1, random);
  ch04::Dense dense(weights);
  BatchNorm norm(5);
  for (ch04::Layer* layer : {(ch04::Layer*)&dense, (ch04::Layer*)&norm})
    for (Parameter* p : layer->parameters())
      if (p->value.rows == 1) p->value = ch04::normal(5, 1, 1, random);
  for (int batch = 0; batch < 20; ++batch)
    norm.forward(dense.forward(ch04::normal(6, 9, 2, random)));
  norm.training = false;
  const Folded folded =
      fold(weights, dense.parameters()[1]->value.values,
           norm.parameters()[0]->value.values, norm.parameters()[1]->value.values,
           norm.buffers()[0]->values, norm.buffers()[1]->values);
  ch04::Dense one(folded.weights);
  one.parameters()[1]->value.values = folded.bias;
  const Matrix x = ch04::normal(6, 4, 1, random);
  const Matrix expected = norm.forward(dense.forward(x)), found = one.forward(x);
  for (std::size_t k = 0; k < found.values.size(); ++k)
    REQUIRE(found.values[k] == Approx(expected.values[k]).margin(1e-12));
}
