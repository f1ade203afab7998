#include <cairn/data/prefetcher.h>

#include <algorithm>
#include <utility>

#include <cairn/core/parallel.h>

namespace cairn::data {

Batch Epoch::gather(std::int64_t number) const {
  const std::int64_t first = number * batch_size;
  const std::int64_t count = std::min(batch_size, dataset->size() - first);
  const std::int64_t* samples = order.data<std::int64_t>() + first;
  Batch batch = dataset->gather(samples, count);
  if (transforms != nullptr) {
    batch.x = apply_transforms(*transforms, generator, batch.x, samples);
  }
  return batch;
}

Prefetcher::Prefetcher(std::int64_t ahead)
    : slots_(static_cast<std::size_t>(ahead) + 1), thread_([this] { serve(); }) {}

Prefetcher::~Prefetcher() {
  {
    const std::lock_guard<std::mutex> lock(mutex_);
    stopping_ = true;
  }
  work_.notify_one();
  thread_.join();
}

Prefetcher::Slot& Prefetcher::slot_of(std::int64_t number) {
  return slots_[static_cast<std::size_t>(number) % slots_.size()];
}

std::int64_t Prefetcher::free_slots() const {
  const std::int64_t in_use = made_ - taken_ + (holds_one_ ? 1 : 0);
  return static_cast<std::int64_t>(slots_.size()) - in_use;
}

// Once awake the thread fills every slot; it is woken for half of them, or when the
// consumer has nothing left.
bool Prefetcher::has_work() const {
  const std::int64_t wanted =
      asleep_ && !waiting_ ? static_cast<std::int64_t>(slots_.size() + 1) / 2 : 1;
  return made_ < last_ && free_slots() >= wanted;
}

void Prefetcher::start(std::int64_t first, std::int64_t last, Epoch epoch) {
  cancel();
  {
    const std::lock_guard<std::mutex> lock(mutex_);
    epoch_ = std::move(epoch);
    taken_ = made_ = first;
    last_ = last;
  }
  work_.notify_one();
}

void Prefetcher::cancel() {
  std::unique_lock<std::mutex> lock(mutex_);
  last_ = made_;  // nothing more is begun
  ready_.wait(lock, [this] { return !busy_; });
  // The slots keep their batches until new ones take their place, for it must be the
  // thread that frees them: what this one freed, the pool would keep at hand here.
  taken_ = made_ = last_ = 0;
  holds_one_ = false;
  epoch_ = Epoch();
}

Batch Prefetcher::next() {
  std::unique_lock<std::mutex> lock(mutex_);
  holds_one_ = false;
  waiting_ = made_ == taken_;
  if (asleep_ && has_work()) work_.notify_one();
  ready_.wait(lock, [this] { return made_ > taken_; });
  waiting_ = false;
  Slot& slot = slot_of(taken_++);
  holds_one_ = true;
  if (slot.error) std::rethrow_exception(std::exchange(slot.error, nullptr));
  return slot.batch;  // and a share stays, so that the thread frees the memory
}

void Prefetcher::gather_into(Slot& slot, std::int64_t number) {
  slot.error = nullptr;
  slot.batch = Batch();  // its memory serves the new one
  try {
    slot.batch = epoch_.gather(number);
  } catch (...) {
    slot.error = std::current_exception();
  }
}

void Prefetcher::serve() {
  const detail::InPlaceScope in_place;  // training has the other threads
  std::unique_lock<std::mutex> lock(mutex_);
  for (;;) {
    if (!stopping_ && !has_work()) {
      asleep_ = true;
      work_.wait(lock, [this] { return stopping_ || has_work(); });
      asleep_ = false;
    }
    if (stopping_) return;
    const std::int64_t number = made_;
    Slot& slot = slot_of(number);
    busy_ = true;
    lock.unlock();
    gather_into(slot, number);
    lock.lock();
    busy_ = false;
    if (slot.error) last_ = number + 1;  // nothing comes after an error
    ++made_;
    ready_.notify_one();
  }
}

}  // namespace cairn::data
