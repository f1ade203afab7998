#!/usr/bin/env bash
# Configures and builds targets with the release preset: scripts/build.sh [target...]
# Prints only what went wrong.
set -euo pipefail
cd "$(dirname "$0")/.."

preset=${CAIRN_PRESET:-release}
folder=build
[ "$preset" = release ] || folder=build-$preset
log=$folder/build.log
mkdir -p "$folder"
if ! cmake --preset "$preset" > "$log" 2>&1; then
  cat "$log" >&2
  exit 1
fi
if ! cmake --build --preset "$preset" --target "${@:-all}" >> "$log" 2>&1; then
  tail -n 60 "$log" >&2
  echo "build.sh: the build failed; all of its output is in $log" >&2
  exit 1
fi
