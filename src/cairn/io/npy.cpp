#include <cairn/io/npy.h>

#include <algorithm>
#include <cmath>
#include <cstdint>
#include <cstring>
#include <limits>

#include <cairn/core/atomic_file.h>
#include <cairn/core/error.h>
#include <cairn/core/tensor_impl.h>
#include <cairn/core/text.h>
#include <cairn/io/element_bytes.h>
#include <cairn/io/npy_header.h>

namespace cairn::io {
namespace {

using detail::concat;

/// Bytes of all elements. Throws unless `available` are just as many.
std::uint64_t checked_bytes(const NpyHeader& header, std::uint64_t available,
                            const std::string& place) {
  std::int64_t bytes = static_cast<std::int64_t>(header.size);
  bool none = false, overflow = false;
  for (const std::int64_t size : header.shape) {
    none = none || size == 0;
    overflow = overflow || (size != 0 && __builtin_mul_overflow(bytes, size, &bytes));
  }
  // A size of 0 must not hide that the others run over.
  if (overflow) {
    throw FormatError(concat(place, " claims the shape ", header.shape,
                             ", more elements than can be counted; is it damaged?"));
  }
  if (none) bytes = 0;
  if (static_cast<std::uint64_t>(bytes) != available) {
    throw FormatError(concat(place, " promises elements of shape ", header.shape, " (",
                             bytes, " bytes) and holds ", available,
                             " bytes after its header; fetch or write the file anew"));
  }
  return available;
}

/// The same elements with the bytes of each in the other order.
std::string reversed(std::string_view bytes, std::size_t size) {
  std::string out(bytes);
  for (std::size_t i = 0; i + size <= out.size(); i += size) {
    std::reverse(out.begin() + static_cast<std::ptrdiff_t>(i),
                 out.begin() + static_cast<std::ptrdiff_t>(i + size));
  }
  return out;
}

/// IEEE's half precision: 1 bit of sign, 5 of exponent, 10 of fraction.
float from_half(std::uint16_t bits) {
  const int exponent = bits >> 10 & 31;
  const float fraction = static_cast<float>(bits & 1023);
  float value = 0;
  if (exponent == 31) {
    value = fraction == 0 ? std::numeric_limits<float>::infinity()
                          : std::numeric_limits<float>::quiet_NaN();
  } else if (exponent == 0) {
    value = std::ldexp(fraction, -24);
  } else {
    value = std::ldexp(1024 + fraction, exponent - 25);
  }
  return (bits & 0x8000) != 0 ? -value : value;
}

template <class Stored, class T, class F>
void convert(std::string_view bytes, const Tensor& out, F&& f) {
  T* to = out.data<T>();
  const std::int64_t n = out.numel();
  for (std::int64_t i = 0; i < n; ++i) {
    Stored value;
    std::memcpy(&value, bytes.data() + static_cast<std::size_t>(i) * sizeof value,
                sizeof value);
    to[i] = f(value);
  }
}

template <class Stored>
Tensor whole_numbers(std::string_view bytes, const Shape& shape,
                     const std::string& place) {
  Tensor out = empty(shape, i64);
  convert<Stored, std::int64_t>(bytes, out, [&](Stored value) {
    if constexpr (sizeof(Stored) == 8) {
      if (value > static_cast<Stored>(INT64_MAX)) {
        throw FormatError(concat(place, " holds the number ", value,
                                 ", which is too large for an i64; convert it by "
                                 "astype(\"float64\") before it is saved"));
      }
    }
    // NOLINTNEXTLINE(bugprone-signed-char-misuse): bytes of some files are signed
    return static_cast<std::int64_t>(value);
  });
  return out;
}

/// Elements that a tensor holds as they are.
Tensor copied(std::string_view bytes, const Shape& shape, DType dtype) {
  Tensor out = empty(shape, dtype);
  if (!bytes.empty()) std::memcpy(out.impl()->data(), bytes.data(), bytes.size());
  return out;
}

Tensor decode_elements(const NpyHeader& header, std::string_view bytes,
                       const Shape& shape, const std::string& place) {
  const std::size_t size = header.size;
  if (header.kind == 'f') {
    if (size != 2) return copied(bytes, shape, size == 4 ? f32 : f64);
    Tensor out = empty(shape, f32);
    convert<std::uint16_t, float>(bytes, out, from_half);
    return out;
  }
  if (header.kind == 'b') {
    Tensor out = empty(shape, u8);
    convert<std::uint8_t, std::uint8_t>(
        bytes, out, [](std::uint8_t value) -> std::uint8_t { return value != 0; });
    return out;
  }
  if (header.kind == 'i') {
    if (size == 8) return copied(bytes, shape, i64);
    if (size == 4) return whole_numbers<std::int32_t>(bytes, shape, place);
    if (size == 2) return whole_numbers<std::int16_t>(bytes, shape, place);
    return whole_numbers<std::int8_t>(bytes, shape, place);
  }
  if (size == 8) return whole_numbers<std::uint64_t>(bytes, shape, place);
  if (size == 4) return whole_numbers<std::uint32_t>(bytes, shape, place);
  if (size == 2) return whole_numbers<std::uint16_t>(bytes, shape, place);
  return copied(bytes, shape, u8);
}

}  // namespace

Tensor decode_npy(std::string_view file, const std::string& place) {
  const NpyHeader header = parse_npy_header(file, place);
  std::string_view bytes = file.substr(header.data_begin);
  checked_bytes(header, bytes.size(), place);
  std::string turned;
  if (header.order == '>' && header.size > 1) {
    turned = reversed(bytes, header.size);
    bytes = turned;
  }
  if (!header.fortran_order) return decode_elements(header, bytes, header.shape, place);
  // The first index runs fastest: the transpose of an array that lies row by row.
  Shape turned_shape, order;
  for (int d = header.shape.dim(); d-- > 0;) {
    turned_shape.push_back(header.shape[d]);
    order.push_back(d);
  }
  return decode_elements(header, bytes, turned_shape, place)
      .permute(order)
      .contiguous();
}

void save_npy(const std::string& path, const Tensor& tensor) {
  const Tensor packed = tensor.detach().contiguous();
  detail::write_file(path, npy_header(packed), element_bytes(packed));
}

Tensor load_npy(const std::string& path) {
  const std::string file = detail::read_file(path);
  return decode_npy(file, concat("load_npy: '", path, "'"));
}

}  // namespace cairn::io
