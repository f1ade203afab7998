// Matrix multiplication and elementwise work by Eigen, compiled for this very
// processor.
#include <Eigen/Dense>
#include <memory>

#include "worker.h"

using namespace cairn::bench;

namespace {

using Matrix = Eigen::Matrix<float, Eigen::Dynamic, Eigen::Dynamic, Eigen::RowMajor>;
using Map = Eigen::Map<Matrix>;

Job map(Case& words) {
  const std::string name = words.word();
  const std::int64_t n = words.number();
  const auto x = std::make_shared<Buffer>(n, 1), y = std::make_shared<Buffer>(n);
  Job job;
  job.run = [=] {
    const Eigen::Map<const Eigen::ArrayXf> in(x->data(), n);
    Eigen::Map<Eigen::ArrayXf> out(y->data(), n);
    if (name == "exp") {
      out = in.exp();
    } else if (name == "tanh") {
      out = in.tanh();
    } else {
      out = in.logistic();
    }
  };
  job.error = [=] { return bench_check_map(name.c_str(), n, x->data(), y->data()); };
  return job;
}

Job gemm(Case& words) {
  const auto p = std::make_shared<GemmProblem>(words);
  Job job;
  job.run = [p] {
    const Map a(p->a.data(), p->trans_a() ? p->k : p->m, p->trans_a() ? p->m : p->k);
    const Map b(p->b.data(), p->trans_b() ? p->n : p->k, p->trans_b() ? p->k : p->n);
    Map c(p->c.data(), p->m, p->n);
    if (p->trans_a() && p->trans_b()) {
      c.noalias() = a.transpose() * b.transpose();
    } else if (p->trans_a()) {
      c.noalias() = a.transpose() * b;
    } else if (p->trans_b()) {
      c.noalias() = a * b.transpose();
    } else {
      c.noalias() = a * b;
    }
  };
  job.error = [p] { return p->error(); };
  return job;
}

Job prepare(Case& words) {
  const std::string kind = words.word();
  if (kind == "gemm") return gemm(words);
  if (kind == "map") return map(words);
  throw Unsupported("not measured with Eigen: " + kind);
}

}  // namespace

int main(int argc, char** argv) {
  Eigen::setNbThreads(threads_asked(argc, argv));
  std::ostringstream about;
  about << "Eigen " << EIGEN_WORLD_VERSION << '.' << EIGEN_MAJOR_VERSION << '.'
        << EIGEN_MINOR_VERSION << ", " << Eigen::SimdInstructionSetsInUse();
  return Worker(about.str(), prepare).serve();
}
