// The cells of every tier against the plain loops beside them, on blocks of awkward
// sizes in rows that are longer than the block; and nothing outside is written.
#include <cairn/kernels/recurrent/recurrent_reference.h>

#include <cmath>
#include <functional>

#include "tests/kernels_math/tiers.h"

namespace {

using cairn::kernels::RecurrentCells;
using cairn::kernels::RecurrentGradients;
using cairn::kernels::RecurrentKernels;
namespace reference = cairn::kernels::reference;

struct Cell {
  const char* name;
  std::int64_t gates;
  RecurrentKernels::Forward RecurrentKernels::*forward;
  RecurrentKernels::Backward RecurrentKernels::*backward;
  std::function<void(const RecurrentCells<double>&)> exact;
  std::function<void(const RecurrentGradients<double>&)> exact_backward;
};

const std::vector<Cell>& cells() {
  using K = RecurrentKernels;
  using Forward = RecurrentCells<double>;
  using Backward = RecurrentGradients<double>;
  static const std::vector<Cell> all = {
      {"tanh", 1, &K::rnn_tanh, &K::rnn_tanh_backward,
       [](const Forward& b) { reference::rnn(b, false); },
       [](const Backward& b) { reference::rnn_backward(b, false); }},
      {"relu", 1, &K::rnn_relu, &K::rnn_relu_backward,
       [](const Forward& b) { reference::rnn(b, true); },
       [](const Backward& b) { reference::rnn_backward(b, true); }},
      {"lstm", 4, &K::lstm, &K::lstm_backward, reference::lstm<double>,
       reference::lstm_backward<double>},
      {"gru", 4, &K::gru, &K::gru_backward, reference::gru<double>,
       reference::gru_backward<double>},
  };
  return all;
}

// One array in both types: floats between guards, and the same numbers as doubles.
struct Pair {
  Pair(std::int64_t n, unsigned seed, int offset)
      : narrow(numbers(n, seed), offset), wide(static_cast<std::size_t>(n)) {
    for (std::int64_t i = 0; i < n; ++i) wide[static_cast<std::size_t>(i)] = narrow[i];
  }
  void check(const char* what) const {
    INFO(what);
    CHECK(narrow.intact());
    double worst = 0;
    for (std::size_t i = 0; i < wide.size(); ++i) {
      const double error = std::abs(narrow[static_cast<std::int64_t>(i)] - wide[i]);
      worst = std::isfinite(error)
                  ? std::max(worst, error / std::max(1.0, std::abs(wide[i])))
                  : INFINITY;
    }
    CHECK(worst < 1e-6);
  }
  Guarded narrow;
  std::vector<double> wide;
};

// A step of `rows` samples, of whose units `units` are computed from the second on.
struct Step {
  Step(std::int64_t rows, std::int64_t units, std::int64_t gates, int offset)
      : rows(rows),
        units(units),
        hidden(units + 3),
        gate_row(gates * hidden + 2),
        gate(rows * gate_row, 1, offset),
        h_before(rows * hidden, 2, offset),
        h(rows * hidden, 3, 0),
        c_before(rows * hidden, 4, 0),
        c(rows * hidden, 5, offset),
        d_gate(rows * gate_row, 6, 0),
        dh(rows * hidden, 7, offset),
        dc(rows * hidden, 8, 0),
        sums(gate_row, 9, offset) {}

  template <class T>
  RecurrentCells<T> forward(T* (*at)(Pair&)) {
    return {rows,
            units,
            at(gate) + 1,
            gate_row,
            hidden,
            hidden,
            at(h_before) + 1,
            at(h) + 1,
            at(c_before) + 1,
            at(c) + 1};
  }
  template <class T>
  RecurrentGradients<T> backward(T* (*at)(Pair&), bool in_place) {
    return {rows,
            units,
            at(gate) + 1,
            at(in_place ? gate : d_gate) + 1,
            at(sums) + 1,
            gate_row,
            hidden,
            hidden,
            at(h_before) + 1,
            at(h) + 1,
            at(c_before) + 1,
            at(c) + 1,
            at(dh) + 1,
            at(dc) + 1};
  }
  void check() const {
    gate.check("gates"), h.check("h"), c.check("c");
    d_gate.check("d gates"), dh.check("dh"), dc.check("dc");
    sums.check("sums");
  }

  std::int64_t rows, units, hidden, gate_row;
  Pair gate, h_before, h, c_before, c, d_gate, dh, dc, sums;
};

float* narrow(Pair& p) { return p.narrow.data(); }
double* wide(Pair& p) { return p.wide.data(); }

TEST_CASE("recurrent cells of every tier are their plain loops") {
  for (const cairn::Isa isa :
       {cairn::Isa::scalar, cairn::Isa::avx2, cairn::Isa::avx512}) {
    if (!cairn::kernels::cpu_supports(isa)) continue;
    const RecurrentKernels& kernels = *cairn::kernels::kernels_for(isa).recurrent;
    for (const Cell& cell : cells()) {
      for (const std::int64_t units : {1, 7, 8, 16, 17, 31, 63, 64}) {
        for (const bool in_place : {false, true}) {
          INFO(cairn::isa_name(isa) << ", " << cell.name << ", " << units << " units, "
                                    << (in_place ? "in place" : "apart"));
          Step step(units % 3 + 1, units, cell.gates, static_cast<int>(units % 4));
          (kernels.*cell.forward)(step.forward(narrow));
          cell.exact(step.forward(wide));
          step.check();
          (kernels.*cell.backward)(step.backward(narrow, in_place));
          cell.exact_backward(step.backward(wide, in_place));
          step.check();
        }
      }
    }
  }
}

}  // namespace
