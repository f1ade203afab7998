// Chapter 1: where tables come from, and random numbers.
#include <algorithm>
#include <cmath>
#include <sstream>
#include <stdexcept>

#include "01-linear-regression/csv.h"
#include "01-linear-regression/features.h"
#include "01-linear-regression/random.h"
#include "tests/catch.h"

using namespace ch01;

namespace {

std::string message_of(const std::string& text, const std::string& target = "y") {
  std::istringstream in(text);
  try {
    Csv csv = read_csv(in, "t.csv");
    set_apart(csv, target);
  } catch (const std::runtime_error& error) {
    return error.what();
  }
  return "no error";
}

}  // namespace

TEST_CASE("held-back rows and training rows are the table") {
  Random random(19);
  Table table{Matrix(10, 1), Vector(10)};
  for (std::size_t i = 0; i < 10; ++i)
    table.x(i, 0) = table.y[i] = static_cast<double>(i);
  const Split split = hold_back(table, random);
  CHECK(split.train.y.size() == 7);
  CHECK(split.train.x.values == split.train.y);
  Vector all = split.train.y;
  all.insert(all.end(), split.test.y.begin(), split.test.y.end());
  std::sort(all.begin(), all.end());
  CHECK(all == table.y);
}

TEST_CASE("a CSV file is read as it was written") {
  std::istringstream in(
      "\xEF\xBB\xBF"
      "area,\"price, \"\"net\"\"\",floor\r\n 50 ,1e2,-3\r\n\r\n7.5,200,0\r\n");
  Csv csv = read_csv(in, "t.csv");
  REQUIRE(csv.names == std::vector<std::string>{"area", "price, \"net\"", "floor"});
  const Table table = set_apart(csv, "price, \"net\"");
  CHECK(csv.names == std::vector<std::string>{"area", "floor"});
  CHECK(table.y == Vector{100, 200});
  CHECK(table.x.values == std::vector<double>{50, -3, 7.5, 0});
}

TEST_CASE("what is wrong with a CSV file is said with its line and column") {
  CHECK(message_of("x,y\n1,2\n3,four\n") ==
        "t.csv, line 3, column 'y': 'four' is not a number");
  CHECK(message_of("x,y\n1,\n") == "t.csv, line 2, column 'y': '' is not a number");
  CHECK(message_of("x,y\nnan,1\n") ==
        "t.csv, line 2, column 'x': 'nan' is not a number");
  CHECK(message_of("x,y\n\n1,2,3\n") ==
        "t.csv, line 3: 3 fields, but the header has 2");
  CHECK(message_of("x,y\n") == "t.csv: no line of numbers");
  CHECK(message_of("") == "t.csv: no line of numbers");
  CHECK(message_of("x,y\n1,\"2\n") ==
        "t.csv, line 2: a quote is opened and not closed");
  CHECK(message_of("x,y\n1,2\n", "z") == "no column 'z' to predict; there is 'x' 'y'");
  CHECK(message_of("y\n1\n2\n") == "nothing beside 'y' to learn from");
  CHECK_THROWS_AS(read_csv("/nowhere/at-all.csv"), std::runtime_error);
}

TEST_CASE("random numbers are these on every machine") {
  Random random(1);
  CHECK(random.uniform() == 0.5665615751722809);
  double sum = 0, squares = 0;
  for (int i = 0; i < 100000; ++i) {
    const double z = random.normal();
    sum += z;
    squares += z * z;
  }
  CHECK(sum / 100000 == Approx(0).margin(0.01));
  CHECK(squares / 100000 == Approx(1).epsilon(0.02));

  std::vector<int> seen(7);
  for (int i = 0; i < 7000; ++i) ++seen[random.below(7)];
  for (const int count : seen) CHECK(std::abs(count - 1000) < 150);
  CHECK_THROWS_AS(random.below(0), std::invalid_argument);
}
