// cairn::notebook::display shows a picture or a piece of a page below the cell.
//
// It goes to the kernel in one of two ways: through xcpp::display where that is there
// (xeus-cling, xeus-cpp), else as a frame on the file descriptor that the environment
// variable CAIRN_DISPLAY_FD names (this project's kernel): one line of JSON,
// {"mime": "image/svg+xml", "bytes": 1234}, and then so many bytes. Without either
// (clang-repl in a terminal) a line says what would have been shown.
//
// Everything here is small and free of state: Cling reads it anew in every session, and
// an inline function's static would be a different one in every cell of clang-repl.
#pragma once

#include <cairn/core/tensor.h>
#include <cairn/plot/figure.h>
#include <cairn/plot/png.h>
#include <sys/ioctl.h>
#include <unistd.h>

#include <algorithm>
#include <cstdlib>
#include <iostream>
#include <stdexcept>
#include <string>
#include <utility>
#include <vector>

#if __has_include(<xcpp/xdisplay.hpp>)
#define CAIRN_NOTEBOOK_XCPP 1
#if __has_include(<xeus/xinterpreter.hpp>)
#include <xeus/xinterpreter.hpp>
#endif
#include <nlohmann/json.hpp>
#include <xcpp/xdisplay.hpp>
#endif

namespace cairn::notebook {

/// Something a page can show: its media type and its bytes.
struct Shown {
  std::string mime;
  std::string bytes;
};

inline Shown svg(std::string text) { return {"image/svg+xml", std::move(text)}; }
inline Shown png(std::string bytes) { return {"image/png", std::move(bytes)}; }
inline Shown html(std::string text) { return {"text/html", std::move(text)}; }

#if defined(CAIRN_NOTEBOOK_XCPP)
/// What xcpp::display asks for: texts as they are, a PNG in base64.
inline nlohmann::json mime_bundle_repr(const Shown& shown) {
  const std::string uri = "data:image/png;base64,";
  nlohmann::json bundle = nlohmann::json::object();
  bundle[shown.mime] = shown.mime == "image/png"
                           ? plot::png_data_uri(shown.bytes).substr(uri.size())
                           : shown.bytes;
  return bundle;
}
#endif

/// Writes all of `bytes` to a file descriptor.
inline void write_all(int descriptor, const std::string& bytes) {
  for (std::size_t done = 0; done < bytes.size();) {
    const ssize_t count = write(descriptor, bytes.data() + done, bytes.size() - done);
    if (count <= 0) throw std::runtime_error("display: the kernel does not listen");
    done += static_cast<std::size_t>(count);
  }
}

/// Waits, a second at most, until the kernel has taken what is in a pipe. Printed text
/// and pictures go through different pipes: only if one is empty before the other is
/// written to does everything arrive in order.
inline void wait_until_taken(int descriptor) {
  int waiting = 0;
  for (int i = 0; i < 5000; ++i) {
    if (ioctl(descriptor, FIONREAD, &waiting) != 0 || waiting == 0) return;
    usleep(200);
  }
}

inline void display(const Shown& shown) {
  std::cout << std::flush;
#if defined(CAIRN_NOTEBOOK_XCPP)
  xcpp::display(shown);
#else
  const char* descriptor = std::getenv("CAIRN_DISPLAY_FD");
  if (descriptor == nullptr) {
    std::cout << "[" << shown.mime << ", " << shown.bytes.size()
              << " bytes: this terminal shows no pictures]" << std::endl;
    return;
  }
  const std::string header = "{\"mime\": \"" + shown.mime +
                             "\", \"bytes\": " + std::to_string(shown.bytes.size()) +
                             "}\n";
  const int pictures = std::atoi(descriptor);
  wait_until_taken(STDOUT_FILENO);
  wait_until_taken(STDERR_FILENO);
  write_all(pictures, header + shown.bytes);
  wait_until_taken(pictures);
#endif
}

/// A chart, a map, a grid of images or a diagram.
inline void display(const plot::Figure& figure) { display(svg(figure.svg())); }

/// One grey image [H, W] as a PNG, each pixel `scale` dots wide: u8, or real with 0 for
/// black and 1 for white.
inline Shown image(const Tensor& pixels, std::size_t scale = 4) {
  if (pixels.dim() != 2 || scale == 0) {
    throw std::invalid_argument(
        "image: a tensor [H, W] and a scale above 0 are needed");
  }
  const double white = pixels.dtype() == u8 ? 1 : 255;
  const std::vector<double> values = pixels.to(f64).to_vector<double>();
  const std::size_t height = static_cast<std::size_t>(pixels.size(0)) * scale;
  const std::size_t width = static_cast<std::size_t>(pixels.size(1)) * scale;
  std::vector<std::uint8_t> dots(height * width);
  for (std::size_t i = 0; i < dots.size(); ++i) {
    const std::size_t row = i / width / scale, column = i % width / scale;
    const double grey = white * values[row * (width / scale) + column];
    dots[i] = static_cast<std::uint8_t>(std::min(255.0, std::max(0.0, grey)));
  }
  return png(plot::encode_png(dots, height, width));
}

/// Ends the cell with an error unless `holds`: how a notebook tests itself.
inline void check(bool holds, const std::string& what) {
  if (!holds) throw std::runtime_error("check failed: " + what);
  std::cout << "checked: " << what << std::endl;
}

}  // namespace cairn::notebook
