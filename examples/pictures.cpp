// A small convolutional network on CIFAR-10 or on pictures of your own:
//
//   example-pictures --data ~/Downloads/cifar-10-binary.tar.gz
//   example-pictures --data pictures    # train/cat/*.jpg, train/dog/*.jpg, test/cat/…
//
// Every epoch sees the pictures moved by a few pixels and mirrored by lot.
#include <cstdio>
#include <filesystem>
#include <iostream>

#include "arguments.h"

using namespace cairn;

namespace {

data::ImageData load(const std::string& path) {
  if (std::filesystem::is_directory(path + "/train")) {
    return data::load_image_data(path, data::ImageFolderOptions().resize(32, 32));
  }
  return data::load_cifar10(path);
}

nn::Sequential make_network(std::int64_t classes) {
  return nn::Sequential(nn::Conv2d(nn::Conv2dOptions(3, 16, 3).padding(1).bias(false)),
                        nn::BatchNorm2d(16), nn::ReLU(), nn::MaxPool2d(2),
                        nn::Conv2d(nn::Conv2dOptions(16, 32, 3).padding(1).bias(false)),
                        nn::BatchNorm2d(32), nn::ReLU(), nn::MaxPool2d(2),
                        nn::Conv2d(nn::Conv2dOptions(32, 64, 3).padding(1).bias(false)),
                        nn::BatchNorm2d(64), nn::ReLU(), nn::MaxPool2d(2),
                        nn::Flatten(), nn::Linear(64 * 4 * 4, classes));
}

}  // namespace

int main(int argc, char** argv) {
  const Arguments args(argc, argv, "A small CNN on CIFAR-10 or a folder of pictures",
                       10, Arguments::Data::kNamed);
  data::ImageData pictures = load(args.data);
  const std::int64_t all = pictures.train_images.size(0);
  const std::int64_t n = args.samples == 0 ? all : std::min(args.samples, all);
  std::cout << "Data: " << pictures.name << ", " << n << " pictures in "
            << pictures.class_names.size() << " classes\n";

  // What training and testing have in common: numbers about 0, of deviation about 1.
  const data::ChannelStatistics statistics =
      data::channel_statistics(pictures.train_images);
  const data::Normalize normalize(statistics.mean, statistics.deviation);
  const auto train = std::make_shared<data::TransformedDataset>(
      data::TensorDataset(pictures.train_images.slice(0, 0, n),
                          pictures.train_labels.slice(0, 0, n)),
      normalize);
  const auto test =
      std::make_shared<data::TransformedDataset>(pictures.test(), normalize);

  train::Model model(
      make_network(static_cast<std::int64_t>(pictures.class_names.size())));
  model.compile(optim::AdamOptions(2e-3), train::cross_entropy(), {train::accuracy()});
  std::cout << model.summary({3, 32, 32});
  model.fit(train, train::FitOptions()
                       .epochs(args.epochs)
                       .batch_size(64)
                       .seed(args.seed)
                       .transform(data::RandomCrop(4))
                       .transform(data::RandomHorizontalFlip())
                       .prefetch(2)
                       .validation_split(0.1)
                       .progress(std::cout));
  const double accuracy = train::score(model.evaluate(test), "accuracy");
  std::printf("Test accuracy: %.2f %%\n", 100 * accuracy);
}
