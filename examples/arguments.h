#pragma once

#include <cstdint>
#include <string>

#include <cairn/cairn.h>

/// What the example programs can be told on the command line. `--help` lists it.
struct Arguments {
  /// Whether the program finds its data or must be told by `--data`.
  enum class Data { kFound, kNamed };

  /// Parses, or ends the program with a message.
  Arguments(int argc, char** argv, const std::string& what_it_does, std::int64_t epochs,
            Data where = Data::kFound);

  std::int64_t epochs;
  std::string data;          ///< a file or folder, where it must be told
  std::int64_t samples = 0;  ///< of the training set to use; 0 is all
  std::uint64_t seed = 1;
  std::string out = "cairn-demo";
};

/// Images and labels, ready for fit().
struct Samples {
  cairn::Tensor x_train, y_train, x_test, y_test;
};

/// Fashion-MNIST, or drawn digits where it is not installed; says which on standard
/// output. Images are u8 [n, 28, 28], which fit() reads as numbers from 0 to 1.
Samples load_samples(const Arguments& arguments);
