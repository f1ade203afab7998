// Solution 3: a cosine that begins again.
#pragma once

#include "09-training-well/schedules.h"

namespace ch09 {

inline Schedule restarted(int first, int growth) {
  return [=](int t) {
    int length = first;
    while (t >= length) {
      t -= length;
      length *= growth;
    }
    return cosine(length)(t);
  };
}

}  // namespace ch09
