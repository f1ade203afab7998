// Chapter 3's check, put to a cell and to a reader.
#pragma once

#include <algorithm>
#include <cstddef>
#include <vector>

#include "03-checking-gradients/gradient_check.h"
#include "07-recurrent-networks/reader.h"

namespace ch07 {

using Flat = std::vector<double>;

inline Flat values(const std::vector<Parameter*>& parameters) {
  Flat flat;
  for (const Parameter* p : parameters) {
    flat.insert(flat.end(), p->value.values.begin(), p->value.values.end());
  }
  return flat;
}

inline Flat gradients(const std::vector<Parameter*>& parameters) {
  Flat flat;
  for (const Parameter* p : parameters) {
    flat.insert(flat.end(), p->gradient.values.begin(), p->gradient.values.end());
  }
  return flat;
}

inline void set_values(const std::vector<Parameter*>& parameters, const Flat& flat) {
  auto from = flat.begin();
  for (Parameter* p : parameters) {
    const auto to = from + static_cast<std::ptrdiff_t>(p->value.values.size());
    std::copy(from, to, p->value.values.begin());
    from = to;
  }
}

inline Matrix noise(std::size_t rows, std::size_t cols, Random& random) {
  Matrix m(rows, cols);
  for (double& v : m.values) v = random.normal();
  return m;
}

// Random values for all parameters, so that none is zero.
inline void shake(const std::vector<Parameter*>& parameters, Random& random) {
  for (Parameter* p : parameters) {
    for (double& v : p->value.values) v = random.normal();
  }
}

// Weights, inputs and first state together, as one parameter list. The loss
// takes every state with random weights, and the last c as well.
template <class Cell, template <class> class Layer = Recurrent>
ch03::CheckResult check_cells(std::size_t in, std::size_t width, std::size_t steps,
                              std::size_t n, Random& random) {
  Layer<Cell> cells(in, width, random);
  std::vector<Parameter> points;  // h, c and the inputs
  for (int i = 0; i < 2; ++i) points.emplace_back(noise(n, width, random));
  for (std::size_t t = 0; t < steps; ++t) points.emplace_back(noise(n, in, random));
  std::vector<Parameter*> all = cells.parameters();
  for (Parameter& p : points) all.push_back(&p);
  const Flat weights = ch03::random_projection((steps + 1) * n * width, random);

  const auto read = [&] {
    Sequence xs;
    for (std::size_t t = 0; t < steps; ++t) xs.push_back(points[2 + t].value);
    return cells.forward(xs, {points[0].value, points[1].value});
  };
  const auto loss = [&](const Flat& at) {
    set_values(all, at);
    const Run run = read();
    Flat out;
    for (const Step& s : run) {
      out.insert(out.end(), s.after.h.values.begin(), s.after.h.values.end());
    }
    const Flat& last = run.back().after.c.values;
    out.insert(out.end(), last.begin(), last.end());
    return ch03::project(weights, out);
  };

  Sequence dhs(steps, Matrix(n, width));
  State d = zero_state(n, width);
  auto from = weights.begin();
  for (Matrix& m : dhs) {
    for (double& v : m.values) v = *from++;
  }
  for (double& v : d.c.values) v = *from++;
  const Sequence dxs = cells.backward(read(), dhs, d);
  points[0].gradient = d.h;
  points[1].gradient = d.c;
  for (std::size_t t = 0; t < steps; ++t) points[2 + t].gradient = dxs[t];
  return ch03::check_gradient(loss, values(all), gradients(all), 1e-6);
}

// Every parameter of a reader, on a batch.
template <class Model>
ch03::CheckResult check_reader(Model& model, const Batch& batch) {
  const auto parameters = model.parameters();
  for (Parameter* p : parameters) {
    std::fill(p->gradient.values.begin(), p->gradient.values.end(), 0.0);
  }
  model.add_gradients(batch);
  const Flat at = values(parameters), analytic = gradients(parameters);
  const auto loss = [&](const Flat& moved) {
    set_values(parameters, moved);
    return model.loss(batch);
  };
  const ch03::CheckResult result = ch03::check_gradient(loss, at, analytic);
  set_values(parameters, at);
  return result;
}

}  // namespace ch07
