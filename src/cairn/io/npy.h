#pragma once

#include <string>

#include <cairn/core/tensor.h>

namespace cairn::io {

/// Writes a tensor as an array of NumPy, byte for byte what `numpy.save` writes: a
/// header that tells dtype and shape, then the elements row by row, little-endian. The
/// file is whole or not there at all. Throws IoError.
CAIRN_API void save_npy(const std::string& path, const Tensor& tensor);

/// Reads an array that `numpy.save` wrote, of format version 1.0, 2.0 or 3.0, in C or
/// Fortran order, of either byte order; the tensor lies row by row.
///
/// float32, float64, int64 and uint8 stay what they are; float16 becomes f32; bool
/// becomes u8, the other integers i64. Throws IoError when the file cannot be read and
/// FormatError when it is no whole .npy file, or holds what a tensor cannot (complex
/// numbers, text, Python objects, an integer above 2^63 − 1); nothing the header says
/// is believed before it was compared with the size of the file.
CAIRN_API Tensor load_npy(const std::string& path);

}  // namespace cairn::io
