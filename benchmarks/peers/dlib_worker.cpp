// dlib: training steps from first values of its own. Its networks are types, so each
// has its own; its optimizers are called without the trainer, which runs in another
// thread.
#include <dlib/dnn.h>
#include <dlib/revision.h>

#include <memory>

#include "networks.h"
#include "worker.h"

using namespace cairn::bench;

namespace {

using Image = dlib::matrix<float>;
using Input = dlib::input<Image>;

using Small = dlib::loss_multiclass_log<dlib::fc<10, dlib::relu<dlib::fc<128, Input>>>>;
using Large = dlib::loss_multiclass_log<
    dlib::fc<10, dlib::relu<dlib::fc<128, dlib::relu<dlib::fc<256, Input>>>>>>;

template <class Below>
using Pool = dlib::max_pool<2, 2, 2, 2, Below>;

using LeNet = dlib::loss_multiclass_log<dlib::fc<
    10, dlib::relu<dlib::fc<
            84, dlib::relu<dlib::fc<
                    120, Pool<dlib::relu<dlib::add_layer<
                             dlib::con_<16, 5, 5, 1, 1, 0, 0>,
                             Pool<dlib::relu<dlib::con<6, 5, 5, 1, 1, Input>>>>>>>>>>>>;

using Cnn = dlib::loss_multiclass_log<dlib::fc<
    10,
    dlib::relu<dlib::fc<
        128, Pool<dlib::relu<dlib::con<
                 64, 3, 3, 1, 1, dlib::relu<dlib::con<32, 3, 3, 1, 1, Input>>>>>>>>>;

template <class Net, class Method>
struct Training {
  Training(const TrainProblem& problem, const Method& method, double learning_rate)
      : methods(Net::num_computational_layers, method), rate(learning_rate) {
    const bool flat = problem.network == "mlp";
    const std::int64_t rows = flat ? problem.widths[0] : 28, columns = flat ? 1 : 28;
    for (std::int64_t i = 0; i < kBatches; ++i) {
      std::vector<float> values(problem.batch * problem.sample_size());
      fill_batch(values.data(), values.size(), i);
      std::vector<Image> images;
      for (std::int64_t j = 0; j < problem.batch; ++j) {
        images.push_back(dlib::mat(&values[j * rows * columns], rows, columns));
      }
      x.emplace_back();
      net.to_tensor(images.begin(), images.end(), x.back());
      const auto labels = labels_of(problem, problem.batch, i);
      y.emplace_back(labels.begin(), labels.end());
    }
  }
  double step() {
    const std::int64_t i = steps++ % kBatches;
    const double loss = net.compute_parameter_gradients(x[i], y[i].begin());
    net.update_parameters(dlib::make_sstack(methods), rate);
    return loss;
  }

  Net net;
  std::vector<Method> methods;
  double rate;
  std::vector<dlib::resizable_tensor> x;
  std::vector<std::vector<unsigned long>> y;
  std::int64_t steps = 0;
};

template <class Net, class Method>
Job job_of(const TrainProblem& problem, const Method& method, double rate) {
  const auto training = std::make_shared<Training<Net, Method>>(problem, method, rate);
  Job job;
  job.run = [=] { training->step(); };
  // One number for each round of all batches.
  job.loss = [=] {
    double sum = 0;
    for (std::int64_t i = 0; i < kBatches; ++i) sum += training->step();
    return sum / kBatches;
  };
  job.note = "own first values";
  return job;
}

template <class Net>
Job job_of(const TrainProblem& problem) {
  if (problem.optimizer == "sgd") {
    return job_of<Net>(problem, dlib::sgd(0.0f, 0.0f), 1e-2);
  }
  return job_of<Net>(problem, dlib::adam(0.0f, 0.9f, 0.999f), 1e-3);
}

Job prepare(Case& words) {
  const std::string kind = words.word();
  if (kind != "train") throw Unsupported("not measured with dlib: " + kind);
  const TrainProblem problem(words);
  using Widths = std::vector<std::int64_t>;
  if (problem.widths == Widths{784, 128, 10}) return job_of<Small>(problem);
  if (problem.widths == Widths{784, 256, 128, 10}) return job_of<Large>(problem);
  if (problem.network == "lenet") return job_of<LeNet>(problem);
  if (problem.network == "cnn") return job_of<Cnn>(problem);
  throw Unsupported("no " + problem.network + " for dlib");
}

}  // namespace

int main() {
  std::ostringstream about;
  about << "dlib " << DLIB_MAJOR_VERSION << '.' << DLIB_MINOR_VERSION;
  return Worker(about.str(), prepare).serve();
}
