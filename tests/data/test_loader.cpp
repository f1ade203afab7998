#include <cairn/core/error.h>
#include <cairn/core/memory.h>
#include <cairn/core/parallel.h>
#include <cairn/data/loader.h>

#include <algorithm>

#include "tests/catch.h"
#include "tests/error_text.h"

using namespace cairn;
using namespace cairn::data;

namespace {

using Labels = std::vector<std::int64_t>;

TensorDataset numbered(std::int64_t n) {
  return TensorDataset(arange(0, static_cast<double>(n)),
                       arange(0, static_cast<double>(n), 1, i64));
}

/// The labels of one epoch, in the order they come.
Labels epoch(DataLoader& loader) {
  Labels all;
  for (const Batch& batch : loader) {
    const Labels labels = batch.y.to_vector<std::int64_t>();
    all.insert(all.end(), labels.begin(), labels.end());
  }
  return all;
}

Labels sorted(Labels labels) {
  std::sort(labels.begin(), labels.end());
  return labels;
}

Labels counted(std::int64_t n) {
  Labels labels;
  for (std::int64_t i = 0; i < n; ++i) labels.push_back(i);
  return labels;
}

}  // namespace

TEST_CASE("without shuffling the samples come in order", "[data]") {
  DataLoader loader(numbered(10), DataLoaderOptions(4));
  CHECK(loader.size() == 3);
  std::vector<std::int64_t> sizes;
  for (const Batch& batch : loader) sizes.push_back(batch.x.size(0));
  CHECK(sizes == Labels{4, 4, 2});
  CHECK(epoch(loader) == counted(10));
}

TEST_CASE("every epoch sees each sample once in an order of its own", "[data]") {
  DataLoader loader(numbered(101), DataLoaderOptions(8).shuffle(true).seed(3));
  const Labels first = epoch(loader), second = epoch(loader);
  CHECK(sorted(first) == counted(101));
  CHECK(sorted(second) == counted(101));
  CHECK(first != counted(101));
  CHECK(first != second);
}

TEST_CASE("the order is a function of seed and epoch", "[data]") {
  const auto two_epochs = [](std::uint64_t seed) {
    DataLoader loader(numbered(64), DataLoaderOptions(10).shuffle(true).seed(seed));
    Labels all = epoch(loader);
    const Labels more = epoch(loader);
    all.insert(all.end(), more.begin(), more.end());
    return all;
  };
  const int before = num_threads();
  const Labels once = two_epochs(1);
  set_num_threads(3);
  CHECK(two_epochs(1) == once);
  set_num_threads(before);
  CHECK(two_epochs(2) != once);
}

TEST_CASE("drop_last leaves out the part of a batch", "[data]") {
  DataLoader loader(numbered(10), DataLoaderOptions(4).drop_last(true).shuffle(true));
  CHECK(loader.size() == 2);
  const Labels seen = epoch(loader);
  CHECK(seen.size() == 8);
  DataLoader exact(numbered(8), DataLoaderOptions(4).drop_last(true));
  CHECK(epoch(exact) == counted(8));
}

TEST_CASE("a restored loader goes on where it was even inside an epoch", "[data]") {
  const DataLoaderOptions options = DataLoaderOptions(7).shuffle(true).seed(11);
  for (int stop = 0; stop <= 15; ++stop) {
    CAPTURE(stop);
    DataLoader whole(numbered(50), options), broken(numbered(50), options),
        resumed(numbered(50), options);
    Labels expected, got;
    for (int e = 0; e < 3; ++e) {
      const Labels labels = epoch(whole);
      expected.insert(expected.end(), labels.begin(), labels.end());
    }
    // Take `stop` batches (8 an epoch), save, and let another loader take the rest.
    int taken = 0;
    while (taken < stop) {
      for (const Batch& batch : broken) {
        const Labels labels = batch.y.to_vector<std::int64_t>();
        got.insert(got.end(), labels.begin(), labels.end());
        if (++taken == stop) break;
      }
    }
    resumed.set_state(broken.state());
    while (resumed.state().epoch < 3 || got.size() < expected.size()) {
      const Labels labels = epoch(resumed);
      got.insert(got.end(), labels.begin(), labels.end());
    }
    CHECK(got == expected);
  }
}

TEST_CASE("a loop that was left early is followed by a new epoch", "[data]") {
  DataLoader loader(numbered(20), DataLoaderOptions(5));
  for (const Batch& batch : loader) {
    CHECK(batch.x.size(0) == 5);
    break;
  }
  CHECK(epoch(loader) == counted(20));
  CHECK(loader.state().epoch == 2);
}

TEST_CASE("batches that a user keeps are not written over", "[data]") {
  DataLoader loader(numbered(6), DataLoaderOptions(2));
  std::vector<Batch> kept;
  for (const Batch& batch : loader) kept.push_back(batch);
  REQUIRE(kept.size() == 3);
  for (std::size_t i = 0; i < 3; ++i) {
    CHECK(kept[i].y[0].item<int>() == static_cast<int>(2 * i));
    CHECK(kept[i].x[1].item<float>() == static_cast<float>(2 * i + 1));
  }
}

TEST_CASE("after the first epoch no memory is asked from the system", "[data]") {
  DataLoader loader(TensorDataset(zeros({1000, 28, 28}, u8), zeros({1000}, i64)),
                    DataLoaderOptions(64).shuffle(true));
  double sum = 0;
  const auto run = [&] {
    for (const Batch& batch : loader) sum += batch.x.data<float>()[0];
  };
  run();
  const std::int64_t before = memory_stats().system_allocations;
  run();
  run();
  CHECK(memory_stats().system_allocations == before);
  CHECK(sum == 0);
}

TEST_CASE("loader errors say what to change", "[data]") {
  CHECK_ERROR(
      ValueError, DataLoaderOptions(0),
      "DataLoaderOptions: the batch size is 0; a batch holds at least 1 sample");
  CHECK_ERROR(ValueError, DataLoaderOptions(-3), "the batch size is -3");
  CHECK_ERROR(ValueError, DataLoader(numbered(0), DataLoaderOptions(4)),
              "DataLoader: the data set is empty; give it at least one sample");
  CHECK_ERROR(ValueError, DataLoader(numbered(3), DataLoaderOptions(4).drop_last(true)),
              "the data set has 3 samples and a batch takes 4");
  CHECK_ERROR(ValueError,
              DataLoader(std::shared_ptr<const Dataset>(), DataLoaderOptions(1)),
              "there is no data set");
  DataLoader loader(numbered(10), DataLoaderOptions(4));
  CHECK_ERROR(ValueError, loader.set_state({0, 1, 4}), "batch 4 of 3");
  CHECK_ERROR(ValueError, loader.set_state({0, -1, 0}), "epoch -1");
}
