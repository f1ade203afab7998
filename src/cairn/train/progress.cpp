#include <cairn/train/progress.h>

#include <cstdio>
#include <iostream>

#include <unistd.h>

namespace cairn::train {
namespace {

using Clock = std::chrono::steady_clock;

constexpr int kBarWidth = 30;

bool is_terminal(const std::ostream* stream) {
  if (stream == &std::cout) return isatty(STDOUT_FILENO) != 0;
  if (stream == &std::cerr) return isatty(STDERR_FILENO) != 0;
  return false;
}

double seconds_since(Clock::time_point start) {
  return std::chrono::duration<double>(Clock::now() - start).count();
}

std::string fixed(double value, int digits) {
  char text[64];
  std::snprintf(text, sizeof text, "%.*f", digits, value);
  return text;
}

std::string bar(double share) {
  const int full = static_cast<int>(share * kBarWidth);
  std::string text = "[";
  for (int i = 0; i < kBarWidth; ++i) text += i < full ? '=' : i == full ? '>' : ' ';
  return text + "]";
}

constexpr const char* kClearLine = "\r\033[K";

}  // namespace

Progress::Progress(std::ostream* stream)
    : stream_(stream), live_(is_terminal(stream)) {}

std::string Progress::head() const {
  const std::string of = std::to_string(epochs_);
  std::string number = std::to_string(epoch_);
  while (number.size() < of.size()) number.insert(0, " ");
  return "Epoch " + number + "/" + of;
}

void Progress::begin_epoch(std::int64_t epoch, std::int64_t epochs,
                           std::int64_t steps) {
  epoch_ = epoch;
  epochs_ = epochs;
  steps_ = steps;
  started_ = drawn_ = Clock::now();
}

void Progress::step(std::int64_t done, double loss) {
  if (stream_ == nullptr || !live_ || (seconds_since(drawn_) < 0.1 && done != steps_)) {
    return;
  }
  drawn_ = Clock::now();
  const double share = static_cast<double>(done) / static_cast<double>(steps_);
  const double left = seconds_since(started_) * (1 - share) / share;
  *stream_ << kClearLine << head() << " " << bar(share) << " " << done << "/" << steps_
           << "  loss " << fixed(loss, 4) << "  " << fixed(left, 0) << " s left"
           << std::flush;
}

void Progress::end_epoch(const Scores& scores, double seconds) {
  if (stream_ == nullptr) return;
  if (live_) *stream_ << kClearLine;
  *stream_ << head() << "  " << fixed(seconds, 1) << " s";
  for (const auto& [name, value] : scores) {
    *stream_ << "  " << name << " " << fixed(value, 4);
  }
  *stream_ << "\n" << std::flush;
}

}  // namespace cairn::train
