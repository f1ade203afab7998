#pragma once

#include <string>

#include <cairn/core/tensor.h>

namespace cairn::data {

/// Reads an array in the IDX format of the MNIST family, plain or compressed by gzip.
///
/// The file begins with two zero bytes, a type, the number of dimensions and each size
/// as four bytes, most significant first; the elements follow, row by row. Unsigned
/// bytes become u8, signed bytes, 16-bit and 32-bit integers become i64, floats f32,
/// doubles f64. The file is not trusted: sizes are checked against each other and
/// against what is really there, and memory grows only as data arrive.
///
/// Throws IoError when the file cannot be read and FormatError when it is no whole IDX
/// file; the text names the file, what was found and what to do.
CAIRN_API Tensor read_idx(const std::string& path);

/// Writes a u8, i64 (as 32-bit integers), f32 or f64 tensor as a plain IDX file. Throws
/// IoError when that fails, ValueError for an i64 value that 32 bits cannot hold.
CAIRN_API void write_idx(const std::string& path, const Tensor& tensor);

}  // namespace cairn::data
