// Prints the instruction set in use, or the error of asking for an impossible one; run
// with several values of CAIRN_ISA.
#include <cstdio>

#include <cairn/core/error.h>
#include <cairn/kernels/cpu.h>
#include <cairn/kernels/gemm/gemm.h>

int main() {
  for (int attempt = 1; attempt <= 2; ++attempt) {  // an error must come every time
    try {
      float a = 2, b = 3, c = 0;
      cairn::gemm(cairn::Trans::no, cairn::Trans::no, 1, 1, 1, 1.0f, &a, 1, &b, 1, 0.0f,
                  &c, 1);
      std::printf("%d: %s, 2 * 3 = %g\n", attempt, cairn::isa_name(cairn::active_isa()),
                  static_cast<double>(c));
    } catch (const cairn::Error& error) {
      std::printf("%d: error: %s\n", attempt, error.what());
    }
  }
  return 0;
}
