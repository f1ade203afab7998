// Where a chapter's program leaves what the book shows: sections of its output, numbers
// for the prose, and figures. Plumbing, not taught.
#pragma once

#include <cstdio>
#include <filesystem>
#include <fstream>
#include <stdexcept>
#include <string>
#include <utility>
#include <vector>

namespace common {

//   common::Report report("chapter-01-out", /*marks=*/false);
//   {
//     auto section = report.section("training");
//     std::printf("...");
//   }
//   report.number("final_loss", loss, "%.4f");
//   draw(report.figure_path("loss.svg"));
//   report.finish();
class Report {
 public:
  // `marks` puts ANCHOR lines around each section, for the book to include.
  Report(std::filesystem::path folder, bool marks)
      : folder_(std::move(folder)), marks_(marks) {
    std::filesystem::create_directories(folder_ / "figures");
  }

  // While it lives, what is printed belongs to the section.
  class Section {
   public:
    Section(std::string name, bool marks) : name_(std::move(name)), marks_(marks) {
      if (marks_) std::printf("ANCHOR: %s\n", name_.c_str());
    }
    ~Section() {
      std::printf(marks_ ? "ANCHOR_END: %s\n" : "\n", name_.c_str());
      std::fflush(stdout);
    }
    Section(const Section&) = delete;
    Section& operator=(const Section&) = delete;

   private:
    std::string name_;
    bool marks_;
  };

  [[nodiscard]] Section section(const std::string& name) const {
    return Section(name, marks_);
  }

  // A number that the prose quotes; `format` is printf's, for one double. Times are
  // named time_..., because they differ from run to run.
  void number(const std::string& name, double value, const char* format = "%.4g") {
    char text[64];
    std::snprintf(text, sizeof text, format, value);
    numbers_.emplace_back(name, text);
  }
  void text(const std::string& name, std::string value) {
    numbers_.emplace_back(name, std::move(value));
  }

  std::string figure_path(const std::string& file) const {
    return (folder_ / "figures" / file).string();
  }

  // Writes numbers.txt and says where things are. Call it once, at the end.
  void finish() const {
    const std::filesystem::path path = folder_ / "numbers.txt";
    std::ofstream out(path);
    for (const auto& [name, value] : numbers_) {
      out << "ANCHOR: " << name << "\n" << value << "\nANCHOR_END: " << name << "\n";
    }
    out.close();
    if (!out) throw std::runtime_error("cannot write " + path.string());
    if (!marks_) {
      std::printf("Figures and numbers are in %s\n", folder_.string().c_str());
    }
  }

 private:
  std::filesystem::path folder_;
  bool marks_;
  std::vector<std::pair<std::string, std::string>> numbers_;
};

}  // namespace common
