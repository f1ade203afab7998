#pragma once

#include <condition_variable>
#include <cstdint>
#include <exception>
#include <memory>
#include <mutex>
#include <thread>
#include <vector>

#include <cairn/data/dataset.h>
#include <cairn/data/transform.h>

namespace cairn::data {

/// What a loader gathers in one epoch. Shared with whoever gathers: it needs no loader.
struct Epoch {
  std::shared_ptr<const Dataset> dataset;
  Tensor order;  ///< i64, the numbers of the samples as they come
  std::int64_t batch_size = 0;
  std::shared_ptr<const Transforms> transforms;  ///< null where there are none
  Generator generator;                           ///< of which they fork theirs

  Batch gather(std::int64_t number) const;
};

/// Gathers batches ahead on a thread of its own and hands them out in order.
///
/// Batches stand in a ring of slots, one more than are gathered ahead: that one the
/// consumer is working on. A slot is gathered into again when the consumer has moved
/// on, and it is this thread that lets go of the old batch, so that its memory serves
/// the new one. The thread sleeps until half of the slots are free: waking it costs
/// some microseconds, which so are shared by several batches.
class Prefetcher {
 public:
  /// Keeps up to `ahead` batches ready.
  explicit Prefetcher(std::int64_t ahead);
  /// Waits for the batch that is being gathered, then ends the thread.
  ~Prefetcher();
  Prefetcher(const Prefetcher&) = delete;
  Prefetcher& operator=(const Prefetcher&) = delete;

  /// Forgets what is ready and begins with batches first, first + 1, … before `last`.
  void start(std::int64_t first, std::int64_t last, Epoch epoch);

  /// Forgets what is ready; when this returns the thread calls nobody.
  void cancel();

  /// The next batch, as soon as it is there; the one before must have been let go. What
  /// gathering it threw is thrown here; then, as after the last, start() must come
  /// before another call.
  Batch next();

 private:
  struct Slot {
    Batch batch;
    std::exception_ptr error;
  };

  void serve();
  void gather_into(Slot& slot, std::int64_t number);
  Slot& slot_of(std::int64_t number);
  std::int64_t free_slots() const;
  bool has_work() const;

  std::vector<Slot> slots_;
  Epoch epoch_;
  std::mutex mutex_;
  std::condition_variable work_, ready_;
  // Batches before taken_ are the consumer's or gone, those before made_ are ready.
  std::int64_t taken_ = 0, made_ = 0, last_ = 0;
  bool holds_one_ = false;  // the consumer works on batch taken_ − 1
  bool waiting_ = false;    // the consumer, for a batch
  bool busy_ = false;       // the thread, gathering without the lock
  bool asleep_ = false;     // the thread, until half of the slots are free
  bool stopping_ = false;
  std::thread thread_;  // last: it uses all of the above
};

}  // namespace cairn::data
