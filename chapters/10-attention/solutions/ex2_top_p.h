// Exercise 2 ★: draw from the few symbols that make up most of the probability.
#pragma once

#include <algorithm>
#include <cstddef>
#include <numeric>
#include <vector>

namespace ch10 {

// p [V] are probabilities. Keeps the most probable ones until their sum is at least
// `share`, sets the others to 0, and makes the rest sum to one again. At least one stays.
// In contrast to the best k, it keeps few where the network is sure, and many where it
// is not.
inline std::vector<double> nucleus(std::vector<double> p, double share) {
  std::vector<std::size_t> places(p.size());
  std::iota(places.begin(), places.end(), std::size_t{0});
  std::stable_sort(places.begin(), places.end(),
                   [&](std::size_t a, std::size_t b) { return p[a] > p[b]; });
  double kept = 0;
  for (std::size_t place : places) {
    const bool enough = kept >= share && kept > 0;
    if (enough) p[place] = 0;
    kept += p[place];
  }
  for (double& v : p) v /= kept;
  return p;
}

}  // namespace ch10
