// Cairn's share of the benchmarks, by its public functions, and the processor's FMA
// peak.
#include <memory>

#include <cairn/cairn.h>

#include "../peak.h"
#include "cairn_jobs.h"

using namespace cairn;
using namespace cairn::bench;

namespace {

Job gemm(Case& words) {
  const auto p = std::make_shared<GemmProblem>(words);
  Job job;
  job.run = [p] {
    cairn::gemm(p->trans_a() ? Trans::yes : Trans::no,
                p->trans_b() ? Trans::yes : Trans::no, p->m, p->n, p->k, 1.0f,
                p->a.data(), p->lda(), p->b.data(), p->ldb(), 0.0f, p->c.data(), p->n);
  };
  job.error = [p] { return p->error(); };
  return job;
}

/// A call is 10⁶ floating-point operations in f32.
Job peak(Case&) {
  const PeakLoop& loop = peak_loops(active_isa()).f32;
  const auto rounds = static_cast<std::int64_t>(1e6 / loop.flops_per_round);
  const auto sink = std::make_shared<volatile double>();
  Job job;
  job.run = [=] { *sink = loop.run(rounds); };
  return job;
}

Job prepare(Case& words) {
  const std::string kind = words.word();
  if (kind == "gemm") return gemm(words);
  if (kind == "peak") return peak(words);
  if (kind == "conv") return convolution_job(words);
  if (kind == "map") return map_job(words);
  if (kind == "rows") return rows_job(words);
  if (kind == "adam") return adam_job(words);
  if (kind == "train") return train_job(words);
  if (kind == "fit") return fit_job(words);
  if (kind == "infer") return infer_job(words);
  throw Unsupported("Cairn has no " + kind);
}

}  // namespace

int main(int argc, char** argv) {
  try {
    set_num_threads(threads_asked(argc, argv));
    return Worker(std::string("Cairn ") + isa_name(active_isa()), prepare).serve();
  } catch (const std::exception& error) {
    std::cerr << "cairn-worker: " << error.what() << '\n';
    return 2;
  }
}
