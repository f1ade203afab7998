// The training step: how long it takes, where the time goes, and for perceptrons what
// is left when their kernels are called bare. See docs/architecture.md.
#include <algorithm>
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <functional>
#include <memory>
#include <string>
#include <vector>

#include <cairn/cairn.h>

#include "bare_mlp.h"
#include "timing.h"

namespace {

using namespace cairn;
using bench::BareMlp;
using bench::Clock;
using bench::Method;

struct Job {
  std::string name;
  std::int64_t batch;
  Method method;
  Shape sample;
  std::vector<std::int64_t> widths;  // of a perceptron; else empty
  std::function<nn::Sequential()> make;
};

nn::Sequential perceptron(const std::vector<std::int64_t>& widths) {
  nn::Sequential model;
  for (std::size_t i = 0; i + 1 < widths.size(); ++i) {
    if (i > 0) model.add(nn::ReLU());
    model.add(nn::Linear(widths[i], widths[i + 1]));
  }
  return model;
}

nn::Sequential lenet() {
  return nn::Sequential(nn::Conv2d(nn::Conv2dOptions(1, 6, 5).padding(2)), nn::ReLU(),
                        nn::MaxPool2d(2), nn::Conv2d(nn::Conv2dOptions(6, 16, 5)),
                        nn::ReLU(), nn::MaxPool2d(2), nn::Flatten(),
                        nn::Linear(400, 120), nn::ReLU(), nn::Linear(120, 84),
                        nn::ReLU(), nn::Linear(84, 10));
}

nn::Sequential cnn() {
  return nn::Sequential(nn::Conv2d(nn::Conv2dOptions(1, 32, 3).padding(1)), nn::ReLU(),
                        nn::Conv2d(nn::Conv2dOptions(32, 64, 3).padding(1)), nn::ReLU(),
                        nn::MaxPool2d(2), nn::Flatten(), nn::Linear(64 * 14 * 14, 128),
                        nn::ReLU(), nn::Linear(128, 10));
}

std::vector<Job> jobs() {
  const std::vector<std::int64_t> small{784, 128, 10}, large{784, 256, 128, 10};
  const auto mlp = [](const char* name, std::int64_t batch, Method method,
                      const std::vector<std::int64_t>& widths) {
    return Job{name,        batch,  method,
               {widths[0]}, widths, [widths] { return perceptron(widths); }};
  };
  // The first has the calls of the next two and next to no numbers in them: its
  // overhead is theirs, and no small difference of large times.
  return {mlp("mlp 8-8-4, adam", 2, Method::adam, {8, 8, 4}),
          mlp("mlp 784-128-10, sgd", 32, Method::sgd, small),
          mlp("mlp 784-128-10, adam", 32, Method::adam, small),
          mlp("mlp 784-256-128-10, adam", 32, Method::adam, large),
          mlp("mlp 784-256-128-10, adam", 128, Method::adam, large),
          {"lenet 6-16-120-84, adam", 64, Method::adam, {1, 28, 28}, {}, lenet},
          {"cnn 32-64-pool-128, adam", 64, Method::adam, {1, 28, 28}, {}, cnn}};
}

std::unique_ptr<optim::Optimizer> optimizer(Method method, nn::Module& model) {
  if (method == Method::sgd) return optim::SGDOptions(0.01).make(model.parameters());
  return optim::AdamOptions(1e-3).make(model.parameters());
}

enum Phase { kZero, kForward, kLoss, kBackward, kUpdate, kPhases };
const char* const kPhaseNames[] = {"zero_grad", "forward", "loss", "backward",
                                   "update"};
using Times = std::vector<double>;  // seconds of each phase of one step

/// A step as a program on the library writes it.
class LibraryStep {
 public:
  LibraryStep(const Job& job, Tensor x, Tensor y)
      : model_(job.make()), optimizer_(optimizer(job.method, model_)), x_(x), y_(y) {}

  double run() {
    optimizer_->zero_grad();
    const Tensor loss = cross_entropy(model_(x_), y_);
    const double value = loss.item<double>();
    loss.backward();
    optimizer_->step();
    return value;
  }

  Times run_timed(Clock clock) {
    Times t(kPhases);
    double at = bench::now(clock);
    const auto lap = [&](Phase phase) {
      const double now = bench::now(clock);
      t[phase] = now - at;
      at = bench::now(clock);
    };
    optimizer_->zero_grad();
    lap(kZero);
    {
      const Tensor logits = model_(x_);
      lap(kForward);
      const Tensor loss = cross_entropy(logits, y_);
      loss.item<double>();
      lap(kLoss);
      loss.backward();
    }
    lap(kBackward);
    optimizer_->step();
    lap(kUpdate);
    return t;
  }

  nn::Sequential& model() { return model_; }

