// The example that the chapter works through on paper: three steps of a cell that adds.
#pragma once

#include "07-recurrent-networks/recurrent.h"

namespace ch07 {

// ANCHOR: hand
struct Hand {
  Random random{1};
  Recurrent<AddCell> cells{1, 1, random};  // one input, a state of one number
  Sequence xs{Matrix(1, 1, 2), Matrix(1, 1, 0), Matrix(1, 1, 1)};
  Run run;
  State d = zero_state(1, 1);
  double loss = 0;

  Hand() {
    const double start[] = {1, 0.5, 0, 0};  // u, w, and the biases
    for (int i = 0; i < 4; ++i) cells.parameters()[i]->value(0, 0) = start[i];
    run = cells.forward(xs, zero_state(1, 1));
    const double off = run.back().after.h(0, 0) - 1;  // the target is 1
    loss = off * off / 2;
    Sequence dhs(3, Matrix(1, 1));
    dhs.back()(0, 0) = off;  // the loss sees the last state only
    cells.backward(run, dhs, d);
  }
};
// ANCHOR_END: hand

}  // namespace ch07
