#include <cairn/nn/sequential.h>

#include <typeinfo>

#include <cairn/core/text.h>
#include <cairn/nn/activation.h>
#include <cairn/nn/conv.h>
#include <cairn/nn/linear.h>
#include <cairn/nn/norm.h>

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

// Exactly T: a class made from it may have a forward() of its own.
template <class T>
bool is_exactly(const Module& layer) {
  return typeid(layer) == typeid(T);
}

bool can_take_relu(const Module& layer) {
  return is_exactly<Linear>(layer) || is_exactly<Conv2d>(layer) ||
         is_exactly<BatchNorm1d>(layer) || is_exactly<BatchNorm2d>(layer);
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
  } catch (const MemoryError& e) {
    throw MemoryError(with_layer(name, layer, e.what()));
  } catch (const Error& e) {
    throw Error(with_layer(name, layer, e.what()));
  }
}

Sequential::Sequential() = default;
Sequential::~Sequential() = default;

Sequential& Sequential::append(std::shared_ptr<Module> layer) {
  if (layer == nullptr) throw ValueError("Sequential::append: there is no layer");
  if (!layers_.empty() && is_exactly<ReLU>(*layer)) {
    takes_relu_.back() = can_take_relu(*layers_.back());
  }
  layers_.push_back(std::move(layer));
  takes_relu_.push_back(false);
  return *this;
}

// Layer i, and the ReLU behind it where the two are one operation.
Tensor Sequential::run_layer(std::size_t i, const Tensor& x) {
  Module& layer = *layers_[i];
  if (!takes_relu_[i]) return layer.forward(x);
  if (auto* linear = dynamic_cast<Linear*>(&layer)) return linear->forward_relu(x);
  if (auto* conv = dynamic_cast<Conv2d*>(&layer)) return conv->forward_relu(x);
  return dynamic_cast<BatchNorm&>(layer).forward_relu(x);
}

Tensor Sequential::forward(const Tensor& x) {
  Tensor y = x;
  for (std::size_t i = 0; i < layers_.size(); i += takes_relu_[i] ? 2 : 1) {
    try {
      y = run_layer(i, y);
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
