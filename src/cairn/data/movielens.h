#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include <cairn/data/dataset.h>

namespace cairn::data {

/// Who gave which film how many stars. Users and films have dense numbers, from 0 in
/// the order of those in the file, so that they can be rows of an embedding.
struct CAIRN_API Ratings {
  /// i64 [N], dense.
  ///@{
  Tensor users, movies;
  ///@}
  Tensor values;      ///< f32 [N], stars
  Tensor timestamps;  ///< i64 [N], seconds since 1970
  /// What number n has in the file.
  ///@{
  std::vector<std::int64_t> user_ids, movie_ids;
  ///@}

  /// x: i64 [N, 2], a user and a film; y: f32 [N], stars.
  TensorDataset dataset() const;
};

/// Reads the ratings of MovieLens (Harper and Konstan, 2015) in every form in which they
/// are handed out: u.data of ml-100k (fields set apart by tabs), ratings.dat of ml-1m
/// and ml-10m (by ::) and ratings.csv of ml-latest and ml-20m to 32m (by commas, with a
/// row of names). `path` is such a file, plain or packed by gzip, or the folder that
/// holds one.
///
/// Throws IoError when there is none or it cannot be read and FormatError, naming the
/// line, for one that is not four numbers: user, film, a rating from 0 to 10, time.
CAIRN_API Ratings load_movielens(const std::string& path);

}  // namespace cairn::data
