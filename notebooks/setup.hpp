// Cell 1 of every notebook: finds Cairn, loads it and brings its headers.
//
// Taken is, in this order,
//   1. the library built in this project's folder build/ (scripts/build.sh cairn);
//      CMake has written where it is to build/notebooks/paths.hpp;
//   2. an installed one: <cairn/cairn.h> where the compiler looks for headers (CPATH
//      adds a folder), libcairn.so where the loader does (LD_LIBRARY_PATH adds one).
// The chapters' headers (`#include "01-linear-regression/flats.h"`) come from the
// folder chapters/ of this project in either case.
//
// Cling (xeus-cling, and this project's own kernel) is told of folders and library by
// pragmas. clang-repl knows no such pragmas: it must be started with the folders
// (`--Xcc=-I…`, as this project's kernel does), and the library is loaded by dlopen.
#pragma once

#if __has_include("../build/notebooks/paths.hpp")
#include "../build/notebooks/paths.hpp"
#endif

#if !defined(CAIRN_NOTEBOOK_LIBRARY)
#define CAIRN_NOTEBOOK_LIBRARY "libcairn.so"
#define CAIRN_NOTEBOOK_FOUND "Cairn as installed on this system"
#if defined(__CLING__)
#pragma cling add_include_path("../chapters")
#endif
#endif

#if !__has_include(<cairn/cairn.h>)
#error Cairn is not here: build it (scripts/build.sh cairn, in the folder above this one) or install it (see README), then restart the kernel. clang-repl has to be started with its folders, --Xcc=-I...; scripts/notebooks.sh sees to all of that.
#else

#if defined(__CLING__) && !defined(CAIRN_NOTEBOOK_LOADED)
#pragma cling load("libcairn")
#endif

#include "display.hpp"

#include <cairn/cairn.h>

#include <iostream>

#include "printing.hpp"

#if defined(__CLANG_REPL__)
#include <dlfcn.h>
// Before the code of a later cell is made, the library has to be there.
bool cairn_loaded = [] {
  if (dlopen(CAIRN_NOTEBOOK_LIBRARY, RTLD_NOW | RTLD_GLOBAL) == nullptr) {
    std::cerr << "setup.hpp: cannot load the library: " << dlerror() << std::endl;
    return false;
  }
  return true;
}();
#endif

bool cairn_announced = [] {
  std::cout << CAIRN_NOTEBOOK_FOUND << std::endl;
  return true;
}();

// What a program of yours would write at its top.
using namespace cairn;
using namespace cairn::notebook;

#endif
