// The expected texts are what NumPy 2 prints for the same arrays.
#include <cairn/cairn.h>

#include <cmath>
#include <sstream>

#include "tests/catch.h"

namespace cairn {
namespace {

TEST_CASE("tensors print as NumPy prints arrays") {
  CHECK(tensor({1, 2, 3}).to_string() == "[1. 2. 3.]");
  CHECK(tensor({1.5, 2.25, -3}).to_string() == "[ 1.5   2.25 -3.  ]");
  CHECK(tensor({{1, 2.5}, {30, 4}}).to_string() == "[[ 1.   2.5]\n [30.   4. ]]");
  CHECK(scalar(3).to_string() == "3.");
  CHECK(arange(0, 3, 1, i64).to_string() == "[0 1 2]");
  CHECK(Tensor::from_vector<std::int64_t>({-10, 5}).to_string() == "[-10   5]");
  CHECK(zeros({0}).to_string() == "[]");
  CHECK(tensor({0.1, 0.2}).to_string() == "[0.1 0.2]");
  CHECK(tensor({1e-5, 1}).to_string() == "[1.e-05 1.e+00]");
  CHECK(tensor({NAN, 1, INFINITY}).to_string() == "[nan  1. inf]");
  CHECK(tensor({1.0 / 3}, f64).to_string() == "[0.33333333]");
  CHECK(tensor({1.0 / 3}).to_string() == "[0.33333334]");
}

TEST_CASE("outer dimensions are separated by empty lines") {
  CHECK(arange(0, 8, 1, i64).reshape({2, 2, 2}).to_string() ==
        "[[[0 1]\n  [2 3]]\n\n [[4 5]\n  [6 7]]]");
}

TEST_CASE("long tensors are shortened to their edges") {
  CHECK(arange(0, 2000, 1, i64).to_string() == "[   0    1    2 ... 1997 1998 1999]");
  const std::string wide = zeros({50, 50}).to_string();
  CHECK(wide.substr(0, 30) == "[[0. 0. 0. ... 0. 0. 0.]\n [0. ");
  CHECK(wide.find("\n ...\n") != std::string::npos);
}

TEST_CASE("views print what they show") {
  CHECK(tensor({{1, 2}, {3, 4}}).t().to_string() == "[[1. 3.]\n [2. 4.]]");
  std::ostringstream stream;
  stream << tensor({{1, 2}, {3, 4}})[1];
  CHECK(stream.str() == "[3. 4.]");
}

}  // namespace
}  // namespace cairn
