#pragma once
// For test_kernel.py: a header in the folder in which the kernel was started.
namespace beside {
constexpr int answer = 42;
}
