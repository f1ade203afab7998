#include <cairn/cairn.h>

#include <cmath>

#include "tests/catch.h"
#include "tests/error_text.h"

namespace cairn {
namespace {

// Variance of a weight after `fill`, times 1000; 200,000 numbers, so a few per cent off
// would be many standard errors.
template <class Fill>
double variance(const Shape& shape, Fill fill) {
  Generator generator(1);
  Tensor t = empty(shape, f64);
  fill(t, generator);
  CHECK(std::abs(t.mean().item<double>()) < 5 * 0.1 / std::sqrt(200000.0));
  return square(t).mean().item<double>();
}

TEST_CASE("variances are those of the papers") {
  const Shape shape{400, 20, 5, 5};  // fan in 500, fan out 10,000
  const auto close = [](double got, double wanted) {
    return std::abs(got / wanted - 1) < 0.02;
  };
  namespace init = nn::init;
  CHECK(close(variance(shape, init::xavier_uniform_), 2.0 / 10500));
  CHECK(close(variance(shape, init::xavier_normal_), 2.0 / 10500));
  CHECK(close(variance(shape, init::kaiming_uniform_), 2.0 / 500));
  CHECK(close(variance(shape, init::kaiming_normal_), 2.0 / 500));
}

TEST_CASE("first values are written without history") {
  Tensor t = empty({3, 3}).requires_grad_();
  nn::init::kaiming_normal_(t);
  CHECK(t.is_leaf());
  nn::init::constant_(t, 4);
  CHECK(t.to_vector<float>() == std::vector<float>(9, 4));
  CHECK_ERROR(ShapeError, nn::init::xavier_normal_(empty({3})), "has no fans");
}

}  // namespace
}  // namespace cairn
