#include <cairn/nn/init.h>

#include <cmath>

#include <cairn/autograd/grad_mode.h>
#include <cairn/core/tensor_impl.h>
#include <cairn/core/text.h>
#include <cairn/ops/elementwise.h>

namespace cairn::nn::init {
namespace {

struct Fans {
  double in, out;
};

Fans fans_of(const Tensor& t, const char* name) {
  if (detail::checked(t, name).shape.dim() < 2) {
    throw ShapeError(detail::concat(name, ": a tensor of shape ", t.shape(),
                                    " has no fans; they are defined for weights of two "
                                    "dimensions or more"));
  }
  double kernel = 1;
  for (int d = 2; d < t.dim(); ++d) kernel *= static_cast<double>(t.shape()[d]);
  return {static_cast<double>(t.shape()[1]) * kernel,
          static_cast<double>(t.shape()[0]) * kernel};
}

// A uniform distribution on [−a, a] has variance a²/3.
void with_variance_uniform(const Tensor& t, double variance, Generator& generator) {
  const double a = std::sqrt(3 * variance);
  uniform_(t, -a, a, generator);
}

}  // namespace

void uniform_(Tensor t, double low, double high, Generator& generator) {
  const NoGradGuard guard;
  t.copy_(affine(rand(t.shape(), generator, t.dtype()), high - low, low));
}

void normal_(Tensor t, double mean, double deviation, Generator& generator) {
  const NoGradGuard guard;
  t.copy_(affine(randn(t.shape(), generator, t.dtype()), deviation, mean));
}

void constant_(Tensor t, double value) {
  const NoGradGuard guard;
  t.fill_(value);
}

void xavier_uniform_(Tensor t, Generator& generator) {
  const Fans fans = fans_of(t, "xavier_uniform_");
  with_variance_uniform(t, 2 / (fans.in + fans.out), generator);
}

void xavier_normal_(Tensor t, Generator& generator) {
  const Fans fans = fans_of(t, "xavier_normal_");
  normal_(t, 0, std::sqrt(2 / (fans.in + fans.out)), generator);
}

void kaiming_uniform_(Tensor t, Generator& generator) {
  with_variance_uniform(t, 2 / fans_of(t, "kaiming_uniform_").in, generator);
}

void kaiming_normal_(Tensor t, Generator& generator) {
  normal_(t, 0, std::sqrt(2 / fans_of(t, "kaiming_normal_").in), generator);
}

}  // namespace cairn::nn::init

namespace cairn::detail {

Tensor drawn_parameter(const Shape& shape, double bound) {
  Tensor t = empty(shape);
  nn::init::uniform_(t, -bound, bound);
  return t.requires_grad_();
}

}  // namespace cairn::detail
