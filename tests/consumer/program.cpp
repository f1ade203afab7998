// A program of somebody else's: learns the line y = 2x + 1 and says how well.
#include <cairn/cairn.h>

#include <cstdio>

int main() {
  using namespace cairn;
  manual_seed(1);
  const Tensor x = linspace(-1, 1, 64).unsqueeze(1);
  const Tensor y = x * 2 + 1;
  train::Model model(nn::Sequential(nn::Linear(1, 1)));
  model.compile(optim::SGDOptions(0.3), train::mean_squared_error());
  model.fit(x, y, train::FitOptions().epochs(40).batch_size(16));
  const double loss = train::score(model.evaluate(x, y), "loss");
  try {
    matmul(x, y);
    return 1;
  } catch (const ShapeError& error) {  // caught by type across the library's border
    std::printf("loss %.2e\n%s\n", loss, error.what());
  }
  return loss < 1e-6 ? 0 : 1;
}
