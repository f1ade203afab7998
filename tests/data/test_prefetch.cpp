// A loader that gathers ahead must hand out what one that does not would.
#include <cairn/core/error.h>
#include <cairn/core/memory.h>
#include <cairn/core/parallel.h>
#include <cairn/data/loader.h>

#include <atomic>
#include <chrono>
#include <mutex>
#include <set>
#include <thread>

#include "tests/catch.h"
#include "tests/error_text.h"

using namespace cairn;
using namespace cairn::data;

namespace {

using Labels = std::vector<std::int64_t>;

// Samples 0, 1, 2, …; gather() tells what it does and can be slow or fail.
class Watched : public Dataset {
 public:
  explicit Watched(std::int64_t n) : n_(n) {}
  std::int64_t size() const override { return n_; }
  using Dataset::gather;
  Batch gather(const std::int64_t* indices, std::int64_t count) const override {
    if (inside.exchange(true)) overlapped = true;
    std::this_thread::sleep_for(std::chrono::microseconds(delay));
    {
      const std::lock_guard<std::mutex> lock(mutex);
      threads.insert(std::this_thread::get_id());
    }
    ++calls;
    inside = false;
    const Labels labels(indices, indices + count);
    for (const std::int64_t label : labels) {
      if (label == bad) throw FormatError("sample 13 is no picture");
    }
    const Tensor y = Tensor::from_vector<std::int64_t>(labels);
    return {y.to(f32), y};
  }

  mutable std::atomic<bool> inside{false}, overlapped{false};
  mutable std::atomic<int> calls{0};
  mutable std::mutex mutex;
  mutable std::set<std::thread::id> threads;
  int delay = 0;
  std::int64_t bad = -1;

 private:
  std::int64_t n_;
};

void append(Labels& labels, const Batch& batch) {
  for (const std::int64_t label : batch.y.to_vector<std::int64_t>()) {
    labels.push_back(label);
  }
}

Labels epoch(DataLoader& loader) {
  Labels labels;
  for (const Batch& batch : loader) append(labels, batch);
  return labels;
}

DataLoaderOptions options(std::int64_t batch, std::int64_t ahead) {
  return DataLoaderOptions(batch).shuffle(true).seed(11).prefetch(ahead);
}

}  // namespace

TEST_CASE("batches gathered ahead come in the order of those that are not", "[data]") {
  for (const std::int64_t ahead : {1, 2, 5, 100}) {
    const auto dataset = std::make_shared<Watched>(53);
    DataLoader plain(dataset, options(7, 0)), loader(dataset, options(7, ahead));
    for (int e = 0; e < 4; ++e) {
      INFO(ahead << " ahead, epoch " << e);
      CHECK(epoch(loader) == epoch(plain));
    }
  }
}

TEST_CASE("one other thread gathers and never more than was asked for", "[data]") {
  const auto dataset = std::make_shared<Watched>(60);
  DataLoader loader(dataset, DataLoaderOptions(2).prefetch(3));
  int taken = 0;
  for (const Batch& batch : loader) {
    CHECK(batch.x.size(0) == 2);
    ++taken;
    std::this_thread::sleep_for(std::chrono::milliseconds(1));
    CHECK(dataset->calls <= taken + 3);
  }
  CHECK(taken == 30);
  CHECK(dataset->calls == 30);
  CHECK_FALSE(dataset->overlapped);
  CHECK(dataset->threads.size() == 1);
  CHECK(dataset->threads.count(std::this_thread::get_id()) == 0);
}

TEST_CASE("a loader that gathers ahead resumes exactly where it was", "[data]") {
  const auto dataset = std::make_shared<Watched>(50);
  for (int stop = 0; stop <= 15; ++stop) {
    CAPTURE(stop);
    DataLoader whole(dataset, options(7, 0)), broken(dataset, options(7, 3)),
        resumed(dataset, options(7, 2));
    Labels expected, got;
    for (int e = 0; e < 3; ++e) {
      for (const Batch& batch : whole) append(expected, batch);
    }
    for (int taken = 0; taken < stop;) {
      for (const Batch& batch : broken) {
        append(got, batch);
        if (++taken == stop) break;
      }
    }
    const DataLoader::State state = broken.state();
    CHECK(state.position == (stop == 0 ? 0 : (stop - 1) % 8 + 1));
    resumed.set_state(state);
    while (got.size() < expected.size()) {
      for (const Batch& batch : resumed) append(got, batch);
    }
    CHECK(got == expected);
  }
}

