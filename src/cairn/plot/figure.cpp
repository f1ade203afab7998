#include <cairn/plot/figure.h>

#include <cerrno>
#include <cstdio>
#include <cstring>
#include <utility>

namespace cairn::plot {

Colour class_colour(int label) {
  return static_cast<Colour>(1 + ((label % 8) + 8) % 8);
}

Figure::Figure(std::string title, std::string description) : title_(std::move(title)) {
  set_description(std::move(description));
}

Figure::~Figure() = default;

void Figure::set_title(std::string title) { title_ = std::move(title); }

void Figure::set_description(std::string description) {
  if (description.empty()) {
    throw Error("plot: the figure '" + title_ +
                "' has no description; say in a sentence what is to be seen in it, for "
                "those who cannot see it");
  }
  description_ = std::move(description);
}

void Figure::save(const std::string& path) const {
  const std::string text = svg();
  const auto fail = [&](const char* what) {
    throw Error(std::string("plot: cannot ") + what + " '" + path +
                "': " + std::strerror(errno) +
                "; does its folder exist, and may you write there?");
  };
  std::FILE* file = std::fopen(path.c_str(), "wb");
  if (file == nullptr) fail("open");
  const bool written = std::fwrite(text.data(), 1, text.size(), file) == text.size();
  const int error = errno;
  const bool closed = std::fclose(file) == 0;
  if (!written) errno = error;
  if (!written || !closed) fail("write");
}

}  // namespace cairn::plot
