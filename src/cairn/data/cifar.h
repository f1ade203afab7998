#pragma once

#include <string>

#include <cairn/data/image_data.h>

namespace cairn::data {

/// Reads CIFAR-10 (Krizhevsky, 2009) in its binary version: 60,000 photographs of
/// 32 × 32 pixels in ten classes, images [N, 3, 32, 32] in the order red, green, blue.
///
/// `path` is cifar-10-binary.tar.gz as it is downloaded, or a folder that holds
/// data_batch_1.bin … data_batch_5.bin and test_batch.bin, or one above it. Each record
/// is a byte that tells the class and 3,072 that are the planes of the image. Class
/// names come from batches.meta.txt where it is there.
///
/// Throws IoError for a file that is missing or cannot be read, FormatError for one
/// that is not made of whole records or holds a label that is no class; the text names
/// file and record.
CAIRN_API ImageData load_cifar10(const std::string& path);

/// Which of the two labels an image of CIFAR-100 has: one of 100 classes or one of the
/// 20 groups they form.
enum class CifarLabels { kFine, kCoarse };

/// The same for CIFAR-100: `path` is cifar-100-binary.tar.gz or a folder with train.bin
/// and test.bin. A record is a byte for the group, one for the class and 3,072 for the
/// image. Class names come from fine_label_names.txt or coarse_label_names.txt; without
/// that file they are numbers.
CAIRN_API ImageData load_cifar100(const std::string& path,
                                  CifarLabels labels = CifarLabels::kFine);

}  // namespace cairn::data
