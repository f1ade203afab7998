// Five faults that still train. "Break it" shows their curves and what finds them.
#pragma once

#include <cstddef>
#include <cstdint>
#include <limits>
#include <memory>
#include <utility>
#include <vector>

#include "13-library/program.h"

namespace ch13 {

enum class Fault {
  kNone,
  kNoOffset,   // a slice that begins where the whole begins
  kMean,       // what was stretched gets the mean of its slopes, not their sum
  kNoOwner,    // a view that does not count as an owner
  kByThreads,  // a sum that is cut by the number of threads
  kInPlace     // a value changed in place that a rule reads later
};

inline Tensor slice_without_offset(Tensor x, std::size_t first, std::size_t last) {
  x.shape[0] = last - first;
  return x;
}

inline Tensor rows(const Tensor& x, std::size_t first, std::size_t last, Fault fault) {
  return fault == Fault::kNoOffset ? slice_without_offset(x, first, last)
                                   : slice(x, 0, first, last);
}

// ANCHOR: no_owner
// The same numbers, but their block goes back to the pool when the last *other* tensor
// lets go of it. (The deleter puts things right for the storage itself.)
inline Tensor without_owner(Tensor x) {
  double* const block = x.storage->data;
  auto* const storage = new Storage(1);
  double* const own = std::exchange(storage->data, block);
  x.storage = std::shared_ptr<Storage>(storage, [own](Storage* s) {
    s->data = own;
    delete s;
  });
  return x;
}
// ANCHOR_END: no_owner

// a + b with a row b. `threads` counts only for the fault that depends on it.
inline Variable plus_row(const Variable& a, const Variable& b, Fault fault,
                         std::size_t threads) {
  return record(add(a.value, b.value), {a, b}, [=](Node& y) {
    y.add(0, y.gradient);
    const std::size_t n = y.gradient.shape[0];
    if (fault == Fault::kMean) {
      y.add(1, times(y.gradient, 1 / static_cast<double>(n)));
    } else if (fault == Fault::kByThreads) {
      for (std::size_t t = 0; t < threads; ++t) {
        y.add(1, slice(y.gradient, 0, n * t / threads, n * (t + 1) / threads));
      }
    } else {
      y.add(1, y.gradient);
    }
  });
}

// tanh whose rule reads its output by a view that the pool does not know of.
inline Variable tanh_without_owner(const Variable& x) {
  const Tensor value = map(x.value, [](double v) { return std::tanh(v); });
  return record(value, {x}, [out = without_owner(value)](Node& y) {
    y.add(0, combine("tanh", y.gradient, out,
                     [](double dy, double v) { return dy * (1 - v * v); }));
  });
}

// ANCHOR: in_place
inline Tensor row_means(const Tensor& x) {
  return times(sum_to(x, {x.shape[0], 1}), 1 / static_cast<double>(x.shape[1]));
}

// To save memory, the means are taken out of the values where they lie.
inline Variable centre_in_place(Variable h) {
  add_to(h.value, expand(row_means(h.value), h.value.shape), -1);
  return h;
}
// ANCHOR_END: in_place

// The right way: two operations, each with its rule.
inline Variable centre(const Variable& h) {
  const double share = 1 / static_cast<double>(h.value.shape[1]);
  return h - sum(h, {h.value.shape[0], 1}) * share;
}

// Dense, tanh, the mean of each row taken out, dense.
class Suspect : public Module {
 public:
  Suspect(Tensor first, Tensor second, Fault fault = Fault::kNone)
      : fault(fault),
        w1_(own("w1", std::move(first))),
        b1_(own("b1", Tensor({w1_.value.shape[0]}, 0.0))),
        w2_(own("w2", std::move(second))),
        b2_(own("b2", Tensor({w2_.value.shape[0]}, 0.0))) {}

  Fault fault;
  std::size_t threads = 2;
  bool versions_counted = false;

  Variable operator()(const Variable& x) const {
    return plus_row(matmul(hidden(x), transpose(w2_)), b2_, fault, threads);
  }

 private:
  Variable hidden(const Variable& x) const {
    const Variable h = activated(x);
    if (fault != Fault::kInPlace) return centre(h);
    const std::uint64_t before = h.value.storage->version;
    const Variable centred = centre_in_place(h);
    if (!versions_counted) h.value.storage->version = before;  // as if nobody counted
    return centred;
  }

  Variable activated(const Variable& x) const {
    const Variable z = plus_row(matmul(x, transpose(w1_)), b1_, fault, threads);
    return fault == Fault::kNoOwner ? tanh_without_owner(z) : tanh(z);
  }

  Variable w1_, b1_, w2_, b2_;
};

// One pass after another over batches that are views of the data.
inline std::vector<double> train(const Suspect& network, const Samples& samples,
                                 std::size_t batch, int epochs, double rate) {
  std::vector<double> losses;
  const Tensor all = tensor(samples.inputs);
  for (int epoch = 0; epoch < epochs; ++epoch) {
    for (std::size_t first = 0; first + batch <= samples.count(); first += batch) {
      // The labels of a batch are right even where its images are not.
      const std::size_t from = network.fault == Fault::kNoOffset ? 0 : first;
      const std::vector<int> labels(
          samples.labels.begin() + static_cast<std::ptrdiff_t>(from),
          samples.labels.begin() + static_cast<std::ptrdiff_t>(from + batch));
      const Tensor x = rows(all, first, first + batch, network.fault);
      const Variable loss = softmax_cross_entropy(network(x), labels);
      network.zero_gradients();
      backward(loss);
      descend(network, rate);
      losses.push_back(number(loss.value));
    }
  }
  return losses;
}

}  // namespace ch13
