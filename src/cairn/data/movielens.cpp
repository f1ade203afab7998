#include <cairn/data/movielens.h>

#include <algorithm>
#include <charconv>
#include <filesystem>
#include <string_view>
#include <utility>

#include <cairn/core/error.h>
#include <cairn/core/text.h>
#include <cairn/data/line_reader.h>

namespace cairn::data {
namespace {

using detail::concat;
namespace fs = std::filesystem;

constexpr const char* kOperation = "load_movielens";

std::string find_file(const std::string& path) {
  std::error_code code;
  if (!fs::is_directory(path, code)) return path;
  for (const char* name : {"u.data", "ratings.dat", "ratings.csv"}) {
    const fs::path file = fs::path(path) / name;
    if (fs::is_regular_file(file, code)) return file.string();
  }
  throw IoError(concat(kOperation, ": '", path,
                       "' holds none of u.data, ratings.dat and ratings.csv; name the "
                       "folder that the archive unpacks to"));
}

struct Columns {
  std::vector<std::int64_t> users, movies, timestamps;
  std::vector<float> values;
};

/// Takes a number and what ends it off the front of `line`.
template <class T>
bool take(std::string_view& line, std::string_view end, T& value) {
  const auto result = std::from_chars(line.data(), line.data() + line.size(), value);
  if (result.ec != std::errc()) return false;
  line.remove_prefix(static_cast<std::size_t>(result.ptr - line.data()));
  if (line.substr(0, end.size()) != end) return false;
  line.remove_prefix(end.size());
  return true;
}

Columns read_columns(LineReader& reader) {
  Columns out;
  std::string_view line, separator;
  while (reader.next(line)) {
    if (separator.empty()) {
      separator = line.find("::") != line.npos   ? "::"
                  : line.find('\t') != line.npos ? "\t"
                                                 : ",";
      if (separator == "," && line == "userId,movieId,rating,timestamp") continue;
    }
    const std::string whole(line.substr(0, 60));
    std::int64_t user = 0, movie = 0, time = 0;
    float value = 0;
    const bool read = take(line, separator, user) && take(line, separator, movie) &&
                      take(line, separator, value) && take(line, "", time) &&
                      line.empty() && value >= 0 && value <= 10;
    if (!read) {
      std::string shown;
      for (const char c : whole) {
        shown += static_cast<unsigned char>(c) < 0x20 ? ' ' : c;
      }
      throw FormatError(concat(reader.place(), ": '", shown,
                               "' is not a user, a film, a rating from 0 to 10 and a "
                               "time with ",
                               separator == "\t" ? "a tab" : separator,
                               " between them"));
    }
    out.users.push_back(user);
    out.movies.push_back(movie);
    out.values.push_back(value);
    out.timestamps.push_back(time);
  }
  return out;
}

/// Replaces the numbers by dense ones and returns what those stand for.
std::vector<std::int64_t> make_dense(std::vector<std::int64_t>& numbers) {
  std::vector<std::int64_t> ids = numbers;
  std::sort(ids.begin(), ids.end());
  ids.erase(std::unique(ids.begin(), ids.end()), ids.end());
  for (std::int64_t& number : numbers) {
    number = std::lower_bound(ids.begin(), ids.end(), number) - ids.begin();
  }
  return ids;
}

}  // namespace

Ratings load_movielens(const std::string& path) {
  const std::string file = find_file(path);
  LineReader reader(kOperation, file);
  Columns columns = read_columns(reader);
  if (columns.values.empty()) {
    throw FormatError(concat(kOperation, ": '", file, "' holds no ratings"));
  }
  Ratings ratings;
  ratings.user_ids = make_dense(columns.users);
  ratings.movie_ids = make_dense(columns.movies);
  ratings.users = Tensor::from_vector(columns.users);
  ratings.movies = Tensor::from_vector(columns.movies);
  ratings.values = Tensor::from_vector(columns.values);
  ratings.timestamps = Tensor::from_vector(columns.timestamps);
  return ratings;
}

TensorDataset Ratings::dataset() const {
  const std::int64_t n = users.numel();
  Tensor x = empty({n, 2}, i64);
  std::int64_t* to = x.data<std::int64_t>();
  const std::int64_t *user = users.data<std::int64_t>(),
                     *movie = movies.data<std::int64_t>();
  for (std::int64_t i = 0; i < n; ++i) {
    to[2 * i] = user[i];
    to[2 * i + 1] = movie[i];
  }
  return TensorDataset(std::move(x), values);
}

}  // namespace cairn::data
