// oneDNN: matrix multiplication, convolutions in the layout and by the algorithm that
// it is fastest with, and elementwise work. Reorders are not counted.
#include <oneapi/dnnl/dnnl_version.h>
#include <memory>
#include <oneapi/dnnl/dnnl.hpp>
#include <unordered_map>

#include "worker.h"

#if defined(_OPENMP)
#include <omp.h>
#endif

using namespace cairn::bench;
using Desc = dnnl::memory::desc;
using Tag = dnnl::memory::format_tag;
using Dims = dnnl::memory::dims;

namespace {

constexpr auto kF32 = dnnl::memory::data_type::f32;

dnnl::engine& engine() {
  static dnnl::engine cpu(dnnl::engine::kind::cpu, 0);
  return cpu;
}

dnnl::stream& stream() {
  static dnnl::stream s(engine());
  return s;
}

using Arguments = std::unordered_map<int, dnnl::memory>;

Job job_of(dnnl::primitive primitive, Arguments arguments) {
  Job job;
  job.run = [primitive, arguments] {
    primitive.execute(stream(), arguments);
    stream().wait();
  };
  return job;
}

/// A memory of layout `to` with what `from` holds.
dnnl::memory reordered(dnnl::memory from, const Desc& to) {
  dnnl::memory result(to, engine());
  dnnl::reorder(from, result).execute(stream(), from, result);
  stream().wait();
  return result;
}

// ── Matrix multiplication
// ─────────────────────────────────────────────────────────────

Desc matrix(std::int64_t rows, std::int64_t columns, bool transposed) {
  return Desc({rows, columns}, kF32, transposed ? Dims{1, rows} : Dims{columns, 1});
}

Job gemm(Case& words) {
  const auto p = std::make_shared<GemmProblem>(words);
  std::vector<Job> ways(1);
  ways[0].note = "dnnl_sgemm";
  ways[0].run = [p] {
    dnnl_sgemm(p->trans[0], p->trans[1], p->m, p->n, p->k, 1.0f, p->a.data(), p->lda(),
               p->b.data(), p->ldb(), 0.0f, p->c.data(), p->n);
  };
  const Desc a = matrix(p->m, p->k, p->trans_a()), b = matrix(p->k, p->n, p->trans_b());
  const Desc c = matrix(p->m, p->n, false);
  const dnnl::matmul::primitive_desc plan(dnnl::matmul::desc(a, b, c), engine());
  ways.push_back(
      job_of(dnnl::matmul(plan), {{DNNL_ARG_SRC, {a, engine(), p->a.data()}},
                                  {DNNL_ARG_WEIGHTS, {b, engine(), p->b.data()}},
                                  {DNNL_ARG_DST, {c, engine(), p->c.data()}}}));
  ways[1].note = "matmul primitive";
  Job job = fastest(std::move(ways));
  job.error = [p] { return p->error(); };
  return job;
}

// ── Convolution
// ───────────────────────────────────────────────────────────────────────

/// A convolution by one algorithm, its tensors in layouts of oneDNN's choice or, if
/// `channels_last`, x and y as NHWC.
class Convolution {
 public:
  Convolution(std::shared_ptr<ConvProblem> problem, dnnl::algorithm algorithm,
              bool channels_last)
      : p_(std::move(problem)), algorithm_(algorithm) {
    const BenchConv& s = p_->sizes;
    const Tag image = channels_last ? Tag::nhwc : Tag::any;
    x_ = Desc({s.batch, s.in, s.height, s.width}, kF32, image);
    w_ = Desc(filters(), kF32, Tag::any);
    y_ = Desc({s.batch, s.out, p_->oh, p_->ow}, kF32, image);
    strides_ = {s.stride, s.stride};
    padding_ = {s.padding, s.padding};
    dilation_ = {s.dilation - 1, s.dilation - 1};  // pixels between taps
    // As often as the last row needs: the padding behind may be less than in front.
    const auto behind = [&](std::int64_t outputs, std::int64_t taps,
                            std::int64_t extent) {
      return (outputs - 1) * s.stride + (taps - 1) * s.dilation + 1 - extent -
             s.padding;
    };
    behind_ = {behind(p_->oh, s.kernel_h, s.height),
               behind(p_->ow, s.kernel_w, s.width)};
  }

  Job job() {
    const auto forward = dnnl::convolution_forward::primitive_desc(
        {p_->pass == kForward ? dnnl::prop_kind::forward_inference
                              : dnnl::prop_kind::forward_training,
         algorithm_, x_, w_, y_, strides_, dilation_, padding_, behind_},
        engine());
    if (p_->pass == kForward) {
      return finish(dnnl::convolution_forward(forward), forward.impl_info_str(),
                    forward.src_desc(), forward.weights_desc(), forward.dst_desc(),
                    DNNL_ARG_SRC, DNNL_ARG_WEIGHTS, DNNL_ARG_DST);
    }
    if (p_->pass == kInputGradient) {
      const auto plan = dnnl::convolution_backward_data::primitive_desc(
          {algorithm_, x_, w_, y_, strides_, dilation_, padding_, behind_}, engine(),
          forward);
      return finish(dnnl::convolution_backward_data(plan), plan.impl_info_str(),
                    plan.diff_src_desc(), plan.weights_desc(), plan.diff_dst_desc(),
                    DNNL_ARG_DIFF_SRC, DNNL_ARG_WEIGHTS, DNNL_ARG_DIFF_DST);
    }
    const auto plan = dnnl::convolution_backward_weights::primitive_desc(
        {algorithm_, x_, w_, y_, strides_, dilation_, padding_, behind_}, engine(),
        forward);
    return finish(dnnl::convolution_backward_weights(plan), plan.impl_info_str(),
                  plan.src_desc(), plan.diff_weights_desc(), plan.diff_dst_desc(),
                  DNNL_ARG_SRC, DNNL_ARG_DIFF_WEIGHTS, DNNL_ARG_DIFF_DST);
  }

