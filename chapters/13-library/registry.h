// Every operation with inputs that show its mistakes: no two sizes equal, all that can
// be stretched stretched, views of views, values used twice.
#pragma once

#include <functional>
#include <vector>

#include "13-library/check.h"

namespace ch13 {

struct Case {
  const char* name;
  Variables x;
  std::function<Variable(const Variables& x)> f;
};

// ANCHOR: cases
inline std::vector<Case> all_operations(Random& random) {
  const auto x = [&](const Shape& shape) { return some(shape, random); };
  using P = const Variables&;
  return {
      {"+", {x({3, 5}), x({3, 5})}, [](P p) { return p[0] + p[1]; }},
      {"+ a row", {x({3, 5}), x({5})}, [](P p) { return p[0] + p[1]; }},
      {"+ of both ways", {x({2, 1, 5}), x({3, 1})}, [](P p) { return p[0] + p[1]; }},
      // ANCHOR_END: cases
      {"-", {x({2, 3, 5}), x({2, 1, 1})}, [](P p) { return p[0] - p[1]; }},
      {"*", {x({3, 5}), x({3, 5})}, [](P p) { return p[0] * p[1]; }},
      {"* a column", {x({3, 1}), x({3, 5})}, [](P p) { return p[0] * p[1]; }},
      {"* a number", {x({3, 5}), x({})}, [](P p) { return p[0] * p[1]; }},
      {"* a factor", {x({3, 5})}, [](P p) { return p[0] * 0.7; }},
      {"relu", {x({3, 5})}, [](P p) { return relu(p[0]); }},
      {"tanh", {x({3, 5})}, [](P p) { return tanh(p[0]); }},
      {"matmul", {x({3, 5}), x({5, 7})}, [](P p) { return matmul(p[0], p[1]); }},
      {"matmul of views",
       {x({5, 3}), x({7, 5})},
       [](P p) { return matmul(transpose(p[0]), transpose(p[1])); }},
      {"transpose", {x({3, 5})}, [](P p) { return transpose(p[0]); }},
      {"reshape",
       {x({3, 4})},
       [](P p) {
         return reshape(p[0], {2, 6});
       }},
      {"reshape of a view",
       {x({3, 4})},
       [](P p) {
         return reshape(transpose(p[0]), {2, 6}) * 0.7;
       }},
      {"slice", {x({5, 4})}, [](P p) { return slice(p[0], 0, 1, 4); }},
      {"slice of a slice",
       {x({5, 4})},
       [](P p) { return tanh(slice(slice(p[0], 0, 1, 4), 1, 2, 3)); }},
      {"sum", {x({3, 5})}, [](P p) { return sum(p[0]); }},
      {"sum of columns",
       {x({2, 3, 5})},
       [](P p) {
         return sum(p[0], {3, 1});
       }},
      {"mean", {x({3, 5})}, [](P p) { return mean(p[0]); }},
      {"softmax_cross_entropy",
       {x({4, 7})},
       [](P p) {
         return softmax_cross_entropy(p[0], {2, 0, 6, 6});
       }},
      {"x + x", {x({3, 5})}, [](P p) { return p[0] + p[0]; }},
      {"x times its transpose",
       {x({3, 5})},
       [](P p) { return matmul(p[0], transpose(p[0])); }},
      {"a part that two hold",
       {x({3, 5}), x({3, 5})},
       [](P p) {
         const Variable h = tanh(p[0]);
         return h + (p[0] + p[1]);
       }},
      {"one by two ways", {x({3, 5})}, [](P p) {
         const Variable h = tanh(p[0]);
         return h * sum(h) + sum(h, {5});
       }}};
}

}  // namespace ch13
