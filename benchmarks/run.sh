#!/usr/bin/env bash
# Measures Cairn beside its peers: installs what is missing, builds, runs.
#   benchmarks/run.sh              the everyday form, under five minutes once installed
#   benchmarks/run.sh --long       every case, for the record: writes docs/performance.md
#   benchmarks/run.sh --help       the other options: --only, --peers, --threads, …
# CAIRN_NO_INSTALL=1 takes what is there. A peer that cannot be had is named and left out.
set -euo pipefail
cd "$(dirname "$0")/.."

venv=$PWD/.venv-benchmarks
log=build-benchmarks/setup.log
mkdir -p build-benchmarks
case " $* " in *" --help "* | *" -h "* | *" --list "*) cd benchmarks && exec python3 -m suite "$@" ;; esac

scripts/setup.sh build
scripts/setup.sh benchmarks
requirements=(benchmarks/requirements.txt benchmarks/requirements-torch.txt)
if [ -z "${CAIRN_NO_INSTALL:-}" ] && ! cat "${requirements[@]}" | cmp -s - "$venv/installed"; then
  echo "Installing MKL, PyTorch, JAX and Keras into .venv-benchmarks (7 GB; once)"
  if {
    { [ -x "$venv/bin/pip" ] || /usr/bin/python3 -m venv "$venv"; } &&
      { [ -d "$venv"/lib/python3*/site-packages/torch ] ||
        "$venv/bin/pip" install --no-deps -r benchmarks/requirements-torch.txt; } &&
      "$venv/bin/pip" install -r benchmarks/requirements.txt
  } > "$log" 2>&1; then
    cat "${requirements[@]}" > "$venv/installed"
  else
    echo "run.sh: not all of it could be installed, see $log; going on with what is there" >&2
  fi
fi

scripts/build.sh cairn-worker
if ! { cmake -S benchmarks/peers -B build-benchmarks -G Ninja -DPEER_VENV="$venv" &&
  cmake --build build-benchmarks -j "$(nproc)" -- -k 0; } > build-benchmarks/build.log 2>&1; then
  echo "run.sh: some peers could not be built, see build-benchmarks/build.log" >&2
fi

cd benchmarks
exec python3 -m suite "$@"
