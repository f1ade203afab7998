#pragma once

#include <cairn/plot/figure.h>

#include <cstddef>
#include <string>
#include <vector>

namespace cairn::plot {

/// A matrix as coloured cells, with names for rows and columns: a confusion matrix, a
/// matrix of weights, attention.
///
/// Non-negative values go from no colour (0 or `low`) to full colour. `diverging()` is
/// for signed values: orange below zero, none at zero, blue above. A cell that is NaN
/// or infinite is left empty.
class CAIRN_API Heatmap : public Figure {
 public:
  using Names = std::vector<std::string>;  ///< texts, one for each row or column

  /// `values` has rows · columns entries, row after row, row 0 on top. Throws Error if
  /// the numbers do not agree.
  Heatmap(std::string title, std::string description, std::vector<double> values,
          std::size_t rows, std::size_t columns);

  /// Replaces what the constructor was given.
  ///@{
  Heatmap& title(std::string text);
  Heatmap& description(std::string text);
  ///@}
  /// What the axes are: "predicted" across and "true" down, in a confusion matrix.
  ///@{
  Heatmap& x_label(std::string text);
  Heatmap& y_label(std::string text);
  ///@}
  /// A name for each row, from the top, and for each column, from the left.
  ///@{
  Heatmap& row_names(Names names);
  Heatmap& column_names(Names names);
  ///@}
  /// Values that get no colour and full colour (default: 0 or the smallest, the
  /// largest).
  Heatmap& limits(double low, double high);
  /// Signed values: orange below zero, none at zero, blue above.
  Heatmap& diverging();
  /// Writes each value into its cell with this many decimals, in ink that contrasts.
  Heatmap& show_values(int decimals = 0);
  /// Colour by the share of a row's sum instead of the value: in a confusion matrix a
  /// rare class then counts as much as a frequent one. (By its square root, so that the
  /// few mistakes show, too.) The values written stay as they are.
  Heatmap& colour_by_row_share();
  /// Side of a cell in picture units (default: chosen from the number of columns).
  Heatmap& cell_size(double side);
  /// A scale beside the map that says which colour is which value (default: shown
  /// unless the values stand in the cells).
  Heatmap& scale(bool shown);

  std::string svg() const override;

 private:
  friend class HeatmapPainter;
  std::vector<double> values_;
  std::size_t rows_, columns_;
  Names row_names_, column_names_;
  std::string x_label_, y_label_;
  double low_ = 0, high_ = 0, cell_ = 0;
  bool fixed_limits_ = false, diverging_ = false, row_share_ = false;
  int decimals_ = -1;  // -1: values are not written
  int scale_ = -1;     // -1: decide
};

}  // namespace cairn::plot
