#include <cairn/plot/contour.h>

#include <array>
#include <cmath>
#include <limits>
#include <map>
#include <utility>

namespace cairn::plot {
namespace {

/// Marching squares: each square between four neighbouring centres is crossed by at
/// most two pieces of the line, from one of its edges to another. Pieces that share an
/// edge are then chained. An edge is named by the lower of its two points and its
/// direction.
class Contour {
 public:
  Contour(const Grid& grid, const std::vector<double>& values, double level)
      : grid_(grid), values_(values), level_(level) {
    for (std::size_t row = 0; row + 1 < grid.rows; ++row) {
      for (std::size_t column = 0; column + 1 < grid.columns; ++column) {
        cross(row, column);
      }
    }
  }

  void append(std::vector<double>& x, std::vector<double>& y) {
    // Open lines start where only one piece ends; what is left then are closed ones.
    for (const std::size_t wanted : {1u, 2u}) {
      for (auto& [edge, pieces] : at_edge_) {
        if (pieces.size() != wanted || used_[pieces[0]]) continue;
        follow(edge, x, y);
      }
    }
  }

 private:
  using Edge = std::size_t;

  double value(std::size_t row, std::size_t column) const {
    return values_[row * grid_.columns + column] - level_;
  }

  void cross(std::size_t row, std::size_t column) {
    const double corners[4] = {value(row, column), value(row, column + 1),
                               value(row + 1, column + 1), value(row + 1, column)};
    int above = 0;
    for (int i = 0; i < 4; ++i) {
      if (!std::isfinite(corners[i])) return;
      if (corners[i] >= 0) above |= 1 << i;
    }
    const std::size_t here = row * grid_.columns + column;
    // Edges of the square: bottom, right, top, left.
    const Edge edges[4] = {2 * here, 2 * (here + 1) + 1, 2 * (here + grid_.columns),
                           2 * here + 1};
    std::array<int, 4> cut{};
    int count = 0;
    for (int i = 0; i < 4; ++i) {
      if ((above >> i & 1) != (above >> (i + 1) % 4 & 1)) cut[count++] = i;
    }
    if (count == 2) add(edges[cut[0]], edges[cut[1]]);
    if (count == 4) {  // a saddle: the mean says which corners belong together
      const double middle = corners[0] + corners[1] + corners[2] + corners[3];
      const bool low_joined = (middle >= 0) == (corners[0] >= 0);
      add(edges[0], edges[low_joined ? 1 : 3]);
      add(edges[2], edges[low_joined ? 3 : 1]);
    }
  }

  void add(Edge a, Edge b) {
    at_edge_[a].push_back(pieces_.size());
    at_edge_[b].push_back(pieces_.size());
    pieces_.push_back({a, b});
    used_.push_back(false);
  }

  void put_point(Edge edge, std::vector<double>& x, std::vector<double>& y) const {
    const std::size_t row = edge / 2 / grid_.columns, column = edge / 2 % grid_.columns;
    const bool upwards = edge % 2 == 1;
    const double from = value(row, column);
    const double to = value(row + (upwards ? 1 : 0), column + (upwards ? 0 : 1));
    const double share = from / (from - to);
    const double dx = grid_.x(1) - grid_.x(0), dy = grid_.y(1) - grid_.y(0);
    x.push_back(grid_.x(column) + (upwards ? 0 : share * dx));
    y.push_back(grid_.y(row) + (upwards ? share * dy : 0));
  }

  void follow(Edge edge, std::vector<double>& x, std::vector<double>& y) {
    put_point(edge, x, y);
    for (bool moved = true; moved;) {
      moved = false;
      for (const std::size_t piece : at_edge_[edge]) {
        if (used_[piece]) continue;
        used_[piece] = true;
        edge =
            pieces_[piece].first == edge ? pieces_[piece].second : pieces_[piece].first;
        put_point(edge, x, y);
        moved = true;
        break;
      }
    }
    x.push_back(std::numeric_limits<double>::quiet_NaN());
    y.push_back(std::numeric_limits<double>::quiet_NaN());
  }

  const Grid& grid_;
  const std::vector<double>& values_;
  double level_;
  std::vector<std::pair<Edge, Edge>> pieces_;
  std::vector<bool> used_;
  std::map<Edge, std::vector<std::size_t>> at_edge_;
};

}  // namespace

void append_contour(const Grid& grid, const std::vector<double>& values, double level,
                    std::vector<double>& x, std::vector<double>& y) {
  Contour(grid, values, level).append(x, y);
}

}  // namespace cairn::plot