 private:
  /// With groups filters have a dimension more.
  Dims filters() const {
    const BenchConv& s = p_->sizes;
    if (s.groups == 1) return {s.out, s.in, s.kernel_h, s.kernel_w};
    return {s.groups, s.out / s.groups, p_->in_group(), s.kernel_h, s.kernel_w};
  }

  Job finish(dnnl::primitive primitive, const char* name, const Desc& x, const Desc& w,
             const Desc& y, int x_name, int w_name, int y_name) {
    const BenchConv& s = p_->sizes;
    const dnnl::memory plain_x({{s.batch, s.in, s.height, s.width}, kF32, Tag::nchw},
                               engine(), p_->x.data());
    const dnnl::memory plain_w(
        {filters(), kF32, s.groups == 1 ? Tag::oihw : Tag::goihw}, engine(),
        p_->w.data());
    const dnnl::memory plain_y({{s.batch, s.out, p_->oh, p_->ow}, kF32, Tag::nchw},
                               engine(), p_->y.data());
    const dnnl::memory own_x = reordered(plain_x, x), own_w = reordered(plain_w, w),
                       own_y = reordered(plain_y, y);
    Job job = job_of(primitive, {{x_name, own_x}, {w_name, own_w}, {y_name, own_y}});
    job.note = name;
    const auto p = p_;
    job.error = [=] {
      dnnl::memory from = p->pass == kForward         ? own_y
                          : p->pass == kInputGradient ? own_x
                                                      : own_w;
      dnnl::memory to = p->pass == kForward         ? plain_y
                        : p->pass == kInputGradient ? plain_x
                                                    : plain_w;
      dnnl::reorder(from, to).execute(stream(), from, to);
      stream().wait();
      return p->error();
    };
    return job;
  }

  std::shared_ptr<ConvProblem> p_;
  dnnl::algorithm algorithm_;
  Desc x_, w_, y_;
  Dims strides_, dilation_, padding_, behind_;
};

Job convolution(Case& words) {
  const auto p = std::make_shared<ConvProblem>(words);
  std::vector<Job> ways;
  for (const auto algorithm :
       {dnnl::algorithm::convolution_direct, dnnl::algorithm::convolution_winograd}) {
    for (const bool channels_last : {false, true}) {
      try {
        ways.push_back(Convolution(p, algorithm, channels_last).job());
        if (channels_last) ways.back().note += " nhwc";
      } catch (const dnnl::error&) {
        // This algorithm does not fit the shape or the processor: there are others.
      }
    }
  }
  return fastest(std::move(ways));
}

// ── Elementwise
// ───────────────────────────────────────────────────────────────────────

Job map(Case& words) {
  const std::string name = words.word();
  const std::int64_t n = words.number();
  const auto x = std::make_shared<Buffer>(n, 1), y = std::make_shared<Buffer>(n);
  const auto algorithm = name == "exp"    ? dnnl::algorithm::eltwise_exp
                         : name == "tanh" ? dnnl::algorithm::eltwise_tanh
                                          : dnnl::algorithm::eltwise_logistic;
  const Desc shape({n}, kF32, Tag::a);
  const dnnl::eltwise_forward::primitive_desc plan(
      {dnnl::prop_kind::forward_inference, algorithm, shape, 0, 0}, engine());
  Job job = job_of(dnnl::eltwise_forward(plan),
                   {{DNNL_ARG_SRC, {shape, engine(), x->data()}},
                    {DNNL_ARG_DST, {shape, engine(), y->data()}}});
  job.error = [=] { return bench_check_map(name.c_str(), n, x->data(), y->data()); };
  return job;
}

Job rows(Case& words) {
  const std::string name = words.word();
  const std::int64_t r = words.number(), c = words.number();
  const auto x = std::make_shared<Buffer>(r * c, 1),
             y = std::make_shared<Buffer>(r * c);
  const Desc shape({r, c}, kF32, Tag::ab);
  Arguments arguments = {{DNNL_ARG_SRC, {shape, engine(), x->data()}},
                         {DNNL_ARG_DST, {shape, engine(), y->data()}}};
  Job job;
  if (name == "softmax") {
    const dnnl::softmax_forward::primitive_desc plan(
        {dnnl::prop_kind::forward_inference, shape, 1}, engine());
    job = job_of(dnnl::softmax_forward(plan), arguments);
  } else {
    const dnnl::layer_normalization_forward::primitive_desc plan(
        {dnnl::prop_kind::forward_inference, shape, 1e-5f,
         dnnl::normalization_flags::none},
        engine());
    job = job_of(dnnl::layer_normalization_forward(plan), arguments);
  }
  job.error = [=] {
    return bench_check_rows(name.c_str(), r, c, x->data(), y->data());
  };
  return job;
}

Job prepare(Case& words) {
  const std::string kind = words.word();
  if (kind == "gemm") return gemm(words);
  if (kind == "conv") return convolution(words);
  if (kind == "map") return map(words);
  if (kind == "rows") return rows(words);
  throw Unsupported("oneDNN has no " + kind);
}

}  // namespace

int main(int argc, char** argv) {
#if defined(_OPENMP)
  omp_set_num_threads(threads_asked(argc, argv));
#endif
  const dnnl_version_t* version = dnnl_version();
  std::ostringstream about;
  about << "oneDNN " << version->major << '.' << version->minor << '.'
        << version->patch;
  return Worker(about.str(), prepare).serve();
}
