#!/usr/bin/env bash
# Sets up, builds and runs every test; ends with one line "N passed, M failed". Arguments
# go to ctest: scripts/test.sh -R conv2d.  CAIRN_PRESET chooses another preset. Without
# arguments the notebooks are run on Cling; scripts/test.sh -L clang-repl runs them there.
set -euo pipefail
cd "$(dirname "$0")/.."

preset=${CAIRN_PRESET:-release}
case $preset in
  emulated) scripts/setup.sh emulation ;;
  *) scripts/setup.sh test ;;
esac
[ $# -gt 0 ] || set -- -LE clang-repl
# The notebooks are run with what .venv-notebooks holds.
if [ "$preset" = release ] && [ -z "${CAIRN_NO_INSTALL:-}" ]; then
  scripts/notebooks.sh --install
  case " $* " in *" -LE clang-repl "*) ;; *) scripts/notebooks.sh --install --engine clang-repl ;; esac
fi
echo "Building"
scripts/build.sh
folder=build
[ "$preset" = release ] || folder=build-$preset
status=0
ctest --preset "$preset" -j "$(nproc)" --output-junit test-results.xml "$@" || status=$?
python3 scripts/count_tests.py "$folder/test-results.xml" || status=1
exit "$status"
