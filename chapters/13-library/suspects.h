// What finds the faults of broken.h.
#pragma once

#include <algorithm>
#include <cmath>
#include <cstddef>
#include <vector>

#include "04-multilayer-perceptron/check.h"
#include "13-library/broken.h"

namespace ch13 {

inline Suspect small_suspect(Fault fault, Random& random) {
  return Suspect(tensor(ch04::normal(7, 5, 0.5, random)),
                 tensor(ch04::normal(5, 3, 0.5, random)), fault);
}

// 1. Chapter 3's check.
inline double off_in_gradients(Fault fault) {
  Random random(3);
  const Suspect network = small_suspect(fault, random);
  const Variable x(some({11, 7}, random).value);
  const auto y = [&] { return network(x); };
  return check(parameters_of(network), y, random).worst_relative_error;
}

// 2. The same with a pool that fills with NaN what comes back to it.
inline double off_when_poisoned(Fault fault) {
  pool().poison = true;
  const double off = off_in_gradients(fault);
  pool().poison = false;
  return off;
}

// 3. How far the parameters are apart after fifty steps on one thread and on three.
inline double off_by_threads(Fault fault) {
  Flat ends[2];
  for (std::size_t run = 0; run < 2; ++run) {
    Random random(3);
    Suspect network = small_suspect(fault, random);
    network.threads = 1 + 2 * run;
    const Samples samples = ch04::random_batch(110, 7, 3, random);
    train(network, samples, 11, 5, 0.1);
    ends[run] = values(parameters_of(network));
  }
  double off = 0;
  for (std::size_t i = 0; i < ends[0].size(); ++i) {
    off = std::max(off, std::abs(ends[0][i] - ends[1][i]));
  }
  return off;
}

// 4. Numbers seen through a view, against the same ones taken one by one.
inline double off_in_a_view(Fault fault) {
  Random random(3);
  const Tensor x = some({9, 4}, random).value;
  const Tensor view = rows(rows(x, 2, 8, fault), 1, 4, fault);
  double off = 0;
  for (std::size_t i = 0; i < 3; ++i) {
    for (std::size_t j = 0; j < 4; ++j) {
      off = std::max(off, std::abs(view(i, j) - x(3 + i, j)));
    }
  }
  return off;
}

}  // namespace ch13
