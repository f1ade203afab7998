// Every operation of the chapter with inputs that show its mistakes: no two sizes
// equal, rows, columns and single numbers that are stretched, values used twice.
#pragma once

#include <functional>
#include <vector>

#include "04-multilayer-perceptron/init.h"
#include "05-automatic-differentiation/operations.h"

namespace ch05 {

struct Case {
  const char* name;
  Parameters x;
  std::function<Variable(const Parameters& x)> f;
};

inline std::vector<Case> all_operations(ch01::Random& random) {
  const auto some = [&](std::size_t rows, std::size_t cols) {
    return parameter(ch04::normal(cols, rows, 1, random));
  };
  const auto positive = [&](std::size_t rows, std::size_t cols) {
    Variable x = some(rows, cols);
    for (double& v : x->value.values) v = 0.3 + v * v;
    return x;
  };
  using P = const Parameters&;
  const std::vector<int> labels = {2, 0, 6, 6, 1};
  // ANCHOR: cases
  return {
      {"+", {some(3, 5), some(3, 5)}, [](P x) { return x[0] + x[1]; }},
      {"+ a row", {some(3, 5), some(1, 5)}, [](P x) { return x[0] + x[1]; }},
      {"+ to a column", {some(3, 1), some(3, 5)}, [](P x) { return x[0] + x[1]; }},
      {"* a row by a column",
       {some(1, 5), some(3, 1)},
       [](P x) { return x[0] * x[1]; }},
      // ANCHOR_END: cases
      {"-", {some(3, 5), some(1, 1)}, [](P x) { return x[0] - x[1]; }},
      {"minus", {some(3, 5)}, [](P x) { return -x[0]; }},
      {"*", {some(3, 5), some(3, 5)}, [](P x) { return x[0] * x[1]; }},
      {"* a number", {some(3, 5), some(1, 1)}, [](P x) { return x[0] * x[1]; }},
      {"/", {some(3, 5), positive(3, 5)}, [](P x) { return x[0] / x[1]; }},
      {"/ a row", {some(3, 5), positive(1, 5)}, [](P x) { return x[0] / x[1]; }},
      {"/ of a number", {some(1, 1), positive(3, 5)}, [](P x) { return x[0] / x[1]; }},
      {"sigmoid", {some(3, 5)}, [](P x) { return sigmoid(x[0]); }},
      {"tanh", {some(3, 5)}, [](P x) { return tanh(x[0]); }},
      {"relu", {some(3, 5)}, [](P x) { return relu(x[0]); }},
      {"exp", {some(3, 5)}, [](P x) { return exp(x[0]); }},
      {"log", {positive(3, 5)}, [](P x) { return log(x[0]); }},
      {"sqrt", {positive(3, 5)}, [](P x) { return sqrt(x[0]); }},
      {"sin", {some(3, 5)}, [](P x) { return sin(x[0]); }},
      {"cos", {some(3, 5)}, [](P x) { return cos(x[0]); }},
      {"matmul", {some(3, 5), some(5, 7)}, [](P x) { return matmul(x[0], x[1]); }},
      {"transpose", {some(3, 5)}, [](P x) { return transpose(x[0]); }},
      {"sum", {some(3, 5)}, [](P x) { return sum(x[0]); }},
      {"mean", {some(3, 5)}, [](P x) { return mean(x[0]); }},
      {"softmax_cross_entropy",
       {some(5, 7)},
       [labels](P x) { return softmax_cross_entropy(x[0], labels); }},
      {"x + x", {some(3, 5)}, [](P x) { return x[0] + x[0]; }},
      {"x times its transpose",
       {some(3, 5)},
       [](P x) { return matmul(x[0], transpose(x[0])); }},
      {"one by two ways", {some(3, 5)}, [](P x) {
         const Variable h = tanh(x[0]);
         return h * sum(h) + sin(h);
       }}};
}

}  // namespace ch05
