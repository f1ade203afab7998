// The first thing that clang-repl compiles: how a cell tells the kernel that it has begun,
// what its last expression is worth, and that it has ended. See engine_clang_repl.py.
#include <csignal>
#include <cstdio>
#include <cstdlib>
#include <cxxabi.h>
#include <exception>
#include <iostream>
#include <sstream>
#include <string>
#include <type_traits>
#include <typeinfo>
#include <unistd.h>
#include <utility>

namespace cairn_kernel {

std::string quoted(const std::string& text) {
  std::string result = "\"";
  for (const char c : text) {
    if (c == '"' || c == '\\') {
      result += '\\';
      result += c;
    } else if (static_cast<unsigned char>(c) < 0x20) {
      char code[8];
      std::snprintf(code, sizeof(code), "\\u%04x", c);
      result += code;
    } else {
      result += c;
    }
  }
  return result + '"';
}

void reply(const std::string& status, const std::string& members) {
  const std::string line = "{\"status\": " + quoted(status) + members + "}\n";
  std::size_t written = 0;
  while (written < line.size()) {
    const auto count =
        ::write(CAIRN_REPLIES_FD, line.data() + written, line.size() - written);
    if (count <= 0) { return; }
    written += static_cast<std::size_t>(count);
  }
}

void flush_output() {
  std::cout.flush();
  std::clog.flush();
  std::fflush(stdout);
}

void started() { reply("started", ""); }

void finished() {
  flush_output();
  reply("finished", "");
}

std::string readable(const std::type_info& type) {
  int status = 0;
  char* text = abi::__cxa_demangle(type.name(), nullptr, nullptr, &status);
  const std::string name = text != nullptr ? text : type.name();
  std::free(text);
  return name;
}

// clang-repl cannot go on after an exception that nobody caught: says what it was.
void terminated() {
  flush_output();
  const std::type_info* type = abi::__cxa_current_exception_type();
  if (type == nullptr) { std::abort(); }
  std::string what;
  try {
    throw;
  } catch (const std::exception& error) {
    what = error.what();
  } catch (const std::string& text) {
    what = text;
  } catch (const char* text) {
    what = text;
  } catch (int number) {
    what = std::to_string(number);
  } catch (...) {
  }
  reply("exception", ", \"type\": " + quoted(readable(*type)) + ", \"what\": " + quoted(what));
  std::abort();
}

template <class T, class = void>
struct Streams : std::false_type {};
template <class T>
struct Streams<T, std::void_t<decltype(std::declval<std::ostream&>() << std::declval<const T&>())>>
    : std::true_type {};

template <class T, class = void>
struct IsRange : std::false_type {};
template <class T>
struct IsRange<T, std::void_t<decltype(std::declval<const T&>().begin() != std::declval<const T&>().end())>>
    : std::true_type {};

// A value as Cling shows it, as far as that can be done without a compiler at hand.
template <class T>
std::string text_of(const T& value) {
  std::ostringstream out;
  if constexpr (std::is_convertible_v<const T&, std::string>) {
    out << '"' << std::string(value) << '"';
  } else if constexpr (Streams<T>::value) {
    out << std::boolalpha << value;
  } else if constexpr (IsRange<T>::value) {
    const char* separator = "{ ";
    for (const auto& element : value) {
      out << separator << text_of(element);
      separator = ", ";
    }
    out << (value.begin() == value.end() ? "{}" : " }");
  } else {
    out << '@' << static_cast<const void*>(&value);
  }
  return out.str();
}

// show((expression, End())): the comma is this operator, unless the expression is void.
struct End {};
template <class T>
struct Value {
  T&& value;
};
template <class T>
Value<T> operator,(T&& value, End) {
  return {std::forward<T>(value)};
}
void show(End) {}
template <class T>
void show(Value<T> value) {
  flush_output();
  reply("value", ", \"text\": " + quoted(text_of(value.value)));
}

void prepare() {
  // As on a terminal: a line appears when it is finished, not when the buffer is full.
  static char buffer[1 << 16];
  std::setvbuf(stdout, buffer, _IOLBF, sizeof(buffer));
  std::cin.rdbuf(nullptr);  // standard input is the cells' way in
  // clang-repl's handlers print a backtrace of the compiler.
  for (const int number : {SIGSEGV, SIGBUS, SIGILL, SIGFPE, SIGABRT}) {
    std::signal(number, SIG_DFL);
  }
  std::set_terminate(&terminated);
  reply("ready", "");
}

}  // namespace cairn_kernel

cairn_kernel::prepare();
