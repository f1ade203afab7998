#include <cairn/core/ref.h>

namespace cairn::detail {

RefCounted::~RefCounted() = default;

}  // namespace cairn::detail
