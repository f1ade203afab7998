#include <cairn/autograd/gradcheck.h>

#include <algorithm>
#include <cmath>

#include <cairn/autograd/grad_mode.h>
#include <cairn/autograd/node.h>
#include <cairn/core/random.h>
#include <cairn/core/text.h>

namespace cairn {
namespace {

using Function = std::function<Tensor(const std::vector<Tensor>&)>;
using detail::concat;

class Checker {
 public:
  Checker(const Function& f, const std::vector<Tensor>& inputs,
          const GradcheckOptions& options)
      : f_(f), inputs_(inputs), options_(options), generator_(options.seed_) {}

  GradcheckResult run() {
    require_doubles();
    const std::vector<Tensor> gradients = analytic();
    base_ = loss();
    if (loss() != base_) {
      throw ValueError(
          "gradcheck: the function gives another result each time; fix the seed of "
          "what it draws");
    }
    for (std::size_t i = 0; i < inputs_.size(); ++i) {
      if (gradients[i].defined()) check_input(i, gradients[i]);
    }
    result_.ok = result_.worst <= options_.tolerance_ && result_.checked > 0;
    if (result_.checked == 0) result_.message = "no element was compared";
    return result_;
  }

 private:
  void require_doubles() const {
    for (const Tensor& input : inputs_) {
      if (!input.requires_grad() || input.dtype() == DType::f64) continue;
      throw DTypeError(concat("gradcheck: an input has dtype ", input.dtype(),
                              ", too few digits for finite differences; use f64"));
    }
  }

  // Gradients from the tape, one for each input that asks for one; what the inputs'
  // grad() held before is put back.
  std::vector<Tensor> analytic() {
    std::vector<Tensor> before, gradients;
    for (Tensor input : inputs_) {
      before.push_back(input.grad());
      input.set_grad(Tensor());
    }
    const Tensor y = f_(inputs_);
    projection_ = randn(y.shape(), generator_, DType::f64);
    y.backward(projection_);
    for (std::size_t i = 0; i < inputs_.size(); ++i) {
      Tensor input = inputs_[i];
      const Tensor gradient = input.grad();
      gradients.push_back(!input.requires_grad() ? Tensor()
                          : gradient.defined()   ? gradient.contiguous()
                                                 : zeros(input.shape(), DType::f64));
      input.set_grad(before[i]);
    }
    return gradients;
  }

  // L = Σ r·f(x), with the sum in long double: its rounding must not show.
  double loss() const {
    const NoGradGuard guard;
    const std::vector<double> y = f_(inputs_).to_vector<double>();
    const std::vector<double> r = projection_.to_vector<double>();
    long double total = 0;
    for (std::size_t i = 0; i < y.size(); ++i) {
      total += static_cast<long double>(r[i]) * static_cast<long double>(y[i]);
    }
    return static_cast<double>(total);
  }

  void check_input(std::size_t number, const Tensor& gradient) {
    const Tensor& input = inputs_[number];
    const double* const analytic = gradient.data<double>();
    const std::int64_t n = input.numel();
    const std::int64_t count = std::min(n, options_.max_elements_);
    for (std::int64_t k = 0; k < count; ++k) {
      const std::int64_t i = count == n ? k : generator_.below(n);
      check_element(number, i, element(input, i), analytic[i]);
    }
  }

  // Element i in row-major order, wherever the strides put it.
  static double& element(const Tensor& t, std::int64_t i) {
    std::int64_t offset = 0;
    for (int d = t.dim() - 1; d >= 0; --d) {
      offset += i % t.shape()[d] * t.strides()[d];
      i /= t.shape()[d];
    }
    return t.data<double>()[offset];
  }

  void check_element(std::size_t number, std::int64_t i, double& x, double analytic) {
    const double middle = x;
    const double h = options_.step_ > 0
                         ? options_.step_
                         : std::cbrt(2.2e-16) * std::max(1.0, std::abs(middle));
    x = middle + h;
    const double up = loss(), above = x - middle;
    x = middle - h;
    const double down = loss(), below = middle - x;
    x = middle;
    const double numeric = (up - down) / (above + below);
    const double scale = std::max({1.0, std::abs(analytic), std::abs(numeric)});
    const double error = std::abs(analytic - numeric) / scale;
    if (error > options_.tolerance_ &&
        is_kink((up - base_) / above, (base_ - down) / below, analytic, scale)) {
      ++result_.kinks;
      return;
    }
    ++result_.checked;
    if (error > result_.worst || std::isnan(error)) {
      result_.worst = std::isnan(error) ? INFINITY : error;
      result_.message =
          concat("input ", number, ", element ", i, " (", middle, "): the tape says ",
                 analytic, ", finite differences ", numeric);
    }
  }

  // At a kink the slopes on the two sides differ by far more than curvature over one
  // step can explain, and the tape's value is one of them or lies between: a gradient
  // outside is wrong and is not excused.
  static bool is_kink(double right, double left, double analytic, double scale) {
    const double low = std::min(left, right), high = std::max(left, right);
    const double gap = high - low;
    return gap > 1e-3 * scale && analytic >= low - 1e-4 * scale &&
           analytic <= high + 1e-4 * scale;
  }

  const Function& f_;
  const std::vector<Tensor>& inputs_;
  const GradcheckOptions& options_;
  Generator generator_;
  Tensor projection_;
  double base_ = 0;
  GradcheckResult result_;
};

}  // namespace

GradcheckResult gradcheck(const Function& f, const std::vector<Tensor>& inputs,
                          const GradcheckOptions& options) {
  return Checker(f, inputs, options).run();
}

}  // namespace cairn