 private:
  nn::Sequential model_;
  std::unique_ptr<optim::Optimizer> optimizer_;
  Tensor x_, y_;
};

Times bare_timed(BareMlp& bare, const float* x, const std::int64_t* y, Clock clock) {
  Times t(kPhases);
  double at = bench::now(clock);
  const auto lap = [&](Phase phase) {
    const double now = bench::now(clock);
    t[phase] = now - at;
    at = bench::now(clock);
  };
  bare.forward(x);
  lap(kForward);
  bare.loss(y);
  lap(kLoss);
  bare.backward(x);
  lap(kBackward);
  bare.update();
  lap(kUpdate);
  return t;
}

/// The medians of each phase over `runs` steps.
template <class Run>
Times phase_medians(int runs, Run run) {
  std::vector<std::vector<double>> seen(kPhases);
  for (int i = 0; i < runs; ++i) {
    const Times t = run();
    for (int p = 0; p < kPhases; ++p) seen[p].push_back(t[p]);
  }
  Times medians;
  for (auto& values : seen) medians.push_back(bench::median(values));
  return medians;
}

void copy_parameters(nn::Sequential& model, BareMlp& bare) {
  const auto parameters = model.parameters();
  for (std::size_t i = 0; i < bare.size(); ++i) {
    bare.weight(i) = parameters[2 * i].to_vector<float>();
    bare.bias(i) = parameters[2 * i + 1].to_vector<float>();
  }
}

/// Both ways must have learnt the same, bit for bit, or they did not do the same work.
void require_equal(nn::Sequential& model, BareMlp& bare) {
  const auto parameters = model.parameters();
  for (std::size_t i = 0; i < bare.size(); ++i) {
    if (bare.weight(i) == parameters[2 * i].to_vector<float>() &&
        bare.bias(i) == parameters[2 * i + 1].to_vector<float>()) {
      continue;
    }
    std::fprintf(stderr, "step-bench: layer %zu differs from the bare kernels'\n", i);
    std::exit(1);
  }
}

double smallest(const std::vector<double>& values) {
  return *std::min_element(values.begin(), values.end());
}

void print_phases(const Times& whole, const Times& bare) {
  for (int p = 0; p < kPhases; ++p) {
    std::printf("    %-10s %9.2f", kPhaseNames[p], 1e6 * whole[p]);
    if (!bare.empty()) {
      std::printf(" %9.2f %9.2f", 1e6 * bare[p], 1e6 * (whole[p] - bare[p]));
    }
    std::printf("\n");
  }
}

/// Samples of one and of the other in turn: A B B A.
template <class A, class B>
void alternate(Clock clock, double seconds, A a, B b, std::vector<double>& of_a,
               std::vector<double>& of_b) {
  const std::int64_t calls = bench::calls_in(clock, 0.01, a);
  const double end = bench::now(Clock::wall) + seconds;
  do {
    of_a.push_back(bench::seconds_per_call(clock, calls, a));
    of_b.push_back(bench::seconds_per_call(clock, calls, b));
    of_b.push_back(bench::seconds_per_call(clock, calls, b));
    of_a.push_back(bench::seconds_per_call(clock, calls, a));
  } while (bench::now(Clock::wall) < end);
}

void measure(const Job& job, double seconds) {
  const Clock clock = num_threads() == 1 ? Clock::thread : Clock::wall;
  manual_seed(1);
  Shape shape = job.sample;
  shape.insert(0, job.batch);
  const Tensor x = rand(shape), y = randint(0, 4, {job.batch});
  const auto* const labels = y.data<std::int64_t>();
  LibraryStep library(job, x, y);
  std::vector<double> whole, bare_times;
  Times bare_phases;
  if (job.widths.empty()) {
    const auto work = [&] { library.run(); };
    alternate(
        clock, seconds, work, [] {}, whole, bare_times);
    bare_times.clear();
  } else {
    BareMlp bare(job.widths, job.batch, job.method);
    copy_parameters(library.model(), bare);
    for (int i = 0; i < 3; ++i) {
      library.run();
      bare.step(x.data<float>(), labels);
    }
    require_equal(library.model(), bare);
    alternate(
        clock, seconds, [&] { library.run(); },
        [&] { bare.step(x.data<float>(), labels); }, whole, bare_times);
    bare_phases = phase_medians(
        300, [&] { return bare_timed(bare, x.data<float>(), labels, Clock::wall); });
  }
  const Times phases = phase_medians(job.widths.empty() ? 20 : 300,
                                     [&] { return library.run_timed(Clock::wall); });
  std::printf("%s, batch %d: %.2f us a step (best %.2f)\n", job.name.c_str(),
              static_cast<int>(job.batch), 1e6 * bench::median(whole),
              1e6 * smallest(whole));
  if (!bare_times.empty()) {
    std::printf("    bare kernels %.2f (best %.2f), overhead %.2f (of the best %.2f)\n",
                1e6 * bench::median(bare_times), 1e6 * smallest(bare_times),
                1e6 * (bench::median(whole) - bench::median(bare_times)),
                1e6 * (smallest(whole) - smallest(bare_times)));
  }
  print_phases(phases, bare_phases);
}

/// Images of bytes, some of which are shifted: an augmentation that costs what it
/// costs.
class Shifted : public data::Dataset {
 public:
  Shifted(data::TensorDataset images, int passes)
      : images_(std::move(images)), passes_(passes) {}
  std::int64_t size() const override { return images_.size(); }
  using Dataset::gather;
  data::Batch gather(const std::int64_t* indices, std::int64_t count) const override {
    data::Batch batch = images_.gather(indices, count);
    float* const x = batch.x.data<float>();
    for (int pass = 0; pass < passes_; ++pass) {
      for (std::int64_t i = batch.x.numel() - 1; i > 0; --i) {
        x[i] = 0.5F * (x[i] + x[i - 1]);
      }
    }
    return batch;
  }

