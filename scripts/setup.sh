#!/usr/bin/env bash
# Installs what is missing to build Cairn, on Debian or Ubuntu, as root or with sudo.
#   scripts/setup.sh           what scripts/demo.sh needs
#   scripts/setup.sh test      and what scripts/test.sh needs
#   scripts/setup.sh emulation and what tests AVX-512 kernels without such a processor
#   scripts/setup.sh book      what scripts/book.sh needs, but for mdBook, which it builds
#   scripts/setup.sh book-test what scripts/book-test.sh needs
#   scripts/setup.sh notebooks what scripts/notebooks.sh needs, but for Python packages
#   scripts/setup.sh clang-repl   and what its --engine clang-repl needs
#   scripts/setup.sh benchmarks what benchmarks/run.sh needs; peers of Debian's are optional
#   scripts/setup.sh packages NAME...   these packages
# Quick and quiet when everything is there. CAIRN_NO_INSTALL=1 only checks and says what
# is missing.
set -euo pipefail

build_packages=(cmake ninja-build g++ zlib1g-dev libstb-dev libcli11-dev ccache)
test_packages=(catch2 python3 pkg-config time binutils)
book_packages=(python3 python3-venv nodejs doxygen doxygen-awesome-css libjs-katex fonts-katex fonts-vollkorn
  fonts-inter fonts-jetbrains-mono fonttools python3-brotli)
book_test_packages=(chromium chromium-driver python3-venv)
notebooks_packages=(python3 python3-venv)
# Good to have; everything works without them.
optional_packages=(dataset-fashion-mnist)
peer_packages=(libopenblas-openmp-dev libblis-openmp-dev libdnnl-dev libeigen3-dev libdlib-dev
  tiny-dnn libcereal-dev libgemmlowp-dev libstb-dev)

# The package of the newest clang-repl that the system has, none if one is installed.
clang_repl_package() {
  local version
  for version in '' -{30..19}; do
    command -v "clang-repl$version" > /dev/null && return
  done
  for version in {30..19}; do
    apt-cache show "clang-tools-$version" > /dev/null 2>&1 && break
  done
  echo "clang-tools-$version"
}

packages=("${build_packages[@]}")
case "${1:-build}" in
  build) ;;
  test) packages+=("${test_packages[@]}") ;;
  emulation) packages+=("${test_packages[@]}" libsimde-dev) ;;
  book) packages=("${book_packages[@]}"); optional_packages=() ;;
  book-test) packages=("${book_test_packages[@]}"); optional_packages=() ;;
  notebooks) packages+=("${notebooks_packages[@]}") ;;
  benchmarks) packages=(python3 python3-venv); optional_packages=("${peer_packages[@]}") ;;
  clang-repl) mapfile -t packages < <(clang_repl_package); optional_packages=() ;;
  packages) packages=("${@:2}"); optional_packages=() ;;
  *) echo "setup.sh: unknown component '$1'; see its head" >&2; exit 2 ;;
esac

installed() { dpkg-query -W -f='${Status}' "$1" 2>/dev/null | grep -q 'ok installed'; }

missing=()
for package in "${packages[@]}"; do installed "$package" || missing+=("$package"); done
wanted=()
for package in "${optional_packages[@]}"; do installed "$package" || wanted+=("$package"); done

if [ ${#missing[@]} -eq 0 ] && { [ ${#wanted[@]} -eq 0 ] || [ -n "${CAIRN_NO_INSTALL:-}" ]; }; then
  exit 0
fi
if [ -n "${CAIRN_NO_INSTALL:-}" ]; then
  echo "setup.sh: missing: ${missing[*]}; install them, or unset CAIRN_NO_INSTALL" >&2
  exit 1
fi
if ! command -v apt-get > /dev/null; then
  echo "setup.sh: this is no Debian or Ubuntu; install yourself what these packages hold:" >&2
  echo "  ${missing[*]}" >&2
  exit 1
fi
as_root=()
if [ "$(id -u)" -ne 0 ]; then
  if ! command -v sudo > /dev/null; then
    echo "setup.sh: run this as root, or install sudo; missing: ${missing[*]}" >&2
    exit 1
  fi
  as_root=(sudo)
fi

log=$(mktemp)
run() {
  if ! "${as_root[@]}" env DEBIAN_FRONTEND=noninteractive "$@" > "$log" 2>&1; then
    cat "$log" >&2
    echo "setup.sh: this failed: $*" >&2
    exit 1
  fi
}
echo "Installing ${missing[*]} ${wanted[*]}"
run apt-get update
if [ ${#missing[@]} -gt 0 ]; then
  run apt-get install -y --no-install-recommends "${missing[@]}"
fi
for package in "${wanted[@]}"; do
  if apt-cache show "$package" > /dev/null 2>&1; then
    run apt-get install -y --no-install-recommends "$package"
  else
    echo "Not in this system's package lists, and not needed: $package"
  fi
done
rm -f "$log"
