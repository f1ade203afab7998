#pragma once

#include <string>

#include <cairn/io/safetensors.h>

namespace cairn::io {

/// How save_npz keeps arrays: as they are (`numpy.savez`) or packed by zlib
/// (`numpy.savez_compressed`).
enum class NpzPacking { kStored, kDeflated };

/// Writes several tensors to one file that `numpy.load` reads: a zip archive with a
/// .npy file for each. The same tensors give the same bytes. The file is whole or not
/// there at all. Throws IoError, and ValueError for a name that is empty, longer than
/// 60,000 bytes or given twice and for more than the 4 GiB or 65,534 arrays that such
/// an archive can hold.
CAIRN_API void save_npz(const std::string& path, const NamedTensors& tensors,
                        NpzPacking packing = NpzPacking::kStored);

/// Reads such a file, in the order of its directory, names without ".npy"; dtypes as in
/// load_npy. Archives that need the 64-bit extension of the format are read too.
///
/// Throws IoError when the file cannot be read and FormatError when it is damaged, is
/// encrypted or holds anything but arrays. Sizes and checksums are compared with what
/// is there, arrays may not share bytes of the file, and memory grows only as data are
/// unpacked.
CAIRN_API NamedTensors load_npz(const std::string& path);

}  // namespace cairn::io
