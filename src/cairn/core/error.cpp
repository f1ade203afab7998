#include <cairn/core/error.h>

namespace cairn {

// Destructors are defined here so that each class has one home for its vtable and
// type information: exceptions thrown by the shared library are then caught by type
// in every program that links it.
Error::Error(const std::string& message) : std::runtime_error(message) {}
Error::~Error() = default;
ShapeError::~ShapeError() = default;
DTypeError::~DTypeError() = default;
IndexError::~IndexError() = default;
FormatError::~FormatError() = default;
IoError::~IoError() = default;
MemoryError::~MemoryError() = default;
ValueError::~ValueError() = default;

}  // namespace cairn
