#include <cairn/io/safetensors.h>

#include <algorithm>
#include <cstring>
#include <set>

#include <cairn/core/atomic_file.h>
#include <cairn/core/error.h>
#include <cairn/core/tensor_impl.h>
#include <cairn/core/text.h>
#include <cairn/io/element_bytes.h>
#include <cairn/io/json.h>

namespace cairn::io {
namespace {

using detail::concat;

constexpr std::size_t kLengthBytes = 8;
constexpr const char* kMetadata = "__metadata__";
constexpr std::uint64_t kMaxHeader = 100'000'000;  // the format's own limit

const char* format_name(DType dtype) {
  switch (dtype) {
    case DType::f32:
      return "F32";
    case DType::f64:
      return "F64";
    case DType::i64:
      return "I64";
    case DType::u8:
      return "U8";
  }
  return "";
}

// Header entry of one tensor whose elements stand at [begin, end) behind the header.
std::string entry(const std::string& name, const Tensor& t, std::size_t begin,
                  std::size_t end) {
  std::string shape;
  for (const std::int64_t size : t.shape()) {
    shape += concat(shape.empty() ? "" : ",", size);
  }
  return concat(json_string(name), ":{\"dtype\":\"", format_name(t.dtype()),
                "\",\"shape\":[", shape, "],\"data_offsets\":[", begin, ",", end, "]}");
}

// A file's tensors, read from its bytes; every number in the header is hostile until it
// has been compared with the size of the file.
class Reader {
 public:
  Reader(const std::string& path, std::string_view file) : path_(path), file_(file) {}

  NamedTensors read(Metadata& metadata) {
    const Json header = parse_json(header_text(), path_);
    if (header.kind != Json::Kind::object) fail("the header is not a JSON object");
    NamedTensors tensors;
    for (const auto& [name, value] : header.members) {
      if (name == kMetadata) read_metadata(value, metadata);
      else tensors.emplace_back(name, read_tensor(name, value));
    }
    check_coverage();
    return tensors;
  }

 private:
  [[noreturn]] void fail(const std::string& what) const {
    throw FormatError(
        concat(path_, ": ", what, "; this is no intact safetensors file"));
  }

  std::string_view header_text() {
    if (file_.size() < kLengthBytes) {
      fail(concat("it has ", file_.size(), " bytes, too few for a header"));
    }
    std::uint64_t length = 0;
    for (std::size_t i = kLengthBytes; i-- > 0;) {
      length = length << 8 | static_cast<unsigned char>(file_[i]);
    }
    if (length > kMaxHeader || length > file_.size() - kLengthBytes) {
      fail(concat("its header claims ", length, " bytes, the file has ",
                  file_.size() - kLengthBytes, " after the length"));
    }
    data_ = file_.substr(kLengthBytes + length);
    return file_.substr(kLengthBytes, length);
  }

  void read_metadata(const Json& value, Metadata& metadata) const {
    if (value.kind != Json::Kind::object) fail("its metadata is not a JSON object");
    for (const auto& [name, text] : value.members) {
      if (text.kind != Json::Kind::string) fail("its metadata holds more than strings");
      metadata.emplace_back(name, text.text);
    }
  }

  Tensor read_tensor(const std::string& name, const Json& value) {
    const DType dtype = read_dtype(name, value.find("dtype"));
    const Shape shape = read_shape(name, value.find("shape"));
    const Json* const offsets = value.find("data_offsets");
    if (offsets == nullptr || offsets->items.size() != 2 ||
        offsets->items[0].kind != Json::Kind::integer ||
        offsets->items[1].kind != Json::Kind::integer) {
      fail(concat("tensor \"", name, "\" has no pair of data_offsets"));
    }
    const auto begin = static_cast<std::uint64_t>(offsets->items[0].number);
    const auto end = static_cast<std::uint64_t>(offsets->items[1].number);
    if (begin > end || end > data_.size()) {
      fail(concat("tensor \"", name, "\" is said to lie at bytes ", begin, " to ", end,
                  ", but there are ", data_.size()));
    }
    check_size(name, shape, dtype, end - begin);
    covered_.emplace_back(begin, end);
    const Tensor t = empty(shape, dtype);
    if (end > begin) std::memcpy(t.impl()->data(), data_.data() + begin, end - begin);
    return t;
  }

  DType read_dtype(const std::string& name, const Json* value) const {
    for (const DType dtype : {DType::f32, DType::f64, DType::i64, DType::u8}) {
      if (value != nullptr && value->text == format_name(dtype)) return dtype;
    }
    throw FormatError(concat(path_, ": tensor \"", name, "\" has dtype ",
                             value == nullptr ? "(none)" : value->text,
                             "; Cairn reads F32, F64, I64 and U8"));
  }

