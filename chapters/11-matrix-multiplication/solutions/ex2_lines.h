// Solution 2: which sets of a cache a column falls into, and how to mend it.
#pragma once

#include <algorithm>
#include <cstddef>
#include <vector>

namespace ch11 {

inline std::size_t sets_of_column(std::size_t row, std::size_t sets) {
  std::vector<bool> seen(sets);
  // After sets · 8 rows, all begin again: row · 8 · (8 · sets) is whole rounds of lines.
  for (std::size_t i = 0; i < 8 * sets; ++i) seen[i * row * 8 / 64 % sets] = true;
  return static_cast<std::size_t>(std::count(seen.begin(), seen.end(), true));
}

inline std::size_t padded_row(std::size_t n, std::size_t sets) {
  std::size_t row = (n + 7) / 8 * 8;
  while (sets_of_column(row, sets) < sets) row += 8;
  return row;
}

}  // namespace ch11
