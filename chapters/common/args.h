// The command line of a chapter's program: --name value and --flag. Plumbing, not
// taught.
#pragma once

#include <cstdint>
#include <cstdio>
#include <cstdlib>
#include <stdexcept>
#include <string>
#include <vector>

namespace common {

// A wrong command line; its text tells the user what to write instead.
struct ArgsError : std::runtime_error {
  using std::runtime_error::runtime_error;
};

// Options are registered with their defaults, which also give their types, and are
// bound to variables that parse() sets:
//
//   double rate = 0.1;
//   common::Args args("chapter-01", "Linear regression from scratch.");
//   args.option("rate", rate, "learning rate");
//   args.parse_or_exit(argc, argv);
class Args {
 public:
  Args(std::string program, std::string about)
      : program_(std::move(program)), about_(std::move(about)) {}

  void option(const char* name, double& value, const char* help) {
    add(name, Kind::kReal, &value, help, shortest(value));
  }
  void option(const char* name, int& value, const char* help) {
    add(name, Kind::kInt, &value, help, std::to_string(value));
  }
  void option(const char* name, std::uint64_t& value, const char* help) {
    add(name, Kind::kUnsigned, &value, help, std::to_string(value));
  }
  void option(const char* name, std::string& value, const char* help) {
    add(name, Kind::kText, &value, help, value);
  }
  void flag(const char* name, bool& value, const char* help) {
    add(name, Kind::kFlag, &value, help, "");
  }

  std::string help() const {
    std::string text = about_ + "\n\nUsage: " + program_ + " [options]\n";
    for (const Entry& e : entries_) {
      std::string left = "  --" + e.name + (e.kind == Kind::kFlag ? "" : " " + word(e));
      left.resize(left.size() < 24 ? 24 : left.size() + 2, ' ');
      text += left + e.help;
      if (!e.initial.empty()) text += " (" + e.initial + ")";
      text += "\n";
    }
    return text + "  --help                show this text\n";
  }

  // True if the program should run, false if --help was asked for.
  bool parse(const std::vector<std::string>& words) {
    for (std::size_t i = 0; i < words.size(); ++i) {
      if (words[i] == "--help" || words[i] == "-h") return false;
      const Entry& entry = find(words[i]);
      if (entry.kind == Kind::kFlag) {
        *static_cast<bool*>(entry.target) = true;
      } else if (i + 1 == words.size()) {
        fail(words[i] + " needs a value: " + words[i] + " " + word(entry));
      } else {
        set(entry, words[++i]);
      }
    }
    return true;
  }

  // For main(): help ends the program with 0, a wrong command line with 2.
  void parse_or_exit(int argc, char** argv) {
    try {
      if (parse(std::vector<std::string>(argv + 1, argv + argc))) return;
      std::fputs(help().c_str(), stdout);
      std::exit(0);
    } catch (const ArgsError& error) {
      std::fprintf(stderr, "%s: %s\n", program_.c_str(), error.what());
      std::exit(2);
    }
  }

  // For values that parse but make no sense; ends the program as parse_or_exit does:
  // args.require(rate > 0, "--rate must be above 0").
  void require(bool sensible, const std::string& text) const {
    if (sensible) return;
    std::fprintf(stderr, "%s: %s\n", program_.c_str(), text.c_str());
    std::exit(2);
  }

  [[noreturn]] void fail(const std::string& text) const {
    throw ArgsError(text + "\nTry: " + program_ + " --help");
  }

 private:
  enum class Kind { kReal, kInt, kUnsigned, kText, kFlag };
  struct Entry {
    std::string name;
    Kind kind;
    void* target;
    std::string help, initial;
  };

  void add(const char* name, Kind kind, void* target, const char* help,
           std::string initial) {
    entries_.push_back({name, kind, target, help, std::move(initial)});
  }

  static std::string shortest(double value) {
    char text[32];
    std::snprintf(text, sizeof text, "%g", value);
    return text;
  }

  static std::string word(const Entry& e) {
    if (e.kind == Kind::kReal) return "NUMBER";
    return e.kind == Kind::kText ? "TEXT" : "COUNT";
  }

  const Entry& find(const std::string& argument) const {
    for (const Entry& e : entries_) {
      if (argument == "--" + e.name) return e;
    }
    fail("unknown argument '" + argument + "'");
  }

  void set(const Entry& e, const std::string& text) const {
    if (e.kind == Kind::kText) {
      *static_cast<std::string*>(e.target) = text;
      return;
    }
    try {
      std::size_t used = 0;
      if (e.kind == Kind::kReal)
        *static_cast<double*>(e.target) = std::stod(text, &used);
      if (e.kind == Kind::kInt) *static_cast<int*>(e.target) = std::stoi(text, &used);
      if (e.kind == Kind::kUnsigned && text.find('-') == std::string::npos) {
        *static_cast<std::uint64_t*>(e.target) = std::stoull(text, &used);
      }
      if (used == text.size() && used > 0) return;
    } catch (const std::exception&) {
      // Not a number, or one out of range: said below.
    }
    const char* wanted = e.kind == Kind::kReal  ? "a number"
                         : e.kind == Kind::kInt ? "a whole number"
                                                : "a whole number, not negative";
    fail("--" + e.name + " wants " + wanted + ", got '" + text + "'");
  }

  std::string program_, about_;
  std::vector<Entry> entries_;
};

}  // namespace common
