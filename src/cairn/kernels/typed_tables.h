// The kernels of a table for one element type.
#pragma once

#include <type_traits>

#include <cairn/kernels/table.h>

namespace cairn::kernels {

template <class T>
const ConvOps<T>& conv_ops(const KernelTable& table) {
  if constexpr (std::is_same_v<T, float>) return *table.conv.f32;
  else return *table.conv.f64;
}

template <class T>
const AbreastOps<T>& abreast_ops(const KernelTable& table) {
  if constexpr (std::is_same_v<T, float>) return *table.abreast.f32;
  else return *table.abreast.f64;
}

template <class T>
const GemmOps<T>& gemm_ops(const KernelTable& table) {
  if constexpr (std::is_same_v<T, float>) return table.gemm->f32;
  else return table.gemm->f64;
}

}  // namespace cairn::kernels
