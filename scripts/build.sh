#!/usr/bin/env bash
# Configures and builds targets with the release preset: scripts/build.sh [target...]
# Prints only what went wrong.
set -euo pipefail
cd "$(dirname "$0")/.."

log=build/build.log
mkdir -p build
if ! cmake --preset "${CAIRN_PRESET:-release}" > "$log" 2>&1; then
  cat "$log" >&2
  exit 1
fi
if ! cmake --build --preset "${CAIRN_PRESET:-release}" --target "${@:-all}" >> "$log" 2>&1; then
  tail -n 60 "$log" >&2
  echo "build.sh: the build failed; all of its output is in $log" >&2
  exit 1
fi
