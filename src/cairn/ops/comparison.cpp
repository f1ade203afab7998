// Comparisons with numbers, and what is chosen by them.
#include <cmath>

#include <cairn/core/tensor_impl.h>
#include <cairn/ops/elementwise.h>

namespace cairn {
namespace {

using Compare = Tensor (*)(const Tensor&, const Tensor&);

// compare(x, c), among x's numbers where c is one of them and else among doubles.
Tensor compared(const char* name, const Tensor& x, double c, Compare compare) {
  const DType dtype = detail::checked(x, name).dtype;
  const bool exact =
      is_floating(dtype) || (std::trunc(c) == c && detail::fits(c, dtype));
  if (exact) return compare(x.detach(), full({}, c, dtype));
  return compare(x.detach().to(f64), full({}, c, f64));
}

}  // namespace

Tensor operator==(const Tensor& x, double c) { return compared("eq", x, c, eq); }
Tensor operator!=(const Tensor& x, double c) { return compared("ne", x, c, ne); }
Tensor operator<(const Tensor& x, double c) { return compared("lt", x, c, lt); }
Tensor operator<=(const Tensor& x, double c) { return compared("le", x, c, le); }
Tensor operator>(const Tensor& x, double c) { return compared("gt", x, c, gt); }
Tensor operator>=(const Tensor& x, double c) { return compared("ge", x, c, ge); }

Tensor masked_fill(const Tensor& x, const Tensor& mask, double value) {
  return where(mask, full({}, value, detail::checked(x, "masked_fill").dtype), x);
}

}  // namespace cairn
