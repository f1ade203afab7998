#include <cairn/io/checkpoint.h>

#include <zlib.h>

#include <cairn/core/error.h>
#include <cairn/core/text.h>
#include <cairn/io/element_bytes.h>
#include <cairn/io/safetensors.h>

namespace cairn::io {
namespace {

using detail::concat;

constexpr const char* kVersionKey = "cairn.checkpoint";
constexpr const char* kVersion = "1";
constexpr const char* kChecksumKey = "cairn.crc32";

// CRC-32 of what every tensor is called, how it looks and what it holds.
std::string checksum(const StateDict& state) {
  uLong sum = crc32_z(0, nullptr, 0);
  const auto add = [&sum](std::string_view bytes) {
    if (bytes.empty()) return;
    sum = crc32_z(sum, reinterpret_cast<const Bytef*>(bytes.data()), bytes.size());
  };
  for (const auto& [name, tensor] : state) {
    add(concat(name, '\n', tensor.dtype(), tensor.shape(), '\n'));
    add(element_bytes(tensor.detach().contiguous()));
  }
  return concat(static_cast<std::uint64_t>(sum));
}

std::string value_of(const Metadata& metadata, const char* key) {
  for (const auto& [name, value] : metadata) {
    if (name == key) return value;
  }
  return "";
}

}  // namespace

void save_checkpoint(const std::string& path, const StateDict& state) {
  save_safetensors(path, state,
                   {{kVersionKey, kVersion}, {kChecksumKey, checksum(state)}});
}

StateDict load_checkpoint(const std::string& path) {
  Metadata metadata;
  StateDict state = load_safetensors(path, metadata);
  const std::string version = value_of(metadata, kVersionKey);
  if (version.empty()) {
    throw FormatError(concat(path,
                             ": this is a safetensors file, but no checkpoint; "
                             "files of weights are read with Model::load"));
  }
  if (version != kVersion) {
    throw FormatError(concat(path, ": a checkpoint of version ", version,
                             "; this library reads version ", kVersion));
  }
  if (value_of(metadata, kChecksumKey) != checksum(state)) {
    throw FormatError(concat(path,
                             ": its checksum does not fit its content, so the "
                             "file was changed after it was written; take the "
                             "checkpoint before it"));
  }
  return state;
}

}  // namespace cairn::io
