#pragma once

#include <chrono>
#include <cstdint>
#include <iosfwd>
#include <string>

#include <cairn/train/history.h>

namespace cairn::train {

/// Shows how training goes: on a terminal a bar that moves, elsewhere a plain line for
/// each epoch.
class CAIRN_API Progress {
 public:
  /// Writes to `stream`, or nowhere when that is null. The bar is live when the stream
  /// is std::cout or std::cerr and that is a terminal.
  explicit Progress(std::ostream* stream);
  /// The same, told whether the bar is live.
  Progress(std::ostream* stream, bool live) : stream_(stream), live_(live) {}

  /// Epoch `epoch` of `epochs`, which will have so many steps.
  void begin_epoch(std::int64_t epoch, std::int64_t epochs, std::int64_t steps);
  /// Called after each step; draws at most ten times a second.
  void step(std::int64_t done, double loss);
  /// Ends the epoch's line with its figures and its time.
  void end_epoch(const Scores& scores, double seconds);

 private:
  std::string head() const;

  std::ostream* stream_;
  bool live_ = false;
  std::int64_t epoch_ = 0, epochs_ = 0, steps_ = 0;
  std::chrono::steady_clock::time_point started_, drawn_;
};

}  // namespace cairn::train
