#pragma once

#include <string>
#include <utility>
#include <vector>

#include <cairn/core/tensor.h>

namespace cairn::io {

/// Tensors by name, in the order of the file.
using NamedTensors = std::vector<std::pair<std::string, Tensor>>;
/// What else a file says about itself, by name.
using Metadata = std::vector<std::pair<std::string, std::string>>;

/// Writes tensors to a safetensors file (https://huggingface.co/docs/safetensors),
/// which Python's `safetensors` reads as it is: eight bytes that give the length of a
/// JSON header, the header, then the elements row by row, little-endian. The file is
/// whole or not there at all. Large elements come first, so that all lie where their
/// size wants them. Throws IoError, and ValueError for a name given twice.
CAIRN_API void save_safetensors(const std::string& path, const NamedTensors& tensors,
                                const Metadata& metadata = {});

/// Reads such a file: dtypes F32, F64, I64 and U8. Everything the header says is
/// checked before it is believed; FormatError says what is wrong with the file.
CAIRN_API NamedTensors load_safetensors(const std::string& path);

/// The same, and the file's metadata.
CAIRN_API NamedTensors load_safetensors(const std::string& path, Metadata& metadata);

}  // namespace cairn::io
