#include <cairn/core/error.h>
#include <cairn/data/csv.h>

#include <clocale>

#include "tests/catch.h"
#include "tests/data/files.h"
#include "tests/error_text.h"

using namespace cairn;
using namespace cairn::data;
using cairn::test::TempFolder;

namespace {

/// What is read from a file with this text.
CsvTable parse(const std::string& text, const CsvOptions& options = {}) {
  const TempFolder folder;
  return read_csv(folder.write("table.csv", text), options);
}

std::string error_of(const std::string& text, const CsvOptions& options = {}) {
  const TempFolder folder;
  const std::string path = folder.write("table.csv", text);
  const std::string error =
      test::error_text<FormatError>([&] { read_csv(path, options); });
  const std::string start = "read_csv: '" + path + "'";
  return error.compare(0, start.size(), start) == 0 ? error.substr(start.size())
                                                    : error;
}

using Names = std::vector<std::string>;
using Values = std::vector<double>;

}  // namespace

TEST_CASE("a table with names", "[data]") {
  const CsvTable table = parse("area,rooms,price\n50.5,2,1e5\n-3, +4 ,0.25\n");
  CHECK(table.names == Names{"area", "rooms", "price"});
  CHECK(table.values.shape() == Shape{2, 3});
  CHECK(table.values.dtype() == f64);
  CHECK(table.values.to_vector<double>() == Values{50.5, 2, 1e5, -3, 4, 0.25});
}

TEST_CASE("a table without names in other dialects", "[data]") {
  const CsvTable crlf = parse("1,2\r\n3,4\r\n\r\n5,6");
  CHECK(crlf.names.empty());
  CHECK(crlf.values.to_vector<double>() == Values{1, 2, 3, 4, 5, 6});
  const CsvTable semicolons =
      parse("1;2\n3;4\n", CsvOptions().delimiter(';').dtype(f32));
  CHECK(semicolons.values.dtype() == f32);
  CHECK(semicolons.values.to_vector<float>() == std::vector<float>{1, 2, 3, 4});
  const CsvTable tabs = parse("a\tb\n1\t2\n", CsvOptions().delimiter('\t'));
  CHECK(tabs.names == Names{"a", "b"});
  CHECK(parse("\xEF\xBB\xBFx\n7\n").names == Names{"x"});
}

TEST_CASE("quotes hold separators quotes and line breaks", "[data]") {
  const CsvTable table =
      parse("\"a, b\",\"say \"\"x\"\"\", \"two\nlines\" \n\"1\",\"2.5\",3\n");
  CHECK(table.names == Names{"a, b", "say \"x\"", "two\nlines"});
  CHECK(table.values.to_vector<double>() == Values{1, 2.5, 3});
}

TEST_CASE("whether there is a header can be said", "[data]") {
  CHECK(parse("1,2\n3,4\n", CsvOptions().header(true)).values.shape() == Shape{1, 2});
  CHECK(parse("1,2\n3,4\n", CsvOptions().header(true)).names == Names{"1", "2"});
  CHECK(
      error_of("a,b\n1,2\n", CsvOptions().header(false)) ==
      ", line 1, column 1: 'a' is no finite number; numbers look like 12, -0.5, 1e-3");
  CHECK(parse("a,b\n").values.shape() == Shape{0, 2});
}

TEST_CASE("mistakes are named by line and column", "[data]") {
  CHECK(
      error_of("x,y\n1,2\n3,\n") ==
      ", line 3, column 2 (y): the value is missing; fill it in or leave out the row");
  CHECK(error_of("1,2\n3, \n") ==
        ", line 2, column 2: the value is missing; fill it in or leave out the row");
  // A first row with a gap is data with a mistake, not a header.
  CHECK(error_of("1,,3\n4,5,6\n") ==
        ", line 1, column 2: the value is missing; fill it in or leave out the row");
  CHECK(
      error_of("x,y\n1,2\n3\n") ==
      ", line 3: 1 fields where the first row has 2; is a separator missing or one too "
      "many?");
  CHECK(error_of("x\n\n\n1\n12 34\n") ==
        ", line 5, column 1 (x): '12 34' is no finite number; numbers look like 12, "
        "-0.5, "
        "1e-3");
  for (const char* bad : {"nan", "inf", "-inf", "1e999", "0x10", "1,5", "12abc", "+-1",
                          "--1", "1e", "NA", "TRUE", "."}) {
    CAPTURE(bad);
    CHECK(test::contains(error_of("x\n1\n\"" + std::string(bad) + "\"\n"), "line 3"));
  }
  CHECK(error_of("a,\"b\n1,2\n") ==
        ", line 1, column 2: the quote that opens here is never closed");
  CHECK(
      error_of("\"a\"b,c\n") ==
      ", line 1, column 1: something follows the closing quote; write a quote inside a "
      "field as \"\"");
  CHECK(error_of("") == " is empty; a table was expected");
  CHECK(error_of("\n \r\n\n") == " is empty; a table was expected");
  // Lines inside quotes count.
  CHECK(test::contains(error_of("\"a\n\n\nb\"\nx\n"), ", line 5, column 1"));
}

TEST_CASE("odd bytes do no harm", "[data]") {
  CHECK_THROWS_AS(parse(std::string("\0\0\0", 3) + "\n1\n2,3"), FormatError);
  CHECK_THROWS_AS(parse("\xFF\xFE\n\x80,1\n"), FormatError);
  CHECK(test::contains(error_of("x\n" + std::string(100000, 'y') + "\n"), "yyy…"));
  CHECK(parse("1\r2\n", CsvOptions().header(true)).names == Names{"1\r2"});
}

TEST_CASE("numbers do not depend on the locale", "[data]") {
  for (const char* name : {"de_DE.UTF-8", "de_DE", "fr_FR.UTF-8", "C"}) {
    if (std::setlocale(LC_ALL, name) == nullptr) continue;
    CHECK(parse("1.5,2.5\n").values.to_vector<double>() == Values{1.5, 2.5});
  }
  std::setlocale(LC_ALL, "C");
}

TEST_CASE("a table that is not there is an IoError with its path", "[data]") {
  CHECK_ERROR(IoError, read_csv("/no/such/table.csv"),
              "read_csv: cannot open '/no/such/table.csv'");
}
