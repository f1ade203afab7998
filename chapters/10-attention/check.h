// Chapter 3's check, put to every part of the Transformer and to the whole.
#pragma once

#include <algorithm>
#include <cstddef>
#include <utility>
#include <vector>

#include "03-checking-gradients/gradient_check.h"
#include "07-recurrent-networks/check.h"
#include "10-attention/train.h"

namespace ch10 {

using ch07::noise;
using ch07::shake;

// ANCHOR: check_part
// A part that turns x into a matrix: its parameters and x are one list of numbers, and
// the loss is a random projection of what comes out.
template <class Part>
ch03::CheckResult check_part(Part& part, Matrix x, Random& random) {
  Parameter point(std::move(x));
  Parameters all = part.parameters();
  shake(all, random);
  all.push_back(&point);
  const Matrix y = part.forward(point.value);
  const auto weights = ch03::random_projection(y.values.size(), random);
  Matrix dy = y;
  dy.values = weights;
  ch07::zero_gradients(all);
  point.gradient = part.backward(dy);
  const auto at = ch07::values(all), slopes = ch07::gradients(all);
  const auto loss = [&](const std::vector<double>& moved) {
    ch07::set_values(all, moved);
    return ch03::project(weights, part.forward(point.value).values);
  };
  return ch03::check_gradient(loss, at, slopes);
}
// ANCHOR_END: check_part

// One head: queries, keys and values under one another in x, and no parameters.
template <class A = Attention>
struct BareHead {
  std::size_t queries, keys;
  bool causal;
  Head head;

  Parameters parameters() { return {}; }
  Matrix forward(const Matrix& x) {
    head = {cut(x, 0, queries, 0, x.cols),
            cut(x, queries, keys, 0, x.cols),
            cut(x, queries + keys, keys, 0, x.cols),
            causal,
            {}};
    return A::forward(head);
  }
  Matrix backward(const Matrix& dy) {
    const HeadSlopes d = A::backward(head, dy);
    Matrix dx(queries + 2 * keys, dy.cols);
    paste(d.q, dx, 0, 0);
    paste(d.k, dx, queries, 0);
    paste(d.v, dx, queries + keys, 0);
    return dx;
  }
};

// Heads and Block want to know how long a sequence is.
template <class Part>
struct Sequences {
  Part part;
  std::size_t length;
  Parameters parameters() { return part.parameters(); }
  Matrix forward(const Matrix& x) { return part.forward(x, length); }
  Matrix backward(const Matrix& dy) { return part.backward(dy); }
};

// A layer of chapter 4's kind.
struct AsPart {
  ch04::Layer* layer;
  Parameters parameters() { return layer->parameters(); }
  Matrix forward(const Matrix& x) { return layer->forward(x); }
  Matrix backward(const Matrix& dy) { return back(*layer, dy); }
};

// A small Transformer on two texts, by every parameter.
template <class A = Attention>
ch03::CheckResult check_whole(Random& random, Norm norm = Norm::kBefore) {
  Sizes sizes{kSymbols.size(), kText, 4, 2, 6, 2, true, norm};
  Transformer<A> model(sizes, random);
  const Parameters all = model.parameters();
  shake(all, random);
  const Batch batch = pack({">bdach:bdach", "^gbeac:abceg"});
  ch07::zero_gradients(all);
  add_gradients(model, batch);
  const auto at = ch07::values(all), slopes = ch07::gradients(all);
  return ch03::check_gradient(
      [&](const std::vector<double>& moved) {
        ch07::set_values(all, moved);
        return loss(model, batch);
      },
      at, slopes);
}

}  // namespace ch10
