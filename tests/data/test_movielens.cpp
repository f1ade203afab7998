#include <cairn/core/error.h>
#include <cairn/data/movielens.h>

#include "tests/catch.h"
#include "tests/data/files.h"
#include "tests/error_text.h"
#include "tests/mangle.h"

using namespace cairn;
using namespace cairn::data;
using cairn::test::TempFolder;

namespace {

using Ids = std::vector<std::int64_t>;

constexpr const char* kTabs =
    "196\t242\t3\t881250949\n22\t377\t1\t878887116\n196\t51\t5\t881250950\n";

void check(const Ratings& ratings, float last = 5) {
  CHECK(ratings.user_ids == Ids{22, 196});
  CHECK(ratings.movie_ids == Ids{51, 242, 377});
  CHECK(ratings.users.to_vector<std::int64_t>() == Ids{1, 0, 1});
  CHECK(ratings.movies.to_vector<std::int64_t>() == Ids{1, 2, 0});
  CHECK(ratings.values.to_vector<float>() == std::vector<float>{3, 1, last});
  CHECK(ratings.timestamps.to_vector<std::int64_t>() ==
        Ids{881250949, 878887116, 881250950});
}

}  // namespace

TEST_CASE("MovieLens is read in each of its forms", "[data]") {
  const TempFolder folder;
  check(load_movielens(folder.write("u.data", kTabs)));
  check(load_movielens(folder.path()));
  check(load_movielens(folder.write_gz("packed.gz", kTabs)));
  std::filesystem::remove(folder.file("u.data"));
  folder.write("ratings.dat",
               "196::242::3::881250949\r\n22::377::1::878887116\r\n"
               "196::51::4.5::881250950");
  check(load_movielens(folder.path()), 4.5F);
  std::filesystem::remove(folder.file("ratings.dat"));
  folder.write("ratings.csv",
               "userId,movieId,rating,timestamp\n196,242,3.0,881250949\n"
               "22,377,1.0,878887116\n196,51,0.5,881250950\n");
  check(load_movielens(folder.path()), 0.5F);
}

TEST_CASE("ratings are a data set of pairs", "[data]") {
  const TempFolder folder;
  const TensorDataset data = load_movielens(folder.write("u.data", kTabs)).dataset();
  const Batch batch = data.gather({2, 1});
  CHECK(batch.x.shape() == Shape{2, 2});
  CHECK(batch.x.to_vector<std::int64_t>() == Ids{1, 0, 0, 2});
  CHECK(batch.y.to_vector<float>() == std::vector<float>{5, 1});
}

TEST_CASE("ratings that are none are told by their line", "[data]") {
  const TempFolder folder;
  const auto text = [&](const std::string& content) {
    return test::error_text<FormatError>(
        [&] { load_movielens(folder.write("u.data", content)); });
  };
  using test::contains;
  const std::string good = "1\t2\t3\t4\n";
  CHECK(contains(text(good + "1\t2\t3\n"),
                 "line 2: '1 2 3' is not a user, a film, a rating from 0 to 10 and a "
                 "time with a tab between them"));
  CHECK(contains(text(good + "1\t2\tx\t4\n"), "line 2: '1 2 x 4'"));
  CHECK(contains(text(good + "1\t2\tnan\t4\n"), "line 2"));
  CHECK(contains(text(good + "1\t2\t11\t4\n"), "line 2"));
  CHECK(contains(text(good + "1\t2\t3\t4\t5\n"), "line 2"));
  CHECK(contains(text(good + "99999999999999999999\t2\t3\t4\n"), "line 2"));
  CHECK(contains(text(good + "\n" + good), "line 2: ''"));
  CHECK(contains(text("1::2::3\n"), "with :: between them"));
  CHECK(contains(text("<html>"), "with , between them"));
  CHECK(contains(text(""), "holds no ratings"));
  CHECK(contains(text("userId,movieId,rating,timestamp\n"), "holds no ratings"));
  std::filesystem::remove(folder.file("u.data"));
  CHECK_ERROR(IoError, load_movielens(folder.path()), "holds none of u.data, ratings");
  CHECK_ERROR(IoError, load_movielens(folder.file("none")), "No such file");
}

TEST_CASE("ratings changed or cut anywhere are read or refused", "[data]") {
  const TempFolder folder;
  for (const std::string& valid :
       {std::string(kTabs),
        std::string("userId,movieId,rating,timestamp\n1,2,3.5,4\n")}) {
    const test::Mangled result = test::mangle(valid, [&](const std::string& bytes) {
      const Ratings ratings = load_movielens(folder.write("x", bytes));
      if (ratings.dataset().size() < 1) throw std::runtime_error("nothing was read");
    });
    CHECK(result.worse.empty());
    CHECK(result.refused > static_cast<int>(valid.size()) / 2);
    CHECK(result.read > 0);
  }
}
