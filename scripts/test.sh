#!/usr/bin/env bash
# Sets up, builds and tests; ends with one line "N passed, M failed". Arguments go to ctest:
# scripts/test.sh -R conv2d.  CAIRN_PRESET chooses another preset. Without arguments the
# notebooks are run on Cling, and what is left to .ci/run for its length is not run at all:
# scripts/test.sh -L clang-repl runs them there, and scripts/test.sh -L heavy plants the
# faults of library and chapters and builds the library as a part of another project.
set -euo pipefail
cd "$(dirname "$0")/.."

preset=${CAIRN_PRESET:-release}
case $preset in
  emulated) scripts/setup.sh emulation ;;
  *) scripts/setup.sh test ;;
esac
heavy="clang-repl|heavy"
[ $# -gt 0 ] || set -- -LE "$heavy"
# The notebooks are run with what .venv-notebooks holds.
if [ "$preset" = release ] && [ -z "${CAIRN_NO_INSTALL:-}" ]; then
  scripts/notebooks.sh --install
  case " $* " in *" -LE $heavy "* | *" -L heavy "*) ;; *) scripts/notebooks.sh --install --engine clang-repl ;; esac
fi
echo "Building"
scripts/build.sh
folder=build
[ "$preset" = release ] || folder=build-$preset
status=0
ctest --preset "$preset" -j "$(nproc)" --output-junit test-results.xml "$@" || status=$?
python3 scripts/count_tests.py "$folder/test-results.xml" || status=1
exit "$status"
