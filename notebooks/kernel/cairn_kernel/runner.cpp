// Compiled by Cling when the kernel starts: runs a cell, prints the value of its last
// expression, and turns what it throws into text. See cling_library.py.
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <cxxabi.h>
#include <exception>
#include <ext/stdio_filebuf.h>
#include <iostream>
#include <string>
#include <typeinfo>
#include <vector>

#include "cling/Interpreter/Value.h"

namespace cairn_kernel {

using Process = int (*)(void*, const std::string&, cling::Value*, void**, bool);
using Print = std::string (*)(const cling::Value&);
using Complete = void (*)(const void*, const std::string&, std::size_t&,
                          std::vector<std::string>&);
using Report = void (*)(const char* status, const char* text, const char* type);

inline std::string thrown_type() {
  const std::type_info* type = abi::__cxa_current_exception_type();
  if (type == nullptr) { return "an exception of another language"; }
  int status = 0;
  char* readable = abi::__cxa_demangle(type->name(), nullptr, nullptr, &status);
  std::string name = readable != nullptr ? readable : type->name();
  std::free(readable);
  return name;
}

// The text of the exception being handled: what(), or the value that was thrown.
inline std::string thrown_text() {
  try {
    throw;
  } catch (const std::exception& error) {
    return error.what();
  } catch (const std::string& text) {
    return text;
  } catch (const char* text) {
    return text;
  } catch (int number) {
    return std::to_string(number);
  } catch (...) {
    return "";
  }
}

inline void flush_output() {
  std::cout.flush();
  std::cerr.flush();
  std::clog.flush();
  std::fflush(stdout);
  std::fflush(stderr);
}

// Cling writes its messages through an object that holds a reference to std::cerr. Puts a
// stream to `descriptor` in its place, so that they can be told from what a cell prints.
bool redirect(void* stream, int descriptor) {
  const int words = 16;  // far enough: the object is smaller
  std::ostream* const wanted = &std::cerr;
  for (int i = 0; i < words; ++i) {
    char* word = static_cast<char*>(stream) + i * sizeof(void*);
    if (std::memcmp(word, &wanted, sizeof(wanted)) != 0) { continue; }
    auto* buffer = new __gnu_cxx::stdio_filebuf<char>(descriptor, std::ios::out);
    auto* replacement = new std::ostream(buffer);
    replacement->setf(std::ios::unitbuf);
    std::memcpy(word, &replacement, sizeof(replacement));
    return true;
  }
  return false;
}

// As on a terminal: a line appears when it is finished, not when the buffer is full.
void buffer_lines() {
  static char buffer[1 << 16];
  std::setvbuf(stdout, buffer, _IOLBF, sizeof(buffer));
}

void run(void* interpreter, Process process, Print print, const char* code,
         bool wants_value, Report report) {
  try {
    cling::Value value;
    if (process(interpreter, code, &value, nullptr, true) != 0) {
      flush_output();
      report("error", nullptr, nullptr);
      return;
    }
    flush_output();
    if (wants_value && value.isValid() && !value.isVoid()) {
      report("ok", print(value).c_str(), nullptr);
    } else {
      report("ok", nullptr, nullptr);
    }
  } catch (...) {
    flush_output();
    report("exception", thrown_text().c_str(), thrown_type().c_str());
  }
}

void complete(void* interpreter, Complete complete, const char* code,
              std::size_t cursor, Report report) {
  std::vector<std::string> found;
  complete(interpreter, code, cursor, found);
  for (const std::string& text : found) { report("completion", text.c_str(), nullptr); }
}

}  // namespace cairn_kernel
