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
void operator delete(void* block) noexcept { std::free(block); }
void operator delete(void* block, std::size_t) noexcept { std::free(block); }

namespace cairn {
namespace {

// Counts at the end of each step.
class Counting : public train::Callback {
 public:
  void on_batch_end(train::Model&, std::int64_t step, double) override {
    if (step == 2) {
      news_after_two_ = news;
      pool_after_two_ = memory_stats().system_allocations;
    }
    news_now_ = news;
    pool_now_ = memory_stats().system_allocations;
  }
  std::int64_t news_since() const { return news_now_ - news_after_two_; }
  std::int64_t pool_since() const { return pool_now_ - pool_after_two_; }

 private:
  std::int64_t news_after_two_ = 0, pool_after_two_ = 0, news_now_ = 0, pool_now_ = 0;
};

void train_and_count(train::Model model, const Tensor& images) {
  const Tensor labels = randint(0, 10, {images.size(0)});
  model.compile(optim::AdamOptions(1e-3), train::cross_entropy(), {train::accuracy()});
  Counting counting;
  model.fit(images, labels, train::FitOptions().batch_size(32).callback(counting));
  CHECK(counting.news_since() == 0);
  CHECK(counting.pool_since() == 0);
}

TEST_CASE("the demo's MLP trains in steady memory") {
  train_and_count(train::Model(nn::Sequential(nn::Flatten(), nn::Linear(784, 128),
                                              nn::ReLU(), nn::Linear(128, 10))),
                  randint(0, 256, {640, 28, 28}).to(u8));
}

TEST_CASE("operator new is counted at all") {
  const std::int64_t before = news;
  const std::vector<int> some(100);
  CHECK(news == before + 1);
  CHECK(some.size() == 100);
}

}  // namespace
}  // namespace cairn
