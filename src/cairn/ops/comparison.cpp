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

Tensor eq(const Tensor& x, double c) { return compared("eq", x, c, Compare(eq)); }
Tensor ne(const Tensor& x, double c) { return compared("ne", x, c, Compare(ne)); }
Tensor lt(const Tensor& x, double c) { return compared("lt", x, c, Compare(lt)); }
Tensor le(const Tensor& x, double c) { return compared("le", x, c, Compare(le)); }
Tensor gt(const Tensor& x, double c) { return compared("gt", x, c, Compare(gt)); }
Tensor ge(const Tensor& x, double c) { return compared("ge", x, c, Compare(ge)); }

Tensor masked_fill(const Tensor& x, const Tensor& mask, double value) {
  return where(mask, full({}, value, detail::checked(x, "masked_fill").dtype), x);
}

}  // namespace cairn
