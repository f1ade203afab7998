// Groups of few channels leave most of a vector empty, and the tiles of each have next
// to nothing to sum. Several of them, side by side, are one group of more channels
// whose filters are zero where the groups do not meet.
//
//   filters of 2 groups      a b · ·
//                            c d · ·
//                            · · e f      dots are zeros
//                            · · g h
#pragma once

#include <cstddef>
#include <cstdint>

#include <cairn/kernels/conv/conv_call.h>

namespace cairn::kernels {

/// Zero times infinity or NaN is NaN: where there is one among `n` numbers that a joined
/// group would sum, groups must stay apart.
template <class T>
bool all_finite(const T* x, std::int64_t n);

/// How many groups are best taken as one, 1 if each is best left alone. `columns` are
/// one group's channels on the side that vectors run along, `depth` those that are
/// summed; a vector has `width` elements.
std::int64_t groups_to_join(const ConvShape& s, std::int64_t width,
                            std::int64_t columns, std::int64_t depth);

/// The same convolution with so many groups taken as one.
ConvShape with_joined_groups(const ConvShape& s, std::int64_t joined);

/// What its filters take.
template <class T>
std::size_t wide_bytes(const ConvShape& s, std::int64_t joined) {
  return static_cast<std::size_t>(s.out * joined * s.filter_size()) * sizeof(T);
}

/// Filters of `s` as with_joined_groups() needs them: [out, joined · channels/groups,
/// kh, kw].
template <class T>
void join_filters(const ConvShape& s, std::int64_t joined, const T* w, T* wide);

/// The other way: what belongs to the groups, out of such filters.
template <class T>
void part_filters(const ConvShape& s, std::int64_t joined, const T* wide, T* w);

}  // namespace cairn::kernels
