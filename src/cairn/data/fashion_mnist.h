#pragma once

#include <string>
#include <vector>

#include <cairn/data/image_data.h>

namespace cairn::data {

/// The folder that holds Fashion-MNIST (Xiao, Rasul and Vollgraf, 2017), or "" if none:
/// the one named by the environment variable CAIRN_DATA or its `fashion-mnist` below,
/// or, if the variable is not set, the place of Debian's package
/// dataset-fashion-mnist. Throws IoError when CAIRN_DATA names no folder.
CAIRN_API std::string find_fashion_mnist();

/// "T-shirt", "Trouser", …: what classes 0 to 9 are.
CAIRN_API std::vector<std::string> fashion_mnist_class_names();

/// Reads MNIST, or a data set in its manner, from a folder: train-images-idx3-ubyte,
/// train-labels-idx1-ubyte and the same with t10k, each plain or with .gz; a dot may
/// stand for the dash before "idx", as some have it. Images are [N, H, W]. Throws IoError for one that is missing and FormatError when
/// images and labels do not belong together.
CAIRN_API ImageData load_mnist_like(const std::string& folder);

/// Fashion-MNIST if find_fashion_mnist finds it; otherwise digits drawn by
/// synthetic_digits, 60,000 to train on and 10,000 to test with. `name` says which.
CAIRN_API ImageData image_classification_data(std::uint64_t seed = 0);

}  // namespace cairn::data
