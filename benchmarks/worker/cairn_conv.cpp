// Convolutions and their gradients by cairn::conv2d and the tape, with images that lie
// channels last or, where that is faster, channels first.
#include <memory>

#include <cairn/cairn.h>

#include "cairn_jobs.h"

namespace cairn::bench {
namespace {

/// A tensor of NCHW shape with the elements of `values`.
Tensor image(Buffer& values, const Shape& shape, bool channels_last) {
  const std::vector<float> elements(values.data(), values.data() + values.size());
  const Tensor plain = Tensor::from_vector(elements, shape);
  if (!channels_last) return plain;
  return plain.permute({0, 2, 3, 1}).contiguous().permute({0, 3, 1, 2});
}

void take(const Tensor& tensor, Buffer& out) {
  const std::vector<float> values = tensor.to_vector<float>();
  std::copy(values.begin(), values.end(), out.data());
}

Job in_layout(const std::shared_ptr<ConvProblem>& p, bool channels_last) {
  const BenchConv& s = p->sizes;
  Window window;
  window.stride[0] = window.stride[1] = s.stride;
  window.padding[0] = window.padding[1] = s.padding;
  window.dilation[0] = window.dilation[1] = s.dilation;
  Tensor x = image(p->x, {s.batch, s.in, s.height, s.width}, channels_last);
  Tensor w = image(p->w, {s.out, p->in_group(), s.kernel_h, s.kernel_w}, false);
  const Tensor dy = image(p->y, {s.batch, s.out, p->oh, p->ow}, channels_last);

  Job job;
  job.note = channels_last ? "channels last" : "channels first";
  if (p->pass == kForward) {
    const auto y = std::make_shared<Tensor>();
    job.run = [=] {
      const NoGradGuard guard;
      *y = Tensor();  // a loop gives a result back before it asks for the next
      *y = conv2d(x, w, Tensor(), window, s.groups);
    };
    job.error = [=] { return take(*y, p->y), p->error(); };
    return job;
  }
  Tensor asked = p->pass == kInputGradient ? x : w;
  asked.requires_grad_();
  const Tensor y = conv2d(x, w, Tensor(), window, s.groups);
  job.run = [=]() mutable {
    asked.set_grad(Tensor());
    y.backward(dy, true);
  };
  job.error = [=] { return take(asked.grad(), p->result()), p->error(); };
  return job;
}

}  // namespace

Job convolution_job(Case& words) {
  const auto p = std::make_shared<ConvProblem>(words);
  return fastest({in_layout(p, true), in_layout(p, false)});
}

}  // namespace cairn::bench
