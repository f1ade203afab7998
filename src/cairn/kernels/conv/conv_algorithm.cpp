#include <cairn/kernels/conv/conv_algorithm.h>

#include <atomic>
#include <cstdlib>
#include <string>

#include <cairn/core/error.h>
#include <cairn/core/text.h>
#include <cairn/kernels/conv/conv_winograd.h>

namespace cairn {
namespace {

constexpr int kUnset = -1;
std::atomic<int> chosen{kUnset};

}  // namespace

ConvAlgorithm conv_algorithm() {
  int now = chosen.load(std::memory_order_relaxed);
  if (now == kUnset) {
    now = static_cast<int>(kernels::choose_conv_algorithm(std::getenv("CAIRN_CONV")));
    int expected = kUnset;  // someone may have set it meanwhile
    if (!chosen.compare_exchange_strong(expected, now)) now = expected;
  }
  return static_cast<ConvAlgorithm>(now);
}

void set_conv_algorithm(ConvAlgorithm algorithm) {
  chosen.store(static_cast<int>(algorithm));
}

namespace kernels {

ConvAlgorithm choose_conv_algorithm(const char* requested) {
  const std::string name = requested == nullptr ? "" : requested;
  if (name.empty() || name == "auto") return ConvAlgorithm::automatic;
  if (name == "direct") return ConvAlgorithm::direct;
  if (name == "winograd") return ConvAlgorithm::winograd;
  throw ValueError(detail::concat("CAIRN_CONV=", name,
                                  ": no such algorithm; use auto, direct or winograd"));
}

bool takes_winograd(const ConvShape& s, bool weight_gradient) {
  const bool possible = s.kh == 3 && s.kw == 3 && s.groups == 1 && s.stride[0] == 1 &&
                        s.stride[1] == 1 && s.dilation[0] == 1 && s.dilation[1] == 1 &&
                        s.padding[0] <= 2 && s.padding[1] <= 2 && s.n >= 1 &&
                        s.out >= 1;
  if (!possible) return false;
  switch (conv_algorithm()) {
    case ConvAlgorithm::direct:
      return false;
    case ConvAlgorithm::winograd:
      return true;
    case ConvAlgorithm::automatic:
      break;
  }
  return winograd_pays(winograd_shape(s), weight_gradient);
}

}  // namespace kernels
}  // namespace cairn
