// Matrix multiplication by Eigen, compiled for this very processor.
#include <Eigen/Dense>
#include <memory>

#include "worker.h"

using namespace cairn::bench;

namespace {

using Matrix = Eigen::Matrix<float, Eigen::Dynamic, Eigen::Dynamic, Eigen::RowMajor>;
using Map = Eigen::Map<Matrix>;

Job prepare(Case& words) {
  const std::string kind = words.word();
  if (kind != "gemm") throw Unsupported("not compared with Eigen: " + kind);
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

}  // namespace

int main(int argc, char** argv) {
  Eigen::setNbThreads(threads_asked(argc, argv));
  std::ostringstream about;
  about << "Eigen " << EIGEN_WORLD_VERSION << '.' << EIGEN_MAJOR_VERSION << '.'
        << EIGEN_MINOR_VERSION << ", " << Eigen::SimdInstructionSetsInUse();
  return Worker(about.str(), prepare).serve();
}