 private:
  data::TensorDataset images_;
  int passes_;
};

/// Steps of fit() on the small perceptron, with batches gathered when they are asked
/// for and ahead: is the hand-over worth its price?
void measure_fit(double seconds) {
  const std::int64_t batch = 32, steps = 400, samples = batch * steps;
  const data::TensorDataset images(randint(0, 256, {samples, 28, 28}).to(u8),
                                   randint(0, 10, {samples}));
  for (const int passes : {0, 1, 4}) {
    const auto dataset = std::make_shared<const Shifted>(images, passes);
    train::Model model(nn::Sequential(nn::Flatten(), nn::Linear(784, 128), nn::ReLU(),
                                      nn::Linear(128, 10)));
    model.compile(optim::AdamOptions(), train::cross_entropy(), {train::accuracy()});
    const auto epoch = [&](std::int64_t ahead) {
      const double start = bench::now(Clock::wall);
      model.fit(dataset, train::FitOptions().batch_size(batch).prefetch(ahead));
      return (bench::now(Clock::wall) - start) / static_cast<double>(steps);
    };
    const std::vector<std::int64_t> aheads{0, 1, 4, 16};
    std::vector<std::vector<double>> times(aheads.size());
    const double end = bench::now(Clock::wall) + seconds;
    do {
      for (std::size_t i = 0; i < aheads.size(); ++i)
        times[i].push_back(epoch(aheads[i]));
      for (std::size_t i = aheads.size(); i-- > 0;)
        times[i].push_back(epoch(aheads[i]));
    } while (bench::now(Clock::wall) < end);
    const double start = bench::now(Clock::wall);
    std::vector<std::int64_t> rows(static_cast<std::size_t>(batch));
    for (std::int64_t step = 0; step < steps; ++step) {
      for (std::int64_t& row : rows) row = (row * 7919 + 13 + step) % samples;
      dataset->gather(rows);
    }
    std::printf("fit of mlp 784-128-10, gathering a batch takes %.1f us\n",
                1e6 * (bench::now(Clock::wall) - start) / static_cast<double>(steps));
    for (std::size_t i = 0; i < aheads.size(); ++i) {
      std::printf("    %2d ahead  %9.2f us a step (best %.2f)\n",
                  static_cast<int>(aheads[i]), 1e6 * bench::median(times[i]),
                  1e6 * smallest(times[i]));
    }
  }
}

int usage() {
  std::puts(
      "step-bench [--threads N] [--seconds S] [--only TEXT, or fit]\n"
      "Microseconds a training step takes (thread time on one thread, else the clock "
      "on\n"
      "the wall), medians; phase by phase: whole, bare kernels, difference.");
  return 2;
}

}  // namespace

int main(int argc, char** argv) {
  double seconds = 1;
  std::string only;
  set_num_threads(1);
  for (int i = 1; i < argc; ++i) {
    if (i + 1 >= argc) return usage();
    if (std::strcmp(argv[i], "--threads") == 0) {
      set_num_threads(std::atoi(argv[++i]));
    } else if (std::strcmp(argv[i], "--seconds") == 0) {
      seconds = std::atof(argv[++i]);
    } else if (std::strcmp(argv[i], "--only") == 0) {
      only = argv[++i];
    } else {
      return usage();
    }
  }
  std::printf("%s kernels, %d threads\n", isa_name(active_isa()), num_threads());
  for (const Job& job : jobs()) {
    if (job.name.find(only) != std::string::npos) measure(job, seconds);
  }
  if (std::string("fit").find(only) != std::string::npos) measure_fit(seconds);
  return 0;
}
