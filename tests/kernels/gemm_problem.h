// A matrix product to test with: random operands, guarded memory, and the definition to
// compare with.
#pragma once

#include <cmath>
#include <cstdint>
#include <limits>
#include <random>
#include <sstream>
#include <string>
#include <vector>

#include <cairn/kernels/gemm/gemm_call.h>

namespace gemm_test {

using cairn::Isa;
using cairn::Trans;
using cairn::kernels::GemmCall;

/// The instruction sets that this machine can run.
inline std::vector<Isa> tiers() {
  std::vector<Isa> found;
  for (const Isa isa : {Isa::scalar, Isa::avx2, Isa::avx512}) {
    if (cairn::kernels::cpu_supports(isa)) found.push_back(isa);
  }
  return found;
}

/// What a test asks for. Each pad is added to a leading dimension.
template <class T>
struct Spec {
  Trans trans_a = Trans::no, trans_b = Trans::no;
  std::int64_t m = 1, n = 1, k = 1;
  T alpha = 1, beta = 0;
  std::int64_t pad_a = 0, pad_b = 0, pad_c = 0;
  bool bias = false, row_bias = false, relu = false;

  std::string text() const {
    std::ostringstream out;
    out << (trans_a == Trans::no ? 'N' : 'T') << (trans_b == Trans::no ? 'N' : 'T')
        << ' ' << m << 'x' << n << 'x' << k << " alpha " << alpha << " beta " << beta
        << " pads " << pad_a << ' ' << pad_b << ' ' << pad_c << (bias ? " bias" : "")
        << (row_bias ? " row_bias" : "") << (relu ? " relu" : "");
    return out.str();
  }
};

template <class T>
class Problem {
 public:
  /// Unless `compared`, nobody asks for faults: the definition is not worked out.
  explicit Problem(const Spec<T>& spec, unsigned seed = 1, bool compared = true)
      : spec_(spec), random_(seed) {
    call_.trans_a = spec.trans_a;
    call_.trans_b = spec.trans_b;
    call_.m = spec.m;
    call_.n = spec.n;
    call_.k = spec.k;
    call_.alpha = spec.alpha;
    call_.beta = spec.beta;
    const bool ta = spec.trans_a == Trans::yes, tb = spec.trans_b == Trans::yes;
    a_ = operand(ta ? spec.k : spec.m, ta ? spec.m : spec.k, spec.pad_a, call_.lda);
    b_ = operand(tb ? spec.n : spec.k, tb ? spec.k : spec.n, spec.pad_b, call_.ldb);
    c_ = operand(spec.m, spec.n, spec.pad_c, call_.ldc);
    call_.a = a_.data();
    call_.b = b_.data();
    bias_ = values(spec.n);
    row_bias_ = values(spec.m);
    if (spec.bias) call_.epilogue.bias = bias_.data();
    if (spec.row_bias) call_.epilogue.row_bias = row_bias_.data();
    call_.epilogue.relu = spec.relu;
    if (compared) expect();
  }

  /// Overwrites what C holds before the product.
  void fill_c(T value) {
    for (T& x : c_) x = value;
    expect();
  }

  /// C as the kernels of `isa` compute it, in memory that has guards before and behind.
  std::vector<T> run(Isa isa) const {
    std::vector<T> memory(c_.size() + 2 * kGuard, kCanary);
    std::copy(c_.begin(), c_.end(), memory.begin() + kGuard);
    GemmCall<T> call = call_;
    call.c = memory.data() + kGuard;
    cairn::kernels::gemm(call, cairn::kernels::kernels_for(isa));
    return memory;
  }

  /// Empty if `memory` is right, else the first fault.
  std::string fault(const std::vector<T>& memory) const {
    if (expected_.size() != c_.size()) return "there is nothing to compare with";
    for (std::size_t x = 0; x < memory.size(); ++x) {
      const std::int64_t at = static_cast<std::int64_t>(x) - kGuard;
      const bool inside = at >= 0 && at < static_cast<std::int64_t>(c_.size()) &&
                          at % call_.ldc < call_.n;
      if (inside ? close(memory[x], at) : same(memory[x], before(at))) continue;
      std::ostringstream out;
      out << spec_.text() << ": ";
      if (inside) {
        out << "C(" << at / call_.ldc << ", " << at % call_.ldc << ") is " << memory[x]
            << ", not " << expected_[at] << " ± " << tolerance_[at];
      } else {
        out << "element " << at << " is outside C and was overwritten";
      }
      return out.str();
    }
    return "";
  }

  std::string fault(Isa isa) const { return fault(run(isa)); }
  const GemmCall<T>& call() const { return call_; }

 private:
  static constexpr std::int64_t kGuard = 32;
  static constexpr T kCanary = T(-1234.5);

  std::vector<T> values(std::int64_t count) {
    std::vector<T> v(count);
    for (T& x : v) x = static_cast<T>(uniform_(random_));
    return v;
  }

  /// rows × columns, not an element longer than it must be, NaN between the rows: what
  /// is read from there and used spoils the result.
  std::vector<T> operand(std::int64_t rows, std::int64_t columns, std::int64_t pad,
                         std::int64_t& leading) {
    leading = std::max<std::int64_t>(1, columns + pad);
    const std::int64_t count =
        rows == 0 || columns == 0 ? 0 : (rows - 1) * leading + columns;
    std::vector<T> v(count, std::numeric_limits<T>::quiet_NaN());
    for (std::int64_t x = 0; x < count; ++x) {
      if (x % leading < columns) v[x] = static_cast<T>(uniform_(random_));
    }
    return v;
  }

  void expect() {
    expected_ = c_;
    GemmCall<T> call = call_;
    call.c = expected_.data();
    cairn::kernels::gemm_reference(call);

    // The same product of absolute values bounds what rounding can do.
    tolerance_ = absolute(c_);
    const std::vector<T> a = absolute(a_), b = absolute(b_);
    const std::vector<T> bias = absolute(bias_), row_bias = absolute(row_bias_);
    call.a = a.data();
    call.b = b.data();
    call.c = tolerance_.data();
    call.alpha = std::fabs(call.alpha);
    call.beta = std::fabs(call.beta);
    if (call.epilogue.bias) call.epilogue.bias = bias.data();
    if (call.epilogue.row_bias) call.epilogue.row_bias = row_bias.data();
    cairn::kernels::gemm_reference(call);
    const T unit = std::numeric_limits<T>::epsilon();
    for (T& x : tolerance_) x *= static_cast<T>(call.k + 4) * unit;
  }

  static std::vector<T> absolute(std::vector<T> v) {
    for (T& x : v) x = std::fabs(x);
    return v;
  }

  static bool same(T x, T y) { return x == y || (std::isnan(x) && std::isnan(y)); }

  T before(std::int64_t at) const {
    const bool guard = at < 0 || at >= static_cast<std::int64_t>(c_.size());
    return guard ? kCanary : c_[at];
  }

  bool close(T x, std::int64_t at) const {
    return same(x, expected_[at]) || std::fabs(x - expected_[at]) <= tolerance_[at];
  }

  Spec<T> spec_;
  std::mt19937 random_;
  std::uniform_real_distribution<double> uniform_{-1, 1};
  GemmCall<T> call_;
  std::vector<T> a_, b_, c_, bias_, row_bias_, expected_, tolerance_;
};

}  // namespace gemm_test