  Shape read_shape(const std::string& name, const Json* value) const {
    if (value == nullptr || value->kind != Json::Kind::array ||
        value->items.size() > static_cast<std::size_t>(Shape::kMaxDims)) {
      fail(concat("tensor \"", name, "\" has no shape of at most ", Shape::kMaxDims,
                  " dimensions"));
    }
    Shape shape;
    for (const Json& size : value->items) {
      if (size.kind != Json::Kind::integer) {
        fail(concat("tensor \"", name, "\" has a size that is no number"));
      }
      shape.push_back(size.number);
    }
    return shape;
  }

  void check_size(const std::string& name, const Shape& shape, DType dtype,
                  std::uint64_t bytes) const {
    std::int64_t wanted = static_cast<std::int64_t>(dtype_size(dtype));
    bool fits = true, none = false;
    for (const std::int64_t size : shape) {
      none = none || size == 0;
      fits = fits && (size == 0 || !__builtin_mul_overflow(wanted, size, &wanted));
    }
    if (none) wanted = 0;
    if (!fits || static_cast<std::uint64_t>(wanted) != bytes) {
      fail(concat("tensor \"", name, "\" of shape ", shape, " and dtype ", dtype,
                  " cannot fill ", bytes, " bytes"));
    }
  }

  // The format wants the tensors to fill the data without gaps or overlap.
  void check_coverage() {
    std::sort(covered_.begin(), covered_.end());
    std::uint64_t at = 0;
    for (const auto& [begin, end] : covered_) {
      if (begin != at) fail(concat("two tensors overlap or leave a gap at byte ", at));
      at = end;
    }
    if (at != data_.size()) {
      fail(concat("the tensors end at byte ", at, ", the data at byte ", data_.size()));
    }
  }

  const std::string& path_;
  std::string_view file_, data_;
  std::vector<std::pair<std::uint64_t, std::uint64_t>> covered_;
};

std::string metadata_entry(const Metadata& metadata) {
  std::string text;
  for (const auto& [name, value] : metadata) {
    text += concat(text.empty() ? "" : ",", json_string(name), ":", json_string(value));
  }
  return concat("\"", kMetadata, "\":{", text, "}");
}

void check_names(const NamedTensors& tensors) {
  std::set<std::string> names{kMetadata};
  for (const auto& [name, tensor] : tensors) {
    if (names.insert(name).second) continue;
    throw ValueError(name == kMetadata
                         ? concat("save_safetensors: no tensor may be named ", name)
                         : concat("save_safetensors: two tensors are named ", name));
  }
}

// Where each tensor begins: those of large elements before those of small ones.
std::vector<std::size_t> places(const NamedTensors& tensors, std::size_t& total) {
  std::vector<std::size_t> begins(tensors.size());
  total = 0;
  for (const std::size_t width : {8U, 4U, 1U}) {
    for (std::size_t i = 0; i < tensors.size(); ++i) {
      const Tensor& t = tensors[i].second;
      if (dtype_size(t.dtype()) != width) continue;
      begins[i] = total;
      total += static_cast<std::size_t>(t.numel()) * width;
    }
  }
  return begins;
}

}  // namespace

void save_safetensors(const std::string& path, const NamedTensors& tensors,
                      const Metadata& metadata) {
  check_names(tensors);
  std::size_t total = 0;
  const std::vector<std::size_t> begins = places(tensors, total);
  std::string header = metadata.empty() ? "" : metadata_entry(metadata);
  std::string data(total, '\0');
  for (std::size_t i = 0; i < tensors.size(); ++i) {
    const auto& [name, tensor] = tensors[i];
    const Tensor packed = tensor.detach().contiguous();
    const std::string_view bytes = element_bytes(packed);
    bytes.copy(data.data() + begins[i], bytes.size());
    header += (header.empty() ? "" : ",") +
              entry(name, packed, begins[i], begins[i] + bytes.size());
  }
  header = "{" + header + "}";
  // The data begins at a multiple of eight, so that it can be mapped into memory.
  header.append((8 - header.size() % 8) % 8, ' ');
  std::string length(kLengthBytes, '\0');
  for (std::size_t i = 0; i < kLengthBytes; ++i) {
    length[i] = static_cast<char>(header.size() >> (8 * i) & 0xFF);
  }
  detail::write_file(path, length + header, data);
}

NamedTensors load_safetensors(const std::string& path) {
  Metadata ignored;
  return load_safetensors(path, ignored);
}

NamedTensors load_safetensors(const std::string& path, Metadata& metadata) {
  const std::string file = detail::read_file(path);
  metadata.clear();
  return Reader(path, file).read(metadata);
}

}  // namespace cairn::io
