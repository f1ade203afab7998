// What the two programs of this chapter learn from: points in the plane, and small
// colour images.
#pragma once

#include <cmath>
#include <cstddef>
#include <vector>

#include "01-linear-regression/random.h"

namespace ch03 {

using Table = std::vector<std::vector<double>>;  // rows, then columns

struct TableData {
  Table x;       // [N x D] a sample a row; the last input is always 1
  Table target;  // [N x K]
};

// Exclusive or: 1 if one input is on, 0 if none or both are.
inline TableData exclusive_or() {
  return {{{0, 0, 1}, {0, 1, 1}, {1, 0, 1}, {1, 1, 1}}, {{0}, {1}, {1}, {0}}};
}

// Points of a square, cut like a cake into three slices. The target has a 1 in the
// column of the point's slice.
inline TableData three_slices(std::size_t count, ch01::Random& random) {
  constexpr double kThirdOfATurn = 2.0943951023931953;
  TableData data;
  for (std::size_t i = 0; i < count; ++i) {
    const double u = random.uniform(-1, 1), v = random.uniform(-1, 1);
    const double turn = std::atan2(v, u) + 1.5 * kThirdOfATurn;  // 0 to 3 thirds
    std::vector<double> target(3);
    target[static_cast<std::size_t>(turn / kThirdOfATurn) % 3] = 1;
    data.x.push_back({u, v, 1});
    data.target.push_back(target);
  }
  return data;
}

// ANCHOR: volume
using Volume = std::vector<std::vector<std::vector<double>>>;

struct ColourImage {
  Volume pixels;  // [3][rows][columns]: red, green and blue, one after another
  int label;      // 0 lies, 1 stands, 2 falls, 3 rises
};
// ANCHOR_END: volume

inline Volume make_volume(std::size_t planes, std::size_t rows, std::size_t columns) {
  return Volume(planes, Table(rows, std::vector<double>(columns)));
}

// All entries of a volume in one row, plane after plane, and back.
inline std::vector<double> flat(const Volume& volume) {
  std::vector<double> all;
  for (const Table& plane : volume) {
    for (const auto& row : plane) all.insert(all.end(), row.begin(), row.end());
  }
  return all;
}

inline Volume with_entries(Volume volume, const std::vector<double>& all) {
  std::size_t next = 0;
  for (Table& plane : volume) {
    for (auto& row : plane) {
      for (double& v : row) v = all[next++];
    }
  }
  return volume;
}

// A bar of five pixels on a noisy ground. Its class is its direction; its colour and
// its place mean nothing.
inline ColourImage draw_bar(int label, ch01::Random& random) {
  constexpr std::size_t kSide = 12;
  constexpr int kLength = 5;
  const int across = label == 1 ? 0 : 1;
  const int down = label == 0 ? 0 : label == 3 ? -1 : 1;
  const std::size_t room = kSide - kLength + 1;
  const int left = static_cast<int>(random.below(across == 0 ? kSide : room));
  const int top = static_cast<int>(random.below(down == 0 ? kSide : room));
  const int start = down < 0 ? top + kLength - 1 : top;
  ColourImage image{make_volume(3, kSide, kSide), label};
  for (Table& plane : image.pixels) {
    for (auto& row : plane) {
      for (double& v : row) v = 0.15 * random.normal();
    }
    const double paint = random.uniform(0.4, 1);
    for (int i = 0; i < kLength; ++i) {
      plane[static_cast<std::size_t>(start + down * i)]
           [static_cast<std::size_t>(left + across * i)] += paint;
    }
  }
  return image;
}

// As many of each direction, in random order.
inline std::vector<ColourImage> draw_bars(std::size_t count, ch01::Random& random) {
  std::vector<ColourImage> images;
  for (std::size_t i = 0; i < count; ++i) {
    images.push_back(draw_bar(static_cast<int>(i % 4), random));
  }
  random.shuffle(images);
  return images;
}

}  // namespace ch03
