#include "ex1_tile_for.h"
#include "tests/catch.h"

using ch11::best_tile;

TEST_CASE("sixteen registers hold four rows of three vectors") {
  const auto tile = best_tile(16, 8);
  CHECK(tile.rows == 4);
  CHECK(tile.vectors == 3);
}

TEST_CASE("thirty-two registers hold a tile with half the loads of a dot product") {
  const auto tile = best_tile(32, 8);
  REQUIRE(tile.rows > 0);
  CHECK(tile.rows * tile.vectors + tile.vectors + 1 <= 32);
  CHECK(tile.rows * tile.vectors >= 24);
  CHECK(static_cast<double>(tile.rows + tile.vectors) / (tile.rows * tile.vectors) <
        0.43);
}

TEST_CASE("with too few registers there is no tile of eight sums") {
  CHECK(best_tile(8, 8).rows == 0);
  CHECK(best_tile(10, 8).rows == 8);
}
