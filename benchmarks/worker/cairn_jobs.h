// Cairn's share of the benchmarks, one file for each kind of work.
#pragma once

#include "worker.h"

namespace cairn::bench {

Job convolution_job(Case& words);
Job map_job(Case& words);
Job rows_job(Case& words);
Job adam_job(Case& words);
Job train_job(Case& words);
Job fit_job(Case& words);
Job infer_job(Case& words);

}  // namespace cairn::bench
