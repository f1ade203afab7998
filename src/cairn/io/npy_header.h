#pragma once

#include <cstddef>
#include <string>
#include <string_view>

#include <cairn/core/tensor.h>

namespace cairn::io {

/// What the head of a .npy file says (internal).
struct NpyHeader {
  char order = '<';      ///< of the bytes: '<', '>', or '|' where there is none
  char kind = 'f';       ///< 'f', 'i', 'u' or 'b'
  std::size_t size = 4;  ///< bytes of an element
  bool fortran_order = false;
  Shape shape;
  std::size_t data_begin = 0;  ///< where the elements begin
};

/// Reads the head of `file`. `place` begins the text of errors.
NpyHeader parse_npy_header(std::string_view file, const std::string& place);

/// The head that NumPy writes for such a tensor.
std::string npy_header(const Tensor& tensor);

/// The tensor in the bytes of a whole .npy file. `place` begins the text of errors.
Tensor decode_npy(std::string_view file, const std::string& place);

}  // namespace cairn::io
