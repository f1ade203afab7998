#include <cairn/nn/sequential.h>

#include <typeinfo>

#include <cairn/core/text.h>
#include <cairn/nn/activation.h>
#include <cairn/nn/conv.h>

namespace cairn::nn {
namespace {

using detail::concat;

// "layer 0, Linear(2, 3): …" from inside layer 4 becomes "layer 4.0, Linear(2, 3): …".
std::string with_layer(const std::string& name, const Module& layer,
                       const std::string& text) {
  const std::string mark = "layer ";
  if (text.compare(0, mark.size(), mark) == 0) {
    return concat(mark, name, ".", text.substr(mark.size()));
  }
  return concat(mark, name, ", ", layer.describe(), ": ", text);
}

}  // namespace

void rethrow_from_layer(const std::string& name, const Module& layer) {
  try {
    throw;
  } catch (const ShapeError& e) {
    throw ShapeError(with_layer(name, layer, e.what()));
  } catch (const DTypeError& e) {
    throw DTypeError(with_layer(name, layer, e.what()));
  } catch (const IndexError& e) {
    throw IndexError(with_layer(name, layer, e.what()));
  } catch (const ValueError& e) {
    throw ValueError(with_layer(name, layer, e.what()));
  } catch (const Error& e) {
    throw Error(with_layer(name, layer, e.what()));
  }
}

Sequential::Sequential() = default;
Sequential::~Sequential() = default;

Sequential& Sequential::append(std::shared_ptr<Module> layer) {
  if (layer == nullptr) throw ValueError("Sequential::append: there is no layer");
  layers_.push_back(std::move(layer));
  return *this;
}

namespace {

// A convolution, if just that, with no forward() of a derived class; else null.
Conv2d* plain_convolution(Module& layer) {
  return typeid(layer) == typeid(Conv2d) ? static_cast<Conv2d*>(&layer) : nullptr;
}

bool is_relu(const Module& layer) { return typeid(layer) == typeid(ReLU); }

}  // namespace

Tensor Sequential::forward(const Tensor& x) {
  Tensor y = x;
  for (std::size_t i = 0; i < layers_.size(); ++i) {
    try {
      Conv2d* const convolution = plain_convolution(*layers_[i]);
      if (convolution != nullptr && i + 1 < layers_.size() && is_relu(*layers_[i + 1])) {
        y = convolution->forward_relu(y);
        ++i;
        continue;
      }
      y = layers_[i]->forward(y);
    } catch (const Error&) {
      rethrow_from_layer(std::to_string(i), *layers_[i]);
    }
  }
  return y;
}

void Sequential::parts(Parts& parts) {
  for (std::size_t i = 0; i < layers_.size(); ++i) {
    parts.module(std::to_string(i), *layers_[i]);
  }
}

std::string Sequential::describe() const {
  std::string text = "Sequential(";
  for (std::size_t i = 0; i < layers_.size(); ++i) {
    text += (i > 0 ? ", " : "") + layers_[i]->describe();
  }
  return text + ")";
}

}  // namespace cairn::nn
