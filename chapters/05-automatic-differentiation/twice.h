// What a list of layers that remember cannot do: use a layer twice.
#pragma once

#include <utility>

#include "04-multilayer-perceptron/check.h"
#include "04-multilayer-perceptron/layers.h"
#include "05-automatic-differentiation/check.h"
#include "05-automatic-differentiation/operations.h"

namespace ch05 {

// ANCHOR: used_twice
// tanh(shared(tanh(shared(x)))) with chapter 4's layers: one dense layer, two uses.
struct UsedTwice {
  ch04::Dense shared;
  ch04::Tanh first, second;

  Matrix forward(const Matrix& x) {
    const Matrix h = first.forward(shared.forward(x));
    return second.forward(shared.forward(h));
  }
  void backward(const Matrix& dy) {
    Matrix d = second.backward(dy);
    shared.accumulate(d);  // of the second use: shared remembers h
    d = first.backward(shared.backward(d));
    shared.accumulate(d);  // of the first use: shared still remembers h, not x
  }
};
// ANCHOR_END: used_twice

// Chapter 3's check of its parameters, on five samples of four numbers.
inline ch03::CheckResult check_used_twice(ch01::Random& random) {
  UsedTwice model{ch04::Dense(ch04::xavier(4, 4, random)), {}, {}};
  const Matrix x = ch04::normal(4, 5, 1, random);
  const auto parameters = model.shared.parameters();
  const auto flatten = [&](Matrix ch04::Parameter::*part) {
    Flat flat;
    for (const ch04::Parameter* p : parameters) {
      flat.insert(flat.end(), (p->*part).values.begin(), (p->*part).values.end());
    }
    return flat;
  };
  Matrix dy = model.forward(x);
  dy.values = ch03::random_projection(dy.values.size(), random);
  model.backward(dy);
  const auto loss = [&](const Flat& moved) {
    auto from = moved.begin();
    for (ch04::Parameter* p : parameters) {
      for (double& v : p->value.values) v = *from++;
    }
    return ch03::project(dy.values, model.forward(x).values);
  };
  const Flat at = flatten(&ch04::Parameter::value);
  return ch03::check_gradient(loss, at, flatten(&ch04::Parameter::gradient));
}

// The same as an expression.
inline ch03::CheckResult check_used_twice_as_expression(ch01::Random& random) {
  const Variable w = parameter(ch04::xavier(4, 4, random)), b = parameter(Matrix(1, 4));
  const Variable x = constant(ch04::normal(4, 5, 1, random));
  // ANCHOR: expression_twice
  const auto shared = [&](const Variable& v) { return matmul(v, transpose(w)) + b; };
  const auto f = [&] { return tanh(shared(tanh(shared(x)))); };
  return check({w, b}, f, random);
  // ANCHOR_END: expression_twice
}

}  // namespace ch05
