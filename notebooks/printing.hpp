// A tensor prints itself: in Cling when a cell ends in an expression without a
// semicolon, in xeus-cling and xeus-cpp also as the result of a cell. With std::cout it
// prints itself everywhere.
#pragma once

#include <cairn/core/tensor.h>

#include <string>

#if defined(__CLING__)
namespace cling {

inline std::string printValue(const cairn::Tensor* tensor) {
  return tensor->defined() ? tensor->to_string() : "an undefined tensor";
}

}  // namespace cling
#endif

#if defined(CAIRN_NOTEBOOK_XCPP)
namespace cairn {

inline nlohmann::json mime_bundle_repr(const Tensor& tensor) {
  nlohmann::json bundle = nlohmann::json::object();
  bundle["text/plain"] = tensor.defined() ? tensor.to_string() : "an undefined tensor";
  return bundle;
}

}  // namespace cairn
#endif
