// The public entry, cairn::gemm, by a product worked out by hand: every argument reaches
// the kernels, in both precisions.
#include <vector>

#include <cairn/kernels/gemm/gemm.h>

#include "tests/catch.h"

namespace {

using cairn::Trans;

//         1 0                          1 2   18 30
// 2 · 1 2 3 · 0 1  + 10 · C,  where C = 3 4 : 50 62
//     4 5 6   1 1
template <class T>
void check_entry() {
  constexpr T kGap = T(-7);  // between the rows, and never to be touched
  const std::vector<T> a = {1, 2, 3, 99, 4, 5, 6}, a_transposed = {1, 4, 2, 5, 3, 6};
  const std::vector<T> b = {1, 0, 0, 1, 1, 1}, b_transposed = {1, 0, 1, 99, 0, 1, 1};
  for (const Trans ta : {Trans::no, Trans::yes}) {
    for (const Trans tb : {Trans::no, Trans::yes}) {
      std::vector<T> c = {1, 2, kGap, 3, 4};
      cairn::gemm(
          ta, tb, 2, 2, 3, T(2), ta == Trans::no ? a.data() : a_transposed.data(),
          ta == Trans::no ? 4 : 2, tb == Trans::no ? b.data() : b_transposed.data(),
          tb == Trans::no ? 2 : 4, T(10), c.data(), 3);
      CHECK(c == std::vector<T>{18, 30, kGap, 50, 62});
    }
  }
}

TEST_CASE("gemm: the public entry hands every argument on", "[gemm]") {
  check_entry<float>();
  check_entry<double>();
}

}  // namespace
