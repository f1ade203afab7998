// Exercise 6 ★★★: the way back through attention without the weights in memory.
#pragma once

#include <cmath>
#include <cstddef>
#include <vector>

#include "10-attention/attention.h"

namespace ch10 {

// The slopes of Attention::backward, with no matrix of T × T numbers. Given are the head
// (its p is empty), what it found, out [M × e], and for each query
//
//   log_sums[i] = log of the sum of e^score over the keys that it sees
//
// so that any weight can be made again when it is needed: e^(score - log_sums[i]). For
// the mean of a row of dP there is a shorter way: sum over j of P_ij dP_ij is the dot
// product of row i of dout and row i of out. Why?
inline HeadSlopes backward_online(const Head& h, const Matrix& out,
                                  const std::vector<double>& log_sums,
                                  const Matrix& dout) {
  HeadSlopes d{Matrix(h.q.rows, h.q.cols), Matrix(h.k.rows, h.k.cols),
               Matrix(h.v.rows, h.v.cols)};
  for (std::size_t i = 0; i < h.q.rows; ++i) {
    double mean = 0;
    for (std::size_t c = 0; c < out.cols; ++c) mean += dout(i, c) * out(i, c);
    for (std::size_t j = 0; j < h.seen(i); ++j) {
      double score = 0, dp = 0;
      for (std::size_t c = 0; c < h.q.cols; ++c) score += h.q(i, c) * h.k(j, c);
      for (std::size_t c = 0; c < out.cols; ++c) dp += dout(i, c) * h.v(j, c);
      const double p = std::exp(h.scale() * score - log_sums[i]);
      const double ds = h.scale() * p * (dp - mean);
      for (std::size_t c = 0; c < h.q.cols; ++c) {
        d.q(i, c) += ds * h.k(j, c);
        d.k(j, c) += ds * h.q(i, c);
      }
      for (std::size_t c = 0; c < out.cols; ++c) d.v(j, c) += p * dout(i, c);
    }
  }
  return d;
}

}  // namespace ch10
