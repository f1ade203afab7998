// What layers cost, and two ways to compute them.
#pragma once

#include <algorithm>
#include <cmath>
#include <cstdio>
#include <string>

#include "06-convolutional-networks/columns.h"
#include "06-convolutional-networks/costs.h"
#include "06-convolutional-networks/studies.h"

namespace ch06 {

inline void costs(Report& report) {
  auto section = report.section("costs");
  std::printf("%-20s %9s %11s %9s %8s %6s\n", "", "output", "parameters", "products",
              "numbers", "sees");
  std::size_t parameters = 0, products = 0, numbers = 784;
  for (const Stage& s : lenet_stages(kImage)) {
    std::string shape = text(s.out);
    for (std::size_t x; (x = shape.find("×")) != std::string::npos;)
      shape.replace(x, 2, "x");
    std::string name = s.name;
    for (std::size_t x; (x = name.find("×")) != std::string::npos;)
      name.replace(x, 2, "x");
    std::printf("%-20s %9s %11zu %9zu %8zu %3zux%zu\n", name.c_str(), shape.c_str(),
                s.parameters, s.products, s.out.size(), s.field, s.field);
    parameters += s.parameters;
    products += s.products;
    numbers += s.out.size();
  }
  std::printf("%-20s %9s %11zu %9zu %8zu\n", "all, with the image", "", parameters,
              products, numbers);
  report.number("products", static_cast<double>(products), "%.0f");
}

template <class Run>
double best_time(Run run) {
  double best = 1e9;
  for (int i = 0; i < 5; ++i) {
    const double start = seconds();
    run();
    best = std::min(best, seconds() - start);
  }
  return best;
}

// Both ways of computing a convolution, on the sizes of the network's layers.
inline void two_ways(Report& report) {
  auto section = report.section("columns");
  Random random(3);
  const auto compare = [&](const char* name, Shape in, Window window,
                           std::size_t filters) {
    const Matrix w = he(in.channels * window.size * window.size, filters, random);
    Conv2d direct(in, window, w);
    ConvByColumns columns(in, window, w);
    const Matrix x = ch04::normal(in.size(), 16, 1, random);
    const Matrix y = direct.forward(x), other = columns.forward(x);
    const Matrix dx = direct.backward(y), other_dx = columns.backward(y);
    double worst = 0;
    for (std::size_t k = 0; k < y.values.size(); ++k)
      worst = std::max(worst, std::abs(y.values[k] - other.values[k]));
    for (std::size_t k = 0; k < dx.values.size(); ++k)
      worst = std::max(worst, std::abs(dx.values[k] - other_dx.values[k]));
    const std::size_t held = columns.columns().values.size() / 16;
    std::printf("%s layer: %zu numbers in, %zu in columns, differ by at most %.0e\n",
                name, in.size(), held, worst);
    const auto time = [&](const char* what, auto run_direct, auto run_columns) {
      const double a = 1e6 * best_time(run_direct) / 16;
      const double b = 1e6 * best_time(run_columns) / 16;
      std::printf("   (time) %-8s direct %6.0f us, columns %6.0f us an image\n", what,
                  a, b);
      const std::string begin = "time_" + std::string(name) + "_" + what;
      report.number(begin + "_direct", a, "%.0f");
      report.number(begin + "_columns", b, "%.0f");
    };
    time(
        "forward", [&] { direct.forward(x); }, [&] { columns.forward(x); });
    time(
        "weights", [&] { direct.accumulate(y); }, [&] { columns.accumulate(y); });
    time(
        "inputs", [&] { direct.backward(y); }, [&] { columns.backward(y); });
    Matrix few = y;  // with as many zeros as in training
    for (double& v : few.values) v = random.uniform() < 0.82 ? 0 : v;
    time(
        "zeros", [&] { direct.backward(few); }, [&] { columns.backward(few); });
  };
  compare("first", kImage, {5}, 6);
  compare("second", {6, 12, 12}, {3}, 12);
}

// How many of the gradients that reach the second convolution are zero?
inline void zeros(const Options& options, const Data& data, Report& report) {
  Random random(options.seed);
  Network net = lenet(kImage, random);
  const Samples batch = first_of(data.train, 200);
  for (int s = 0; s < 10; ++s) {
    ch04::loss_and_gradients(net, batch);
    net.step(0.1);
  }
  Matrix d;
  const Matrix logits = net.forward(batch.inputs);
  ch02::softmax_cross_entropy(logits, batch.labels, &d);
  for (std::size_t l = net.size(); l-- > 4;) d = net.layer(l).backward(d);
  const auto none = std::count(d.values.begin(), d.values.end(), 0.0);
  report.number(
      "zeros", 100.0 * static_cast<double>(none) / static_cast<double>(d.values.size()),
      "%.0f");
}

}  // namespace ch06
