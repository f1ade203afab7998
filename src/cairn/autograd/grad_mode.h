#pragma once

#include <cairn/export.h>

namespace cairn {

/// Whether operations on this thread are recorded on the tape (they are, to begin
/// with).
CAIRN_API bool grad_enabled();
/// For all that follows on this thread; NoGradGuard puts it back by itself.
CAIRN_API void set_grad_enabled(bool enabled);

/// Turns recording off for the length of a scope: for evaluation, and for changing
/// parameters in place.
class NoGradGuard {
 public:
  NoGradGuard() : before_(grad_enabled()) { set_grad_enabled(false); }
  ~NoGradGuard() { set_grad_enabled(before_); }
  NoGradGuard(const NoGradGuard&) = delete;
  NoGradGuard& operator=(const NoGradGuard&) = delete;

 private:
  bool before_;
};

}  // namespace cairn
