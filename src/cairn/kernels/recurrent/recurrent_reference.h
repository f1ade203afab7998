// The cells of recurrent layers as plain loops: what f64 is computed with, and what every
// kernel is compared with.
#pragma once

#include <cmath>
#include <cstdint>

#include <cairn/kernels/recurrent/recurrent_kernels.h>

namespace cairn::kernels::reference {

template <class T>
T logistic(T x) {
  return 1 / (1 + std::exp(-x));
}

/// Calls f(offset of the gates, offset of the states) for every cell.
template <class Block, class F>
void each_cell(const Block& b, F f) {
  for (std::int64_t r = 0; r < b.rows; ++r) {
    for (std::int64_t u = 0; u < b.units; ++u) {
      f(r * b.gates_row + u, r * b.state_row + u);
    }
  }
}

/// Adds the block's gradients of `gates` gates over the samples to the sums.
template <class T>
void add_to_sums(const RecurrentGradients<T>& b, std::int64_t gates) {
  for (std::int64_t g = 0; g < gates; ++g) {
    for (std::int64_t u = 0; u < b.units; ++u) {
      T sum = 0;
      for (std::int64_t r = 0; r < b.rows; ++r) {
        sum += b.d_gates[r * b.gates_row + g * b.gate_step + u];
      }
      b.sums[g * b.gate_step + u] += sum;
    }
  }
}

/// h = tanh(sum) or relu(sum).
template <class T>
void rnn(const RecurrentCells<T>& b, bool relu) {
  each_cell(b, [&](std::int64_t g, std::int64_t s) {
    const T sum = b.gates[g];
    b.h[s] = !relu ? std::tanh(sum) : sum < 0 ? T(0) : sum;
  });
}

template <class T>
void rnn_backward(const RecurrentGradients<T>& b, bool relu) {
  each_cell(b, [&](std::int64_t g, std::int64_t s) {
    const T dh = b.dh[s];
    const T h = b.h[s];
    const T slope = !relu ? (1 - h) * (1 + h) : T(h > 0);
    b.d_gates[g] = dh * slope;
  });
  add_to_sums(b, 1);
}

/// c = f c' + i g, h = o tanh c.
template <class T>
void lstm(const RecurrentCells<T>& b) {
  each_cell(b, [&](std::int64_t at, std::int64_t s) {
    T* const gate = b.gates + at;
    const T i = logistic(gate[0]), f = logistic(gate[b.gate_step]);
    const T g = std::tanh(gate[2 * b.gate_step]), o = logistic(gate[3 * b.gate_step]);
    const T c = f * b.c_before[s] + i * g;
    gate[0] = i, gate[b.gate_step] = f;
    gate[2 * b.gate_step] = g, gate[3 * b.gate_step] = o;
    b.c[s] = c;
    b.h[s] = o * std::tanh(c);
  });
}

template <class T>
void lstm_backward(const RecurrentGradients<T>& b) {
  each_cell(b, [&](std::int64_t at, std::int64_t s) {
    const T* const gate = b.gates + at;
    T* const to = b.d_gates + at;
    const T i = gate[0], f = gate[b.gate_step];
    const T g = gate[2 * b.gate_step], o = gate[3 * b.gate_step];
    const T dh = b.dh[s];
    const T squashed = std::tanh(b.c[s]);
    const T dc = b.dc[s] + dh * o * (1 - squashed) * (1 + squashed);
    to[0] = dc * g * i * (1 - i);
    to[b.gate_step] = dc * b.c_before[s] * f * (1 - f);
    to[2 * b.gate_step] = dc * i * (1 - g) * (1 + g);
    to[3 * b.gate_step] = dh * squashed * o * (1 - o);
    b.dc[s] = dc * f;
  });
  add_to_sums(b, 4);
}

/// n = tanh(xₙ + r hₙ), h = (1 − z) n + z h'.
template <class T>
void gru(const RecurrentCells<T>& b) {
  each_cell(b, [&](std::int64_t at, std::int64_t s) {
    T* const gate = b.gates + at;
    const T r = logistic(gate[b.gate_step]), z = logistic(gate[2 * b.gate_step]);
    const T n = std::tanh(gate[3 * b.gate_step] + r * gate[0]);
    gate[b.gate_step] = r, gate[2 * b.gate_step] = z, gate[3 * b.gate_step] = n;
    b.h[s] = n + z * (b.h_before[s] - n);
  });
}

template <class T>
void gru_backward(const RecurrentGradients<T>& b) {
  each_cell(b, [&](std::int64_t at, std::int64_t s) {
    const T* const gate = b.gates + at;
    T* const to = b.d_gates + at;
    const T hn = gate[0], r = gate[b.gate_step];
    const T z = gate[2 * b.gate_step], n = gate[3 * b.gate_step];
    const T dh = b.dh[s];
    const T dn = dh * (1 - z) * (1 - n) * (1 + n);
    to[0] = dn * r;
    to[b.gate_step] = dn * hn * r * (1 - r);
    to[2 * b.gate_step] = dh * (b.h_before[s] - n) * z * (1 - z);
    to[3 * b.gate_step] = dn;
    b.dh[s] = dh * z;
  });
  add_to_sums(b, 4);
}

}  // namespace cairn::kernels::reference