TEST_CASE("an error of the data set comes with the batch it belongs to", "[data]") {
  const auto dataset = std::make_shared<Watched>(20);
  dataset->bad = 13;
  DataLoader loader(dataset, DataLoaderOptions(2).prefetch(4));
  for (int attempt = 0; attempt < 2; ++attempt) {
    Labels seen;
    const auto run = [&] {
      for (const Batch& batch : loader) append(seen, batch);
    };
    CHECK_ERROR(FormatError, run(), "sample 13 is no picture");
    CHECK(seen.size() == 12);
    CHECK(loader.state().position == 6);
  }
  auto at = loader.begin();  // who asks again is told again, and does not wait for ever
  for (int i = 0; i < 5; ++i) ++at;
  CHECK_THROWS_AS(++at, FormatError);
  CHECK_THROWS_AS(++at, FormatError);
  dataset->bad = -1;
  CHECK(epoch(loader).size() == 20);
}

TEST_CASE("a loader may end or begin anew while a batch is being gathered", "[data]") {
  const auto dataset = std::make_shared<Watched>(100);
  dataset->delay = 300;
  for (int i = 0; i < 20; ++i) {
    DataLoader loader(dataset, DataLoaderOptions(10).prefetch(2));
    for (const Batch& batch : loader) {
      CHECK(batch.y[0].item<int>() == 0);
      break;
    }
    DataLoader moved = std::move(loader);
    for (const Batch& batch : moved) {
      CHECK(batch.y[0].item<int>() == 0);
      break;
    }
  }
  const int calls = dataset->calls;
  std::this_thread::sleep_for(std::chrono::milliseconds(3));
  CHECK(dataset->calls == calls);  // nobody is left who gathers
  CHECK_FALSE(dataset->overlapped);
  const DataLoader unused(dataset, DataLoaderOptions(10).prefetch(2));
  CHECK(unused.size() == 10);
}

TEST_CASE("batches gathered ahead that a user keeps are not written over", "[data]") {
  DataLoader loader(std::make_shared<Watched>(12), DataLoaderOptions(2).prefetch(2));
  std::vector<Batch> kept;
  for (const Batch& batch : loader) kept.push_back(batch);
  REQUIRE(kept.size() == 6);
  for (std::size_t i = 0; i < 6; ++i) {
    CHECK(kept[i].y[0].item<int>() == static_cast<int>(2 * i));
    CHECK(kept[i].x[1].item<float>() == static_cast<float>(2 * i + 1));
  }
}

TEST_CASE("gathering ahead asks for no memory after the first epochs", "[data]") {
  DataLoader loader(TensorDataset(zeros({1024, 28, 28}, u8), zeros({1024}, i64)),
                    options(64, 3));
  double sum = 0;
  const auto run = [&] {
    for (const Batch& batch : loader) sum += batch.x.data<float>()[0];
  };
  run();
  run();
  const std::int64_t before = memory_stats().system_allocations;
  for (int e = 0; e < 5; ++e) run();
  CHECK(memory_stats().system_allocations == before);
  CHECK(sum == 0);
}

TEST_CASE("gathering ahead leaves the pool of threads to training", "[data]") {
  // A data set whose gather() asks for a parallel loop finds it run in place.
  class Parallel : public Watched {
   public:
    using Watched::Watched;
    Batch gather(const std::int64_t* indices, std::int64_t count) const override {
      parallel_for(64, 1, [&](std::int64_t, std::int64_t) {
        if (std::this_thread::get_id() != gatherer) elsewhere = true;
        std::this_thread::sleep_for(std::chrono::microseconds(20));
      });
      return Watched::gather(indices, count);
    }
    mutable std::thread::id gatherer;
    mutable std::atomic<bool> elsewhere{false};
  };
  const int before = num_threads();
  set_num_threads(4);
  const auto dataset = std::make_shared<Parallel>(8);
  DataLoader loader(dataset, DataLoaderOptions(2).prefetch(1));
  CHECK(epoch(loader).size() == 8);
  REQUIRE(dataset->threads.size() == 1);
  dataset->gatherer = *dataset->threads.begin();
  dataset->elsewhere = false;
  CHECK(epoch(loader).size() == 8);
  CHECK_FALSE(dataset->elsewhere);
  set_num_threads(before);
}

TEST_CASE("a negative number of batches ahead is refused", "[data]") {
  CHECK_ERROR(ValueError, DataLoaderOptions(4).prefetch(-1),
              "DataLoaderOptions::prefetch: -1 batches cannot be gathered ahead");
}
