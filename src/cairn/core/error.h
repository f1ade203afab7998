#pragma once

#include <stdexcept>
#include <string>

#include <cairn/export.h>

namespace cairn {

/// Everything Cairn throws derives from this. The text names the operation, the shapes
/// or values it met, and the likely mend.
class CAIRN_API Error : public std::runtime_error {
 public:
  /// What what() returns.
  explicit Error(const std::string& message);
  ~Error() override;
};

/// Shapes that do not fit together, or a dimension that does not exist.
class CAIRN_API ShapeError : public Error {
 public:
  using Error::Error;
  ~ShapeError() override;
};

/// A data type an operation does not take, or two that differ.
class CAIRN_API DTypeError : public Error {
 public:
  using Error::Error;
  ~DTypeError() override;
};

/// An index or a class label out of its range.
class CAIRN_API IndexError : public Error {
 public:
  using Error::Error;
  ~IndexError() override;
};

/// A file whose content is not what its format promises.
class CAIRN_API FormatError : public Error {
 public:
  using Error::Error;
  ~FormatError() override;
};

/// The operating system refused: no such file, no permission, disk full.
class CAIRN_API IoError : public Error {
 public:
  using Error::Error;
  ~IoError() override;
};

/// More memory than the system gives.
class CAIRN_API MemoryError : public Error {
 public:
  using Error::Error;
  ~MemoryError() override;
};

/// An argument outside the values it may take.
class CAIRN_API ValueError : public Error {
 public:
  using Error::Error;
  ~ValueError() override;
};

}  // namespace cairn
