#include "10-attention/properties.h"
#include "ex5_shared_keys.h"
#include "tests/catch.h"

using namespace ch10;

TEST_CASE("each head finds what it would find alone") {
  Random random(10);
  const Matrix q = noise(5, 6, random), k = noise(5, 2, random),
               v = noise(5, 2, random);
  SharedKeys shared{3, true, {}};
  const Matrix found = shared.forward(q, k, v);
  for (std::size_t h = 0; h < 3; ++h) {
    Head alone{cut(q, 0, 5, 2 * h, 2), k, v, true, {}};
    REQUIRE(largest_difference(cut(found, 0, 5, 2 * h, 2), Attention::forward(alone)) <
            1e-14);
  }
}

TEST_CASE("its slopes pass the check") {
  Random random(11);
  // Queries in the first six columns, then keys and values in two each.
  struct Part {
    SharedKeys shared{3, true, {}};
    Parameters parameters() { return {}; }
    Matrix forward(const Matrix& x) {
      return shared.forward(cut(x, 0, x.rows, 0, 6), cut(x, 0, x.rows, 6, 2),
                            cut(x, 0, x.rows, 8, 2));
    }
    Matrix backward(const Matrix& dy) {
      const HeadSlopes d = shared.backward(dy);
      Matrix dx(dy.rows, 10);
      paste(d.q, dx, 0, 0);
      paste(d.k, dx, 0, 6);
      paste(d.v, dx, 0, 8);
      return dx;
    }
  } part;
  REQUIRE(check_part(part, noise(4, 10, random), random).passed());
}
