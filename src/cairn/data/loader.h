#pragma once

#include <cstdint>
#include <memory>
#include <type_traits>
#include <utility>

#include <cairn/core/state_dict.h>
#include <cairn/data/dataset.h>
#include <cairn/data/transform.h>

namespace cairn::data {

/// How a DataLoader goes through its data set; setters chain.
class CAIRN_API DataLoaderOptions {
 public:
  /// Throws ValueError for a batch size below 1.
  explicit DataLoaderOptions(std::int64_t batch_size);

  /// A new random order every epoch (default: no).
  DataLoaderOptions& shuffle(bool value) { return shuffle_ = value, *this; }
  /// Leaves out a last batch that is not full (default: no).
  DataLoaderOptions& drop_last(bool value) { return drop_last_ = value, *this; }
  /// The order of epoch e is a function of (seed, e) alone (default: 0).
  DataLoaderOptions& seed(std::uint64_t value) { return seed_ = value, *this; }

  /// Gathers up to this many batches ahead on a thread of the loader's own (default: 0,
  /// each batch is gathered when it is asked for). The data set's gather() is then
  /// called on that thread, one call at a time. Order, errors and state() are the same.
  /// Worth while where gathering takes long: see docs/decisions.md. Throws ValueError
  /// for a negative number.
  DataLoaderOptions& prefetch(std::int64_t batches);

  /// Changes the inputs of each batch, after those that were given before. What is
  /// random in it is a function of (seed, epoch, sample) alone. Throws ValueError for
  /// none.
  ///@{
  DataLoaderOptions& transform(std::shared_ptr<const Transform> transform);
  template <class T, class = std::enable_if_t<std::is_base_of_v<Transform, T>>>
  DataLoaderOptions& transform(T value) {
    return transform(
        std::shared_ptr<const Transform>(std::make_shared<const T>(std::move(value))));
  }
  ///@}

  /// What is set.
  ///@{
  std::int64_t batch_size() const { return batch_size_; }
  std::int64_t prefetch() const { return prefetch_; }
  bool shuffle() const { return shuffle_; }
  bool drop_last() const { return drop_last_; }
  std::uint64_t seed() const { return seed_; }
  const Transforms& transforms() const { return transforms_; }
  ///@}

 private:
  std::int64_t batch_size_, prefetch_ = 0;
  bool shuffle_ = false, drop_last_ = false;
  std::uint64_t seed_ = 0;
  Transforms transforms_;
};

class Prefetcher;

/// Hands out a data set in batches, epoch after epoch.
///
/// \code
/// DataLoader loader(dataset, DataLoaderOptions(64).shuffle(true).seed(7));
/// for (int epoch = 0; epoch < 10; ++epoch) {
///   for (const Batch& batch : loader) step(batch.x, batch.y);
/// }
/// \endcode
///
/// Each range-for is one epoch and sees every sample once (but for what drop_last
/// leaves out). Batches are gathered into memory that the batch before gave back, so
/// from the second step on nothing is asked from the system. One loop at a time.
class CAIRN_API DataLoader {
 public:
  /// Where a loader stands, for a checkpoint.
  struct State {
    std::uint64_t seed = 0;     ///< of the order of samples
    std::int64_t epoch = 0;     ///< epochs begun
    std::int64_t position = 0;  ///< batches of that epoch handed out
  };

  /// Throws ValueError for a data set with no sample, and for one too small to fill a
  /// batch under drop_last.
  DataLoader(std::shared_ptr<const Dataset> dataset, DataLoaderOptions options);

  /// The same for a data set given by value (a TensorDataset shares its tensors).
  template <class D, class = std::enable_if_t<std::is_base_of_v<Dataset, D>>>
  DataLoader(D dataset, DataLoaderOptions options)
      : DataLoader(std::shared_ptr<const Dataset>(
                       std::make_shared<const D>(std::move(dataset))),
                   std::move(options)) {}

  ~DataLoader();
  /// Moved, not copied. The one moved from may only be assigned to or destroyed.
  ///@{
  DataLoader(DataLoader&&) noexcept;
  DataLoader& operator=(DataLoader&&) noexcept;
  ///@}

  /// Batches in an epoch.
  std::int64_t size() const;
  /// What it was made of.
  ///@{
  const Dataset& dataset() const { return *dataset_; }
  const DataLoaderOptions& options() const { return options_; }
  ///@}

  /// Where it stands: between two batches, or between two epochs.
  State state() const;
  /// Continues where `state` was taken: the next loop gives the rest of that epoch, or
  /// a new epoch if it was at its end. Throws ValueError for a state of another data
  /// set or batch size.
  void set_state(const State& state);
  /// The same as a StateDict: for a checkpoint of a loop of your own.
  StateDict state_dict() const;
  /// Throws ValueError as set_state() does, and for the state of something else; then
  /// nothing was changed.
  void load_state_dict(const StateDict& state);

  /// Stands on a batch of an epoch, which stays there until the next step.
  class Iterator {
   public:
    /// The batch. Its tensors may be kept; their memory is then not used again.
    ///@{
    Batch& operator*() const { return loader_->batch_; }
    Batch* operator->() const { return &loader_->batch_; }
    ///@}
    /// Goes on to the next batch. Throws what the data set's gather() or a
    /// transform throws.
    Iterator& operator++() {
      loader_->advance();
      return *this;
    }
    /// Iterators are told apart by whether they are at the end.
    ///@{
    bool operator==(const Iterator& other) const { return at_end() == other.at_end(); }
    bool operator!=(const Iterator& other) const { return !(*this == other); }
    ///@}

   private:
    friend class DataLoader;
    explicit Iterator(DataLoader* loader) : loader_(loader) {}
    bool at_end() const { return loader_ == nullptr || !loader_->has_batch_; }
    DataLoader* loader_;
  };

  /// Begins an epoch, or continues one after set_state.
  Iterator begin();
  /// The end of every epoch.
  Iterator end() { return Iterator(nullptr); }

 private:
  void start_epoch();
  Batch next_batch();
  void advance();

  std::shared_ptr<const Dataset> dataset_;
  DataLoaderOptions options_;
  std::shared_ptr<const Transforms> transforms_;  // null where there are none
  State state_;
  bool continue_ = false;     // set_state came since the last loop
  bool has_batch_ = false;    // the iterator stands on a batch
  bool prefetching_ = false;  // the rest of the epoch is being gathered
  Tensor order_;              // i64, the numbers of this epoch's samples
  Batch batch_;
  std::unique_ptr<Prefetcher> prefetcher_;  // null where nothing is gathered ahead
};

}  // namespace cairn::data
