// What scripts/demo.sh runs: an MLP and a small convolutional network on the same
// images, each with its table of layers, its progress, its test accuracy and its
// mistakes.
#include <cmath>
#include <cstdio>
#include <filesystem>
#include <iomanip>
#include <iostream>

#include "arguments.h"

using namespace cairn;

namespace {

// What both runs share.
struct Task {
  data::ImageData data;
  double mean, deviation;  // of the training pixels, which lie in [0, 1]
  std::filesystem::path out;
  std::uint64_t seed;
};

struct Run {
  std::string name;   // of the files
  std::string title;  // for people
  Shape image;        // what a sample looks like to the network
  std::int64_t epochs, batch_size;
  double learning_rate, decay;
};

nn::Sequential make_mlp() {
  return nn::Sequential(nn::Flatten(), nn::Linear(784, 128), nn::ReLU(),
                        nn::Linear(128, 10));
}

nn::Sequential make_cnn() {
  return nn::Sequential(
      nn::Conv2d(nn::Conv2dOptions(1, 16, 3).padding(1)), nn::ReLU(), nn::MaxPool2d(2),
      nn::Conv2d(nn::Conv2dOptions(16, 32, 3).padding(1)), nn::ReLU(), nn::MaxPool2d(2),
      nn::Flatten(), nn::Linear(32 * 7 * 7, 128), nn::ReLU(), nn::Linear(128, 10));
}

// The samples as a network wants them: each of shape `image`, with the mean and the
// deviation of the training images taken out, which makes the first steps even.
std::shared_ptr<const data::Dataset> dataset(const Task& task, const Tensor& images,
                                             const Tensor& labels, const Shape& image) {
  Shape shape = image;
  shape.insert(0, images.size(0));
  auto samples = std::make_shared<data::TensorDataset>(images.reshape(shape), labels);
  samples->normalize(task.mean, task.deviation);
  return samples;
}

void print_confusion(const Tensor& counts, const std::vector<std::string>& names) {
  std::cout << "Confusion matrix (rows: what it is, columns: what was said)\n";
  for (std::int64_t i = 0; i < counts.size(0); ++i) {
    std::cout << std::setw(12) << names[static_cast<std::size_t>(i)];
    for (std::int64_t j = 0; j < counts.size(1); ++j) {
      std::cout << std::setw(6) << counts[i][j].item<std::int64_t>();
    }
    std::cout << "\n";
  }
}

std::vector<double> as_doubles(const Tensor& t) {
  return t.to(f64).to_vector<double>();
}

plot::Chart learning_curve(const train::History& history, const std::string& title) {
  plot::Chart chart(title,
                    "Accuracy on the training and the validation images after "
                    "each epoch.");
  chart.x_label("epoch")
      .y_label("accuracy")
      .series(history["accuracy"], "training", plot::SeriesStyle().markers())
      .series(history["val_accuracy"], "validation", plot::SeriesStyle().markers());
  return chart;
}

plot::Heatmap confusion_picture(const Tensor& counts,
                                const std::vector<std::string>& names,
                                const std::string& title) {
  plot::Heatmap map(title,
                    "How many test images of each class were taken for which class.",
                    as_doubles(counts), names.size(), names.size());
  map.row_names(names)
      .column_names(names)
      .x_label("predicted")
      .y_label("true")
      .show_values()
      .colour_by_row_share();
  return map;
}

// The files a run leaves behind; says where they are.
void write_results(const Task& task, const Run& run, train::Model& model,
                   const train::History& history, const Tensor& confusion) {
  const auto file = [&](const char* what) {
    return (task.out / (run.name + "-" + what)).string();
  };
  history.save_csv(file("history.csv"));
  learning_curve(history, run.title).save(file("learning-curve.svg"));
  confusion_picture(confusion, task.data.class_names, run.title + ": confusion")
      .save(file("confusion.svg"));
  model.save(file("weights.safetensors"));
  std::cout << "Wrote";
  for (const char* what :
       {"history.csv", "learning-curve.svg", "confusion.svg", "weights.safetensors"}) {
    std::cout << "\n  " << file(what);
  }
  std::cout << "\n\n";
}

double train_and_report(const Task& task, const Run& run,
                        const nn::Sequential& network) {
  std::cout << "── " << run.title << " ──\n";
  train::Model model(network);
  model.compile(optim::AdamOptions(run.learning_rate), train::cross_entropy(),
                {train::accuracy()});
  std::cout << model.summary(run.image);

  // Large steps first, small ones to settle: each epoch's rate is a share of the last.
  train::LearningRateScheduler falling([&](std::int64_t epoch) {
    return run.learning_rate * std::pow(run.decay, static_cast<double>(epoch - 1));
  });
  const data::ImageData& data = task.data;
  const train::History history =
      model.fit(dataset(task, data.train_images, data.train_labels, run.image),
                train::FitOptions()
                    .epochs(run.epochs)
                    .batch_size(run.batch_size)
                    .seed(task.seed)
                    .validation_split(0.1)
                    .callback(falling)
                    .progress(std::cout));

  const auto test = dataset(task, data.test_images, data.test_labels, run.image);
  const Tensor confusion =
      train::confusion_matrix(model.predict(test), data.test_labels);
  const double accuracy = train::score(model.evaluate(test), "accuracy");
  std::printf("Test accuracy: %.2f %%\n", 100 * accuracy);
  print_confusion(confusion, task.data.class_names);
  write_results(task, run, model, history, confusion);
  return accuracy;
}

void run_demo(const Arguments& args) {
  Task task{data::image_classification_data(), 0, 1, args.out, args.seed};
  const std::int64_t all = task.data.train_images.size(0);
  const std::int64_t n = args.samples == 0 ? all : std::min(args.samples, all);
  task.data.train_images = task.data.train_images.slice(0, 0, n);
  task.data.train_labels = task.data.train_labels.slice(0, 0, n);
  const Tensor pixels = task.data.train_images.to(f32) / 255;
  task.mean = pixels.mean().item<double>();
  task.deviation = std::sqrt(square(pixels - task.mean).mean().item<double>());
  std::filesystem::create_directories(task.out);

  std::cout << "Cairn on " << task.data.name << ": " << n << " images to learn from, "
            << task.data.test_images.size(0)
            << " to be tested with; kernels: " << isa_name(active_isa())
            << ", threads: " << num_threads() << "\n\n";
  const std::int64_t mlp_epochs = args.epochs > 0 ? args.epochs : 10;
  const std::int64_t cnn_epochs = args.epochs > 0 ? args.epochs : 6;
  const double mlp = train_and_report(
      task, {"mlp", "MLP 784-128-10", {28, 28}, mlp_epochs, 64, 1e-3, 0.8}, make_mlp());
  const double cnn = train_and_report(
      task, {"cnn", "CNN 16-32", {1, 28, 28}, cnn_epochs, 64, 2e-3, 0.6}, make_cnn());
  std::printf("Test accuracy: MLP %.2f %%, CNN %.2f %%\n", 100 * mlp, 100 * cnn);
}

}  // namespace

int main(int argc, char** argv) {
  const Arguments args(
      argc, argv, "Trains an MLP and a small CNN on Fashion-MNIST (or drawn digits)",
      0);
  run_demo(args);
}
