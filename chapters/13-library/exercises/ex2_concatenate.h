// Exercise 2 ★★: two tensors, one after the other.
#pragma once

#include <cstddef>

#include "13-library/operations.h"

namespace ch13 {

// The rows of a [m × k], then those of b [n × k].
inline Variable concatenate(const Variable& a, const Variable& b) {
  // Write: the value by two calls of add_to on slices, the rule by two slices.
  (void)b;
  return a;
}

}  // namespace ch13
