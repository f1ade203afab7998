// What gemm() says when it is called wrongly.
#include <string>

#include <cairn/core/error.h>
#include <cairn/kernels/gemm/gemm.h>

#include "tests/catch.h"
#include "tests/error_text.h"

using cairn::Trans;

namespace {

struct Arguments {
  Trans trans_a = Trans::no, trans_b = Trans::no;
  std::int64_t m = 2, n = 3, k = 4;
  std::int64_t lda = 4, ldb = 3, ldc = 3;
  bool a = true, b = true, c = true;
};

std::string complaint(const Arguments& x) {
  double a[12] = {}, b[12] = {}, c[12] = {};
  try {
    cairn::gemm(x.trans_a, x.trans_b, x.m, x.n, x.k, 1.0, x.a ? a : nullptr, x.lda,
                x.b ? b : nullptr, x.ldb, 0.0, x.c ? c : nullptr, x.ldc);
  } catch (const cairn::ValueError& error) {
    return error.what();
  }
  return "";
}

}  // namespace

TEST_CASE("gemm: right arguments are not complained about", "[gemm]") {
  CHECK(complaint({}) == "");
}

TEST_CASE("gemm: negative sizes", "[gemm]") {
  Arguments x;
  x.n = -3;
  CHECK(
      complaint(x) ==
      "gemm: m, n and k must not be negative (trans_a=no, trans_b=no, m=2, n=-3, k=4, "
      "lda=4, ldb=3, ldc=3)");
}

TEST_CASE("gemm: leading dimensions that are too small", "[gemm]") {
  Arguments x;
  x.lda = 3;
  CHECK(complaint(x) ==
        "gemm: lda = 3 is too small: a row of A, as it lies in memory, has 4 elements; "
        "pass at least 4 (trans_a=no, trans_b=no, m=2, n=3, k=4, lda=3, ldb=3, ldc=3)");
  x.trans_a = Trans::yes;  // now a row of A holds m = 2
  CHECK(complaint(x) == "");
  x.trans_b = Trans::yes;  // and a row of B holds k = 4
  CHECK(complaint(x).find("ldb = 3 is too small: a row of B") != std::string::npos);
  x.ldb = 4;
  x.ldc = 2;
  CHECK(complaint(x).find("ldc = 2 is too small: a row of C") != std::string::npos);
  Arguments empty;
  empty.k = 0;
  empty.lda = 0;
  CHECK(complaint(empty).find("pass at least 1") != std::string::npos);
}

TEST_CASE("gemm: null pointers", "[gemm]") {
  Arguments no_a, no_b, no_c;
  no_a.a = no_b.b = no_c.c = false;
  CHECK(complaint(no_a).find("gemm: a is null") == 0);
  CHECK(complaint(no_b).find("gemm: b is null") == 0);
  CHECK(complaint(no_c).find("gemm: c is null") == 0);
}
