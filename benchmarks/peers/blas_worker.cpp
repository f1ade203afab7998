// Matrix multiplication by a BLAS, through CBLAS: OpenBLAS, BLIS or MKL, whichever this
// file is compiled for.
#include <memory>

#include "worker.h"

#if defined(PEER_OPENBLAS)
#include <cblas.h>
static std::string about() {
  return std::string(openblas_get_config()) + ", core " + openblas_get_corename();
}
static void use_threads(int count) { openblas_set_num_threads(count); }
#elif defined(PEER_BLIS)
#include <blis.h>
#include <cblas.h>
static std::string about() {
  return std::string("BLIS ") + bli_info_get_version_str() + ", kernels " +
         bli_arch_string(bli_arch_query_id());
}
static void use_threads(int count) { bli_thread_set_num_threads(count); }
#elif defined(PEER_MKL)
#include <mkl.h>
static std::string about() {
  char version[200] = "";
  mkl_get_version_string(version, sizeof version);
  std::string text(version);
  return text.substr(0, text.find_last_not_of(' ') + 1);
}
static void use_threads(int count) { mkl_set_num_threads(count); }

// MKL keeps its best code for processors whose maker it knows. CAIRN_MKL_INTEL=1 makes
// it take this one for such a processor; the driver tries both and keeps the faster.
extern "C" int mkl_serv_intel_cpu_true() {
  static const bool pretend = std::getenv("CAIRN_MKL_INTEL") != nullptr;
  return pretend;
}
#endif

using namespace cairn::bench;

namespace {

Job prepare(Case& words) {
  const std::string kind = words.word();
  if (kind != "gemm") throw Unsupported("a BLAS has no " + kind);
  const auto p = std::make_shared<GemmProblem>(words);
  Job job;
  job.run = [p] {
    cblas_sgemm(CblasRowMajor, p->trans_a() ? CblasTrans : CblasNoTrans,
                p->trans_b() ? CblasTrans : CblasNoTrans, p->m, p->n, p->k, 1.0f,
                p->a.data(), p->lda(), p->b.data(), p->ldb(), 0.0f, p->c.data(), p->n);
  };
  job.error = [p] { return p->error(); };
  return job;
}

}  // namespace

int main(int argc, char** argv) {
  use_threads(threads_asked(argc, argv));
  return Worker(about(), prepare).serve();
}
