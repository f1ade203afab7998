#pragma once

#include <cstddef>

#include <cairn/core/ref.h>

namespace cairn::detail {

/// The bytes behind one or more tensors, and how often they were changed in place.
///
/// The version is what autograd compares: a tensor saved for the backward pass must be
/// the same then as it was in the forward pass.
class Storage final : public RefCounted {
 public:
  explicit Storage(std::size_t bytes) : bytes_(bytes), data_(pool_allocate(bytes)) {}
  ~Storage() override { pool_deallocate(data_, bytes_); }

  std::byte* data() const { return static_cast<std::byte*>(data_); }
  std::size_t bytes() const { return bytes_; }

  std::int64_t version() const { return version_.load(std::memory_order_relaxed); }
  void bump_version() { version_.fetch_add(1, std::memory_order_relaxed); }

 private:
  std::size_t bytes_;
  void* data_;
  std::atomic<std::int64_t> version_{0};
};

}  // namespace cairn::detail
