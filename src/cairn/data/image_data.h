#pragma once

#include <string>
#include <vector>

#include <cairn/data/dataset.h>

namespace cairn::data {

/// Images of one size in some classes, in two parts.
struct CAIRN_API ImageData {
  std::string name;                      ///< what it is and where it came from
  std::vector<std::string> class_names;  ///< what classes 0, 1, … are
  /// u8, [N, H, W] or, where there are channels, [N, C, H, W].
  ///@{
  Tensor train_images, test_images;
  ///@}
  /// i64 [N], numbers of classes.
  ///@{
  Tensor train_labels, test_labels;
  ///@}

  /// Images as f32 in [0, 1] when gathered, of the shape they have here; labels i64.
  ///@{
  TensorDataset train() const { return TensorDataset(train_images, train_labels); }
  TensorDataset test() const { return TensorDataset(test_images, test_labels); }
  ///@}
};

}  // namespace cairn::data
