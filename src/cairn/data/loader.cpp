#include <cairn/data/loader.h>

#include <algorithm>
#include <utility>

#include <cairn/core/error.h>
#include <cairn/core/random.h>
#include <cairn/core/text.h>
#include <cairn/data/prefetcher.h>

namespace cairn::data {

using detail::concat;

DataLoaderOptions::DataLoaderOptions(std::int64_t batch_size)
    : batch_size_(batch_size) {
  if (batch_size < 1) {
    throw ValueError(concat("DataLoaderOptions: the batch size is ", batch_size,
                            "; a batch holds at least 1 sample"));
  }
}

DataLoaderOptions& DataLoaderOptions::prefetch(std::int64_t batches) {
  if (batches < 0) {
    throw ValueError(concat("DataLoaderOptions::prefetch: ", batches,
                            " batches cannot be gathered ahead; 0 gathers each when "
                            "it is asked for"));
  }
  prefetch_ = batches;
  return *this;
}

DataLoaderOptions& DataLoaderOptions::transform(
    std::shared_ptr<const Transform> transform) {
  if (transform == nullptr) {
    throw ValueError("DataLoaderOptions::transform: there is none; leave it out");
  }
  transforms_.push_back(std::move(transform));
  return *this;
}

DataLoader::~DataLoader() = default;
DataLoader::DataLoader(DataLoader&&) noexcept = default;
DataLoader& DataLoader::operator=(DataLoader&&) noexcept = default;

DataLoader::DataLoader(std::shared_ptr<const Dataset> dataset,
                       DataLoaderOptions options)
    : dataset_(std::move(dataset)), options_(std::move(options)) {
  if (dataset_ == nullptr) throw ValueError("DataLoader: there is no data set");
  if (dataset_->size() == 0) {
    throw ValueError("DataLoader: the data set is empty; give it at least one sample");
  }
  if (size() == 0) {
    throw ValueError(concat("DataLoader: drop_last leaves no batch: the data set has ",
                            dataset_->size(), " samples and a batch takes ",
                            options_.batch_size(), "; use smaller batches"));
  }
  state_.seed = options_.seed();
  if (!options_.transforms().empty()) {
    transforms_ = std::make_shared<const Transforms>(options_.transforms());
  }
  if (options_.prefetch() > 0) {
    prefetcher_ = std::make_unique<Prefetcher>(std::min(options_.prefetch(), size()));
  }
}

std::int64_t DataLoader::size() const {
  const std::int64_t samples = dataset_->size(), batch = options_.batch_size();
  return samples / batch + (samples % batch != 0 && !options_.drop_last() ? 1 : 0);
}

DataLoader::State DataLoader::state() const { return state_; }

void DataLoader::set_state(const State& state) {
  if (state.epoch < 0 || state.position < 0 || state.position > size()) {
    throw ValueError(concat(
        "DataLoader::set_state: epoch ", state.epoch, ", batch ", state.position,
        " of ", size(), "; the state was taken from another data set or batch size"));
  }
  state_ = state;
  has_batch_ = false;
  continue_ = state.epoch > 0 && state.position < size();
}

StateDict DataLoader::state_dict() const {
  return {{"seed", state_integer(static_cast<std::int64_t>(state_.seed))},
          {"epoch", state_integer(state_.epoch)},
          {"position", state_integer(state_.position)}};
}

void DataLoader::load_state_dict(const StateDict& state) {
  StateReader reader("DataLoader::load_state_dict", state);
  State wanted;
  wanted.seed = static_cast<std::uint64_t>(reader.integer("seed"));
  wanted.epoch = reader.count("epoch");
  wanted.position = reader.count("position");
  reader.finish();
  set_state(wanted);
}

DataLoader::Iterator DataLoader::begin() {
  if (!continue_) {
    ++state_.epoch;
    state_.position = 0;
  }
  continue_ = false;
  start_epoch();
  advance();
  return Iterator(this);
}

/// The order of samples in epoch `state_.epoch`: a stream of random numbers of its own.
void DataLoader::start_epoch() {
  batch_ = Batch();
  if (prefetcher_ != nullptr) prefetcher_->cancel();  // it holds the old order
  prefetching_ = false;
  const std::int64_t samples = dataset_->size();
  if (options_.shuffle()) {
    order_ = Tensor();  // its memory serves the new order
    Generator generator = Generator(state_.seed, /*stream=*/0x6C6F61646572)  // "loader"
                              .fork(static_cast<std::uint64_t>(state_.epoch));
    order_ = randperm(samples, generator);
  } else if (!order_.defined()) {
    order_ = empty({samples}, i64);
    std::int64_t* order = order_.data<std::int64_t>();
    for (std::int64_t i = 0; i < samples; ++i) order[i] = i;
  }
}

Batch DataLoader::next_batch() {
  Epoch epoch;
  epoch.dataset = dataset_;
  epoch.order = order_;
  epoch.batch_size = options_.batch_size();
  if (transforms_ != nullptr) {
    epoch.transforms = transforms_;
    epoch.generator = Generator(state_.seed, /*stream=*/0x7472616E73)  // "trans"
                          .fork(static_cast<std::uint64_t>(state_.epoch));
  }
  if (prefetcher_ == nullptr) return epoch.gather(state_.position);
  if (!prefetching_) prefetcher_->start(state_.position, size(), std::move(epoch));
  prefetching_ = false;  // should next() throw
  Batch batch = prefetcher_->next();
  prefetching_ = true;
  return batch;
}

void DataLoader::advance() {
  // First give back the last batch, so that its memory can serve the next.
  batch_ = Batch();
  has_batch_ = state_.position < size();
  if (!has_batch_) return;
  batch_ = next_batch();
  ++state_.position;
}

}  // namespace cairn::data
