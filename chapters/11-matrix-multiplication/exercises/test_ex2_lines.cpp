#include "ex2_lines.h"
#include "tests/catch.h"

using namespace ch11;

TEST_CASE("a column of a matrix of 512 falls into one set of 64") {
  CHECK(sets_of_column(512, 64) == 1);
  CHECK(sets_of_column(256, 64) == 2);
  CHECK(sets_of_column(520, 64) == 64);
  CHECK(sets_of_column(500, 64) == 64);
  CHECK(sets_of_column(512, 1024) == 16);
}

TEST_CASE("one line more and every set is used") {
  CHECK(padded_row(512, 64) == 520);
  CHECK(padded_row(500, 64) == 504);
  CHECK(padded_row(505, 64) == 520);
  CHECK(padded_row(1, 64) == 8);
}
