#include <cairn/data/idx.h>

#include <cerrno>
#include <cstdint>
#include <cstdio>
#include <cstring>
#include <limits>
#include <memory>
#include <type_traits>
#include <vector>

#include <cairn/core/error.h>
#include <cairn/core/parallel.h>
#include <cairn/core/text.h>
#include <cairn/data/byte_source.h>

namespace cairn::data {
namespace {

using detail::concat;

/// The type byte of the format.
enum Code : std::uint8_t {
  kU8 = 0x08,
  kI8 = 0x09,
  kI16 = 0x0B,
  kI32 = 0x0C,
  kF32 = 0x0D,
  kF64 = 0x0E
};

/// Bytes of an element; 0 for a type the format does not have.
std::size_t element_size(std::uint8_t code) {
  switch (code) {
    case kU8:
    case kI8:
      return 1;
    case kI16:
      return 2;
    case kI32:
    case kF32:
      return 4;
    case kF64:
      return 8;
    default:
      return 0;
  }
}

DType dtype_for(std::uint8_t code) {
  switch (code) {
    case kU8:
      return u8;
    case kF32:
      return f32;
    case kF64:
      return f64;
    default:
      return i64;
  }
}

std::string hex(const std::uint8_t* bytes, std::size_t count) {
  std::string out;
  for (std::size_t i = 0; i < count; ++i) {
    const char* digits = "0123456789abcdef";
    if (i > 0) out += ' ';
    out += digits[bytes[i] >> 4];
    out += digits[bytes[i] & 15];
  }
  return out;
}

template <class Unsigned>
Unsigned big_endian(const std::uint8_t* bytes) {
  Unsigned value = 0;
  for (std::size_t i = 0; i < sizeof(Unsigned); ++i) {
    value = static_cast<Unsigned>(value << 8 | bytes[i]);
  }
  return value;
}

struct Header {
  std::uint8_t code = 0;
  Shape shape;
  std::uint64_t elements = 1;
  std::uint64_t bytes = 0;  // of all elements together
};

Header read_header(ByteSource& source, const std::string& path) {
  const auto fail = [&](auto&&... parts) -> void {
    throw FormatError(concat("read_idx: '", path, "' ", parts...));
  };
  std::uint8_t start[4];
  const std::size_t got = source.read(start, 4);
  if (got < 4) {
    fail("holds ", got, " bytes; an IDX file begins with 4 that say what it is");
  }
  if (start[0] != 0 || start[1] != 0 || element_size(start[2]) == 0) {
    fail("begins with the bytes ", hex(start, 4),
         "; an IDX file begins with 00 00, a type (08, 09, 0b, 0c, 0d or 0e) and the "
         "number of dimensions. Is it another kind of file?");
  }
  if (start[3] > Shape::kMaxDims) {
    fail("claims ", int{start[3]}, " dimensions; at most ", Shape::kMaxDims,
         " are supported. Is the file damaged?");
  }
  Header header;
  header.code = start[2];
  header.bytes = element_size(start[2]);
  const std::uint64_t limit = std::numeric_limits<std::int64_t>::max();
  bool overflow = false;
  for (int d = 0; d < start[3]; ++d) {
    std::uint8_t size[4];
    if (source.read(size, 4) < 4) {
      fail("ends inside its header: ", int{start[3]}, " sizes are promised, ", d,
           " are there. Fetch the file anew");
    }
    const std::uint64_t n = big_endian<std::uint32_t>(size);
    header.shape.push_back(static_cast<std::int64_t>(n));
    overflow = overflow || (n != 0 && header.bytes > limit / n);
    if (!overflow) {
      header.bytes *= n;
      header.elements *= n;
    }
  }
  // A size of 0 further on must not hide that the others run over.
  if (overflow) {
    fail("claims the shape ", header.shape.to_string(),
         ", more elements than can be counted. Is the file damaged?");
  }
  return header;
}

/// Elements from `bytes` to `out`, turned from the file's byte order.
template <class Stored, class Unsigned, class T>
void decode(const std::uint8_t* bytes, T* out, std::int64_t count) {
  parallel_for(count, 1 << 16, [&](std::int64_t begin, std::int64_t end) {
    for (std::int64_t i = begin; i < end; ++i) {
      const Unsigned bits = big_endian<Unsigned>(bytes + i * sizeof(Unsigned));
      Stored value;
      std::memcpy(&value, &bits, sizeof value);
      // NOLINTNEXTLINE(bugprone-signed-char-misuse): bytes of some files are signed
      out[i] = static_cast<T>(value);
    }
  });
}

void decode_all(std::uint8_t code, const std::uint8_t* bytes, const Tensor& out) {
  const std::int64_t n = out.numel();
  switch (code) {
    case kU8:
      std::memcpy(out.data<std::uint8_t>(), bytes, static_cast<std::size_t>(n));
      break;
    case kI8:
      decode<std::int8_t, std::uint8_t>(bytes, out.data<std::int64_t>(), n);
      break;
    case kI16:
      decode<std::int16_t, std::uint16_t>(bytes, out.data<std::int64_t>(), n);
      break;
    case kI32:
      decode<std::int32_t, std::uint32_t>(bytes, out.data<std::int64_t>(), n);
      break;
    case kF32:
      decode<float, std::uint32_t>(bytes, out.data<float>(), n);
      break;
    default:
      decode<double, std::uint64_t>(bytes, out.data<double>(), n);
  }
}

void put_u32(std::vector<std::uint8_t>& out, std::uint32_t value) {
  for (int shift = 24; shift >= 0; shift -= 8) {
    out.push_back(static_cast<std::uint8_t>(value >> shift));
  }
}

/// Appends a number's bytes, most significant first.
template <class Unsigned, class T>
void put(std::vector<std::uint8_t>& out, T value) {
  static_assert(sizeof(Unsigned) == sizeof(T));
  Unsigned bits;
  std::memcpy(&bits, &value, sizeof bits);
  for (int shift = 8 * (static_cast<int>(sizeof bits) - 1); shift >= 0; shift -= 8) {
    out.push_back(static_cast<std::uint8_t>(bits >> shift));
  }
}

std::vector<std::uint8_t> encode(const Tensor& tensor) {
  const DType dtype = tensor.dtype();
  const std::uint8_t code = dtype == u8    ? kU8
                            : dtype == i64 ? kI32
                            : dtype == f32 ? kF32
                                           : kF64;
  std::vector<std::uint8_t> out = {0, 0, code, static_cast<std::uint8_t>(tensor.dim())};
  for (const std::int64_t size : tensor.shape()) {
    if (size > std::numeric_limits<std::uint32_t>::max()) {
      throw ValueError(
          concat("write_idx: a size of ", size, " does not fit the format's 32 bits"));
    }
    put_u32(out, static_cast<std::uint32_t>(size));
  }
  detail::visit_dtype(dtype, [&](auto zero) {
    using T = decltype(zero);
    for (const T value : tensor.to_vector<T>()) {
      if constexpr (std::is_same_v<T, std::uint8_t>) {
        out.push_back(value);
      } else if constexpr (std::is_same_v<T, std::int64_t>) {
        if (value != static_cast<std::int32_t>(value)) {
          throw ValueError(concat("write_idx: the value ", value,
                                  " does not fit 32 bits; store it as f64"));
        }
        put<std::uint32_t>(out, static_cast<std::int32_t>(value));
      } else if constexpr (sizeof(T) == 4) {
        put<std::uint32_t>(out, value);
      } else {
        put<std::uint64_t>(out, value);
      }
    }
  });
  return out;
}

}  // namespace

Tensor read_idx(const std::string& path) {
  ByteSource source("read_idx", path);
  const Header header = read_header(source, path);
  const std::string promise =
      concat("promises ", header.elements, " elements of shape ",
             header.shape.to_string(), " (", header.bytes, " bytes)");
  const std::uint64_t header_bytes =
      4 + 4 * static_cast<std::uint64_t>(header.shape.dim());
  if (!source.packed() && source.file_size() < header_bytes + header.bytes) {
    throw FormatError(concat("read_idx: '", path, "' ", promise, " but holds ",
                             source.file_size() - header_bytes,
                             " bytes after its header. Fetch the file anew"));
  }
  std::vector<std::uint8_t> bytes;
  const std::size_t got = source.append(bytes, header.bytes);
  if (got < header.bytes) {
    throw FormatError(concat("read_idx: '", path, "' ", promise, " but holds ", got,
                             " bytes after its header. Fetch the file anew"));
  }
  std::uint8_t extra;
  // At the end zlib also compares the checksum of what it unpacked.
  if (source.read(&extra, 1) != 0) {
    throw FormatError(concat("read_idx: '", path, "' ", promise,
                             " but goes on after them. Is the header damaged?"));
  }
  Tensor out = empty(header.shape, dtype_for(header.code));
  if (header.elements > 0) decode_all(header.code, bytes.data(), out);
  return out;
}

void write_idx(const std::string& path, const Tensor& tensor) {
  const std::vector<std::uint8_t> bytes = encode(tensor);
  const auto fail = [&](int error) {
    throw IoError(concat("write_idx: cannot write '", path, "': ", std::strerror(error),
                         "; does its folder exist, and may you write there?"));
  };
  std::FILE* file = std::fopen(path.c_str(), "wb");
  if (file == nullptr) fail(errno);
  const bool written = std::fwrite(bytes.data(), 1, bytes.size(), file) == bytes.size();
  const int error = errno;
  if (std::fclose(file) != 0 || !written) fail(written ? errno : error);
}

}  // namespace cairn::data
