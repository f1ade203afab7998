#!/usr/bin/env bash
# Opens the notebooks, or runs them, installing what is missing first.
#
#   scripts/notebooks.sh                      opens Jupyter on notebooks/
#   scripts/notebooks.sh --execute [FILE...]  runs them all, or these; executed copies go to
#                                             build/notebooks
#   scripts/notebooks.sh --install            installs the kernel and Jupyter, and stops
#   ... --engine clang-repl                   the same on clang-repl in place of Cling
#
# Python packages and the kernel go to .venv-notebooks; nothing outside the tree changes but
# for the system packages. Once they are there, no network is asked.
set -euo pipefail
cd "$(dirname "$0")/.."

venv=$PWD/.venv-notebooks
python=$venv/bin/python

say() { printf '\033[1m== %s\033[0m\n' "$*"; }
fail() { printf 'notebooks: %s\n' "$*" >&2; exit 1; }

action=open
engine=cling
files=()
while [ $# -gt 0 ]; do
  case $1 in
    --install) action=install ;;
    --execute) action=execute ;;
    --engine) engine=${2:?"--engine cling|clang-repl"}; shift ;;
    --help|-h) sed -n '2,12s/^# \{0,1\}//p' "$0"; exit 0 ;;
    -*) fail "what is '$1'? See scripts/notebooks.sh --help" ;;
    *) files+=("$1") ;;
  esac
  shift
done
case $engine in cling|clang-repl) ;; *) fail "there are the engines cling and clang-repl, and no '$engine'" ;; esac
[ ${#files[@]} -eq 0 ] || [ $action = execute ] || fail "files go with --execute"

install() {
  scripts/setup.sh notebooks
  [ $engine = cling ] || scripts/setup.sh clang-repl
  if ! "$python" -c '' 2>/dev/null; then
    rm -rf "$venv"
    python3 -m venv "$venv"
  fi
  local wanted=notebooks/kernel/pyproject.toml have=$venv/installed.toml
  if ! cmp -s "$wanted" "$have"; then
    say "installing Cling and Jupyter into .venv-notebooks (some 400 MB, once)"
    "$python" -m pip install --quiet --disable-pip-version-check --editable 'notebooks/kernel[jupyter]'
    cp "$wanted" "$have"
  fi
  "$python" -m cairn_kernel.install
}

install
[ $action = install ] && exit
scripts/build.sh cairn
export CAIRN_KERNEL_ENGINE=$engine
# setup.hpp tells Cling where the headers are; clang-repl has to know when it starts.
if [ $engine = clang-repl ]; then
  export CPATH=$PWD/src:$PWD/build/generated:$PWD/chapters${CPATH:+:$CPATH}
fi
if [ $action = execute ]; then
  [ ${#files[@]} -gt 0 ] || files=(notebooks/*.ipynb)
  output=build/notebooks
  [ $engine = cling ] || output+=-$engine
  exec "$python" -m cairn_kernel.execute --output "$output" "${files[@]}"
fi
options=()
[ "$(id -u)" -ne 0 ] || options+=(--allow-root)
[ -n "${DISPLAY:-}${WAYLAND_DISPLAY:-}" ] || options+=(--no-browser)
exec "$venv/bin/jupyter" lab "${options[@]}" --ServerApp.root_dir="$PWD/notebooks"
