// After the second step of training nothing is asked from the system: neither by the
// library's own pool nor by any operator new in the program.
#include <cairn/cairn.h>

#include <atomic>
#include <cstdlib>
#include <new>

#include "tests/catch.h"

namespace {
std::atomic<std::int64_t> news{0};
}

void* operator new(std::size_t bytes) {
  ++news;
  if (void* block = std::malloc(bytes == 0 ? 1 : bytes)) return block;
  throw std::bad_alloc();
}
// Not inlined: GCC would see free() meet what an operator new returned, and warn.
[[gnu::noinline]] void operator delete(void* block) noexcept { std::free(block); }
[[gnu::noinline]] void operator delete(void* block, std::size_t) noexcept {
  std::free(block);
}

namespace cairn {
namespace {

// Counts at the end of each step, from one step on.
class Counting : public train::Callback {
 public:
  explicit Counting(std::int64_t first) : first_(first) {}
  void on_batch_end(train::Model&, std::int64_t step, double) override {
    if (step == first_) {
      news_before_ = news;
      pool_before_ = memory_stats().system_allocations;
    }
    news_now_ = news;
    pool_now_ = memory_stats().system_allocations;
    steps_ = step;
  }
  std::int64_t news_since() const { return news_now_ - news_before_; }
  std::int64_t pool_since() const { return pool_now_ - pool_before_; }
  std::int64_t steps() const { return steps_ - first_; }

 private:
  std::int64_t first_;
  std::int64_t news_before_ = 0, pool_before_ = 0, news_now_ = 0, pool_now_ = 0;
  std::int64_t steps_ = 0;
};

class Threads {
 public:
  explicit Threads(int count) : before_(num_threads()) { set_num_threads(count); }
  ~Threads() { set_num_threads(before_); }

 private:
  int before_;
};

// Nothing after the second of 40 steps. On several threads a helper may come late and
// asks for scratch memory when it first takes part, once for each size: that is far
// less than once a step.
void train_and_count(train::Model model, const Tensor& images,
                     const optim::OptimizerOptions& optimizer = optim::AdamOptions()) {
  const Tensor labels =
      randint(0, 10, images.dtype() == i64 ? images.shape() : Shape{images.size(0)});
  model.compile(optimizer, train::cross_entropy(), {train::accuracy()});
  Counting counting(2);
  model.fit(images, labels,
            train::FitOptions().batch_size(images.size(0) / 40).callback(counting));
  CHECK(counting.steps() == 38);
  const std::int64_t late = num_threads() == 1 ? 0 : 19;
  CHECK(counting.news_since() <= late);
  CHECK(counting.pool_since() <= late);
}

Tensor bytes(const Shape& shape) { return randint(0, 256, shape).to(u8); }

train::Model perceptron() {
  return train::Model(nn::Sequential(nn::Flatten(), nn::Linear(784, 128), nn::ReLU(),
                                     nn::Linear(128, 10)));
}

train::Model lenet() {
  return train::Model(
      nn::Sequential(nn::Conv2d(nn::Conv2dOptions(1, 6, 5).padding(2)), nn::ReLU(),
                     nn::MaxPool2d(2), nn::Conv2d(nn::Conv2dOptions(6, 16, 5)),
                     nn::ReLU(), nn::MaxPool2d(2), nn::Flatten(), nn::Linear(400, 120),
                     nn::ReLU(), nn::Linear(120, 84), nn::ReLU(), nn::Linear(84, 10)));
}

train::Model cnn() {
  return train::Model(
      nn::Sequential(nn::Conv2d(nn::Conv2dOptions(1, 32, 3).padding(1)), nn::ReLU(),
                     nn::Conv2d(nn::Conv2dOptions(32, 64, 3).padding(1)), nn::ReLU(),
                     nn::MaxPool2d(2), nn::Dropout(0.25), nn::Flatten(),
                     nn::Linear(64 * 14 * 14, 128), nn::ReLU(), nn::Linear(128, 10)));
}

TEST_CASE("the demo's MLP trains in steady memory") {
  for (const int threads : {1, 2}) {
    const Threads scope(threads);
    train_and_count(perceptron(), bytes({640, 28, 28}));
    train_and_count(perceptron(), bytes({640, 28, 28}),
                    optim::SGDOptions(0.01).momentum(0.9));
  }
}

TEST_CASE("an MLP of one hot targets and another loss trains in steady memory") {
  const Threads scope(1);
  train::Model model = perceptron();
  model.compile(optim::AdamOptions(), train::mean_squared_error(), {train::accuracy()});
  Counting counting(2);
  model.fit(rand({320, 784}), one_hot(randint(0, 10, {320}), 10),
            train::FitOptions().batch_size(32).callback(counting));
  CHECK(counting.steps() == 8);
  CHECK(counting.news_since() == 0);
  CHECK(counting.pool_since() == 0);
}

TEST_CASE("LeNet trains in steady memory") {
  for (const int threads : {1, 2}) {
    const Threads scope(threads);
    train_and_count(lenet(), bytes({320, 1, 28, 28}));
  }
}

TEST_CASE("a convolutional network trains in steady memory") {
  for (const int threads : {1, 2}) {
    const Threads scope(threads);
    train_and_count(cnn(), bytes({160, 1, 28, 28}));
  }
}

// A character model of two causal layers.
train::Model gpt() {
  const auto layer = nn::TransformerEncoderLayerOptions(16, 2)
                         .dim_feedforward(32)
                         .dropout(0.1)
                         .activation(nn::Activation::gelu)
                         .norm_first()
                         .causal();
  return train::Model(nn::Sequential(nn::Linear(6, 16), nn::PositionalEncoding(16, 40),
                                     nn::TransformerEncoder(layer, 2, true),
                                     nn::Flatten(), nn::Linear(16 * 40, 10)));
}

TEST_CASE("a Transformer trains in steady memory") {
  for (const int threads : {1, 2}) {
    const Threads scope(threads);
    train_and_count(gpt(), rand({160, 40, 6}));
  }
}

// Large enough that steps are shared out where there are threads.
template <class Layer>
train::Model of_characters() {
  return train::Model(
      nn::Sequential(nn::Embedding(10, 16), Layer(16, 160), nn::Linear(160, 10)));
}

TEST_CASE("recurrent networks train in steady memory") {
  for (const int threads : {1, 2}) {
    const Threads scope(threads);
    const Tensor characters = randint(0, 10, {640, 7});
    train_and_count(of_characters<nn::LSTM>(), characters);
    train_and_count(of_characters<nn::GRU>(), characters);
    train_and_count(of_characters<nn::RNN>(), characters);
  }
}

TEST_CASE("training with batches gathered ahead asks for no memory after an epoch") {
  const Threads scope(1);
  train::Model model = perceptron();
  model.compile(optim::AdamOptions(), train::cross_entropy());
  Counting counting(12);  // the second step of the second epoch
  model.fit(bytes({320, 28, 28}), randint(0, 10, {320}),
            train::FitOptions().epochs(4).prefetch(2).callback(counting));
  CHECK(counting.steps() == 28);
  CHECK(counting.pool_since() == 0);
}

TEST_CASE("operator new is counted at all") {
  const std::int64_t before = news;
  const std::vector<int> some(100);
  CHECK(news == before + 1);
  CHECK(some.size() == 100);
}

}  // namespace
}  // namespace cairn
