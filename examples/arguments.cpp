#include "arguments.h"

#include <CLI/CLI.hpp>
#include <exception>
#include <iostream>

namespace {

// The examples do not catch: this prints what went wrong as a person would want it.
[[noreturn]] void print_error_and_exit() {
  try {
    if (const auto error = std::current_exception()) std::rethrow_exception(error);
  } catch (const std::exception& error) {
    std::cerr << "error: " << error.what() << std::endl;
  }
  std::_Exit(1);
}

}  // namespace

Arguments::Arguments(int argc, char** argv, const std::string& what_it_does,
                     std::int64_t default_epochs, Data where)
    : epochs(default_epochs) {
  CLI::App app(what_it_does);
  app.add_option("--epochs", epochs, "Passes over the training images")
      ->check(CLI::PositiveNumber)
      ->capture_default_str();
  app.add_option("--samples", samples, "Training images to use; 0 uses all")
      ->check(CLI::NonNegativeNumber)
      ->capture_default_str();
  app.add_option("--seed", seed, "Decides weights and order: same seed, same run")
      ->capture_default_str();
  app.add_option("--out", out, "Folder for what the program writes")
      ->capture_default_str();
  if (where == Data::kNamed) {
    app.add_option("--data", data, "File or folder that holds the data")->required();
  }
  try {
    app.parse(argc, argv);
  } catch (const CLI::ParseError& error) {
    std::exit(app.exit(error) == 0 ? 0 : 2);
  }
  std::set_terminate(print_error_and_exit);
  cairn::manual_seed(seed);
}

Samples load_samples(const Arguments& arguments) {
  const cairn::data::ImageData data = cairn::data::image_classification_data();
  std::cout << "Data: " << data.name << "\n";
  const std::int64_t all = data.train_images.size(0);
  const std::int64_t n =
      arguments.samples == 0 ? all : std::min(arguments.samples, all);
  return {data.train_images.slice(0, 0, n), data.train_labels.slice(0, 0, n),
          data.test_images, data.test_labels};
}
