// Writes stored.npz and packed.npz to the folder that is named; check_npz.py reads them.
#include <cairn/io/npz.h>

#include <string>

using namespace cairn;

int main(int, char** argv) {
  const std::string folder = argv[1];
  const io::NamedTensors tensors{
      {"f4", arange(0, 6).reshape({2, 3}).t()},
      {"f8", scalar(0.25, f64)},
      {"i8", arange(-2, 3, 1, i64)},
      {"u1 \xc3\xa9", arange(0, 200, 1, u8).reshape({10, 20})}};
  io::save_npz(folder + "/stored.npz", tensors);
  io::save_npz(folder + "/packed.npz", tensors, io::NpzPacking::kDeflated);
}
