#include <cairn/io/npz.h>

#include <set>
#include <string_view>
#include <utility>

#include <cairn/core/atomic_file.h>
#include <cairn/core/error.h>
#include <cairn/core/text.h>
#include <cairn/io/element_bytes.h>
#include <cairn/io/npy_header.h>
#include <cairn/io/zip.h>

namespace cairn::io {
namespace {

using detail::concat;

constexpr std::string_view kEnding = ".npy";
constexpr std::size_t kLongestName = 60'000;

}  // namespace

void save_npz(const std::string& path, const NamedTensors& tensors,
              NpzPacking packing) {
  ZipWriter archive;
  std::set<std::string> names;
  for (const auto& [name, tensor] : tensors) {
    if (name.empty() || name.size() > kLongestName) {
      throw ValueError(concat("save_npz: a tensor has a name of ", name.size(),
                              " bytes; give it one of 1 to ", kLongestName));
    }
    if (!names.insert(name).second) {
      throw ValueError(concat("save_npz: two tensors are named ", name));
    }
    const Tensor packed = tensor.detach().contiguous();
    archive.add(concat(name, kEnding), npy_header(packed), element_bytes(packed),
                packing == NpzPacking::kDeflated);
  }
  detail::write_file(path, std::move(archive).finish());
}

NamedTensors load_npz(const std::string& path) {
  const std::string file = detail::read_file(path);
  const std::string place = concat("load_npz: '", path, "'");
  const ZipReader archive(file, place);
  NamedTensors tensors;
  std::set<std::string> names;
  for (const ZipMember& member : archive.members()) {
    const std::size_t length = member.name.size();
    if (length <= kEnding.size() ||
        std::string_view(member.name).substr(length - kEnding.size()) != kEnding) {
      throw FormatError(concat(place, " holds '", member.name.substr(0, 60),
                               "', which is no array: every name in it should end "
                               "with .npy"));
    }
    std::string name = member.name.substr(0, length - kEnding.size());
    if (!names.insert(name).second) {
      throw FormatError(concat(place, " holds '", name, "' twice"));
    }
    const std::string content = archive.content(member);
    Tensor tensor = decode_npy(content, concat(place, ", array '", name, "',"));
    tensors.emplace_back(std::move(name), std::move(tensor));
  }
  return tensors;
}

}  // namespace cairn::io
