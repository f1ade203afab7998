#include <cairn/data/image_folder.h>

#include <algorithm>
#include <cstring>
#include <utility>

#include <cairn/core/error.h>
#include <cairn/core/parallel.h>
#include <cairn/core/text.h>
#include <cairn/data/folder_list.h>
#include <cairn/data/resize.h>

namespace cairn::data {
namespace {

using detail::concat;

constexpr const char* kOperation = "load_image_folder";

bool is_picture(const std::string& name) {
  for (const char* ending : {".png", ".jpg", ".jpeg", ".bmp"}) {
    if (ends_with(name, ending)) return true;
  }
  return false;
}

/// Fills in classes and paths and returns each picture's label.
std::vector<std::int64_t> find_pictures(const std::string& folder, ImageFolder& out) {
  std::vector<std::int64_t> labels;
  out.class_names = list_folder(kOperation, folder).folders;
  if (out.class_names.empty()) {
    throw FormatError(concat(kOperation, ": '", folder,
                             "' holds no folders; each class has one of its own"));
  }
  for (std::size_t c = 0; c < out.class_names.size(); ++c) {
    const std::string inside = concat(folder, "/", out.class_names[c]);
    const std::size_t before = out.paths.size();
    for (const std::string& name : list_folder(kOperation, inside).files) {
      if (is_picture(name)) out.paths.push_back(concat(inside, "/", name));
    }
    if (out.paths.size() == before) {
      throw FormatError(concat(kOperation, ": '", inside,
                               "' holds no .png, .jpg, .jpeg or .bmp; add pictures of "
                               "this class or take the folder away"));
    }
    labels.resize(out.paths.size(), static_cast<std::int64_t>(c));
  }
  return labels;
}

Tensor read_picture(const std::string& path, const ImageFolderOptions& options) {
  const Tensor image = read_image(path, options.channels());
  return options.height() == 0
             ? image
             : resize_images(image, options.height(), options.width());
}

}  // namespace

ImageFolder load_image_folder(const std::string& folder,
                              const ImageFolderOptions& options) {
  ImageFolder result;
  result.labels = Tensor::from_vector(find_pictures(folder, result));
  const Tensor first = read_picture(result.paths[0], options);
  const auto count = static_cast<std::int64_t>(result.paths.size());
  Shape shape = first.shape();
  shape.insert(0, count);
  result.images = empty(shape, u8);
  std::uint8_t* to = result.images.data<std::uint8_t>();
  parallel_for(count, 1, [&](std::int64_t begin, std::int64_t end) {
    for (std::int64_t i = begin; i < end; ++i) {
      const std::string& path = result.paths[static_cast<std::size_t>(i)];
      const Tensor image = i == 0 ? first : read_picture(path, options);
      if (image.shape() != first.shape()) {
        throw FormatError(concat(kOperation, ": '", path, "' has ", image.size(1),
                                 " × ", image.size(2), " pixels and '", result.paths[0],
                                 "' ", first.size(1), " × ", first.size(2),
                                 "; set ImageFolderOptions().resize(height, width)"));
      }
      std::memcpy(to + i * image.numel(), image.data<std::uint8_t>(),
                  static_cast<std::size_t>(image.numel()));
    }
  });
  return result;
}

ImageData load_image_data(const std::string& folder,
                          const ImageFolderOptions& options) {
  ImageFolder train = load_image_folder(folder + "/train", options);
  ImageFolder test = load_image_folder(folder + "/test", options);
  if (train.class_names != test.class_names) {
    throw FormatError(concat("load_image_data: 'train' and 'test' in '", folder,
                             "' have ", train.class_names.size(), " and ",
                             test.class_names.size(),
                             " classes, not the same; give both the same folders"));
  }
  for (const int d : {2, 3}) {
    if (train.images.size(d) == test.images.size(d)) continue;
    throw FormatError(concat("load_image_data: training images in '", folder, "' have ",
                             train.images.size(2), " × ", train.images.size(3),
                             " pixels, test images ", test.images.size(2), " × ",
                             test.images.size(3),
                             "; set ImageFolderOptions().resize(height, width)"));
  }
  ImageData data;
  data.name = concat("the pictures of ", folder);
  data.class_names = std::move(train.class_names);
  data.train_images = train.images;
  data.train_labels = train.labels;
  data.test_images = test.images;
  data.test_labels = test.labels;
  return data;
}

}  // namespace cairn::data
