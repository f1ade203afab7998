// The table of a model's layers.
#include <algorithm>

#include <cairn/core/text.h>
#include <cairn/nn/sequential.h>
#include <cairn/train/evaluating.h>
#include <cairn/train/model.h>

namespace cairn::train {
namespace {

struct Row {
  std::string name, layer, shape, parameters;
};

// 101770 as 101,770.
std::string with_commas(std::int64_t n) {
  std::string text = std::to_string(n);
  for (std::size_t at = text.size(); at > 3;) text.insert(at -= 3, ",");
  return text;
}

// The layer's output; an error says where in the model the layer is.
Tensor run(nn::Module& layer, const std::string& name, const Tensor& x) {
  if (name.empty()) return layer.forward(x);
  try {
    return layer.forward(x);
  } catch (const Error&) {
    nn::rethrow_from_layer(name, layer);
  }
}

// Runs `x` through the module; a Sequential is entered, so that each layer has its row.
Tensor walk(nn::Module& module, const std::string& name, const Tensor& x,
            std::vector<Row>& rows) {
  auto* const sequential = dynamic_cast<nn::Sequential*>(&module);
  if (sequential == nullptr) {
    const Tensor y = run(module, name, x);
    Shape shape = y.shape();
    if (shape.dim() > 0) shape.erase(0);
    rows.push_back({name, module.describe(), shape.to_string(),
                    with_commas(module.parameter_count())});
    return y;
  }
  Tensor y = x;
  for (std::size_t i = 0; i < sequential->size(); ++i) {
    const std::string child = std::to_string(i);
    y = walk((*sequential)[i], name.empty() ? child : name + "." + child, y, rows);
  }
  return y;
}

std::string table(const std::vector<Row>& rows) {
  std::size_t name = 0, layer = 0, shape = 0, count = 0;
  for (const Row& row : rows) {
    name = std::max(name, row.name.size());
    layer = std::max(layer, row.layer.size());
    shape = std::max(shape, row.shape.size());
    count = std::max(count, row.parameters.size());
  }
  const auto left = [](const std::string& text, std::size_t width) {
    return text + std::string(width - text.size() + 2, ' ');
  };
  const std::string rule(name + layer + shape + count + 6, '-');
  std::string out;
  for (std::size_t i = 0; i < rows.size(); ++i) {
    const Row& row = rows[i];
    out += left(row.name, name) + left(row.layer, layer) + left(row.shape, shape) +
           std::string(count - row.parameters.size(), ' ') + row.parameters + "\n";
    if (i == 0) out += rule + "\n";
  }
  return out + rule + "\n";
}

}  // namespace

std::string Model::summary(const Shape& input_shape) {
  const std::vector<Tensor> parameters = module_->parameters();
  return summary(input_shape, parameters.empty() ? f32 : parameters[0].dtype());
}

std::string Model::summary(const Shape& input_shape, DType input) {
  const Evaluating scope(*module_);
  Shape batch = input_shape;
  batch.insert(0, 1);
  const std::vector<Tensor> parameters = module_->parameters();
  const DType dtype = parameters.empty() ? DType::f32 : parameters[0].dtype();
  std::vector<Row> rows{{"", "layer", "output shape", "parameters"}};
  walk(*module_, "", zeros(batch, input), rows);
  const std::int64_t count = module_->parameter_count();
  return table(rows) + with_commas(count) + " parameters, " +
         with_commas((count * static_cast<std::int64_t>(dtype_size(dtype)) + 1023) /
                     1024) +
         " KiB\n";
}

}  // namespace cairn::train
