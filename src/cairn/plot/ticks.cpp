#include <cairn/plot/text.h>
#include <cairn/plot/ticks.h>

#include <algorithm>
#include <cmath>

namespace cairn::plot {
namespace {

/// The least of 1, 2, 5, 10 × 10^k that is not below `rough`.
double round_step(double rough, int& exponent) {
  exponent = static_cast<int>(std::floor(std::log10(rough)));
  const double power = std::pow(10.0, exponent);
  for (const double factor : {1.0, 2.0, 5.0}) {
    if (rough <= factor * power * (1 + 1e-9)) return factor * power;
  }
  ++exponent;
  return 10 * power;
}

/// Whether powers of ten from here to there are short enough to be written out.
bool written_out(int first, int last) { return first >= -3 && last <= 4; }

std::string power_label(int exponent, bool out) {
  if (exponent == 0) return "1";
  if (!out) return "10^{" + fixed(exponent, 0) + "}";
  return exponent < 0 ? fixed(std::pow(10.0, exponent), -exponent)
                      : readable(std::pow(10.0, exponent));
}

/// 1, 2 and 5 times each power of ten, for an axis of less than two decades.
std::vector<Tick> fine_log_ticks(double low, double high) {
  std::vector<Tick> ticks;
  const int first = static_cast<int>(std::floor(std::log10(low)));
  for (int k = first; k <= first + 3; ++k) {
    for (const double factor : {1.0, 2.0, 5.0}) {
      const double value = factor * std::pow(10.0, k);
      if (value < low * (1 - 1e-9) || value > high * (1 + 1e-9)) continue;
      ticks.push_back(
          {value, factor == 1 ? power_label(k, written_out(k, k)) : readable(value)});
    }
  }
  return ticks;
}

}  // namespace

std::vector<Tick> linear_ticks(double low, double high, int target, double least_step) {
  const double span = high - low;
  std::vector<Tick> ticks;
  if (!(span > 0) || !std::isfinite(span)) return ticks;
  int exponent = 0;
  const double step =
      round_step(std::max(least_step, span / std::max(1, target)), exponent);
  const double largest = std::max(std::fabs(low), std::fabs(high));
  const bool scientific = largest >= 1e7 || largest < 1e-3;
  // Numbers far from 1 are written as multiples of one power of ten.
  const int power =
      scientific ? static_cast<int>(std::floor(std::log10(largest) + 1e-9)) : 0;
  const int decimals = std::max(0, power - exponent);
  const double unit = std::pow(10.0, power);
  for (double k = std::ceil(low / step - 1e-9); k * step <= high + step * 1e-9; ++k) {
    const double value = k * step;
    if (value == 0) {
      ticks.push_back({0.0, "0"});
    } else if (scientific) {
      ticks.push_back(
          {value, fixed(value / unit, decimals) + "×10^{" + fixed(power, 0) + "}"});
    } else {
      ticks.push_back(
          {value, decimals == 0 ? readable(value) : fixed(value, decimals)});
    }
    if (ticks.size() > 50) break;
  }
  return ticks;
}

std::vector<Tick> log_ticks(double low, double high, int target) {
  if (!(low > 0) || !(high > low)) return {};
  const int first = static_cast<int>(std::ceil(std::log10(low) - 1e-9));
  const int last = static_cast<int>(std::floor(std::log10(high) + 1e-9));
  const int decades = last - first + 1;
  if (decades < 2) {
    std::vector<Tick> fine = fine_log_ticks(low, high);
    return fine.size() >= 2 ? fine : linear_ticks(low, high, target);
  }
  if (decades == 2 && target >= 5) return fine_log_ticks(low, high);
  int stride = 1;
  for (const int next : {2, 3, 5, 10, 20, 50, 100, 200}) {
    if ((decades + stride - 1) / stride > std::max(2, target)) stride = next;
  }
  std::vector<Tick> ticks;
  // Multiples of the stride, so that 10^0 is among them when it can be.
  for (int k = first; k <= last; ++k) {
    if (((k % stride) + stride) % stride == 0) {
      ticks.push_back({std::pow(10.0, k), power_label(k, written_out(first, last))});
    }
  }
  return ticks;
}

}  // namespace cairn::plot
