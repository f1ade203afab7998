// tiny-dnn: training steps of the small networks, on one thread, from first values of
// its own. A step is train() on one batch.
#define CNN_SINGLE_THREAD
#define CNN_USE_SSE
#define CNN_USE_AVX
#include <tiny_dnn/tiny_dnn.h>

#include <memory>

#include "networks.h"
#include "worker.h"

using namespace cairn::bench;
namespace td = tiny_dnn;

namespace {

using Network = td::network<td::sequential>;
using Linear = td::fully_connected_layer<td::activation::relu>;
using Last = td::fully_connected_layer<td::activation::softmax>;
using Convolution = td::convolutional_layer<td::activation::relu>;
using Pool = td::max_pooling_layer<td::activation::identity>;

void build(const TrainProblem& problem, Network& net) {
  if (problem.network == "mlp") {
    const auto& widths = problem.widths;
    for (std::size_t i = 0; i + 2 < widths.size(); ++i) {
      net << Linear(widths[i], widths[i + 1]);
    }
    net << Last(widths[widths.size() - 2], widths.back());
  } else if (problem.network == "lenet") {
    net << Convolution(28, 28, 5, 1, 6, td::padding::same) << Pool(28, 28, 6, 2)
        << Convolution(14, 14, 5, 6, 16) << Pool(10, 10, 16, 2) << Linear(400, 120)
        << Linear(120, 84) << Last(84, 10);
  } else {
    throw Unsupported("tiny-dnn is measured with the small networks only");
  }
}

struct Training {
  explicit Training(const TrainProblem& p) : problem(p) {
    build(problem, net);
    net.init_weight();
    adam.alpha = 1e-3f;
    sgd.alpha = 1e-2f;
    for (std::int64_t i = 0; i < kBatches; ++i) {
      std::vector<float> values(problem.batch * problem.sample_size());
      fill_batch(values.data(), values.size(), i);
      x.emplace_back();
      for (std::int64_t j = 0; j < problem.batch; ++j) {
        const auto from = values.begin() + j * problem.sample_size();
        x.back().emplace_back(from, from + problem.sample_size());
      }
      const auto labels = labels_of(problem, problem.batch, i);
      y.emplace_back(labels.begin(), labels.end());
    }
  }
  void step() {
    const std::int64_t i = steps++ % kBatches;
    const auto nothing = [] {};
    const auto train = [&](auto& method) {
      net.train<td::cross_entropy_multiclass>(method, x[i], y[i], problem.batch, 1,
                                              nothing, nothing);
    };
    if (problem.optimizer == "sgd") {
      train(sgd);
    } else {
      train(adam);
    }
  }
  /// Of the first batch, after a round of all.
  double loss() {
    for (std::int64_t i = 0; i < kBatches; ++i) step();
    double sum = 0;
    for (std::size_t j = 0; j < x[0].size(); ++j) {
      sum -= std::log(net.predict(x[0][j])[y[0][j]] + 1e-30f);
    }
    return sum / x[0].size();
  }

  TrainProblem problem;
  Network net;
  td::adam adam;
  td::gradient_descent sgd;
  std::vector<std::vector<td::vec_t>> x;
  std::vector<std::vector<td::label_t>> y;
  std::int64_t steps = 0;
};

Job prepare(Case& words) {
  const std::string kind = words.word();
  if (kind != "train") throw Unsupported("not measured with tiny-dnn: " + kind);
  const auto training = std::make_shared<Training>(TrainProblem(words));
  Job job;
  job.run = [=] { training->step(); };
  job.loss = [=] { return training->loss(); };
  job.note = "own first values";
  return job;
}

}  // namespace

int main(int argc, char** argv) {
  const int threads = threads_asked(argc, argv);
  return Worker("tiny-dnn 1.0.0a3",
                [threads](Case& words) {
                  if (threads > 1) throw Unsupported("measured on one thread only");
                  return prepare(words);
                })
      .serve();
}
