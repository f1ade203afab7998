#!/usr/bin/env bash
# Runs the chapters' programs and keeps what they print, write and draw beside their text,
# where the pages show it. `--check` compares a new run with what is kept instead.
#
#   scripts/book-capture.sh [--check] [NN...]
set -euo pipefail
cd "$(dirname "$0")/.."

build=${CAIRN_BUILD_DIR:-build}
numbers=()
targets=()
for argument in "$@"; do
  case $argument in
    --check) ;;
    --help|-h) sed -n '2,5s/^# \{0,1\}//p' "$0"; exit 0 ;;
    [0-9][0-9]) numbers+=("$argument") ;;
    *) echo "book-capture: '$argument' is no chapter; give two digits, as in 03" >&2; exit 2 ;;
  esac
done
if [ ${#numbers[@]} -eq 0 ]; then
  for folder in chapters/[0-9][0-9]-*/main.cpp; do
    number=${folder#chapters/}
    numbers+=("${number:0:2}")
  done
fi
for number in "${numbers[@]}"; do targets+=("chapter-$number"); done

[ -f "$build/CMakeCache.txt" ] || cmake -S . -B "$build" -G Ninja >/dev/null
cmake --build "$build" --target "${targets[@]}" -j "$(nproc)" | tail -n 1

check=()
case " $* " in *" --check "*) check=(--check) ;; esac
exec python3 tools/book_capture.py "${check[@]}" --bin "$build/bin" "${numbers[@]}"
