// Elementwise work by Cairn's operations on tensors.
#include <functional>
#include <memory>

#include <cairn/cairn.h>

#include "cairn_jobs.h"

namespace cairn::bench {
namespace {

Tensor random_tensor(const Shape& shape, std::uint64_t seed) {
  std::vector<float> values(static_cast<std::size_t>(shape.numel()));
  bench_fill(values.data(), shape.numel(), seed);
  return Tensor::from_vector(values, shape);
}

/// Without a tape; the last result is kept for the check.
Job operation(std::function<Tensor()> compute,
              std::function<double(const float*)> check) {
  const auto y = std::make_shared<Tensor>();
  Job job;
  job.run = [=] {
    const NoGradGuard guard;
    *y = compute();
  };
  job.error = [=] { return check(y->data<float>()); };
  return job;
}

}  // namespace

Job map_job(Case& words) {
  const std::string name = words.word();
  const Tensor x = random_tensor({words.number()}, 1);
  Tensor (*const f)(const Tensor&) = name == "exp"    ? exp
                                     : name == "tanh" ? tanh
                                                      : sigmoid;
  return operation([=] { return f(x); },
                   [=](const float* y) {
                     return bench_check_map(name.c_str(), x.numel(), x.data<float>(),
                                            y);
                   });
}

Job rows_job(Case& words) {
  const std::string name = words.word();
  const std::int64_t rows = words.number(), cols = words.number();
  const Tensor x = random_tensor({rows, cols}, 1);
  std::function<Tensor()> compute;
  if (name == "softmax") {
    compute = [=] { return softmax(x, -1); };
  } else {
    compute = [=] { return layer_norm(x, {cols}, Tensor(), Tensor()); };
  }
  return operation(compute, [=](const float* y) {
    return bench_check_rows(name.c_str(), rows, cols, x.data<float>(), y);
  });
}

Job adam_job(Case& words) {
  const std::int64_t n = words.number();
  const Tensor before = random_tensor({n}, 1), g = random_tensor({n}, 2);
  Tensor w = before.clone().detach();
  w.requires_grad_();
  w.set_grad(g);
  const auto adam =
      std::make_shared<optim::Adam>(std::vector<Tensor>{w}, optim::AdamOptions(1e-3));
  Job job;
  job.run = [=] { adam->step(); };
  job.error = [=] {
    return bench_check_adam(n, before.data<float>(), g.data<float>(), w.data<float>());
  };
  return job;
}

}  // namespace cairn::bench
